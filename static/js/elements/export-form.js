import { read } from "../lib/reading.js"

/** The settings of an export: only those of the format are shown, with how subtitles would begin. */
customElements.define("export-form", class extends HTMLElement {
  #timer = null
  #asked = 0

  connectedCallback() {
    this.addEventListener("input", this)
    this.closest("dialog").addEventListener("toggle", this)
    this.querySelector("form").addEventListener("submit", () => this.closest("dialog").close())
  }

  disconnectedCallback() { clearTimeout(this.#timer) }

  handleEvent(event) {
    if (event.type === "toggle" && event.newState !== "open") return
    const format = this.querySelector("[name=format]").value
    for (const part of this.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(format)
    this.querySelector(".preview").hidden = format === "docx"
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#show(), event.type === "toggle" ? 0 : 250)
  }

  async #show() {
    const asked = ++this.#asked
    const form = this.querySelector("form")
    if (form.elements.format.value === "docx" || !form.checkValidity()) return
    const query = new URLSearchParams(new FormData(form))
    const answer = await read(`${this.dataset.url}?${query}&preview=1`).catch(() => null)
    if (asked !== this.#asked) return
    this.querySelector(".preview").textContent = answer?.ok ? await answer.text() : "There is no preview of these settings."
  }
})
