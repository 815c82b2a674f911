import { ask } from "../lib/asking.js"
import { chooseModel, readControls, writeControls } from "../lib/controls.js"
import { counted, differences } from "../lib/presets.js"

/**
 * The presets in the header of a chat: says which one is applied and what differs from it now, and applies, saves, updates,
 * duplicates and deletes. How the applied preset stands is what the server last said in `#preset-now`; the list is read
 * anew whenever it is opened, because teammates change it. Everything else on the page stays as it is.
 */
customElements.define("preset-picker", class extends HTMLElement {
  #before = null
  #reopen = false
  #heard = ["click", "input", "change", "submit"]

  connectedCallback() {
    // The controls stand elsewhere, and so does one of the buttons.
    for (const type of this.#heard) document.addEventListener(type, this)
    this.#popover.addEventListener("toggle", this)
    this.#dialog.addEventListener("close", this)
    this.addEventListener("htmx:error", this)
    this.#compare()
  }

  disconnectedCallback() {
    for (const type of this.#heard) document.removeEventListener(type, this)
  }

  handleEvent(event) {
    const { type, target } = event
    if (type === "toggle") return event.newState === "open" ? this.#refresh() : this.#forget()
    if (type === "close") return this.#closed()
    if (type === "htmx:error") return this.#say("The server could not be reached; nothing was changed. Try again.")
    if (type === "submit") return this.contains(target) && this.#submit(event)
    // Old news goes when the person goes on with something else.
    if (type !== "change" && event.isTrusted && !target.closest("#presets, #preset-dialog, .preset-note")) this.#say("")
    if (type === "click") return this.#chosen(event) || this.#click(target.closest("button"))
    if (target.closest("parameter-panel, [data-controls]") || target.matches("[data-keeps]")) this.#compare()
  }

  /** A preset of the palette is applied here; where there is no chat, its link begins one with it. */
  #chosen(event) {
    const entry = event.target.closest("[data-applies]")
    if (!entry || event.ctrlKey || event.metaKey || !this.dataset.editable) return false
    event.preventDefault()
    entry.closest("dialog").close()
    return this.#apply(entry.dataset.applies)
  }

  #click(button) {
    if (!button) return
    const { presetForm, apply, update, post } = button.dataset
    if ("reset" in button.dataset) return this.#compare()
    if (presetForm) return this.#ask(presetForm, button)
    if (!this.contains(button)) return
    if (apply) this.#apply(apply)
    else if (update) this.#update(update)
    else if (post) this.#post(post, {})
    else if ("leave" in button.dataset) this.#leave()
    else if ("undo" in button.dataset) this.#undo()
    else if ("cancel" in button.dataset) this.#dialog.close()
  }

  /** Read the list, with how the applied preset (or another: `id`) stands by now; whether that is still there; null when nothing could be read. */
  async #read(id) {
    delete this.#list.dataset.says
    await ask("GET", `${this.dataset.url}&preset=${encodeURIComponent(id)}`, { source: this, target: "#preset-list", swap: "outerMorph" })
    if (this.#list.dataset.says === undefined) return null
    this.#compare()
    return this.#applied.value === id
  }

  /** What was read goes when the list closes: nobody clicks into a list that is about to change. */
  #forget() {
    const reading = document.createElement("p")
    reading.className = "quiet"
    reading.textContent = "Reading the presets …"
    this.#list.replaceChildren(reading)
  }

  async #refresh() {
    const { name } = this.#now.dataset
    if (await this.#read(this.#applied.value) !== false) return
    this.#say(`“${name}” is no longer there; the controls stay as they are.`)
    this.#keep()
  }

  async #apply(id) {
    const before = this.#state()
    const there = await this.#read(id)
    if (there === null) return
    if (!there) {
      await this.#read(before.applied)
      return this.#say("That preset is no longer there.")
    }
    this.#before = before
    this.#fill(JSON.parse(this.#now.dataset.texts), this.#now.dataset.model)
    this.#popover.hidePopover()
    this.#say(`“${this.#now.dataset.name}” is applied.`, true)
  }

  /** This one was applied before; the controls stay as they are. */
  recall(id) {
    return this.#read(id)
  }

  #undo() {
    const { texts, model, now } = this.#before
    this.#before = null
    this.#now.replaceWith(now)
    this.#fill(texts, model)
    this.#popover.hidePopover()
    this.#say("The controls are as they were.")
    this.#button.focus()
  }

  #leave() {
    for (const name of ["name", "model", "version"]) this.#now.dataset[name] = ""
    this.#applied.value = ""
    this.#keep()
    this.#popover.hidePopover()
    this.#say("No preset is applied; the controls stay as they are.")
  }

  async #update(url) {
    const { texts, model } = this.#state()
    await this.#post(url, { ...texts, model, seen: this.#now.dataset.version })
    this.#popover.hidePopover()
  }

  /** Show a form in the dialog; where it was asked for in the list, the list comes back when it closes. */
  async #ask(url, button) {
    this.#say("")
    this.#reopen = this.#popover.contains(button)
    await ask("GET", url, { source: this, target: "#preset-dialog", swap: "innerHTML" })
    if (!this.#dialog.querySelector("form")) return
    this.#showModel()
    this.#dialog.showModal()
  }

  async #submit(event) {
    event.preventDefault()
    const form = event.target
    const { texts, model } = this.#state()
    const values = Object.fromEntries(new FormData(form))
    await this.#post(form.getAttribute("action"), "withControls" in form.dataset ? { ...values, ...texts, model } : values)
  }

  /** Do something to a preset. The answer is the list, or the form with its errors, or an alert on the page. */
  async #post(url, values) {
    const applied = this.#applied.value
    this.#list.dataset.says = ""
    await ask("POST", url, { source: this, target: "#preset-list", swap: "outerMorph", values: { ...values, preset: applied } })
    this.#showModel()
    this.#dialog.querySelector("[aria-invalid]")?.focus()
    this.#compare()
    const { says } = this.#list.dataset
    if (!says) return
    this.#say(says)
    if (this.#applied.value !== applied) {
      this.#reopen = false
      this.#keep()
    }
    this.#dialog.close()
  }

  #closed() {
    document.getElementById("preset-dialog").replaceChildren()
    if (!this.#reopen) return
    this.#reopen = false
    this.#popover.showPopover({ source: this.#button })
    this.#button.focus()
  }

  /** What stands in the controls, those that the model disables among them, and which preset is applied. */
  #state() {
    const texts = Object.fromEntries(readControls().map(({ name, value }) => [name, value]))
    return { texts, model: this.#model, applied: this.#applied.value, now: this.#now.cloneNode(true) }
  }

  #fill(texts, model) {
    writeControls(texts)
    chooseModel(model)
    this.#keep()
    this.#compare()
  }

  /** The panel keeps everything that belongs to the composer's form, and so which preset is applied. */
  #keep() {
    document.querySelector("parameter-panel, [data-controls]").dispatchEvent(new Event("input", { bubbles: true }))
  }

  /** Say what differs now: on the button, and in the list. */
  #compare() {
    const { name, model, texts } = this.#now.dataset
    const found = name ? differences(this.#compared(model), { ...JSON.parse(texts), model }) : []
    const count = counted(found.length)
    this.querySelector(".preset-name").textContent = name
    this.#button.querySelector(".dot").hidden = !count
    this.#button.title = found.map(({ label, was, now }) => `${label}: ${was} → ${now}`).join("\n")
    this.querySelector("#preset-described").textContent = name ? [name, count].filter(Boolean).join(", ") : "None applied"
    for (const button of this.querySelectorAll("[data-undo]")) button.hidden = !this.#before
    const section = this.querySelector(".preset-applied")
    if (!section) return
    section.querySelector(".preset-state").textContent = count || "Nothing differs from it now."
    for (const button of section.querySelectorAll("[data-update], [data-apply]")) button.disabled = !count
    section.querySelector(".preset-differences").replaceChildren(...found.map(difference))
  }

  /** The controls, and the model like one of them where the preset names a model. */
  #compared(model) {
    return [...(model ? [{ name: "model", label: "Model", kind: "", value: this.#model }] : []), ...readControls()]
  }

  #showModel() {
    const place = this.#dialog.querySelector("[data-model-now]")
    if (place) place.textContent = this.#model
  }

  /** Quiet news: under the button, and in the list or the dialog where one is open. */
  #say(words, undoable = false) {
    for (const place of this.querySelectorAll("[role=status], .preset-news")) place.textContent = words
    this.querySelector(".preset-note [data-undo]").hidden = !undoable
  }

  get #popover() { return this.querySelector("#presets") }
  get #dialog() { return this.querySelector("dialog") }
  get #list() { return this.querySelector("#preset-list") }
  get #button() { return this.querySelector(".preset-button") }
  get #now() { return this.querySelector("#preset-now") }
  get #applied() { return this.querySelector("input[name=preset]") }
  get #model() { return document.getElementById("model").value }
})

/** "Temperature 0.2 → 0.9" as an item of a list. */
const difference = ({ label, was, now }) => {
  const item = document.createElement("li")
  const name = document.createElement("b")
  name.textContent = label
  item.append(name, ` ${was} → ${now}`)
  return item
}
