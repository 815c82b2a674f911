import { FILES, filesOf, nameForNew } from "../lib/drafts.js"
import { read } from "../lib/reading.js"

// What a document of a message may have; the server asks for the same.
const MOST = 1024 * 1024

/** Opens a new chat with the transcript attached: the text of `data-text`, handed to `data-attach` as a person would. */
customElements.define("ask-transcript", class extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this) }

  async handleEvent({ target }) {
    const button = target.closest("button")
    if (!button || button.disabled) return
    button.disabled = true
    this.#say("Attaching …")
    try {
      await this.#ask()
    } catch (error) {
      this.#say(error.message)
    } finally {
      button.disabled = false
    }
  }

  async #ask() {
    const { text, attach, chat, name } = this.dataset
    const written = await read(text).catch(() => null)
    if (!written?.ok) throw new Error("The text could not be read. Try again.")
    const data = await written.blob()
    if (data.size > MOST) throw new Error(`The text has ${(data.size / MOST).toFixed(1)} MB; a document in a chat may have up to 1 MB. Export it and attach a part.`)
    const body = new FormData()
    body.append("file", new File([data], name.replace(/[/\\]/g, "_"), { type: "text/plain" }))
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers:inherited")) }
    const answer = await fetch(attach, { method: "POST", headers, body }).catch(() => null)
    const said = new DOMParser().parseFromString(await answer?.text() ?? "", "text/html").body
    const id = said.querySelector("[data-attachment]")?.dataset.attachment
    if (!answer?.ok || !id) throw new Error(said.querySelector("[role=alert] span")?.textContent ?? "The text was not attached. Try again.")
    const draft = nameForNew(FILES)
    localStorage.setItem(draft, [...filesOf(draft), id].join(","))
    location.assign(chat)
  }

  #say(words) { this.querySelector("[role=status]").textContent = words }
})
