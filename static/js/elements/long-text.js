/**
 * `<long-text><div>…</div><button type="button" hidden>Show all</button></long-text>`: a text that is higher than its style allows
 * fades at its end, and the button opens it. Without scripts it scrolls.
 */
customElements.define("long-text", class extends HTMLElement {
  #observer = null

  connectedCallback() {
    this.addEventListener("click", this)
    this.#observer = new ResizeObserver(() => this.#measure())
    this.#observer.observe(this.#text)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this)
    this.#observer.disconnect()
  }

  handleEvent({ target }) {
    if (target !== this.#button) return
    this.toggleAttribute("data-open")
    this.#label()
    if (!this.#open) this.scrollIntoView({ block: "nearest" })
  }

  #measure() {
    if (this.#open) return
    const cut = this.#text.scrollHeight > this.#text.clientHeight + 1
    this.toggleAttribute("data-cut", cut)
    this.#button.hidden = !cut
    this.#label()
  }

  #label() {
    this.#button.textContent = this.#open ? "Show less" : "Show all"
    this.#button.setAttribute("aria-expanded", String(this.#open))
  }

  get #open() { return this.hasAttribute("data-open") }
  get #text() { return this.firstElementChild }
  get #button() { return this.lastElementChild }
})
