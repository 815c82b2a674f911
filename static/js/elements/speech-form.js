import { newKey } from "../lib/random.js"

const DRAFT = "speech-draft"

/** `<speech-form data-voices="{model: [voice, …]}">`: counts the text, keeps it over reloads, and offers the voices of the model. */
customElements.define("speech-form", class extends HTMLElement {
  #voices = JSON.parse(this.dataset.voices)

  connectedCallback() {
    const draft = sessionStorage.getItem(DRAFT)
    if (draft && !this.#text.value && !("filled" in this.dataset)) this.#text.value = draft
    for (const name of ["input", "change", "htmx:finally:request"]) this.addEventListener(name, this)
    this.#count()
    this.#others()
  }

  handleEvent({ type, target, detail }) {
    if (type === "htmx:finally:request") {
      if (target !== this.#form || !(detail.ctx.response?.status < 300)) return
      document.querySelector(".empty-results")?.remove()
      // A long text, or a small screen, has the results below its end.
      document.querySelector("#results article")?.scrollIntoView({ block: "nearest" })
    } else if (type === "input" && target === this.#text) {
      this.#count()
      try { sessionStorage.setItem(DRAFT, target.value) } catch { /* Without room for a draft the text still stands here. */ }
    } else if (type === "change") {
      if (target.name === "model") this.#offer()
      this.#others(target)
    }
    // Another request, by other words or once more: only what is sent twice is one.
    this.#form.elements.key.value = newKey()
  }

  #count() {
    const count = this.#text.value.length
    this.querySelector(".count").textContent = count === 1 ? "1 character. " : `${count.toLocaleString("en")} characters. `
  }

  #offer() {
    const { model, voice } = this.#form.elements
    const known = this.#voices[model.value] ?? []
    const wanted = known.includes(voice.value) ? voice.value : known[0] ?? ""
    voice.replaceChildren(...known.map(name => new Option(name)), new Option("Another …", ""))
    voice.value = wanted
  }

  #others(changed) {
    for (const name of ["model", "voice"]) {
      const other = this.#form.elements[`other_${name}`]
      other.hidden = Boolean(this.#form.elements[name].value)
      if (!other.hidden && changed?.name === name) other.focus()
    }
  }

  get #form() { return this.querySelector("form") }
  get #text() { return this.#form.elements.text }
})
