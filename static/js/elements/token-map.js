/**
 * `<token-map>` around `.tokens` (buttons with `data-rivals`, JSON of [name, chance] pairs) and `.rivals`: one stop of the Tab
 * key, arrows move between tokens, and the chosen token's rivals stand in a table.
 */
customElements.define("token-map", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this)
    this.addEventListener("focusin", this)
    this.addEventListener("keydown", this)
  }

  handleEvent(event) {
    const token = event.target.closest("button.token")
    if (!token) return
    if (event.type !== "keydown") return this.#choose(token)
    const next = { ArrowRight: token.nextElementSibling, ArrowLeft: token.previousElementSibling, Home: token.parentElement.firstElementChild, End: token.parentElement.lastElementChild }[event.key]
    if (!next) return
    event.preventDefault()
    next.focus()
  }

  #choose(token) {
    if (token.getAttribute("aria-current") === "true") return
    for (const other of this.querySelectorAll('.token[tabindex="0"], .token:not([tabindex]), .token[aria-current]')) {
      other.tabIndex = -1
      other.removeAttribute("aria-current")
    }
    token.tabIndex = 0
    token.setAttribute("aria-current", "true")
    this.#tell(token)
  }

  #tell(token) {
    const rows = JSON.parse(token.dataset.rivals)
    const head = made("p", made("strong", token.title), rows.length ? "; the likeliest tokens here were" : "; the API named no other tokens")
    const table = made("table", made("tbody", ...rows.map(([name, chance]) => made("tr", made("th", name), made("td", chance)))))
    for (const cell of table.querySelectorAll("th")) cell.scope = "row"
    this.querySelector(".rivals").replaceChildren(head, ...(rows.length ? [table] : []))
  }
})

const made = (tag, ...inside) => {
  const element = document.createElement(tag)
  element.append(...inside)
  return element
}
