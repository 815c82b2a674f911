import { drawControls } from "../lib/controls.js"
import { isNewChat } from "../lib/drafts.js"
import { limitFields, markFields } from "../lib/fields.js"
import { read } from "../lib/reading.js"
import { keepSettings, recallSettings } from "../lib/unsent.js"

/**
 * The inspector: keeps what was set with the conversation, a moment after the last change, and marks what differs
 * from the API's own defaults, what the API would not take (that is not kept), and what the chosen model or API does not
 * know (that is disabled, with the reason, and kept for another). Its controls belong to the composer's form, so a send
 * carries them in any case.
 */
customElements.define("parameter-panel", class extends HTMLElement {
  #timer = null
  // Settles when what was set so far has been kept, or refused.
  #kept = Promise.resolve()
  #asked = 0
  #limits = null
  #model = document.getElementById("model")?.value ?? ""

  connectedCallback() {
    this.addEventListener("input", this)
    this.addEventListener("click", this)
    this.addEventListener("controls-drawn", this)
    // The model stands outside of the panel, and its picker may be drawn anew.
    document.addEventListener("change", this)
    this.addEventListener("api-switched", this)
    document.getElementById("composer")?.addEventListener("formdata", this)
    document.addEventListener("htmx:after:swap", this)
    document.addEventListener("htmx:before:request", this)
    window.addEventListener("pagehide", this)
    this.#limit(JSON.parse(this.dataset.limits))
    // A browser that restores the page restores what was typed.
    this.#mark()
    this.#draw()
    // When all that shows them is there.
    if (isNewChat()) customElements.whenDefined("preset-picker").then(recallSettings)
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    window.removeEventListener("pagehide", this)
    document.removeEventListener("change", this)
    document.removeEventListener("htmx:after:swap", this)
    document.removeEventListener("htmx:before:request", this)
    document.getElementById("composer")?.removeEventListener("formdata", this)
  }

  handleEvent({ type, target, formData, detail }) {
    if (type === "pagehide") return this.#leave()
    if (type === "controls-drawn") return this.#meetFields(detail)
    if (type === "formdata") return this.#add(formData)
    if (type === "htmx:before:request") return this.#precede(detail.ctx)
    if (type === "htmx:after:swap") return this.#meet(document.getElementById("model")?.value)
    // Whoever is quicker than the page: in its groups, or searching them.
    if (this.contains(target)) drawControls()
    if (target.matches("[data-filter]")) return type === "input" && this.#filter(target.value)
    if (type === "click" && !target.closest("[data-reset]")) return
    if (type === "change" && !target.matches("[data-keeps]")) return
    if (type === "click") this.#reset()
    if (type === "change" || type === "api-switched") this.#learn()
    this.#mark()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#keep(), type === "click" ? 0 : 400)
  }

  #reset() {
    for (const control of this.querySelectorAll(".field :is(input, textarea, select)")) {
      if (control.type === "checkbox") control.checked = false
      else control.value = ""
    }
  }

  /** Show the parameters whose name or help has the words; with none, all of them as they were. */
  #filter(words) {
    const wanted = words.trim().toLowerCase()
    for (const group of this.querySelectorAll(".group")) {
      for (const field of group.querySelectorAll(".field")) field.hidden = !field.textContent.toLowerCase().includes(wanted)
      group.hidden = !group.querySelector(".field:not([hidden])")
      group.dataset.wasOpen ??= String(group.open)
      group.open = wanted ? !group.hidden : group.dataset.wasOpen === "true"
      if (!wanted) delete group.dataset.wasOpen
    }
    this.querySelector(".nothing").hidden = Boolean(this.querySelector(".group:not([hidden])"))
  }

  /** What is disabled goes with a form, too: it is kept, and the server leaves it out of requests. */
  #add(formData) {
    for (const { name, value } of this.querySelectorAll(".field :disabled:not([aria-invalid])")) if (name) formData.append(name, value)
  }

  /** The list of models has come: one of them is chosen without anybody having changed it. */
  #meet(model) {
    if (model && model !== this.#model) this.#learn()
  }

  /** A group at a time whenever the page rests, for typing comes first. Safari does not tell when it rests. */
  #draw() {
    const rested = window.requestIdleCallback ?? setTimeout
    rested(() => drawControls(1) && this.#draw())
  }

  async #learn() {
    this.#model = document.getElementById("model").value
    const asked = ++this.#asked
    const chosen = { model: this.#model, api: this.querySelector("[name=api]:checked")?.value ?? "" }
    const answer = await read(`${this.dataset.limitsUrl}?${new URLSearchParams(chosen)}`).catch(() => null)
    // Away for the moment, which others say: with the next news of the page it is asked again.
    if (!answer) this.#model = ""
    else if (answer.ok && asked === this.#asked) this.#limit(await answer.json())
  }

  /** What the model and the API do not take, as it is from now on. */
  #limit(limits) {
    this.#limits = limits
    const { known, family, context, output } = limits
    const sizes = [context && `context ${context.toLocaleString("en")} tokens`, output && `answers up to ${output.toLocaleString("en")} tokens`]
    this.querySelector(".family").textContent = known
      ? [family, ...sizes.filter(Boolean)].join(" · ")
      : "Nothing is known of this model: everything is offered, and the API may refuse it."
    limitFields(this.#fields, limits)
  }

  #mark(fields = this.#fields) {
    markFields(fields)
    for (const group of this.querySelectorAll(".group")) group.toggleAttribute("data-changed", Boolean(group.querySelector(".field[data-changed]")))
  }

  /** Fields that were drawn later than the page. */
  #meetFields(drawn) {
    limitFields(drawn, this.#limits)
    this.#mark(drawn)
  }

  #keep() {
    this.#timer = null
    if (isNewChat()) return keepSettings()
    this.#kept = this.#kept.then(() => {
      const values = this.#settings()
      return values && htmx.ajax("POST", this.dataset.later, { source: this, swap: "none", values })
    })
  }

  /** What is asked for in the log (Regenerate, Send result …) goes with the settings that are kept: those of now come first. */
  #precede(ctx) {
    if (ctx.request.method === "GET" || !ctx.sourceElement.closest?.("#log")) return
    if (this.#timer !== null) {
      clearTimeout(this.#timer)
      this.#keep()
    }
    const { fetch } = ctx
    const kept = this.#kept
    ctx.fetch = async (...request) => {
      await kept
      return fetch(...request)
    }
  }

  /** The page goes before the moment is over: what was changed last goes with a request that outlives it. */
  #leave() {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    if (isNewChat()) return keepSettings()
    const values = this.#settings()
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"))
    if (values) fetch(this.dataset.later, { method: "POST", body: new URLSearchParams(values), headers, keepalive: true })
  }

  /** What to keep; null where there is nothing to keep it with, or something in it that nobody would take. */
  #settings() {
    const form = document.getElementById("composer")
    if (!form || this.querySelector("[aria-invalid]")) return null
    const values = Object.fromEntries([...new FormData(form)].filter(([name]) => !["text", "key", "new"].includes(name)))
    // What the model disables is no part of the form, and is kept for the next one as it stands now.
    for (const { name, value } of this.querySelectorAll(".field :is(input:not([type=checkbox]), textarea, select)")) if (name && !(name in values)) values[name] = value
    return values
  }

  get #fields() { return this.querySelectorAll(".field") }
})
