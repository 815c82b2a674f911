import { watch } from "../lib/live.js"

/**
 * The scrolling conversation. Follows the text while its end is in view, stays where a reader scrolled to,
 * and fetches the log again when another tab or person has gone on.
 */
customElements.define("chat-log", class extends HTMLElement {
  #end = null
  #following = true
  #place = 0
  #observer = null
  #frame = 0
  #focused = null

  connectedCallback() {
    this.addEventListener("scroll", this, { passive: true })
    this.#jump.addEventListener("click", this)
    for (const name of ["turn-begun", "conversations-changed", "log-behind"]) document.body.addEventListener(name, this)
    this.#observer = new ResizeObserver(() => this.#follow())
    this.#observe()
    this.addEventListener("htmx:before:swap", this)
    // What asked for the swap may be gone after it: then only the document hears of its end.
    document.addEventListener("htmx:after:swap", this)
    // Whoever opens something wants to read its beginning.
    this.addEventListener("click", ({ target }) => { if (target.closest("[aria-expanded], summary")) this.#following = false })
    if (this.#isEmpty) return
    this.#watch()
    this.#toEnd()
  }

  disconnectedCallback() {
    this.#end?.()
    this.#observer.disconnect()
    document.removeEventListener("htmx:after:swap", this)
    for (const name of ["turn-begun", "conversations-changed", "log-behind"]) document.body.removeEventListener(name, this)
  }

  handleEvent(event) {
    if (event.type === "scroll") this.#scrolled()
    else if (event.type === "click") this.#toEnd()
    else if (event.type === "htmx:before:swap") this.#remember()
    else if (event.type === "htmx:after:swap") this.#swapped()
    else if (event.type === "log-behind") this.#refresh()
    else this.#begun()
  }

  #begun() {
    document.getElementById("empty")?.remove()
    document.title = `${document.getElementById("title").textContent} · Playground`
    this.#watch()
    this.#toEnd()
  }

  #watch() {
    this.#end ??= watch(`conversation:${this.dataset.conversation}`, frame => this.#changed(frame))
  }

  #changed(frame) {
    if (frame.gone || frame.unknown) {
      document.getElementById("notices").textContent = "This conversation was deleted, or it is not shared with you any more. What you typed is still here."
      htmx.trigger(document.body, "conversations-changed")
    } else {
      const title = document.getElementById("title")
      if (title && title.textContent !== frame.title) {
        title.textContent = frame.title
        document.title = `${frame.title} · Playground`
        htmx.trigger(document.body, "conversations-changed")
      }
      if (!frame.head || !document.getElementById(`message-${frame.head}`)) this.#refresh(frame.head)
    }
  }

  /** Wait a moment: the answer to this page's own send brings the same messages. */
  #refresh(head) {
    setTimeout(() => {
      if (head && document.getElementById(`message-${head}`)) return
      htmx.ajax("GET", this.dataset.log, { source: this, target: "#log", swap: "outerMorph" })
    }, 300)
  }

  #remember() {
    const article = document.activeElement.closest("#log > article")
    this.#focused = article && { label: document.activeElement.ariaLabel, place: this.#articles.indexOf(article) }
  }

  /** What had the focus may have been replaced by its like; where there is none, the message itself takes it. */
  #swapped() {
    this.#observe()
    const { label, place } = this.#focused ?? {}
    const article = this.#articles[place]
    this.#focused = null
    if (!article || document.activeElement !== document.body) return
    const like = label && article.querySelector(`[aria-label="${CSS.escape(label)}"]:not(:disabled)`)
    if (!like) article.tabIndex = -1
    const taker = like || article
    taker.focus({ preventScroll: true })
  }

  #observe() {
    this.#observer.disconnect()
    // A notice or a longer draft under it leaves less room for the end.
    this.#observer.observe(this)
    const log = this.querySelector("#log")
    if (log) this.#observer.observe(log)
    this.#follow()
  }

  /** Only a reader scrolls up; when the text grows or is drawn anew, the place stays or is cut short. */
  #scrolled() {
    if (this.#isEmpty) return
    const atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < 48
    if (atEnd) this.#following = true
    else if (this.scrollTop < this.#place - 1) this.#following = false
    this.#place = this.scrollTop
    this.#jump.hidden = this.#following || atEnd
  }

  #follow() {
    if (this.#isEmpty) return
    if (!this.#following) {
      this.#jump.hidden = this.scrollHeight - this.clientHeight < 48
      return
    }
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => { if (this.#following) this.scrollTop = this.scrollHeight })
  }

  #toEnd() {
    this.#following = true
    this.scrollTop = this.scrollHeight
    this.#jump.hidden = true
  }

  /** Nothing was said yet: what stands there is read from its beginning. */
  get #isEmpty() {
    return Boolean(this.querySelector("#empty"))
  }

  get #articles() {
    return [...this.querySelectorAll("#log > article")]
  }

  get #jump() {
    return this.querySelector(".jump")
  }
})
