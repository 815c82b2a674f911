import { fault } from "../lib/limits.js"

/**
 * The inspector: keeps what was set with the conversation, a moment after the last change, and marks what differs
 * from the API's own defaults and what the API would not take; the latter is not kept. Its controls belong to the composer's form, so a send carries them in any case.
 */
customElements.define("parameter-panel", class extends HTMLElement {
  #timer = null

  connectedCallback() {
    this.addEventListener("input", this)
    this.addEventListener("click", this)
    // The model stands outside of the panel, and its picker may be drawn anew.
    document.addEventListener("change", this)
    // A browser that restores the page restores what was typed.
    this.#mark()
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
      const control = field.querySelector("input, textarea, select")
      field.toggleAttribute("data-changed", Boolean(control?.value))
      if (control) this.#judge(control, field.querySelector(".error"))
    }
  }

  #judge(control, error) {
    const { value, min, max, step, dataset: { lines }, validity: { badInput: unreadable } } = control
    const words = fault({ value, min, max, step, lines, unreadable })
    if (error.textContent !== words) error.textContent = words
    const described = (control.getAttribute("aria-describedby") ?? "").split(" ").filter(id => id && id !== error.id)
    if (words) control.setAttribute("aria-invalid", "true")
    else control.removeAttribute("aria-invalid")
    control.setAttribute("aria-describedby", [...(words ? [error.id] : []), ...described].join(" "))
  }

  #keep() {
    const form = document.getElementById("composer")
    // A chat that was not begun yet keeps its settings with the first message.
    if (!form || form.elements.new || this.querySelector("[aria-invalid]")) return
    const values = Object.fromEntries([...new FormData(form)].filter(([name]) => !["text", "key", "new"].includes(name)))
    htmx.ajax("POST", this.dataset.later, { source: this, swap: "none", values })
  }
})
