import { newKey } from "../lib/random.js"

/**
 * `<keyed-button data-url="…"><button>Retry</button></keyed-button>`: posts once with a key of its own; the answer is
 * the new log. With `data-cooler` it asks for half the temperature, with `data-tier` of another service tier.
 */
customElements.define("keyed-button", class extends HTMLElement {
  #key = newKey()
  #busy = false

  connectedCallback() {
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this)
  }

  async handleEvent() {
    if (this.#busy || this.querySelector("button").disabled) return
    this.#busy = true
    try {
      await htmx.ajax("POST", this.dataset.url, { source: this, target: "#log", swap: "outerMorph", values: { key: this.#key, ...("cooler" in this.dataset && { cooler: "on" }), ...(this.dataset.tier && { tier: this.dataset.tier }) } })
    } finally {
      this.#busy = false
    }
  }
})
