import { arrival, say, show } from "../lib/arrivals.js"
import { forget, left } from "../lib/chunks.js"
import { clock } from "../lib/transcript.js"
import { Refused, finish, follow, insist, megabytes, send } from "../lib/uploads.js"

// On their way at the same time; the others wait.
const TOGETHER = 2

const form = values => {
  const data = new FormData()
  for (const [name, value] of Object.entries(values)) data.append(name, value)
  return data
}

/** Whether another page of this browser is recording into it now. */
const isHeld = async id => {
  const held = await navigator.locks?.query()
  return Boolean(held?.held.some(({ name }) => name === `recording:${id}`))
}

/**
 * The way in for recordings: files that are chosen, dropped anywhere on the page or pasted, links, and what a recorder sends.
 * Each is a row with its progress; what was begun on an earlier page stands here with what can be done about it.
 */
customElements.define("audio-intake", class extends HTMLElement {
  #heard = new AbortController()
  #rows = new Map()
  #queue = []
  #active = 0
  #done = []
  #chosen = 0

  connectedCallback() {
    const on = (target, name, handle) => target.addEventListener(name, handle, { signal: this.#heard.signal })
    on(this, "click", event => this.#clicked(event))
    on(this, "submit", event => this.#link(event))
    on(this, "recorded", ({ detail }) => this.#recorded(detail))
    on(this.#chooser, "change", () => { this.add(this.#chooser.files); this.#chooser.value = "" })
    on(document, "dragover", event => this.#over(event))
    on(document, "dragleave", event => { if (!event.relatedTarget) this.toggleAttribute("data-dropping", false) })
    on(document, "drop", event => this.#drop(event))
    on(document, "paste", event => this.#paste(event))
    on(window, "beforeunload", event => { if (this.#active) event.preventDefault() })
    for (const upload of JSON.parse(this.dataset.unfinished)) this.#meet(upload)
  }

  disconnectedCallback() {
    this.#heard.abort()
    for (const { abort } of this.#rows.values()) abort.abort()
  }

  /** Take files in, one row each; one that an earlier page began goes on. */
  add(files) {
    for (const file of files) {
      const begun = [...this.#rows].find(([, { state, upload }]) =>
        state === "left" && upload.name === file.name && upload.size === file.size && upload.mark === String(file.lastModified))
      const row = begun?.[0] ?? this.#row(file.name)
      Object.assign(this.#rows.get(row), { file, state: "waiting" })
      this.#show(row, "waiting", "Waiting for its turn", ["Cancel"])
      this.#chosen++
      this.#queue.push(row)
    }
    this.#next()
  }

  #next() {
    while (this.#active < TOGETHER && this.#queue.length) {
      const row = this.#queue.shift()
      if (!this.#rows.has(row)) continue
      this.#active++
      this.#upload(row).finally(() => { this.#active--; this.#next() })
    }
    if (!this.#active && !this.#queue.length) this.#rest()
  }

  async #upload(row) {
    const kept = this.#rows.get(row)
    const { file } = kept
    await this.#guarded(row, async how => {
      this.#show(row, "sending", `0 of ${megabytes(file.size)}`, ["Cancel"], [0, file.size])
      const told = { name: file.name, size: file.size, mark: file.lastModified, origin: "uploaded" }
      kept.upload ??= await insist(this.dataset.uploads, form(told), how)
      for (let standing = kept.upload; ;) {
        await send(file, standing, { ...how, progress: at => this.#show(row, "sending", `${megabytes(at)} of ${megabytes(file.size)}`, ["Cancel"], [at, file.size]) })
        this.#show(row, "checking", "Looking at what is in it", [], [])
        standing = await finish(kept.upload, how)
        if (standing.state !== "receiving") return this.#ended(row, standing)
      }
    })
  }

  /** Do something for a row; what the server refuses is said beside it, and the others go on. */
  async #guarded(row, does) {
    const kept = this.#rows.get(row)
    const how = {
      csrf: this.dataset.csrf,
      piece: Number(this.dataset.piece),
      signal: kept.abort.signal,
      waits: yes => say(row, yes ? "The connection is gone. It goes on by itself when it is back." : "", yes),
    }
    try {
      await does(how)
    } catch (error) {
      if (kept.abort.signal.aborted) return
      this.#show(row, "refused", error instanceof Refused ? error.message : "It could not be sent.", ["Dismiss"])
    }
  }

  #ended(row, { state, error, recording }) {
    const kept = this.#rows.get(row)
    kept.state = state
    if (state === "done") {
      this.#done.push(recording)
      this.#show(row, "done", "Ready", ["Open"])
      row.querySelector("[data-does=Open]").dataset.href = recording
      document.body.dispatchEvent(new Event("recordings-changed"))
    } else if (state === "full") this.#show(row, "refused", error, ["Try again", "Discard"])
    else if (state === "lost") this.#show(row, "left", "It is not being fetched any more.", ["Try again", "Discard"])
    else this.#show(row, "refused", error, kept.upload?.origin === "fetched" ? ["Try again", "Dismiss"] : ["Dismiss"])
  }

  /** Everything that was chosen is in: on to the one recording, or the offer to put all of them to text. */
  #rest() {
    const ids = this.#done.map(path => path.split("/").at(-2))
    if (!ids.length) return
    if (ids.length === 1 && this.#chosen === 1) return location.assign(this.#done[0])
    const together = this.querySelector(".together")
    together.hidden = false
    together.querySelector("a").href = `${this.dataset.together}?of=${ids.join(",")}`
    together.querySelector("[role=status]").textContent = `${ids.length} recording${ids.length === 1 ? " is" : "s are"} in. One choice of settings holds for all.`
  }

  /** What stood here before the page was loaded. */
  async #meet(upload) {
    const row = this.#row(upload.origin === "uploaded" ? upload.name : upload.title || upload.name)
    const kept = this.#rows.get(row)
    Object.assign(kept, { upload, state: "left" })
    if (upload.state === "refused") return this.#ended(row, upload)
    if (upload.state === "lost") return this.#ended(row, upload)
    if (upload.state === "checking" || upload.state === "fetching") return this.#watch(row, upload)
    if (upload.origin === "recorded") return this.#interrupted(row, upload)
    if (upload.size !== null && upload.offset >= upload.size) return this.#show(row, "left", "All of it has arrived.", ["Keep", "Discard"])
    this.#show(row, "left", `${megabytes(upload.offset)} of ${megabytes(upload.size ?? 0)} arrived. Choose the file again to go on.`, ["Choose file", "Discard"], [upload.offset, upload.size ?? 0])
  }

  /** A recording that no page goes on with: what this browser still holds of it is sent first. */
  async #interrupted(row, upload) {
    if (await isHeld(upload.id)) return this.#forgetRow(row)
    this.#show(row, "left", "Sending what this browser kept of it", [])
    await this.#guarded(row, async how => {
      for (const chunk of await left(upload.id)) {
        if (chunk.offset < upload.offset) continue
        Object.assign(upload, await insist(`${upload.url}?offset=${chunk.offset}${chunk.anew ? "&anew" : ""}`, chunk.bytes, how))
      }
      await forget(upload.id)
      const seconds = Math.round(upload.offset / 8000)
      const words = upload.offset ? `It was interrupted; about ${clock(seconds)} of it is here.` : "It was interrupted before any of it was here."
      this.#show(row, "left", words, [...(upload.offset ? ["Keep"] : []), "Continue", "Discard"])
    })
  }

  #watch(row, standing) {
    this.#rows.get(row).state = standing.state
    this.#active++
    return this.#guarded(row, async how => {
      const progress = (at, { state, size }) => {
        const words = state === "checking" ? "Looking at what is in it" : `${megabytes(at)}${size ? ` of ${megabytes(size)}` : ""} fetched`
        this.#show(row, state, words, state === "checking" ? [] : ["Cancel"], size && state === "fetching" ? [at, size] : [])
      }
      this.#ended(row, await follow(standing, { ...how, progress }))
    }).finally(() => { this.#active--; this.#next() })
  }

  async #link(event) {
    if (!event.target.matches("[data-links]")) return
    event.preventDefault()
    const wrong = event.target.querySelector(".error")
    wrong.textContent = ""
    try {
      const standing = await insist(this.dataset.link, new FormData(event.target), { csrf: this.dataset.csrf })
      event.target.closest("dialog").close()
      event.target.reset()
      if (!standing.id) return location.assign(standing.recording)
      const row = this.#row(standing.title || standing.name)
      this.#chosen++
      this.#rows.get(row).upload = { ...standing, origin: "fetched" }
      this.#watch(row, standing)
    } catch (error) {
      wrong.textContent = error.message
    }
  }

  /** The recorder has stopped: what it sent is looked at like any other. */
  #recorded(upload) {
    const row = this.#row(upload.title)
    this.#rows.get(row).upload = upload
    this.#chosen++
    this.#keepRecording(row)
  }

  #keepRecording(row) {
    const { upload } = this.#rows.get(row)
    this.#active++
    this.#show(row, "checking", "Looking at what is in it", [], [])
    this.#guarded(row, async how => this.#ended(row, await finish(upload, how))).finally(() => { this.#active--; this.#next() })
  }

  #clicked({ target }) {
    const button = target.closest("button")
    if (!button) return
    if ("choosesSound" in button.dataset) return this.#chooser.click()
    if ("records" in button.dataset) return this.#recorder.begin()
    const row = button.closest(".arrival")
    if (!row) return
    const { upload } = this.#rows.get(row)
    const does = {
      "Open": () => location.assign(button.dataset.href),
      "Cancel": () => this.#discard(row),
      "Discard": () => this.#discard(row),
      "Dismiss": () => this.#discard(row),
      "Choose file": () => this.#chooser.click(),
      "Keep": () => { this.#chosen++; this.#keepRecording(row) },
      "Continue": () => { this.#forgetRow(row); this.#recorder.begin(upload) },
      "Try again": () => this.#again(row),
    }
    does[button.dataset.does]()
  }

  async #again(row) {
    const { upload, state } = this.#rows.get(row)
    if (state === "full") return this.#keepRecording(row)
    await this.#guarded(row, async how => this.#watch(row, await insist(`${upload.url}again/`, new FormData(), how)))
  }

  #discard(row) {
    const { upload, abort } = this.#rows.get(row)
    abort.abort()
    this.#forgetRow(row)
    if (!upload) return
    forget(upload.id)
    insist(`${upload.url}cancel/`, new FormData(), { csrf: this.dataset.csrf }).catch(() => {})
  }

  #forgetRow(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling
    const focused = row.contains(document.activeElement)
    this.#rows.delete(row)
    row.remove()
    if (focused) (next?.querySelector("button") ?? this.querySelector("[data-chooses-sound]")).focus()
  }

  #row(name) {
    const row = arrival(name)
    this.#list.append(row)
    this.#rows.set(row, { state: "waiting", abort: new AbortController() })
    return row
  }

  /** How a row stands, unless it has gone meanwhile. */
  #show(row, ...how) {
    if (this.#rows.has(row)) show(row, ...how)
  }

  #over(event) {
    if (!event.dataTransfer?.types.includes("Files") || document.querySelector("dialog[open]")) return
    event.preventDefault()
    this.toggleAttribute("data-dropping", true)
  }

  #drop(event) {
    if (!event.dataTransfer?.files.length || document.querySelector("dialog[open]")) return
    event.preventDefault()
    this.toggleAttribute("data-dropping", false)
    this.add(event.dataTransfer.files)
  }

  #paste(event) {
    const files = event.clipboardData?.files ?? []
    if (!files.length || event.target.closest?.("input, textarea")) return
    event.preventDefault()
    this.add(files)
  }

  get #chooser() { return this.querySelector(".chooser") }
  get #list() { return this.querySelector(".arriving") }
  get #recorder() { return this.querySelector("audio-recorder") }
})
