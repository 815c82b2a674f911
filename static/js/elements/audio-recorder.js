import { drop, forget, keep } from "../lib/chunks.js"
import { levels } from "../lib/levels.js"
import { clock } from "../lib/transcript.js"
import { Refused, insist } from "../lib/uploads.js"

// Seconds of sound that a crash of the browser can cost.
const EVERY = 2000
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"]
// Of Opus: speech needs no more, and two hours of it are 58 MB.
const BITS = 64000
const WORDS = {
  NotAllowedError: "The browser does not let this page use a microphone. Allow it beside the address, then press Record again.",
  NotFoundError: "There is no microphone. Connect one, then press Record again.",
  NotReadableError: "The microphone is in use by another program, or does not answer.",
}

/**
 * Records: every two seconds go into the browser's own store and to the server, and out of the store when they have arrived.
 * `begin(upload)` goes on with what was interrupted. When all of it is there, `recorded` bubbles with the upload.
 */
customElements.define("audio-recorder", class extends HTMLElement {
  #upload = null
  #recorder = null
  #stream = null
  #sound = null
  #sending = Promise.resolve()
  #offset = 0
  #waiting = 0
  #elapsed = 0
  #since = null
  #frame = 0
  #release = null
  #abort = null

  connectedCallback() {
    this.addEventListener("click", this)
    addEventListener("beforeunload", this)
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this)
    this.#abort?.abort()
    this.#silence()
  }

  handleEvent(event) {
    if (event.type === "beforeunload") {
      if (this.#upload) event.preventDefault()
      return
    }
    const does = event.target.closest("button")?.dataset.recorder
    if (does === "stop") this.#stop()
    else if (does === "pause") this.#toggle()
    else if (does === "close") this.#close()
  }

  async begin(upload = null) {
    if (this.#upload || !this.hidden && this.#recorder) return
    this.hidden = false
    this.#draw("Waiting for the microphone …")
    try {
      await this.#listen()
    } catch (error) {
      return this.#fail(error)
    }
    this.#abort = new AbortController()
    try {
      this.#upload = upload ?? await insist(this.#intake.uploads, announced(), this.#how)
    } catch (error) {
      this.#silence()
      return this.#fail(error)
    }
    this.#hold()
    this.#offset = this.#upload.offset
    this.#elapsed = this.#waiting = 0
    this.#record(Boolean(upload))
  }

  async #listen() {
    if (!navigator.mediaDevices || !window.MediaRecorder) throw new Refused("Recording needs a browser that can, and a page that came by https.")
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    this.#sound = new AudioContext()
    const analyser = this.#sound.createAnalyser()
    analyser.fftSize = 512
    this.#sound.createMediaStreamSource(this.#stream).connect(analyser)
    this.analyser = analyser
  }

  #record(anew) {
    const mimeType = KINDS.find(kind => MediaRecorder.isTypeSupported(kind))
    this.#recorder = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: BITS })
    let first = anew
    this.#recorder.addEventListener("dataavailable", ({ data }) => {
      if (!data.size) return
      this.#take(data, first)
      first = false
    })
    // Also when the microphone was pulled out.
    this.#recorder.addEventListener("stop", () => this.#ended())
    this.#recorder.start(EVERY)
    this.#since = performance.now()
    this.#controls()
    this.#meter()
  }

  /** One chunk: kept, sent after those before it, and forgotten when it has arrived. */
  #take(data, anew) {
    const { id, url } = this.#upload
    const offset = this.#offset
    this.#offset += data.size
    this.#waiting++
    const kept = data.arrayBuffer().then(async bytes => {
      const chunk = { upload: id, offset, anew, bytes }
      await keep(chunk)
      return chunk
    })
    this.#sending = this.#sending.then(async () => {
      const chunk = await kept
      await insist(`${url}?offset=${offset}${anew ? "&anew" : ""}`, chunk.bytes, this.#how)
      await drop(chunk)
      this.#waiting--
    })
    this.#sending.catch(error => this.#abort.signal.aborted || this.#fail(error))
  }

  #toggle() {
    const paused = this.#recorder.state === "paused"
    if (paused) {
      this.#since = performance.now()
      this.#recorder.resume()
    } else {
      this.#elapsed = this.#seconds
      this.#since = null
      this.#recorder.pause()
    }
    this.#controls()
    this.querySelector("[data-recorder=pause]").focus()
  }

  #stop() {
    if (this.#recorder?.state !== "inactive") this.#recorder.stop()
  }

  /** The last chunk has come: once everything has arrived, somebody else looks at it. */
  async #ended() {
    this.#elapsed = this.#seconds
    this.#since = null
    this.#silence()
    this.#draw(this.#waiting > 1 ? "Sending the rest of it …" : "")
    const upload = this.#upload
    try {
      await this.#sending
    } catch {
      return
    }
    this.#close()
    this.dispatchEvent(new CustomEvent("recorded", { bubbles: true, detail: upload }))
    forget(upload.id)
  }

  /** Say what is wrong; what was recorded so far stays where it is, and a new page offers it. */
  #fail(error) {
    if (this.#recorder && this.#recorder.state !== "inactive") this.#recorder.stop()
    this.#silence()
    this.#upload = this.#recorder = null
    const alert = element("p", "error", WORDS[error.name] ?? error.message)
    alert.setAttribute("role", "alert")
    this.replaceChildren(panel(alert, row(button("Close", "close"))))
    this.#release?.()
  }

  #silence() {
    cancelAnimationFrame(this.#frame)
    for (const track of this.#stream?.getTracks() ?? []) track.stop()
    this.#sound?.close().catch(() => {})
    this.#stream = this.#sound = null
  }

  #close() {
    this.#upload = this.#recorder = null
    this.#release?.()
    this.hidden = true
    this.replaceChildren()
    document.querySelector("[data-records]")?.focus()
  }

  /** Other pages of this browser see that it is being recorded. */
  #hold() {
    navigator.locks?.request(`recording:${this.#upload.id}`, () => new Promise(resolve => { this.#release = resolve }))
  }

  #controls() {
    const paused = this.#recorder.state === "paused"
    if (this.querySelector("canvas")) {
      this.querySelector("[data-recorder=pause]").textContent = paused ? "Resume" : "Pause"
      this.querySelector("[role=status]").textContent = paused ? "Paused" : "Recording"
      return
    }
    const status = element("span", "quiet", "Recording")
    status.setAttribute("role", "status")
    const level = document.createElement("canvas")
    level.className = "recorder-level"
    level.setAttribute("role", "img")
    level.setAttribute("aria-label", "Level of the microphone")
    const time = element("span", "recorder-time", "0:00")
    time.setAttribute("role", "timer")
    const head = element("div", "recorder-head")
    const stop = button("Stop", "stop")
    stop.className = "primary"
    head.append(time, status, row(button("Pause", "pause"), stop))
    this.replaceChildren(panel(head, level, element("p", "quiet recorder-words", "")))
    stop.focus()
  }

  /** The level, and the time, as long as it records. */
  #meter() {
    const drawn = levels(this.querySelector("canvas"), this.analyser)
    const draw = () => {
      this.#frame = requestAnimationFrame(draw)
      if (!this.#recorder || this.#recorder.state === "inactive") return
      this.querySelector(".recorder-time").textContent = clock(Math.floor(this.#seconds))
      this.querySelector(".recorder-words").textContent = this.#words
      drawn(this.#recorder.state === "paused")
    }
    draw()
  }

  get #words() {
    return this.#waiting > 2 ? "The connection is gone; this browser keeps what you say and sends it when it is back." : ""
  }

  get #seconds() {
    return this.#elapsed + (this.#since === null ? 0 : (performance.now() - this.#since) / 1000)
  }

  #draw(words) {
    this.replaceChildren(panel(element("p", "quiet", words)))
  }

  get #how() { return { csrf: this.#intake.csrf, signal: this.#abort?.signal } }
  get #intake() { return this.closest("audio-intake").dataset }
})

const announced = () => {
  const data = new FormData()
  data.append("origin", "recorded")
  return data
}

const element = (tag, name, words = "") => {
  const made = document.createElement(tag)
  made.className = name
  made.textContent = words
  return made
}

const panel = (...parts) => {
  const made = document.createElement("section")
  made.className = "recorder"
  made.setAttribute("aria-label", "Recorder")
  made.append(...parts)
  return made
}

const row = (...parts) => {
  const made = element("div", "row")
  made.append(...parts)
  return made
}

const button = (words, does) => {
  const made = document.createElement("button")
  made.type = "button"
  made.dataset.recorder = does
  made.textContent = words
  return made
}
