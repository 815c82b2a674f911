import { onceMore } from "../lib/asking.js"

/** Go anywhere by name: `<command-palette data-url="…">` around a search box and a listbox, inside a dialog. */
customElements.define("command-palette", class extends HTMLElement {
  #chosen = 0
  #timer = null
  #load = onceMore(() => this.#read())

  connectedCallback() {
    this.addEventListener("input", this)
    this.addEventListener("keydown", this)
    this.addEventListener("click", this)
    this.closest("dialog").addEventListener("toggle", this)
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
  }

  handleEvent(event) {
    if (event.type === "toggle" && event.newState === "open") this.#load()
    else if (event.type === "input") {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#load(), 120)
    } else if (event.type === "click") this.#take(event, event.target.closest("[role=option]"))
    else if (event.type === "keydown") this.#key(event)
  }

  async #read() {
    const url = `${this.dataset.url}?q=${encodeURIComponent(this.#box.value)}`
    await htmx.ajax("GET", url, { source: this, target: "#palette-results", swap: "innerHTML" })
    this.#choose(0)
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      this.#choose(this.#chosen + step)
    } else if (event.key === "Enter") {
      event.preventDefault()
      this.#options[this.#chosen]?.click()
    }
  }

  #choose(index) {
    const options = this.#options
    this.#chosen = options.length ? (index + options.length) % options.length : 0
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.#chosen)))
    const chosen = options[this.#chosen]
    chosen?.scrollIntoView({ block: "nearest" })
    this.#box.setAttribute("aria-activedescendant", chosen?.id ?? "")
  }

  #take(event, option) {
    if (!option?.dataset.opens) return
    event.preventDefault()
    this.closest("dialog").close()
    document.getElementById(option.dataset.opens).showModal()
  }

  get #box() { return this.querySelector("input") }
  get #options() { return [...this.querySelectorAll("[role=option]:not([aria-disabled])")] }
})
