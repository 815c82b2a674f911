/**
 * `<transcription-form data-controls>` around the settings of a transcript: marks what differs from how the page begins (`data-beginning`), and disables what the task or the
 * response format does not take, with the reason. What is disabled keeps its value for another.
 */
customElements.define("transcription-form", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this)
    this.addEventListener("change", this)
    this.#limit()
  }

  handleEvent() {
    this.#limit()
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
