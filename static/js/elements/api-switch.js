import { ask } from "../lib/asking.js"

/**
 * `<api-switch data-url="…" data-dialog="<id>">` around the radios of the API. Before another one is taken, the server tells
 * what it cannot express of all that is set: where that is something, the dialog says it and asks; else it is taken at once.
 */
customElements.define("api-switch", class extends HTMLElement {
  #taken = null
  #wanted = null

  connectedCallback() {
    this.#taken = this.querySelector(":checked")
    this.addEventListener("input", this)
    this.addEventListener("change", this)
    this.addEventListener("api-switched", this)
    this.#dialog.addEventListener("close", this)
  }

  disconnectedCallback() {
    this.#dialog?.removeEventListener("close", this)
  }

  handleEvent(event) {
    if (event.type === "close") return this.#answered()
    if (event.type === "api-switched") {
      this.#taken = this.querySelector(":checked")
      return
    }
    // Nothing is set yet that others would have to know.
    event.stopPropagation()
    if (event.type === "change") this.#ask(event.target)
  }

  async #ask(wanted) {
    this.#wanted = wanted
    this.#taken.checked = true
    const shown = this.#dialog.querySelector(".shown")
    shown.replaceChildren()
    const values = { ...Object.fromEntries(new FormData(document.getElementById("composer"))), to: wanted.value }
    await ask("POST", this.dataset.url, { source: this, target: shown, swap: "innerHTML", values })
    // What was refused is said where messages are shown.
    if (!shown.firstElementChild || this.#wanted !== wanted) return
    if (!("says" in shown.firstElementChild.dataset)) return this.#take()
    this.#dialog.returnValue = ""
    this.#dialog.showModal()
  }

  #answered() {
    if (this.#dialog.returnValue === "switch") this.#take()
    else this.#taken.focus()
  }

  #take() {
    this.#wanted.checked = true
    this.#wanted.focus()
    this.dispatchEvent(new CustomEvent("api-switched", { bubbles: true }))
  }

  get #dialog() { return document.getElementById(this.dataset.dialog) }
})
