/**
 * The inspector: keeps what was set with the conversation, a moment after the last change, and marks what differs
 * from the API's own defaults. Its controls belong to the composer's form, so a send carries them in any case.
 */
customElements.define("parameter-panel", class extends HTMLElement {
  #timer = null

  connectedCallback() {
    this.addEventListener("input", this)
    this.addEventListener("click", this)
    // The model stands outside of the panel, and its picker may be drawn anew.
    document.addEventListener("change", this)
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    document.removeEventListener("change", this)
  }

  handleEvent(event) {
    if (event.type === "click" && !event.target.closest("[data-reset]")) return
    if (event.type === "change" && !event.target.matches("[data-keeps]")) return
    if (event.type === "click") this.#reset()
    this.#mark()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#keep(), 400)
  }

  #reset() {
    for (const control of this.querySelectorAll("input, textarea")) control.value = ""
  }

  #mark() {
    for (const field of this.querySelectorAll(".field")) {
      field.toggleAttribute("data-changed", Boolean(field.querySelector("input, textarea, select")?.value))
    }
  }

  #keep() {
    const form = document.getElementById("composer")
    // A chat that was not begun yet keeps its settings with the first message.
    if (!form || form.elements.new) return
    const values = Object.fromEntries([...new FormData(form)].filter(([name]) => !["text", "key", "new"].includes(name)))
    htmx.ajax("POST", this.dataset.later, { source: this, swap: "none", values })
  }
})
