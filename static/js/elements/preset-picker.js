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
    this.addEventListener("keydown", this)
    this.#compare()
  }

  disconnectedCallback() {
    for (const type of this.#heard) document.removeEventListener(type, this)
  }

  handleEvent(event) {
    const { type, target } = event
    if ((type === "click" || type === "input") && event.isTrusted && !this.contains(target)) this.#say("")
    if (type === "toggle") return event.newState === "open" && this.#refresh()
    if (type === "close") return this.#closed()
    if (type === "submit") return this.contains(target) && this.#submit(event)
    if (type === "keydown") return this.#move(event)
    if (type === "click") return this.#click(target.closest("button"))
    if (type === "input" && target.matches("[data-search]")) return this.#filter(target.value)
    if (target.closest("parameter-panel") || target.matches("[data-keeps]")) this.#compare()
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

  /** Read the list, with how the applied preset (or another: `id`) stands by now; whether that is still there. */
  async #read(id) {
    await htmx.ajax("GET", `${this.dataset.url}?preset=${encodeURIComponent(id)}`, { source: this, target: "#preset-list", swap: "outerMorph" })
    this.#compare()
    return this.#applied.value === id
  }

  async #refresh() {
    const { name } = this.#now.dataset
    if (await this.#read(this.#applied.value)) return
    this.#say(`“${name}” is no longer there; the controls stay as they are.`)
    this.#keep()
  }

  async #apply(id) {
    const before = this.#state()
    if (!await this.#read(id)) {
      await this.#read(before.applied)
      return this.#say("That preset is no longer there.")
    }
    this.#before = before
    this.#fill(JSON.parse(this.#now.dataset.texts), this.#now.dataset.model)
    this.#popover.hidePopover()
    this.#say(`“${this.#now.dataset.name}” is applied.`, true)
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
    await this.#post(url, { ...this.#state().texts, model: this.#model.value, seen: this.#now.dataset.version })
    this.#popover.hidePopover()
  }

  /** Show a form in the dialog; from the list, the list comes back when it closes. */
  async #ask(url, button) {
    this.#reopen = this.#popover.contains(button)
    const shown = this.#dialog.querySelector(".shown")
    shown.replaceChildren()
    await htmx.ajax("GET", url, { source: this, target: shown, swap: "innerHTML" })
    if (!shown.childElementCount) return
    const chosen = shown.querySelector("[data-model-now]")
    if (chosen) chosen.textContent = this.#model.value
    this.#dialog.showModal()
  }

  async #submit(event) {
    event.preventDefault()
    const form = event.target
    const values = Object.fromEntries(new FormData(form))
    if ("withControls" in form.dataset) Object.assign(values, this.#state().texts, { model: this.#model.value })
    await this.#post(form.getAttribute("action"), values)
  }

  /** Do something to a preset. The answer is the list, or the form with its errors, or an alert on the page. */
  async #post(url, values) {
    const applied = this.#applied.value
    this.#list.dataset.says = ""
    await htmx.ajax("POST", url, { source: this, target: "#preset-list", swap: "outerMorph", values: { ...values, preset: applied } })
    const chosen = this.#dialog.querySelector("[data-model-now]")
    if (chosen) chosen.textContent = this.#model.value
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
    this.#dialog.querySelector(".shown").replaceChildren()
    if (!this.#reopen) return
    this.#reopen = false
    this.#popover.showPopover({ source: this.#button })
    this.#button.focus()
  }

  /** What stands in the controls, those that the model disables among them, and which preset is applied. */
  #state() {
    const texts = Object.fromEntries(this.#controls().map(({ name, value }) => [name, value]))
    return { texts, model: this.#model.value, applied: this.#applied.value, now: this.#now.cloneNode(true) }
  }

  #fill(texts, model) {
    for (const { name, value, control } of this.#controls()) {
      control.value = texts[name] ?? ""
      if (control.value === value) continue
      control.dispatchEvent(new Event("input", { bubbles: true }))
    }
    if (model && model !== this.#model.value) {
      if (![...this.#model.options].some(option => option.value === model)) this.#model.add(new Option(`${model} (not offered)`, model))
      this.#model.value = model
      this.#model.dispatchEvent(new Event("change", { bubbles: true }))
    }
    this.#keep()
  }

  /** The panel keeps everything that belongs to the composer's form, and so which preset is applied. */
  #keep() {
    document.querySelector("parameter-panel").dispatchEvent(new Event("input", { bubbles: true }))
  }

  #controls() {
    return [...document.querySelectorAll("parameter-panel .field[data-name]")].map(field => {
      const control = field.querySelector("input, textarea, select")
      const kind = control.type === "number" ? "number" : "json" in control.dataset ? "json" : "lines" in control.dataset ? "lines" : ""
      const words = text => (text && [...(control.options ?? [])].find(option => option.value === text)?.text) || text
      return { name: field.dataset.name, label: field.querySelector("label").textContent.trim(), kind, value: control.value, words, control }
    })
  }

  #compare() {
    const { name, model } = this.#now.dataset
    const controls = model ? [{ name: "model", label: "Model", kind: "", value: this.#model.value }, ...this.#controls()] : this.#controls()
    const found = name ? differences(controls, { model, ...JSON.parse(this.#now.dataset.texts) }) : []
    const count = counted(found.length)
    this.querySelector(".preset-name").textContent = name
    this.querySelector(".preset-button .dot").hidden = !count
    this.#button.title = found.map(({ label, was, now }) => `${label}: ${was} → ${now}`).join("\n") || (name ? `“${name}”, nothing differs from it` : "")
    this.querySelector("#preset-described").textContent = name ? [name, count].filter(Boolean).join(", ") : "None applied"
    for (const button of this.querySelectorAll("[data-undo]")) button.hidden = !this.#before
    const section = this.querySelector(".preset-applied")
    if (!section) return
    section.querySelector(".preset-state").textContent = count || "Nothing differs from it now."
    for (const button of section.querySelectorAll("[data-update], [data-apply]")) button.disabled = !count
    section.querySelector(".preset-differences").replaceChildren(...found.map(difference))
  }

  /** Quiet news under the button, until the person goes on with something else. */
  #say(words, undoable = false) {
    this.querySelector("[role=status]").textContent = words
    this.querySelector(".preset-note [data-undo]").hidden = !undoable
  }

  #filter(words) {
    const wanted = words.trim().toLowerCase()
    const rows = [...this.querySelectorAll(".preset-rows > li")]
    for (const row of rows) row.hidden = !row.querySelector(".preset-said").textContent.toLowerCase().includes(wanted)
    this.querySelector("[data-nothing]").hidden = rows.some(row => !row.hidden)
  }

  /** Arrows move between the presets. */
  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || !this.#list.contains(event.target)) return
    const rows = [...this.querySelectorAll(".preset-rows > li:not([hidden])")]
    const stops = rows.map(row => row.querySelector("[data-apply], [data-discloses]"))
    const at = rows.findIndex(row => row.contains(event.target))
    event.preventDefault()
    stops.at(at < 0 && step < 0 ? -1 : (at + step) % stops.length)?.focus()
  }

  get #popover() { return this.querySelector("#presets") }
  get #dialog() { return this.querySelector("dialog") }
  get #list() { return this.querySelector("#preset-list") }
  get #button() { return this.querySelector(".preset-button") }
  get #now() { return this.querySelector("#preset-now") }
  get #applied() { return this.querySelector("input[name=preset]") }
  get #model() { return document.getElementById("model") }
})

/** "Temperature: 0.2 → 0.9", where a long text may break. */
const difference = ({ label, was, now }) => {
  const item = document.createElement("li")
  const name = document.createElement("b")
  name.textContent = label
  item.append(name, ` ${was} → ${now}`)
  return item
}
