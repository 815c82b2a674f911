import { watch } from "../lib/live.js"
import { back, known, left, part } from "../lib/rates.js"

const WIDTH = 26
const NOUNS = ["requests", "tokens"]

/**
 * What is left of the API's limits for the chosen model: two thin bars, and the numbers behind them.
 * `<rate-gauge data-topic="limits:…" data-limits="{…by model…}">`; hidden while nothing is known of the model.
 */
customElements.define("rate-gauge", class extends HTMLElement {
  #limits = {}
  #told = Date.now()
  #end = null
  #timer = null

  connectedCallback() {
    this.#take(JSON.parse(this.dataset.limits))
    for (const name of ["change", "htmx:after:swap", "turn-begun", "conversations-changed"]) document.addEventListener(name, this)
    this.querySelector("[popover]").addEventListener("toggle", this)
    // A chat that was not begun yet has nobody to listen for.
    if (!document.getElementById("empty")) this.#watch()
  }

  disconnectedCallback() {
    for (const name of ["change", "htmx:after:swap", "turn-begun", "conversations-changed"]) document.removeEventListener(name, this)
    clearTimeout(this.#timer)
    this.#end?.()
    this.#end = null
  }

  handleEvent({ type, target }) {
    if (type === "turn-begun" || type === "conversations-changed") this.#watch()
    if (type !== "change" || target.id === "model") this.#show()
  }

  #watch() {
    this.#end ??= watch(this.dataset.topic, frame => { if (frame.snapshot) this.#take(frame.snapshot.limits) })
  }

  #take(limits) {
    this.#limits = limits
    // By the clock, which goes on while a computer sleeps.
    this.#told = Date.now()
    this.#show()
  }

  #show() {
    const model = document.getElementById("model")?.value ?? ""
    const limits = this.#limits[model] ?? {}
    const age = (Date.now() - this.#told) / 1000
    const shown = NOUNS.filter(noun => known(limits[noun]))
    this.hidden = !shown.length
    for (const noun of NOUNS) this.#draw(noun, limits[noun], age)
    this.querySelector(".of").textContent = model
    this.querySelector("button").title = shown.map(noun => `${noun}: ${left(limits[noun], age)}`).join("\n")
    clearTimeout(this.#timer)
    // Nothing ticks when nothing will change.
    const waits = shown.map(noun => limits[noun].reset - age).filter(wait => wait > 0)
    if (waits.length) this.#timer = setTimeout(() => this.#show(), this.#opened ? 250 : Math.min(...waits) * 1000 + 20)
  }

  #draw(noun, limit, age) {
    const row = this.querySelector(`div[data-noun=${noun}]`)
    const fill = this.querySelector(`.fill[data-noun=${noun}]`)
    row.hidden = !known(limit)
    const share = row.hidden ? null : part(limit, age)
    // What is used up is still seen, in its colour.
    fill.setAttribute("width", share === null ? 0 : Math.max(2, Math.round(share * WIDTH * 10) / 10))
    fill.dataset.level = share === null || share >= 0.2 ? "enough" : share > 0.05 ? "low" : "out"
    if (row.hidden) return
    row.querySelector(".left").textContent = left(limit, age)
    row.querySelector(".reset").textContent = back(limit, age)
  }

  get #opened() {
    return this.querySelector("[popover]").matches(":popover-open")
  }
})
