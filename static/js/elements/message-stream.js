import { watch } from "../lib/live.js"
import { running, thoughtFor } from "../lib/words.js"

/**
 * An answer while it is written: `<message-stream data-topic="message:…">` around `.blocks`, `.tail`, `.thoughts`, `.running`.
 * A finished block is added once, only the open tail changes; the last frame replaces the whole article.
 */
customElements.define("message-stream", class extends HTMLElement {
  #end = null
  #timer = null
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
    this.#say()
  }

  disconnectedCallback() {
    this.#end?.()
    clearInterval(this.#timer)
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
    this.#entitle("Thinking…")
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

  #turn(status) {
    this.#status = status
    this.#since = performance.now()
  }

  #clear() {
    this.#part(".blocks").replaceChildren()
    this.#thought = null
    this.#part(".thoughts").replaceChildren()
  }

  #say() {
    const now = performance.now()
    const words = running(this.#status, (now - this.#since) / 1000, (now - this.#heard) / 1000)
    const line = this.#part(".running")
    if (line.textContent !== words) line.textContent = words
    this.toggleAttribute("data-streaming", Boolean(this.#status.streaming))
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
