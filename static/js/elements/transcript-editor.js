import { merged, oneLine, split } from "../lib/transcript.js"
import { newKey } from "../lib/random.js"

const QUIET = 800

/** `<transcript-editor>` inside a `transcript-page`: typing in place. The menu of a segment is `transcript-menu.js`. */
customElements.define("transcript-editor", class extends HTMLElement {
  #editing = null
  #timer = null
  #heard = new AbortController()

  connectedCallback() {
    const { page } = this
    const on = (target, name, handle, how) => target.addEventListener(name, handle, { signal: this.#heard.signal, ...how })
    on(page, "click", event => this.#clicked(event))
    on(page.list, "pointerdown", event => this.#pressed(event), { capture: true })
    on(page.list, "dblclick", event => this.#doubled(event))
    if (!page.canEdit) return
    on(page.list, "keydown", event => this.#key(event))
    on(page.list, "input", () => this.#later())
    on(page.list, "beforeinput", event => this.#before(event))
    on(page.list, "paste", event => this.#paste(event))
    on(page.list, "focusout", event => this.#left(event))
    on(window, "pagehide", () => this.commit())
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    this.#heard.abort()
  }

  get page() { return this.closest("transcript-page") }
  get on() { return this.page.hasAttribute("data-editing") }
  get #button() { return this.page.querySelector("[data-does=editing]") }

  /** Reading or editing: what a click on a word does. */
  toggle() {
    if (!this.page.canEdit) return
    this.commit()
    const on = this.page.toggleAttribute("data-editing")
    this.#button.ariaPressed = String(on)
    if (on && this.page.active) this.edit(this.page.active)
    else this.#end()
  }

  /** Let the text of a segment be typed in, from its beginning. */
  edit(element, place = null) {
    if (!element || !this.page.canEdit) return
    this.#open(element)
    const said = element.querySelector(".said")
    said.focus()
    if (place !== null) getSelection().collapse(said.firstChild ?? said, Math.min(place, said.textContent.length))
  }

  #open(element) {
    if (this.#editing === element) return
    this.#end()
    this.#editing = element
    const said = element.querySelector(".said")
    said.contentEditable = "plaintext-only"
    said.role = "textbox"
    said.ariaLabel = `Text at ${element.querySelector(".segment-time").textContent}`
    said.spellcheck = true
    element.dataset.editing = ""
    this.page.activate(element)
  }

  #end() {
    const element = this.#editing
    if (!element) return
    this.commit()
    this.#editing = null
    const said = element.querySelector(".said")
    said.removeAttribute("contenteditable")
    said.removeAttribute("role")
    said.removeAttribute("aria-label")
    delete element.dataset.editing
  }

  #later() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.commit(), QUIET)
    this.page.say("Writing …")
  }

  /** Have what was typed so far saved. */
  commit() {
    clearTimeout(this.#timer)
    const segment = this.#segment(this.#editing)
    if (!segment) return
    const text = oneLine(this.#editing.querySelector(".said").textContent)
    if (text !== segment.text) this.page.typed(segment, text)
  }

  #segment(element) { return element && this.page.segments[this.page.numberOf(element)] }

  #pressed(event) {
    const said = event.target.closest(".said")
    // Before the browser sets the caret, so that it does.
    if (said && this.on && !event.altKey && event.button === 0) this.#open(said.closest(".segment"))
  }

  #doubled(event) {
    const said = event.target.closest(".said")
    if (!said || said.isContentEditable || !this.page.canEdit) return
    const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection()
    this.page.player.pause()
    this.edit(said.closest(".segment"), 0)
    // The word stays selected: what is typed stands in its place.
    if (anchorNode === said.firstChild && focusNode === anchorNode) getSelection().setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset)
  }

  #left({ relatedTarget }) {
    if (!this.#editing || this.#editing.contains(relatedTarget)) return
    this.commit()
    // A window that loses the focus gives it back.
    if (document.hasFocus()) this.#end()
  }

  #before(event) {
    if (!event.inputType.startsWith("history")) return
    event.preventDefault()
    this.#undo(event.inputType === "historyRedo")
  }

  /** Pasted lines become one. */
  #paste(event) {
    if (!event.target.closest(".said")?.isContentEditable) return
    event.preventDefault()
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain").replace(/\s+/g, " "))
  }

  #undo(again) {
    const had = this.#segment(this.#editing)
    this.commit()
    if (had) this.#end()
    if (again) this.page.redo()
    else this.page.undo()
    // What was typed in may have gone with it.
    if (had) this.page.active?.querySelector(".segment-time").focus({ preventScroll: true })
  }

  undo(again) { this.#undo(again) }

  #key(event) {
    const element = event.target.closest(".segment")
    const said = event.target.closest(".said")
    if (event.isComposing) return
    if (!said?.isContentEditable) {
      if (event.key === "F2" && element) { event.preventDefault(); this.edit(element, 0) }
      return
    }
    const { key } = event
    const selection = getSelection()
    const place = selection.anchorNode === said.firstChild ? selection.anchorOffset : 0
    const control = event.ctrlKey || event.metaKey
    if (key === "Escape") { event.preventDefault(); this.#end(); element.querySelector(".segment-time").focus() }
    else if (key === "Enter" && !control) { event.preventDefault(); this.#split(element, place) }
    else if (control && key.toLowerCase() === "z") { event.preventDefault(); this.#undo(event.shiftKey) }
    else if (control && key.toLowerCase() === "y") { event.preventDefault(); this.#undo(true) }
    else if (key === "Backspace" && !control && selection.isCollapsed && place === 0 && element.previousElementSibling) { event.preventDefault(); this.merge(element.previousElementSibling, element) }
    else if (key === "Delete" && !control && selection.isCollapsed && place === said.textContent.length && element.nextElementSibling) { event.preventDefault(); this.merge(element, element.nextElementSibling) }
    else if (event.altKey && (key === "ArrowDown" || key === "ArrowUp")) { event.preventDefault(); this.edit(key === "ArrowDown" ? element.nextElementSibling : element.previousElementSibling, 0) }
  }

  #split(element, place) {
    const text = element.querySelector(".said").textContent
    if (!text.slice(0, place).trim() || !text.slice(place).trim()) return this.page.say("A segment is split between two words.")
    this.commit()
    const segment = this.#segment(element)
    // What was typed may have had blanks at its beginning.
    const at = Math.max(0, place - (text.length - text.trimStart().length))
    const id = `${segment.id.split("-")[0]}-${newKey().slice(0, 10)}`
    this.#quietly(() => this.page.perform([split(segment, segment.text, at, id)]))
    this.edit(this.page.element(id), 0)
  }

  /** One segment of two that follow one another; the caret stands where they meet. */
  merge(above, below) {
    this.commit()
    const [first, second] = [this.#segment(above), this.#segment(below)]
    const operation = merged(first, second)
    this.#quietly(() => this.page.perform([operation]))
    this.edit(this.page.element(first.id), operation.put[0].text.length - second.text.length)
  }

  /** Elements come and go: what leaves the page is not what a person left. */
  #quietly(change) {
    clearTimeout(this.#timer)
    this.#editing = null
    change()
  }

  #clicked({ target }) {
    const does = target.closest("[data-does]")?.dataset.does
    if (does === "editing") this.toggle()
    else if (does === "undo" || does === "redo") this.#undo(does === "redo")
  }
})
