import { newKey } from "../lib/random.js"

/**
 * `<keyed-button data-url="…"><button>Retry</button></keyed-button>`: posts once with a key of its own; the answer is
 * the new log. With `data-cooler` it asks for half the temperature, with `data-unchecked` for no validation of tools, with
 * `data-tier` of another service tier.
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
      await htmx.ajax("POST", this.dataset.url, { source: this, target: "#log", swap: "outerMorph", values: { key: this.#key, ...this.#changes } })
    } finally {
      this.#busy = false
    }
  }

  get #changes() {
    const { tier } = this.dataset
    const on = ["cooler", "unchecked"].filter(name => name in this.dataset).map(name => [name, "on"])
    return { ...Object.fromEntries(on), ...(tier && { tier }) }
  }
})
