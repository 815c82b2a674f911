import { read } from "../lib/reading.js"

const SAID_FOR = 1500

/**
 * `<copy-button><button type="button">Copy</button></copy-button>` copies the first of: `data-text`; the text of the element that
 * `data-from` selects; what `data-url` answers; the code of the figure around it. It says "Copied" for a moment, to the eye
 * (its label, or `data-said` for a button with an icon) and to the ear (a status).
 */
customElements.define("copy-button", class extends HTMLElement {
  #timer = null
  #label = null
  #status = null

  connectedCallback() {
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this)
    this.#rest()
  }

  async handleEvent({ target }) {
    const button = target.closest("button")
    if (!button || !this.contains(button)) return
    this.#listen()
    try {
      await copy(this.#source(), button)
      this.#say("Copied", button)
    } catch (error) {
      console.warn("Nothing was copied:", error)
      this.#say("Not copied", button)
    }
  }

  /** The text, or a promise of it. */
  #source() {
    const { text, from, url } = this.dataset
    if (text !== undefined) return text
    if (from !== undefined) return textOf(document.querySelector(from))
    if (url !== undefined) return fetchText(url)
    return textOf(this.closest("figure")?.querySelector("code"))
  }

  /** A status is heard only when it was there before its text. */
  #listen() {
    if (this.#status?.isConnected) return  // A morph of the page may have taken it away.
    this.#status = Object.assign(document.createElement("span"), { className: "visually-hidden" })
    this.#status.setAttribute("role", "status")
    this.append(this.#status)
  }

  #say(words, button) {
    this.#rest()
    if (!this.isConnected) return
    if (button.childElementCount === 0) {
      this.#label = [button, button.textContent]
      button.textContent = words
    }
    this.dataset.said = words
    this.#status.textContent = words
    this.#timer = setTimeout(() => this.#rest(), SAID_FOR)
  }

  #rest() {
    clearTimeout(this.#timer)
    if (this.#label) this.#label[0].textContent = this.#label[1]
    this.#label = null
    delete this.dataset.said
    if (this.#status) this.#status.textContent = ""
  }
})

function textOf(element) {
  if (!element) throw new Error("there is nothing to copy here")
  return element.value ?? element.textContent
}

async function fetchText(url) {
  const response = await read(url)
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  return response.text()
}

async function copy(source, button) {
  const clipboard = navigator.clipboard
  if (!clipboard) return copyBySelection(await source, button)
  if (typeof source === "string" || !clipboard.write || !window.ClipboardItem) return clipboard.writeText(await source)
  // Safari forgets the click while it waits, unless the clipboard itself does the waiting.
  const blob = source.then(text => new Blob([text], { type: "text/plain" }))
  return clipboard.write([new ClipboardItem({ "text/plain": blob })])
}

/** Without https a page has no clipboard; a selection it may still copy. */
function copyBySelection(text, button) {
  const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "visually-hidden" })
  // Inside the button's parent: a modal dialog lets nothing outside of it have the focus.
  button.parentElement.append(area)
  area.select()
  const copied = document.execCommand("copy")
  area.remove()
  button.focus()
  if (!copied) throw new Error("the browser did not allow it")
}
