import "./wave-form.js"
import { clock } from "../lib/transcript.js"

const SKIP = 5

/** The sound of a transcript: `data-sound` is its address. Says `moved` (with the time) as it goes on, and whenever it is moved. */
customElements.define("transcript-player", class extends HTMLElement {
  #audio = null
  #frame = 0

  connectedCallback() {
    if (!this.dataset.sound) return
    this.#audio = Object.assign(new Audio(), { preload: "metadata", src: this.dataset.sound, preservesPitch: true })
    for (const name of ["play", "pause", "ended", "seeked", "timeupdate", "loadedmetadata", "error"]) this.#audio.addEventListener(name, this)
    this.addEventListener("click", this)
    this.addEventListener("change", this)
    this.addEventListener("seek", this)
    this.#speed.value = String(this.#keptSpeed)
    this.#audio.defaultPlaybackRate = this.#audio.playbackRate = Number(this.#speed.value) || 1
    this.#wave.duration = this.duration
    this.querySelector("[data-whole]").textContent = clock(this.duration)
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame)
    this.#audio?.pause()
  }

  get silent() { return !this.#audio }
  get playing() { return Boolean(this.#audio && !this.#audio.paused) }
  get time() { return this.#audio?.currentTime ?? 0 }
  get duration() { return Number.isFinite(this.#audio?.duration) ? this.#audio.duration : Number(this.dataset.duration) }

  /** Go to a time. */
  seek(time) {
    if (!this.#audio) return
    this.#audio.currentTime = Math.max(0, Math.min(time, this.duration || time))
    this.#moved()
  }

  /** Play on, from a time where one is given. Whoever pauses before it begins has changed their mind; nothing has failed. */
  play(time) {
    if (time !== undefined) this.seek(time)
    return this.#audio?.play().catch(error => { if (error.name !== "AbortError") this.#fails() })
  }

  pause() { this.#audio?.pause() }
  toggle() { return this.playing ? this.pause() : this.play() }
  skip(seconds) { this.seek(this.time + seconds) }

  /** One step faster or slower. */
  faster(step) {
    const speed = this.#speed
    if (!speed) return
    speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + step))
    this.#setSpeed()
  }

  handleEvent(event) {
    if (event.type === "seek") this.seek(event.detail)
    else if (event.type === "click") this.#clicked(event.target.closest("[data-does]")?.dataset.does)
    else if (event.type === "change") { if (event.target === this.#speed) this.#setSpeed() }
    else if (event.type === "error") this.#fails()
    else this.#sounded(event.type)
  }

  #clicked(does) {
    if (does === "toggle") this.toggle()
    else if (does === "back") this.skip(-SKIP)
    else if (does === "ahead") this.skip(SKIP)
    else if (does === "closer" || does === "farther") {
      this.#wave.zoom *= does === "closer" ? 2 : 0.5
      this.querySelector("[data-does=farther]").disabled = this.#wave.zoom === 1
    }
  }

  #sounded(type) {
    if (type === "loadedmetadata") {
      this.#wave.duration = this.duration
      this.querySelector("[data-whole]").textContent = clock(this.duration)
    }
    this.toggleAttribute("data-playing", this.playing)
    this.querySelector("[data-does=toggle]").ariaLabel = this.playing ? "Pause" : "Play"
    this.#moved()
    if (type === "play") this.#run()
  }

  /** While it plays, with every frame: four times a second is too coarse for words. */
  #run() {
    cancelAnimationFrame(this.#frame)
    if (!this.playing) return
    this.#moved()
    this.#frame = requestAnimationFrame(() => this.#run())
  }

  #moved() {
    this.#wave.now = this.time
    const now = this.querySelector("[data-now]")
    if (now.textContent !== clock(this.time)) now.textContent = clock(this.time)
    this.dispatchEvent(new CustomEvent("moved", { bubbles: true, detail: this.time }))
  }

  #setSpeed() {
    this.#audio.playbackRate = Number(this.#speed.value)
    try { localStorage.setItem("speed", this.#speed.value) } catch { /* It is only kept for the next page. */ }
  }

  get #keptSpeed() {
    const kept = localStorage.getItem("speed")
    return [...this.#speed.options].some(option => option.value === kept) ? kept : "1"
  }

  #fails() {
    this.dispatchEvent(new CustomEvent("silent", { bubbles: true }))
  }

  get #wave() { return this.querySelector("wave-form") }
  get #speed() { return this.querySelector(".speed select") }
})
