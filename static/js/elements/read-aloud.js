import { watch } from "../lib/live.js"
import { post } from "../lib/post.js"
import { live, pieceOf, SpeechQueue } from "../lib/speech-queue.js"

/** What nobody wants to hear: code, formulas, and what is there for eyes or hands only. */
const SILENT = "figure, pre, math, .formula, button, [aria-hidden=true], .visually-hidden, table"
let speaking = null

/** `<read-aloud data-url><button></button></read-aloud>` reads the answer around it aloud, as it is spoken; once more ends it. */
customElements.define("read-aloud", class extends HTMLElement {
  #queue = null
  #end = null

  connectedCallback() {
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.#stop()
  }

  async handleEvent() {
    if (this.#queue) return this.#stop()
    speaking?.stop()
    const queue = this.#queue = speaking = new SpeechQueue(number => pieceOf(this.dataset.piece)(number), state => this.#heard(state, queue))
    this.#show("loading")
    const answer = await post(this.dataset.url, { text: this.#text, team: this.closest("[data-team]")?.dataset.team ?? "" })
    if (this.#queue !== queue) return
    if (!answer) return this.#stop()
    this.dataset.piece = answer.piece
    const take = ({ state, done }) => {
      if (state === "failed" || state === "stopped") this.#fail()
      else queue.update(done, !live(state))
    }
    take(answer)
    if (live(answer.state)) this.#end = watch(answer.topic, frame => frame.speech ? take(frame.speech) : this.#stop())
  }

  #heard(state, queue) {
    if (this.#queue !== queue) return
    if (state === "playing") return this.#show("playing")
    if (state === "failed") return this.#fail()
    this.#stop()
  }

  #fail() {
    document.getElementById("notices").textContent = "This could not be read aloud. Speak it under Speech to see why."
    this.#stop()
  }

  #stop() {
    const queue = this.#queue
    this.#queue = null
    this.#end?.()
    this.#end = null
    if (speaking === queue) speaking = null
    queue?.stop()
    this.#show("still")
  }

  #show(state) {
    this.dataset.state = state
    const button = this.querySelector("button")
    if (!button) return
    const words = state === "still" ? "Read aloud" : "Stop reading"
    button.setAttribute("aria-label", words)
    button.title = words
    const use = button.querySelector("use")
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, state === "still" ? "#speech" : "#stop"))
  }

  get #text() {
    const prose = this.closest("article")?.querySelector(".prose")?.cloneNode(true)
    prose?.querySelectorAll(SILENT).forEach(part => part.remove())
    // A heading or an item ends a sentence, though no sign says so.
    prose?.querySelectorAll("p, li, h1, h2, h3, h4, h5, h6, br").forEach(part => part.append("\n"))
    return prose?.textContent.trim() ?? ""
  }
})
