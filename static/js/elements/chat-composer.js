import { modelsAreComing } from "../lib/controls.js"
import { isNewChat, keep, nameOf } from "../lib/drafts.js"
import { newKey } from "../lib/random.js"
import { read } from "../lib/reading.js"
import { forgetSettings } from "../lib/unsent.js"

/**
 * The composer: keys, height, and a draft that outlives reloads, lost connections and expired sessions.
 * The text leaves the box only when the server has said that it is saved.
 */
customElements.define("chat-composer", class extends HTMLElement {
  #sent = null
  // The button that was pressed before there was a model to ask, or null.
  #held = null

  connectedCallback() {
    // On the way down, before htmx, which listens on the form already: what waits must not have gone.
    this.addEventListener("submit", this, { capture: true })
    this.#box.addEventListener("input", this)
    this.#form.addEventListener("keydown", this)
    this.addEventListener("attached", this)
    this.#role.addEventListener("change", this)
    this.#form.addEventListener("htmx:before:request", this)
    this.#form.addEventListener("htmx:finally:request", this)
    document.addEventListener("live", this)
    document.addEventListener("htmx:after:swap", this)
    document.body.addEventListener("taken-back", this)
    this.#form.querySelector(".stop").addEventListener("click", this)
    this.#offerDraft()
    this.#newKey()
    this.#grow()
  }

  disconnectedCallback() {
    document.removeEventListener("live", this)
    document.removeEventListener("htmx:after:swap", this)
    document.body.removeEventListener("taken-back", this)
  }

  handleEvent(event) {
    if (event.type === "keydown") this.#key(event)
    else if (event.type === "input") this.#typed()
    else if (event.type === "submit") this.#submit(event)
    else if (event.type === "htmx:after:swap") this.#release()
    else if (event.type === "taken-back") this.#takeBack(event.detail)
    else if (event.type === "attached") this.#attached(event.detail)
    else if (event.type === "change") this.#spokenAs()
    else if (event.type === "click") this.#box.focus()
    else if (event.type === "htmx:before:request") this.#begun(event)
    else if (event.type === "htmx:finally:request") this.#ended(event)
    else if (event.detail === "signed-out") this.#say("You are signed out. Your text is kept in this browser.")
    else this.#say(event.detail === "closed" ? "The connection to the server is lost; trying again …" : "")
  }

  #key(event) {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("textarea, input")) return
    const swapped = localStorage.getItem("enter") === "line"
    const sends = event.ctrlKey || event.metaKey || (swapped ? event.shiftKey : !event.shiftKey)
    if (!sends) return
    event.preventDefault()
    // A held key sends once.
    if (!event.repeat) this.#form.requestSubmit()
  }

  #typed() {
    // Other words are another message: they must not pass for the one that was tried.
    if (this.#sent !== null && this.#box.value !== this.#sent) this.#newKey()
    this.#grow()
    keep(nameOf("draft"), this.#box.value)
  }

  #submit(event) {
    const writing = document.querySelector("#log [aria-busy=true]")
    const said = this.#isSaid
    const uploading = said && this.#tray.busy
    this.#held = said && !writing && !uploading && modelsAreComing() ? event.submitter ?? this.#send : null
    if (said && !writing && !uploading && !this.#held) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (uploading) this.#after(event.submitter)
    else if (this.#held) this.#say("Sending as soon as the list of models is here …")
    if (writing) this.#say("An answer is still being written. Stop it or wait for its end.")
    this.#box.focus()
  }

  /** Something stands here, or what was added before waits for its answer. */
  get #isSaid() {
    const last = document.querySelector("#log > article:last-of-type")
    return Boolean(this.#box.value.trim() || this.#tray.ids.length || this.#tray.busy || (last?.id && last.dataset.status === "added"))
  }

  async #after(submitter) {
    this.#say("Sending as soon as the files are uploaded …")
    await this.#tray.settled
    this.#say("")
    if (!this.#tray.busy) this.#form.requestSubmit(submitter)
  }

  /** Another set of files, or another voice, is another message. */
  #attached(ids) {
    this.#form.elements.attachments.value = ids
    if (this.#sent !== null) this.#newKey()
  }

  #spokenAs() {
    const call = this.#form.elements.tool_call_id
    call.hidden = this.#role.value !== "tool"
    if (call.hidden) call.value = ""
    else call.value ||= [...document.querySelectorAll("#log .tool-head code")].at(-1)?.textContent ?? ""
    if (this.#sent !== null) this.#newKey()
    this.#box.focus()
  }

  /** A message that waits for a model goes as soon as there is one; when there will be none, the notice says why. */
  #release() {
    if (!this.#held || modelsAreComing()) return
    const held = this.#held
    this.#held = null
    this.#say("")
    if (document.getElementById("model").value) this.#form.requestSubmit(held)
  }

  #begun({ target }) {
    if (target !== this.#form) return
    this.#sent = this.#box.value
    this.#send.disabled = true
  }

  #ended({ target, detail: { ctx } }) {
    if (target !== this.#form) return
    this.#send.disabled = false
    const status = ctx.response?.status
    if (status >= 200 && status < 300) this.#saved()
    else if (status === undefined) this.#say("The server could not be reached. Your text is kept; send it again.")
  }

  #saved() {
    // While the chat still counts as new: what was kept goes by that name.
    keep(nameOf("draft"), "")
    this.#tray.clear()
    if (isNewChat()) forgetSettings()
    this.#form.querySelector("[name=new]")?.remove()
    if (this.#box.value === this.#sent) this.#box.value = ""
    this.#sent = null
    this.#role.value = "user"
    this.#spokenAs()
    this.#newKey()
    this.#typed()
    this.#say("")
    this.#box.focus()
  }

  /** A message that could not be answered comes back to be changed, before what was begun since. */
  async #takeBack({ url, attachments }) {
    this.#tray.restore(attachments)
    const answer = await read(url).catch(() => null)
    if (!answer?.ok) return this.#say("The message could not be read; it is kept in the chat.")
    const text = await answer.text()
    this.#box.value = this.#box.value.trim() ? `${text}\n\n${this.#box.value}` : text
    this.#typed()
    this.#box.focus()
  }

  #offerDraft() {
    const draft = localStorage.getItem(nameOf("draft")) ?? ""
    if (draft && !this.#box.value && !this.#box.disabled) this.#box.value = draft
  }

  #newKey() {
    this.#form.elements.key.value = newKey()
  }

  #grow() {
    this.#box.style.height = "auto"
    this.#box.style.height = `${Math.min(this.#box.scrollHeight, innerHeight * 0.4)}px`
  }

  #say(words) {
    this.querySelector(".draft-note").textContent = words
  }

  get #form() { return this.querySelector("form") }
  get #box() { return this.querySelector("textarea") }
  get #role() { return this.#form.elements.role }
  get #tray() { return this.querySelector("attachment-tray") }
  get #send() { return this.querySelector(".send") }
})
