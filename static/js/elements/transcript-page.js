import "./transcript-player.js"
import { Outbox } from "../lib/outbox.js"
import { mark, placeAt, rangeIn } from "../lib/highlights.js"
import { takePlace } from "../lib/place.js"
import { applied, changed, clock, isDone, isSeen, segmentAt, wordAt, wordIn } from "../lib/transcript.js"
import { read } from "../lib/reading.js"

const OURS = 200

/**
 * The text of a transcript beside its sound. `data-words` answers with the times of all words; what is spoken is marked and
 * kept in view, a click on a word plays from there. Editing is `transcript-editor.js`, finding `transcript-find.js`: they call
 * `perform` with operations, which are shown at once, sent in order, and undone by `undo`.
 */
customElements.define("transcript-page", class extends HTMLElement {
  #segments = []
  #current = null
  #active = null
  #following = true
  #scrolled = 0
  #doubts = {}
  #undone = []
  #done = []
  #outbox = null
  #heard = new AbortController()

  async connectedCallback() {
    const on = (target, name, handle, how) => target.addEventListener(name, handle, { signal: this.#heard.signal, ...how })
    on(this, "moved", event => this.#moved(event.detail))
    on(this, "silent", () => this.say("The sound cannot be played here."))
    on(this, "click", event => this.#clicked(event))
    on(this.list, "keydown", event => this.#arrows(event))
    on(this.list, "focusin", event => this.activate(event.target.closest(".segment")))
    on(document, "scroll", () => this.#scrolledByHand(), { passive: true })
    // Whoever turns the wheel means it, however lately the page has scrolled by itself.
    for (const name of ["wheel", "touchmove"]) on(document, name, () => { this.#scrolled = -OURS }, { passive: true })
    on(window, "beforeunload", event => { if (!this.#outbox.empty) event.preventDefault() })
    this.#outbox = new Outbox(this.dataset.edit, `transcript:${this.dataset.transcript}`, {
      saved: (entry, answer) => this.#saved(entry, answer),
      conflict: (entry, answer) => this.#conflict(entry, answer),
      refused: async (entry, message) => { await this.load(); this.say(message) },
      state: words => this.say(words),
    })
    this.activate(this.list.firstElementChild)
    await this.load()
    this.#takeUp(this.#outbox.kept())
    this.#arrive()
  }

  disconnectedCallback() {
    this.#heard.abort()
    this.#outbox.end()
    for (const name of ["spoken", "found", "found-now"]) mark(name, [])
  }

  get segments() { return this.#segments }
  get player() { return this.querySelector("transcript-player") }
  get list() { return this.querySelector("ol.transcript") }
  get active() { return this.#active }
  get canEdit() { return this.hasAttribute("data-can-edit") }
  numberOf(element) { return this.#segments.findIndex(segment => segment.id === element?.id) }
  element(id) { return document.getElementById(id) }
  said(id) { return this.element(id)?.querySelector(".said") }
  say(words) { this.querySelector(".saved").textContent = words }

  /** Fetch everything as it stands now, and draw what differs. */
  async load() {
    const answer = await read(this.dataset.words).catch(() => null)
    if (!answer?.ok) return this.say("The times of the words could not be read. Load the page again.")
    const { version, revision, doubts, segments } = await answer.json()
    Object.assign(this.#outbox, { version, revision })
    const drawn = [...this.list.children].map(element => element.id)
    const same = drawn.length === segments.length && segments.every((segment, n) => segment.id === drawn[n])
    this.#segments = segments
    if (same) for (const segment of segments) this.#fill(this.element(segment.id), segment)
    else this.list.replaceChildren(...segments.map(segment => this.#made(segment)))
    this.#speakers()
    this.#showDoubts(doubts)
    this.toggleAttribute("data-ready", true)
    this.dispatchEvent(new Event("edited"))
  }

  /** What an earlier page could not send, unless it had reached the server after all. */
  #takeUp(entries) {
    this.#outbox.forget()
    for (const entry of entries) {
      if (isDone(this.#segments, entry.operations)) continue
      if (isSeen(this.#segments, entry.operations)) this.perform(entry.operations, entry.note)
      else this.#conflict(entry, { segments: this.#segments })
    }
  }

  /** Show what operations make of the text, and have it saved. False where they do not fit what is there. */
  perform(operations, note, kind = "done") {
    let now = this.#segments
    const steps = []
    for (const operation of operations) {
      const step = applied(now, operation)
      if (!step) return this.#conflict({ operations, note }, { segments: now })
      steps.push(step)
      now = step.segments
    }
    for (const { first, count, made } of steps) {
      for (let n = 0; n < count; n++) this.list.children[first].remove()
      const before = this.list.children[first] ?? null
      for (const segment of made) this.list.insertBefore(this.#made(segment), before)
    }
    this.#segments = now
    this.#speakers()
    if (!this.#active?.isConnected) this.activate(this.element(operations.at(-1).put.at(-1)?.id) ?? this.list.firstElementChild)
    this.#outbox.add({ operations, note, kind })
    this.dispatchEvent(new Event("edited"))
    return true
  }

  /** Only the text of a segment, which stands in the page already as it was typed. */
  typed(segment, text) {
    const operation = changed(segment, { text })
    this.#segments = applied(this.#segments, operation).segments
    this.#outbox.add({ operations: [operation], kind: "done" })
    this.dispatchEvent(new Event("edited"))
  }

  undo() { this.#back(this.#done, "undone") }
  redo() { this.#back(this.#undone, "redone") }

  #back(from, kind) {
    if (!this.#outbox.empty) return this.say("One moment: what was edited is being saved.")
    const operations = from.pop()
    if (!operations) return
    const texts = new Map(this.#segments.map(segment => [segment.id, segment.text]))
    // What a later operation of the list removes is what an earlier one has put.
    for (const operation of operations) {
      operation.seen = operation.remove.map(id => texts.get(id) ?? "")
      for (const segment of operation.put) texts.set(segment.id, segment.text.trim())
    }
    this.perform(operations, undefined, kind)
    this.reveal(this.element(operations[0].put[0]?.id ?? operations[0].after))
  }

  async #saved({ kind }, { put, undo, doubts, stale }) {
    if (kind === "undone") this.#undone.push(undo)
    else this.#done.push(undo)
    if (kind === "done") this.#undone = []
    this.#buttons()
    for (const segment of put) {
      const n = this.#segments.findIndex(one => one.id === segment.id)
      // What was typed since will be answered, too.
      if (n < 0 || this.#segments[n].text !== segment.text) continue
      this.#segments[n] = segment
      const element = this.element(segment.id)
      this.#label(element, segment)
    }
    this.#showDoubts(doubts)
    if (stale && this.#outbox.empty) await this.load()
  }

  #buttons() {
    const set = (does, list) => { const button = this.querySelector(`[data-does=${does}]`); if (button) button.disabled = !list.length }
    set("undo", this.#done)
    set("redo", this.#undone)
  }

  async #conflict(entry, { segments }) {
    const theirs = new Map(segments.map(segment => [segment.id, segment.text]))
    await this.load()
    this.dispatchEvent(new CustomEvent("conflict", { detail: { entry, theirs } }))
    return false
  }

  #made(segment) {
    const element = this.querySelector("template").content.firstElementChild.cloneNode(true)
    element.id = segment.id
    this.#fill(element, segment)
    return element
  }

  #fill(element, segment) {
    const said = element.querySelector(".said")
    if (said.textContent !== segment.text) said.textContent = segment.text
    element.querySelector(".speaker").textContent = segment.speaker
    this.#label(element, segment)
  }

  /** A speaker is named where another one begins. */
  #speakers() {
    this.#segments.forEach(({ speaker }, n) => {
      const named = this.list.children[n].querySelector(".speaker")
      const hidden = !speaker || speaker === this.#segments[n - 1]?.speaker
      if (named.hidden !== hidden) named.hidden = hidden
    })
  }

  #label(element, { start }) {
    const time = element.querySelector(".segment-time")
    if (time.textContent === clock(start)) return
    time.textContent = clock(start)
    time.ariaLabel = `Play from ${clock(start)}`
    element.querySelector(".segment-more").ariaLabel = `Segment at ${clock(start)}`
  }

  #showDoubts(doubts) {
    for (const id of new Set([...Object.keys(this.#doubts), ...Object.keys(doubts), ...[...this.list.querySelectorAll("[data-level]")].map(element => element.id)])) {
      const element = this.element(id)
      if (!element) continue
      const [level, reasons] = doubts[id] ?? [0, []]
      if (level) element.dataset.level = level
      else delete element.dataset.level
      const said = element.querySelector(".doubt")
      said.textContent = reasons.join(", ")
      said.hidden = !level
    }
    this.#doubts = doubts
    const doubtful = this.#segments.filter(segment => doubts[segment.id])
    const wave = this.querySelector("wave-form")
    if (wave) wave.doubts = doubtful.map(segment => [segment.start, segment.end])
    const button = this.querySelector("[data-does=doubtful]")
    button.disabled = !doubtful.length
    button.querySelector("[data-doubtful]").textContent = doubtful.length || ""
  }

  /** The next doubtful segment behind the active one, round and round. */
  nextDoubtful() {
    const here = this.numberOf(this.#active)
    const order = [...this.#segments.slice(here + 1), ...this.#segments.slice(0, here + 1)]
    const next = order.find(segment => this.#doubts[segment.id])
    if (!next) return
    this.player.seek(next.start)
    this.reveal(this.element(next.id))
    this.element(next.id).querySelector(".segment-time").focus({ preventScroll: true })
  }

  /** The segment whose buttons Tab reaches; arrows go to the others. */
  activate(element) {
    if (!element || element === this.#active) return
    for (const button of this.#active?.querySelectorAll("button") ?? []) button.tabIndex = -1
    for (const button of element.querySelectorAll("button")) button.tabIndex = 0
    this.#active = element
  }

  /** Bring it into view, under the player. */
  reveal(element) {
    if (!element) return
    this.activate(element)
    this.#scrolled = performance.now()
    element.scrollIntoView({ block: "center" })
  }

  #arrows(event) {
    if (event.target.isContentEditable || event.altKey || event.ctrlKey || event.metaKey) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const button = event.target.closest("button")
    if (!step || !button) return
    const next = step > 0 ? this.#active.nextElementSibling : this.#active.previousElementSibling
    if (!next) return
    event.preventDefault()
    next.querySelector(`.${button.classList[0]}`).focus()
  }

  #clicked(event) {
    const { target } = event
    if (target.closest(".follow")) return this.#follow()
    if (target.closest("[data-does=doubtful]")) return this.nextDoubtful()
    const element = target.closest(".segment")
    if (!element) return
    this.activate(element)
    const segment = this.#segments[this.numberOf(element)]
    if (!segment || this.player.silent) return
    if (target.closest(".segment-time")) return this.player.play(segment.start)
    const said = target.closest(".said")
    if (!said || (said.isContentEditable && !event.altKey) || !getSelection().isCollapsed || event.detail > 1) return
    const place = placeAt(said, event.clientX, event.clientY)
    const word = place === null ? null : wordIn(segment, place)
    this.#following = true
    this.player.play(word ? word[2] : segment.start)
  }

  #moved(time) {
    const segment = this.#segments[segmentAt(this.#segments, time)]
    const element = segment && this.element(segment.id)
    if (this.#current !== element) {
      this.#current?.removeAttribute("aria-current")
      element?.setAttribute("aria-current", "true")
      this.#current = element
    }
    const word = segment && wordAt(segment, time)
    const range = word && rangeIn(this.said(segment.id), word[0], word[1])
    mark("spoken", range ? [range] : [])
    if (!element || !this.player.playing) return
    const seen = this.#inView(range ?? element)
    if (this.#following && !seen && !this.#typing) {
      this.#scrolled = performance.now()
      element.scrollIntoView({ block: element.offsetHeight > innerHeight / 2 ? "start" : "center" })
    }
    this.querySelector(".follow").hidden = this.#following || seen
  }

  get #typing() { return document.activeElement?.isContentEditable }

  #inView(what) {
    const { top, bottom } = what.getBoundingClientRect()
    return top >= this.player.getBoundingClientRect().bottom && bottom <= innerHeight - 40
  }

  #scrolledByHand() {
    if (performance.now() - this.#scrolled < OURS || !this.player.playing || !this.#current) return
    this.#following = this.#inView(this.#current)
  }

  #follow() {
    this.#following = true
    this.reveal(this.#current)
    this.querySelector(".follow").hidden = true
  }

  /** An address may say where to begin: ?t=12.5, #s12, or both. */
  #arrive() {
    const place = takePlace()
    if (place) return this.#readOn(place)
    const time = Number(new URLSearchParams(location.search).get("t"))
    const named = this.element(location.hash.slice(1))
    const segment = named?.matches(".segment") ? this.#segments[this.numberOf(named)] : time ? this.#segments[segmentAt(this.#segments, time + 0.01)] : null
    if (!segment) return
    this.player.seek(time || segment.start)
    this.reveal(this.element(segment.id))
  }

  /** What was read while it grew stands where it stood. */
  #readOn({ start, top }) {
    const segment = this.#segments[segmentAt(this.#segments, start + 0.01)]
    if (segment) scrollBy({ top: this.element(segment.id).getBoundingClientRect().top - top, behavior: "instant" })
  }
})
