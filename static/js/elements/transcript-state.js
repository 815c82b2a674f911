import { watch } from "../lib/live.js"

/** `<transcript-state data-topic="transcript:…" data-state="queued">` in a row of the list: has the list drawn anew when the state changes. */
customElements.define("transcript-state", class extends HTMLElement {
  #end = null

  connectedCallback() {
    this.#end = watch(this.dataset.topic, ({ progress, unknown, gone }) => {
      const over = unknown || gone
      if (over) this.#leave()
      if (over || progress && progress.state !== this.dataset.state) document.body.dispatchEvent(new Event("recordings-changed"))
    })
  }

  disconnectedCallback() {
    this.#leave()
  }

  #leave() {
    this.#end?.()
    this.#end = null
  }
})
