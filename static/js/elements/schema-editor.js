const PAUSE = 300

/**
 * `<schema-editor>` in its dialog: writes the schema of the inspector in four ways. The text is the schema; the form, the sample
 * and what the team saved make text of themselves. The server checks it at every pause; nothing reaches the inspector
 * before `Use this schema`, and a dialog that was closed in between opens as it was left.
 */
customElements.define("schema-editor", class extends HTMLElement {
  #timer = null
  #checked = 0
  #rows = null
  #rowsTimer = null
  #settling = Promise.resolve(true)
  #written = 0
  #name = ""
  #base = null

  connectedCallback() {
    for (const name of ["input", "click", "keydown", "rows-changed"]) this.addEventListener(name, this)
    // Panels hear it alone.
    this.addEventListener("shown", this, true)
    document.addEventListener("click", this.#opens)
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    clearTimeout(this.#rowsTimer)
    document.removeEventListener("click", this.#opens)
  }

  #opens = ({ target }) => { if (target.closest("[data-edits-schema]")) this.#open() }

  handleEvent(event) {
    const { type, target } = event
    if (type === "rows-changed") return this.#take(event.detail)
    if (type === "shown") return this.#show(target.id)
    if (type === "input" && target.dataset.f === "text") this.#forget()
    if (type === "input" && ["text", "strict"].includes(target.dataset.f)) return this.#soon()
    if (type === "keydown" && event.key === "Enter" && target.matches(".saved-place input")) return this.#save()
    if (type !== "click") return
    const button = target.closest("button[data-does]")
    const act = button && this.#acts[button.dataset.does]
    if (act) act(button)
  }

  #acts = {
    close: () => this.#dialog.close(),
    cancel: () => { this.#base = null; this.#dialog.close() },
    use: () => this.#use(),
    strict: () => this.#makeStrict(),
    derive: () => this.#derive(),
    save: () => this.#save(),
    overwrite: () => this.#save("on"),
    load: button => this.#load(button.dataset.url),
    delete: button => this.#delete(button),
  }

  #open() {
    // What was not used yet is still here, unless the inspector has another schema by now.
    if (this.#base !== control("schema").value) {
      this.#base = this.#text.value = control("schema").value
      this.#name = control("schema_name").value
      this.#field("strict").checked = control("schema_strict").value === "true"
    }
    this.#trouble.replaceChildren()
    this.#dialog.showModal()
    this.querySelector("#schema-tab-text").click()
    this.#text.focus()
    this.#check()
  }

  async #show(panel) {
    if (panel === "schema-panel-form") {
      this.#forget()
      return this.#draw(this.querySelector(".form-place"), this.dataset.form, { text: this.#text.value })
    }
    await this.#settle()
    // Coming back, the form is drawn of the text.
    this.#forget()
    if (panel === "schema-panel-saved") this.#listed(await this.#ask(this.dataset.saved))
  }

  #soon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#check(), PAUSE)
  }

  async #check() {
    clearTimeout(this.#timer)
    const asked = ++this.#checked
    const answer = await this.#ask(this.dataset.check, { text: this.#text.value, strict: this.#field("strict").checked ? "on" : "" })
    if (answer?.ok && asked === this.#checked) this.querySelector("#schema-verdict").innerHTML = await answer.text()
  }

  /** The form was changed: its text follows at the next pause. */
  #take(rows) {
    this.#rows = rows
    clearTimeout(this.#rowsTimer)
    this.#rowsTimer = setTimeout(() => this.#settle(), PAUSE)
  }

  /** What the form says now is in the text; false where the form is not filled in. */
  #settle() {
    clearTimeout(this.#rowsTimer)
    if (this.#rows) {
      const values = { rows: JSON.stringify(this.#rows), text: this.#text.value }
      this.#rows = null
      this.#settling = this.#rewrite(this.dataset.rows, values, this.querySelector(".form-fault"))
    }
    return this.#settling
  }

  /** The text counts from here on, whatever stands in the form. */
  #forget() {
    clearTimeout(this.#rowsTimer)
    this.#rows = null
    this.#written++
    this.#settling = Promise.resolve(true)
    this.querySelector(".form-fault").textContent = ""
  }

  async #derive() {
    const done = await this.#rewrite(this.dataset.derive, { sample: this.#field("sample").value }, this.querySelector(".sample-fault"))
    if (done) this.querySelector("#schema-tab-text").click()
  }

  /** Put the text that the server makes of these in place of ours; what it refuses is said at `fault`. */
  async #rewrite(url, values, fault) {
    const asked = ++this.#written
    const answer = await this.#ask(url, values)
    if (!answer?.ok && answer?.status !== 422) return false
    const { text, error = "" } = await answer.json()
    if (asked !== this.#written) return this.#settling
    fault.textContent = error
    if (error) return false
    this.#text.value = text
    this.#check()
    return true
  }

  async #makeStrict() {
    if (!await this.#settle() || !await this.#rewrite(this.dataset.strict, { text: this.#text.value }, this.#trouble)) return
    if (!this.querySelector("#schema-panel-form").hidden) this.#show("schema-panel-form")
  }

  async #save(overwrite = "") {
    if (!await this.#settle()) return
    const name = this.querySelector(".saved-place [data-f=name]").value.trim()
    this.#name = name
    this.#listed(await this.#ask(this.dataset.saved, { name, text: this.#text.value, overwrite }))
  }

  async #load(url) {
    const answer = await this.#ask(url)
    if (!answer?.ok) return
    const { name, text } = await answer.json()
    this.#name = name
    this.#text.value = text
    this.querySelector("#schema-tab-text").click()
    this.#check()
  }

  /** It goes for the whole team: the first press asks. */
  async #delete(button) {
    if (!("sure" in button.dataset)) {
      button.dataset.sure = ""
      button.textContent = "Delete for the whole team?"
      button.removeAttribute("aria-label")
      button.classList.replace("quiet-button", "danger")
    } else this.#listed(await this.#ask(button.dataset.url, {}))
  }

  async #listed(answer) {
    if (!answer) return
    if (!answer.ok && ![409, 422].includes(answer.status)) return
    const place = this.querySelector(".saved-place")
    place.innerHTML = await answer.text()
    const name = place.querySelector("[data-f=name]")
    if (name && !name.value) name.value = this.#name
    if (answer.status === 409) place.querySelector("[data-does=overwrite]").focus()
  }

  async #draw(place, url, values) {
    const answer = await this.#ask(url, values)
    if (answer?.ok) place.innerHTML = await answer.text()
  }

  async #use() {
    if (!await this.#settle()) return
    if (control("schema").disabled) {
      this.#trouble.textContent = "The chosen model follows no schemas. Choose another one, or save this schema for later."
      return
    }
    this.#base = null
    this.#dialog.close()
    if (this.#name) fill("schema_name", this.#name)
    if (this.#text.value.trim()) fill("response_format", "json_schema")
    fill("schema", this.#text.value)
  }

  /** A GET, or a POST where there are values; what went wrong is said on top of the dialog. */
  async #ask(url, values) {
    const headers = { "HX-Request": "true", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value }
    try {
      const answer = await fetch(url, values ? { method: "POST", headers, body: new URLSearchParams(values) } : { headers })
      if (answer.ok || [409, 422].includes(answer.status)) this.#trouble.replaceChildren()
      else this.#trouble.innerHTML = await answer.text()
      return answer
    } catch {
      this.#trouble.textContent = "The server could not be reached. What you wrote is still here."
      return null
    }
  }

  #field(name) { return this.querySelector(`[data-f="${name}"]`) }
  get #text() { return this.#field("text") }
  get #dialog() { return this.closest("dialog") }
  get #trouble() { return this.querySelector(".trouble") }
})

const control = name => document.querySelector(`[form="composer"][name="${name}"]`)

/** Set a control of the inspector as if a person had, where the model takes it. */
const fill = (name, value) => {
  const to = control(name)
  if (to.options && [...to.options].some(option => option.value === value && option.disabled)) return
  to.value = value
  to.dispatchEvent(new Event("input", { bubbles: true }))
}
