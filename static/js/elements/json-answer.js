/**
 * `<json-answer>`: an answer as a tree that folds; `Raw` shows its text instead, and a violation in the list leads to its place.
 */
customElements.define("json-answer", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this)
  }

  handleEvent(event) {
    const raw = event.target.closest("[data-raw]")
    const link = event.target.closest(".violations a")
    if (raw) this.#show(raw.getAttribute("aria-pressed") !== "true")
    if (link) {
      // The address of the page is the conversation's.
      event.preventDefault()
      this.#show(false)
      this.#find(document.getElementById(link.hash.slice(1)))
    }
  }

  #show(raw) {
    this.querySelector("[data-raw]").setAttribute("aria-pressed", String(raw))
    this.querySelector(".json-raw").hidden = !raw
    this.querySelector(".json-shown").hidden = raw
  }

  #find(place) {
    for (let at = place; at !== this; at = at.parentElement) if (at.localName === "details") at.open = true
    place.focus()
    place.scrollIntoView({ block: "nearest" })
  }
})
