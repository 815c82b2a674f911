import { mark, rangeIn } from "../lib/highlights.js"
import { changed, findAll, pattern, replaced } from "../lib/transcript.js"

/** Find and replace in a transcript: what is found is marked in the text; every replacement can be undone. */
customElements.define("transcript-find", class extends HTMLElement {
  #found = []
  #at = -1

  connectedCallback() {
    this.addEventListener("input", () => this.#look())
    this.addEventListener("click", this)
    this.addEventListener("keydown", event => { if (event.key === "Escape") this.close() })
    this.addEventListener("submit", event => { event.preventDefault(); this.#go(event.submitter?.dataset.find === "previous" ? -1 : 1) })
    this.page.addEventListener("edited", () => this.hidden || this.#look(true))
    this.page.addEventListener("click", ({ target }) => { if (target.closest("[data-does=find]")) this.hidden ? this.open() : this.close() })
  }

  get page() { return this.closest("transcript-page") }
  get #form() { return this.querySelector("form") }

  open() {
    this.hidden = false
    this.#opener.ariaExpanded = "true"
    const chosen = getSelection().toString()
    if (chosen && chosen.length < 100 && !chosen.includes("\n")) this.#form.elements.find.value = chosen
    this.#form.elements.find.select()
    this.#look()
  }

  close() {
    this.hidden = true
    this.#opener.ariaExpanded = "false"
    mark("found", [])
    mark("found-now", [])
    this.#opener.focus()
  }

  handleEvent({ target }) {
    const does = target.closest("[data-find]")?.dataset.find
    if (does === "previous") this.#go(-1)
    else if (does === "close") this.close()
    else if (does === "replace") this.#replaceOne()
    else if (does === "all") this.#replaceAll()
  }

  get #pattern() {
    const { find, case: matchCase, whole } = this.#form.elements
    return pattern(find.value, { case: matchCase.checked, whole: whole.checked })
  }

  #look(stay = false) {
    this.#found = findAll(this.page.segments, this.#pattern)
    this.#at = stay ? Math.min(this.#at, this.#found.length - 1) : -1
    this.#show()
  }

  #show() {
    const ranges = this.#found.slice(0, 5000).map(({ id, from, to }) => rangeIn(this.page.said(id), from, to))
    mark("found", ranges.filter(Boolean))
    mark("found-now", [ranges[this.#at]].filter(Boolean))
    const { length } = this.#found
    this.querySelector("[data-count]").textContent = !this.#form.elements.find.value ? "" : this.#at >= 0 ? `${this.#at + 1} of ${length}` : length === 1 ? "1 place" : `${length} places`
    for (const button of this.querySelectorAll("[data-find=replace], [data-find=all]")) button.disabled = !length || !this.page.canEdit
  }

  #go(step) {
    const { length } = this.#found
    if (!length) return
    this.#at = this.#at < 0 && step < 0 ? length - 1 : (this.#at + step + length) % length
    this.#show()
    this.page.reveal(this.page.element(this.#found[this.#at].id))
  }

  #replaceOne() {
    if (this.#at < 0) return this.#go(1)
    const { id, from, to } = this.#found[this.#at]
    const segment = this.page.segments.find(one => one.id === id)
    const words = this.#form.elements.replace.value
    this.page.perform([changed(segment, { text: (segment.text.slice(0, from) + words + segment.text.slice(to)).trim() })], "Replaced once")
    // What was put may hold what is looked for.
    this.#at = this.#found.findIndex(one => one.id === id && one.from >= from + words.length)
    if (this.#at < 0) this.#at = Math.min(this.#found.findLastIndex(one => one.id === id) + 1, this.#found.length - 1)
    this.#show()
  }

  #replaceAll() {
    const { length } = this.#found
    const operations = replaced(this.page.segments, this.#pattern, this.#form.elements.replace.value)
    if (!operations.length) return
    this.page.perform(operations, `Replaced ${length === 1 ? "once" : `${length} times`}`)
    this.querySelector("[data-count]").textContent = `Replaced ${length === 1 ? "once" : `${length} times`}`
  }

  get #opener() { return this.page.querySelector("[data-does=find]") }
})
