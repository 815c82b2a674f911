import { watch } from "../lib/live.js"
import { details, running, thoughtFor } from "../lib/words.js"

/**
 * An answer while it is written: `<message-stream data-topic="message:…">` around `.blocks`, `.tail`, `.thoughts`, `.calls`,
 * `.running`, and the `.cancel` button of a wait for another try.
 * A finished block is added once, only the open tail changes; the last frame replaces the whole article.
 */
customElements.define("message-stream", class extends HTMLElement {
  #end = null
  #timer = null
  #tick = null
  #turned = true
  #status = { waiting: true, elapsed: 0 }
  #since = performance.now()
  #heard = performance.now()
  #tail = null
  #thought = null

  connectedCallback() {
    this.#tail = new Text("")
    this.#part(".tail").replaceChildren(this.#tail)
    this.#end = watch(this.dataset.topic, frame => this.#take(frame))
    this.#timer = setInterval(() => this.#say(), 1000)
    this.#part(".cancel").addEventListener("click", this)
    this.#say()
  }

  /** The same as Stop, where the countdown stands; the person goes on in the message box. */
  handleEvent({ currentTarget: button }) {
    button.disabled = true
    document.getElementById("message")?.focus()
    htmx.ajax("POST", button.dataset.url, { source: document.body, swap: "none" }).finally(() => { button.disabled = false })
  }

  disconnectedCallback() {
    this.#end?.()
    clearInterval(this.#timer)
    clearTimeout(this.#tick)
  }

  #take(frame) {
    this.#heard = performance.now()
    if (frame.final !== undefined) return this.#finish(frame)
    if (frame.unknown || frame.gone) return this.#gone()
    if (frame.snapshot) this.#clear()
    const news = frame.snapshot ?? frame
    if (news.reasoning) this.#think(news.reasoning)
    if (news.thought !== undefined) this.#entitle(thoughtFor(news.thought))
    if (news.tools) this.#use(news.tools)
    if (news.blocks) this.#part(".blocks").insertAdjacentHTML("beforeend", news.blocks)
    if (news.tail !== undefined) this.#open(news.tail, news.code)
    if (news.append) this.#tail.appendData(news.append)
    for (const call of news.calls ?? []) this.#call(call)
    if (news.status) this.#turn(news.status)
    this.#say()
    this.dispatchEvent(new CustomEvent("grown", { bubbles: true }))
  }

  #open(text, code) {
    this.#tail.data = text
    const tail = this.#part(".tail")
    const inCode = code !== null && code !== undefined
    tail.classList.toggle("tail-code", inCode)
    if (inCode) tail.dataset.language = code
    else delete tail.dataset.language
  }

  #think(text) {
    const details = this.#part(".reasoning")
    details.hidden = false
    if (!this.#thought) this.#part(".thoughts").append(this.#thought = new Text(""))
    this.#thought.appendData(text)
    this.#entitle("Thinking …")
  }

  #entitle(words) {
    const summary = this.#part(".reasoning summary")
    if (summary.textContent !== words) summary.textContent = words
  }

  #use(tools) {
    const list = this.#part(".using")
    list.hidden = !tools.length
    list.replaceChildren(...tools.map(words => Object.assign(document.createElement("li"), { textContent: words })))
  }

  #call({ at, name, append }) {
    const cards = this.#part(".calls")
    cards.hidden = false
    while (cards.children.length <= at) {
      const card = document.createElement("div")
      card.className = "tool-call"
      const head = document.createElement("p")
      head.className = "tool-head"
      head.append(document.createElement("strong"))
      const written = document.createElement("pre")
      written.append(document.createElement("code"))
      card.append(head, written)
      cards.append(card)
    }
    const card = cards.children[at]
    card.querySelector("strong").textContent = name
    card.querySelector("code").append(append)
  }

  #turn(status) {
    this.#status = status
    this.#turned = true
    this.#since = performance.now()
  }

  #clear() {
    this.#part(".blocks").replaceChildren()
    this.#thought = null
    this.#part(".thoughts").replaceChildren()
    this.#part(".calls").replaceChildren()
  }

  #say() {
    const now = performance.now()
    const words = running(this.#status, (now - this.#since) / 1000, (now - this.#heard) / 1000)
    const line = this.#part(".running")
    // A reader of screens hears what has turned, not every second of it.
    line.ariaLive = this.#turned ? "polite" : "off"
    this.#turned = false
    if (line.textContent !== words) line.textContent = words
    this.toggleAttribute("data-streaming", Boolean(this.#status.streaming))
    if (this.#status.retry || !this.#part(".cancel").hidden) this.#count((now - this.#since) / 1000)
  }

  /** What stands beside a countdown; its last seconds are told by tenths. */
  #count(elapsed) {
    const left = this.#status.retry ? this.#status.wait - elapsed : 0
    this.#part(".cancel").hidden = left <= 0
    const said = left > 0 ? details(this.#status) : ""
    this.#part(".running-details").hidden = !said
    this.#part(".running-details").textContent = said
    clearTimeout(this.#tick)
    if (left > 0 && left < 11) this.#tick = setTimeout(() => this.#say(), 100)
  }

  async #finish(frame) {
    const article = this.closest("article")
    const { id, parentElement: log } = article
    const reading = this.#part(".reasoning").open
    this.dispatchEvent(new CustomEvent("finished", { bubbles: true, detail: frame.state }))
    await htmx.swap({ target: article, text: frame.final, swap: "outerHTML", sourceElement: log })
    // Whoever reads the thoughts goes on reading them.
    const thoughts = document.getElementById(id)?.querySelector(".reasoning")
    if (thoughts && reading) thoughts.open = true
  }

  #gone() {
    this.#turn({ lost: true, reason: "This message is gone: the conversation was deleted, or it is not shared with you any more." })
    this.closest("article").removeAttribute("aria-busy")
    this.#end?.()
    this.#say()
  }

  #part(selector) {
    return this.querySelector(selector)
  }
})
