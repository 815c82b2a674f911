/** `<preset-list>` around rows of presets: the search box leaves those that have its words, arrows move between them. */
customElements.define("preset-list", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this)
    this.addEventListener("keydown", this)
  }

  handleEvent(event) {
    if (event.type === "input" && event.target.matches("[data-search]")) return this.#filter(event.target.value)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) this.#move(event, step)
  }

  #filter(words) {
    const wanted = words.trim().toLowerCase()
    for (const row of this.#rows) row.hidden = !row.querySelector(".preset-said").textContent.toLowerCase().includes(wanted)
    this.querySelector("[data-nothing]").hidden = this.#rows.some(row => !row.hidden)
  }

  #move(event, step) {
    const rows = this.#rows.filter(row => !row.hidden)
    if (!rows.length) return
    event.preventDefault()
    const at = rows.findIndex(row => row.contains(event.target))
    const next = at < 0 && step < 0 ? rows.at(-1) : rows.at((at + step) % rows.length)
    next.querySelector("button").focus()
  }

  get #rows() { return [...this.querySelectorAll(".preset-rows > li")] }
})
