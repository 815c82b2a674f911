import { modelsAreComing } from "../lib/controls.js"

/**
 * `<transcription-form data-controls>` around the settings of a transcript: marks what differs from how the page begins
 * (`data-beginning`), and disables what the task or the response format does not take, with the reason. What is disabled keeps
 * its value for another. What is sent before there is a model waits for the list of models.
 */
customElements.define("transcription-form", class extends HTMLElement {
  #held = false

  connectedCallback() {
    this.addEventListener("input", this)
    this.addEventListener("change", this)
    // On the way down, before htmx, which listens on the form already: what waits must not have gone.
    this.addEventListener("submit", this, { capture: true })
    document.addEventListener("htmx:after:swap", this)
    this.#limit()
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:swap", this)
  }

  handleEvent(event) {
    if (event.type === "submit") this.#submit(event)
    else if (event.type === "htmx:after:swap") this.#release()
    else this.#limit()
  }

  #submit(event) {
    this.#held = modelsAreComing()
    if (!this.#held) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.#say("Beginning as soon as the list of models is here …")
  }

  /** What waits goes as soon as there is a model; when there will be none, the notice says why. */
  #release() {
    if (!this.#held || modelsAreComing()) return
    this.#held = false
    this.#say("")
    if (document.getElementById("model").value) this.querySelector("form").requestSubmit()
  }

  #say(words) {
    this.querySelector(".held").textContent = words
  }

  #limit() {
    const translates = this.#control("task").value === "translate"
    const timed = this.#control("response_format").value === "verbose_json"
    this.#close("language", translates && "A translation is always into English, and finds out what is spoken by itself.")
    this.#close("timestamp_granularities", translates ? "Translations have times of segments only." : !timed && "It needs the response format Verbose JSON.")
    const beginning = JSON.parse(this.dataset.beginning)
    for (const field of this.querySelectorAll(".field[data-name]")) {
      const control = field.querySelector("input, textarea, select")
      field.toggleAttribute("data-changed", control.value !== (beginning[control.name] ?? ""))
    }
  }

  #close(name, why) {
    const control = this.#control(name)
    const place = control.closest(".field").querySelector(".why")
    control.disabled = Boolean(why)
    place.hidden = !why
    place.dataset.by = "task"
    place.textContent = why || ""
  }

  #control(name) { return this.querySelector(`.field[data-name="${name}"] :is(input, textarea, select)`) }
})
