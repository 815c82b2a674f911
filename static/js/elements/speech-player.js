import { watch } from "../lib/live.js"
import { live, pieceOf, SpeechQueue } from "../lib/speech-queue.js"

/**
 * A speech while it is made: it can be heard from its first piece on. `<speech-player data-topic data-piece data-card>`;
 * with `data-plays` it begins by itself, with `data-over` no more pieces come. When all is done and heard, the card is
 * fetched anew, with the plain player of the whole.
 */
customElements.define("speech-player", class extends HTMLElement {
  #end = null
  #queue = null
  #done = Number(this.dataset.done)

  connectedCallback() {
    this.#listen.addEventListener("click", this)
    if ("over" in this.dataset) return
    if ("plays" in this.dataset) this.#begin()
    this.#end = watch(this.dataset.topic, frame => this.#take(frame))
  }

  disconnectedCallback() {
    this.#end?.()
    const queue = this.#queue
    this.#queue = null
    queue?.stop()
  }

  async handleEvent() {
    if (!this.#queue) this.#begin()
    else if (this.#queue.playing) await this.#queue.pause()
    else await this.#queue.resume()
    this.#show()
  }

  #begin() {
    this.#queue = new SpeechQueue(pieceOf(this.dataset.piece), state => this.#heard(state))
    this.#queue.update(this.#done, "over" in this.dataset)
    this.#show()
  }

  #take({ speech, unknown, gone }) {
    if (unknown || gone) return this.#whole()
    if (!speech) return
    this.#done = speech.done
    this.#listen.disabled = !speech.done
    const progress = this.querySelector("progress")
    progress.max = speech.pieces
    progress.value = speech.done
    if (live(speech.state)) {
      const made = speech.done ? `${speech.done} of ${speech.pieces} pieces` : speech.waits ? "" : "Speaking …"
      this.#say([speech.waits, made].filter(Boolean).join(" · "))
      this.#queue?.update(speech.done, false)
      this.#show()
    } else if (speech.state === "complete" && this.#queue) {
      this.#say("Ready")
      this.querySelector(".end")?.remove()
      // Who has heard enough, or waits in a pause, takes it away all the same.
      this.querySelector(".whole").hidden = false
      this.#queue.update(speech.done, true)
    } else this.#whole()
  }

  #heard(state) {
    if (!this.#queue) return
    if (state === "playing") return this.#show()
    this.#queue = null
    if ("over" in this.dataset) this.#show()
    else this.#whole()
  }

  #whole() {
    this.#end?.()
    if (this.isConnected) htmx.ajax("GET", this.dataset.card, { source: document.body, target: this.closest("article"), swap: "outerHTML" })
  }

  #say(words) {
    this.querySelector(".said").textContent = words
  }

  #show() {
    const playing = Boolean(this.#done && this.#queue?.playing)
    this.dataset.state = this.#queue ? (playing ? "playing" : "paused") : "still"
    this.#listen.setAttribute("aria-label", playing ? "Pause" : "Play")
    const use = this.#listen.querySelector("use")
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, playing ? "#pause" : "#play"))
  }

  get #listen() { return this.querySelector(".listen") }
})
