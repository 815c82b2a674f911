import { ask } from "../lib/asking.js"
import { FILES, filesOf, keep, nameOf } from "../lib/drafts.js"
import { megabytes, smaller } from "../lib/images.js"
import { read } from "../lib/reading.js"

// What a request takes; the server asks for the same.
const MOST_IMAGE = 3 * 1024 * 1024
const MOST_DOCUMENT = 1024 * 1024

/**
 * What is attached to the message in the composer: chosen, dropped anywhere on the page, or pasted. Each file is uploaded at
 * once and stands here as a chip; `ids` are those that the server has. What is refused stays, with what can be done.
 */
customElements.define("attachment-tray", class extends HTMLElement {
  #files = new WeakMap()
  #uploads = Promise.resolve()
  #observer = new MutationObserver(() => this.#changed())
  #heard = new AbortController()

  connectedCallback() {
    const on = (target, name, handle) => target.addEventListener(name, handle, { signal: this.#heard.signal })
    on(this, "click", event => this.#clicked(event))
    on(this.#chooser, "change", () => { this.add(this.#chooser.files); this.#chooser.value = "" })
    on(document, "click", event => { if (event.target.closest("[data-chooses]")) this.#chooser.click() })
    on(document, "dragover", event => this.#over(event))
    on(document, "dragleave", event => { if (!event.relatedTarget) this.#dropping(false) })
    on(document, "drop", event => this.#drop(event))
    on(document, "paste", event => this.#paste(event))
    this.#observer.observe(this.#list, { childList: true })
    this.restore(filesOf(nameOf(FILES)))
  }

  disconnectedCallback() {
    this.#heard.abort()
    this.#observer.disconnect()
  }

  get ids() {
    return [...this.#list.querySelectorAll("[data-attachment]")].map(chip => chip.dataset.attachment)
  }

  /** Settles when nothing is being uploaded. */
  get settled() {
    return this.#uploads
  }

  get busy() {
    return Boolean(this.#list.querySelector("[aria-busy=true]"))
  }

  clear() {
    keep(nameOf(FILES), "")
    this.#list.replaceChildren()
  }

  /** Show the chips of attachments that the server has already. */
  async restore(ids) {
    for (const id of ids) {
      if (this.ids.includes(id)) continue
      const answer = await read(`${this.dataset.url}${encodeURIComponent(id)}/chip/`)
      if (answer.ok) this.#list.insertAdjacentHTML("beforeend", await answer.text())
    }
  }

  add(files) {
    if (this.hasAttribute("data-closed")) return
    for (const file of files) {
      const most = file.type.startsWith("image/") ? MOST_IMAGE : MOST_DOCUMENT
      if (file.size > most) this.#refuse(file, `${file.name} is ${megabytes(file.size)}; ${most === MOST_IMAGE ? "an image" : "a document"} may have up to ${megabytes(most)}.`)
      else this.#upload(file)
    }
  }

  #upload(file) {
    const chip = this.#chip(`${file.name} …`)
    chip.setAttribute("aria-busy", "true")
    this.#uploads = this.#uploads.then(async () => {
      await ask("POST", this.dataset.url, { source: this.#list, target: chip, swap: "outerHTML", values: { file } })
      if (!chip.isConnected) return
      chip.remove()
      this.#refuse(file, `${file.name} was not attached.`)
    })
  }

  #refuse(file, words) {
    const chip = this.#chip(words)
    chip.classList.add("refused")
    this.#files.set(chip, file)
    if (file.type.startsWith("image/")) chip.append(this.#button("Make it smaller", "shrinks"))
    chip.append(this.#button("Remove", "drops"))
  }

  #chip(words) {
    const chip = document.createElement("li")
    chip.className = "chip"
    const name = document.createElement("span")
    name.className = "chip-name"
    name.textContent = words
    chip.append(name)
    this.#list.append(chip)
    return chip
  }

  #button(words, does) {
    const button = document.createElement("button")
    button.type = "button"
    button.dataset[does] = ""
    button.textContent = words
    return button
  }

  async #clicked({ target }) {
    const button = target.closest("button")
    const chip = button?.closest(".chip")
    if (!chip) return
    if (button.dataset.detach) {
      // What was sent with another message is only taken off this one.
      ask("POST", button.dataset.detach, { source: this.#list, swap: "none" })
      chip.remove()
    } else if ("drops" in button.dataset) chip.remove()
    else if ("shrinks" in button.dataset) {
      button.disabled = true
      const file = await smaller(this.#files.get(chip), MOST_IMAGE)
      button.disabled = false
      if (!file) return void (chip.firstChild.textContent = `${this.#files.get(chip).name} could not be made smaller here.`)
      chip.remove()
      this.#upload(file)
    }
  }

  #over(event) {
    if (!event.dataTransfer?.types.includes("Files") || document.querySelector("dialog[open]")) return
    event.preventDefault()
    this.#dropping(true)
  }

  #drop(event) {
    if (!event.dataTransfer?.files.length || document.querySelector("dialog[open]")) return
    event.preventDefault()
    this.#dropping(false)
    this.add(event.dataTransfer.files)
  }

  #paste(event) {
    const files = event.clipboardData?.files ?? []
    const elsewhere = event.target.closest?.("input, textarea, [contenteditable]")
    if (!files.length || (elsewhere && !elsewhere.matches("#message"))) return
    event.preventDefault()
    this.add(files)
  }

  #dropping(over) {
    this.toggleAttribute("data-dropping", over)
  }

  #changed() {
    const ids = this.ids.join(",")
    keep(nameOf(FILES), ids)
    this.dispatchEvent(new CustomEvent("attached", { bubbles: true, detail: ids }))
  }

  get #list() { return this.querySelector(".chips") }
  get #chooser() { return this.querySelector(".chooser") }
})
