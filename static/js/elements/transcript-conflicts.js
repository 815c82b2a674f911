import { put } from "../lib/transcript.js"
import { newKey } from "../lib/random.js"

/** `<transcript-conflicts>` inside a `transcript-page`: where two people wrote into one segment, both texts stand here until one is chosen. */
customElements.define("transcript-conflicts", class extends HTMLElement {
  #heard = new AbortController()

  connectedCallback() {
    this.page.addEventListener("conflict", ({ detail: { entry, theirs } }) => this.#differ({ entry, theirs: [...theirs] }), { signal: this.#heard.signal })
    for (const conflict of this.#conflicts) this.#show(conflict)
  }

  disconnectedCallback() {
    this.#heard.abort()
  }

  get page() { return this.closest("transcript-page") }

  /** Theirs and mine, one beside the other: nothing goes before somebody has chosen, not with a reload either. */
  #differ(conflict) {
    this.#conflicts = [...this.#conflicts, conflict]
    this.#show(conflict)
  }

  get #conflicts() {
    try {
      return JSON.parse(localStorage.getItem(this.#place)) ?? []
    } catch {
      return []
    }
  }

  set #conflicts(list) {
    try {
      if (list.length) localStorage.setItem(this.#place, JSON.stringify(list))
      else localStorage.removeItem(this.#place)
    } catch {
      this.page.say("This browser has no room left to keep what is not saved.")
    }
  }

  get #place() { return `transcript-conflicts:${this.page.dataset.transcript}` }

  #show(conflict) {
    const { entry } = conflict
    const theirs = new Map(conflict.theirs)
    const card = document.createElement("section")
    card.className = "card conflict"
    const mine = entry.operations.flatMap(operation => operation.put.map(segment => segment.text)).join("\n")
    const there = entry.operations.flatMap(operation => operation.remove.filter(id => theirs.has(id)).map(id => theirs.get(id))).join("\n")
    const add = (tag, text, parent = card) => Object.assign(parent.appendChild(document.createElement(tag)), { textContent: text, dir: "auto" })
    add("h2", "Somebody else has changed this meanwhile")
    for (const [name, text] of [["Theirs, which stands now", there || "It is not there any more."], ["Yours, which is not saved", mine || "You removed it."]]) {
      add("h3", name)
      add("p", text)
    }
    const row = card.appendChild(Object.assign(document.createElement("div"), { className: "row" }))
    const choose = (words, does) => Object.assign(add("button", words, row), { type: "button", onclick: () => { card.remove(); this.#settle(conflict); does() } })
    choose("Keep mine", () => this.#keepMine(entry))
    choose("Take theirs", () => {})
    this.append(card)
    card.scrollIntoView({ block: "nearest" })
  }

  #settle(conflict) {
    const mine = JSON.stringify(conflict)
    this.#conflicts = this.#conflicts.filter(one => JSON.stringify(one) !== mine)
  }

  #keepMine({ operations, note }) {
    const { page } = this
    const now = new Map(page.segments.map(segment => [segment.id, segment]))
    const taken = new Set(now.keys())
    for (const operation of operations) {
      const remove = operation.remove.filter(id => now.has(id))
      const after = remove.length ? null : page.active?.previousElementSibling?.id ?? null
      const fresh = id => taken.has(id) && !remove.includes(id) ? `${id.split("-")[0]}-${newKey().slice(0, 10)}` : id
      page.perform([{ after, remove, seen: remove.map(id => now.get(id).text), put: operation.put.map(segment => put(segment, { id: fresh(segment.id) })) }], note)
    }
  }
})
