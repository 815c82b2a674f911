import { chooseModel } from "../lib/controls.js"

/**
 * `<model-picker>` around the picker of models, which is drawn anew when the list of models has come: what was chosen while
 * the list was on its way stays chosen.
 */
customElements.define("model-picker", class extends HTMLElement {
  #chosen = ""
  #drawn = new MutationObserver(() => chooseModel(this.#chosen))

  connectedCallback() {
    this.addEventListener("change", this)
    this.#drawn.observe(this, { childList: true })
  }

  disconnectedCallback() {
    this.#drawn.disconnect()
  }

  handleEvent({ target }) {
    if (target.id === "model") this.#chosen = target.value
  }
})
