import { changed, spokenBy } from "../lib/transcript.js"

/** `<transcript-menu>` inside a `transcript-page`, around the menu of a segment and the dialog that names its speaker. */
customElements.define("transcript-menu", class extends HTMLElement {
  #heard = new AbortController()

  connectedCallback() {
    const on = (target, name, handle) => target.addEventListener(name, handle, { signal: this.#heard.signal })
    on(this.page, "click", event => this.#clicked(event))
    on(this.menu, "keydown", event => this.#along(event))
    if (!this.page.canEdit) return
    on(this.speaker, "close", () => { if (this.speaker.returnValue === "save") this.#nameSpeaker() })
    on(this.speaker.querySelector("form"), "submit", () => { this.speaker.returnValue = "save" })
  }

  disconnectedCallback() {
    this.#heard.abort()
  }

  get page() { return this.closest("transcript-page") }
  get editor() { return this.page.querySelector("transcript-editor") }
  get menu() { return this.querySelector("#segment-menu") }
  get speaker() { return this.querySelector("#speaker") }

  #segment(element) { return element && this.page.segments[this.page.numberOf(element)] }

  #clicked({ target }) {
    const more = target.closest(".segment-more")
    if (more) return this.#menu(more)
    const chosen = target.closest("[data-segment]")?.dataset.segment
    if (chosen) this.#chosen(chosen)
  }

  #menu(button) {
    const { menu } = this
    const element = button.closest(".segment")
    const one = name => menu.querySelector(`[data-segment=${name}]`) ?? {}
    one("above").disabled = !element.previousElementSibling
    one("below").disabled = !element.nextElementSibling
    one("right").hidden = !element.dataset.level
    one("play").hidden = this.page.player.silent
    menu.showPopover()
    const { right, bottom, top } = button.getBoundingClientRect()
    const { offsetWidth, offsetHeight } = menu
    Object.assign(menu.style, { position: "fixed", left: `${Math.max(8, right - offsetWidth)}px`, right: "auto", top: `${Math.max(8, bottom + offsetHeight < innerHeight ? bottom : top - offsetHeight)}px` })
    menu.querySelector("button:not([hidden], :disabled)").focus()
  }

  /** Up and down through the menu; without it the page would scroll behind it. */
  #along(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const buttons = [...event.currentTarget.querySelectorAll("button:not([hidden], :disabled)")]
    buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus()
  }

  #chosen(name) {
    const { page, editor } = this
    const element = page.active
    // Closing gives the focus back; what is opened takes it then.
    this.menu.hidePopover()
    editor.commit()
    const segment = this.#segment(element)
    if (!segment) return
    if (name === "play") page.player.play(segment.start)
    else if (name === "edit") editor.edit(element, 0)
    else if (name === "above") editor.merge(element.previousElementSibling, element)
    else if (name === "below") editor.merge(element, element.nextElementSibling)
    else if (name === "right") page.perform([changed(segment, { edited: true })])
    else if (name === "speaker") this.#askSpeaker(segment)
    else if (name === "again") this.#again(element, segment)
    else if (name === "link") navigator.clipboard?.writeText(new URL(`#${segment.id}`, location).href).then(() => page.say("The link is copied."))
    else if (name === "delete") {
      const next = element.nextElementSibling ?? element.previousElementSibling
      page.perform([{ remove: [segment.id], seen: [segment.text], put: [] }])
      page.activate(next)
      next?.querySelector(".segment-time").focus()
    }
  }

  /** The segment, or all that are selected when it is among them. */
  #again(element, segment) {
    const selection = getSelection()
    const chosen = selection.isCollapsed ? [] : [...this.page.list.children].filter(one => selection.containsNode(one, true))
    const span = chosen.includes(element) ? chosen.map(one => this.#segment(one)) : [segment]
    const values = { start: span[0].start, end: span.at(-1).end }
    document.getElementById("again").showModal()
    htmx.ajax("GET", this.page.dataset.again, { source: document.body, target: "#again .shown", values })
  }

  #askSpeaker(segment) {
    const dialog = this.speaker
    const names = [...new Set(this.page.segments.map(one => one.speaker).filter(Boolean))]
    dialog.querySelector("datalist").replaceChildren(...names.map(name => new Option(name, name)))
    const [name, where] = [dialog.querySelector("[name=name]"), dialog.querySelector("[name=where]")]
    name.value = segment.speaker
    where.value = segment.speaker ? "all" : "following"
    dialog.returnValue = ""
    dialog.showModal()
    name.select()
  }

  #nameSpeaker() {
    const { page } = this
    const [name, where] = ["name", "where"].map(field => this.speaker.querySelector(`[name=${field}]`).value)
    const speaker = name.trim()
    const found = spokenBy(page.segments, page.numberOf(page.active), where)
    const operations = found.filter(segment => segment.speaker !== speaker).map(segment => changed(segment, { speaker }))
    if (operations.length) page.perform(operations, "Named a speaker")
  }
})
