const LIVE = ["queued", "running"]

/** Around the progress of a job, which is fetched: where that had ended before it was, the page is loaded again, with the text. */
customElements.define("transcript-wait", class extends HTMLElement {
  connectedCallback() { this.addEventListener("htmx:after:swap", this) }

  handleEvent() {
    const state = this.querySelector("transcript-progress")?.dataset.state
    if (LIVE.includes(this.dataset.state) && state && !LIVE.includes(state)) location.reload()
  }
})
