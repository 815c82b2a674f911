import { stillFor } from "../lib/words.js"

/**
 * `<wait-until data-left="121"><p role="status">… <time>2 min</time></p></wait-until>` in an outcome: counts down on it, and
 * lets the buttons with `data-waits` be pressed when the time has come. It presses nothing itself.
 */
customElements.define("wait-until", class extends HTMLElement {
  static observedAttributes = ["data-left"]
  #until = 0
  #timer = null

  connectedCallback() {
    this.#begin()
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
  }

  /** Drawn anew in place, with what is left by now. */
  attributeChangedCallback() {
    if (this.isConnected) this.#begin()
  }

  #begin() {
    // By the clock, which goes on while a computer sleeps.
    this.#until = Date.now() + Number(this.dataset.left) * 1000
    // The buttons stand behind this element, and are there when the page's scripts run or the swap is done.
    queueMicrotask(() => this.#count())
  }

  #count() {
    clearTimeout(this.#timer)
    const left = (this.#until - Date.now()) / 1000
    const line = this.querySelector("[role=status]")
    // Heard once at its end, not every second.
    line.ariaLive = left > 0 ? "off" : "polite"
    if (left > 0) {
      this.querySelector("time").textContent = stillFor(left)
      this.#timer = setTimeout(() => this.#count(), left < 11 ? 100 : 1000)
    } else if (line.querySelector("time")) {
      line.textContent = "The API takes requests again."
    }
    for (const button of this.#buttons) {
      if (button.disabled === left > 0) continue
      button.disabled = left > 0
      button.title = left > 0 ? "As soon as the API takes requests again" : ""
      // Whoever writes or reads elsewhere is left there.
      if (left <= 0 && [document.body, this.closest("article")].includes(document.activeElement)) button.focus()
    }
  }

  get #buttons() {
    return this.closest(".outcome")?.querySelectorAll("[data-waits]") ?? []
  }
})
