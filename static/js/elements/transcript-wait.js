const LIVE = ["queued", "running"]

/** Around the progress of a job, which is fetched: where that had ended before it was, the page is loaded again, with the text. */
customElements.define("transcript-wait", class extends HTMLElement {
  // What asks for the progress is replaced by it, so that htmx's own event about that never gets here.
  #arrivals = new MutationObserver(() => this.#look())

  connectedCallback() { this.#arrivals.observe(this, { childList: true }) }

  disconnectedCallback() { this.#arrivals.disconnect() }

  #look() {
    const state = this.querySelector("transcript-progress")?.dataset.state
    if (LIVE.includes(this.dataset.state) && state && !LIVE.includes(state)) location.reload()
  }
})
