import { watch } from "../lib/live.js"

const LIVE = ["queued", "running"]

/** Around what a job says of itself while it runs: when it has ended, the page is drawn anew with the text. */
customElements.define("transcript-wait", class extends HTMLElement {
  #end = null

  connectedCallback() {
    if (!LIVE.includes(this.dataset.state)) return
    this.#end = watch(`transcript:${this.dataset.transcript}`, frame => {
      const state = (frame.progress ?? frame.snapshot?.progress)?.state
      if (state && !LIVE.includes(state)) location.reload()
    })
  }

  disconnectedCallback() { this.#end?.() }
})
