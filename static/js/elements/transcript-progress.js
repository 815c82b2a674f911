import { onceMore } from "../lib/asking.js"
import { watch } from "../lib/live.js"
import { keepPlace } from "../lib/place.js"

const LIVE = ["queued", "running"]

/**
 * `<transcript-progress data-topic="transcript:…" data-url="…" data-state="running">`: how far a transcript is, and what there
 * is to read so far. Fetches itself anew whenever the job gets on; what stands there already stays where it is.
 * Tells `transcript-ended` in the end; unless that is prevented, the page is loaded again, with the text to work on.
 */
customElements.define("transcript-progress", class extends HTMLElement {
  static observedAttributes = ["data-state"]
  #end = null
  #ask = onceMore(async () => {
    if (this.isConnected) await htmx.ajax("GET", this.dataset.url, { source: this, target: this, swap: "outerMorph" })
  })

  connectedCallback() {
    this.#follow()
  }

  disconnectedCallback() {
    this.#leave()
  }

  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === null || before === now) return
    this.#follow()
    if (LIVE.includes(before) && !LIVE.includes(now)) this.#finish(now)
  }

  #follow() {
    if (!LIVE.includes(this.dataset.state)) return this.#leave()
    this.#end ??= watch(this.dataset.topic, frame => this.#take(frame))
  }

  #leave() {
    this.#end?.()
    this.#end = null
  }

  #take(frame) {
    // Deleted, or not shared any more: the page that is asked for says so.
    if (frame.unknown || frame.gone) return this.#finish("gone")
    if (frame.progress) this.#ask()
  }

  #finish(state) {
    this.#leave()
    const ended = new CustomEvent("transcript-ended", { bubbles: true, cancelable: true, detail: state })
    if (!this.dispatchEvent(ended)) return
    keepPlace()
    location.reload()
  }
})
