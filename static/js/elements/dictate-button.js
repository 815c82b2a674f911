import { post } from "../lib/post.js"

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"]
const LONGEST = 120

/**
 * `<dictate-button data-url><button></button><output></output></dictate-button>`: the button begins to record; once more, or Esc,
 * ends it, and what was said goes where the caret of the message is. A recording that could not be sent is kept to be sent again.
 */
customElements.define("dictate-button", class extends HTMLElement {
  #recorder = null
  #context = null
  #timer = null
  #kept = null
  #busy = false

  connectedCallback() {
    this.addEventListener("click", this)
    document.addEventListener("keydown", this, { capture: true })
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this, { capture: true })
    this.#kept = null
    this.#finish()
  }

  handleEvent(event) {
    if (event.type === "keydown") {
      if (event.key !== "Escape" || !this.#recorder) return
      event.preventDefault()
      event.stopPropagation()
      this.#finish()
    } else if (event.target.closest("button") && !this.#busy) this.#recorder ? this.#finish() : this.#kept ? this.#send() : this.#record()
  }

  async #record() {
    // Browsers hide the microphone from pages that come without https.
    if (!navigator.mediaDevices || !window.MediaRecorder) return this.#refuse("This browser gives no microphone to pages without https.")
    this.#busy = true
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      if (!this.isConnected) return stream.getTracks().forEach(track => track.stop())
      this.#hear(stream)
    } catch (error) {
      this.#refuse(REASONS[error.name] ?? `The microphone could not be used: ${error.message}`)
    } finally {
      this.#busy = false
    }
  }

  #hear(stream) {
    const parts = []
    const mimeType = KINDS.find(kind => MediaRecorder.isTypeSupported(kind))
    const recorder = this.#recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 48000 })
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data))
    recorder.addEventListener("stop", () => {
      stream.getTracks().forEach(track => track.stop())
      this.#kept = this.isConnected ? new Blob(parts, { type: recorder.mimeType }) : null
      if (this.#kept) this.#send()
    })
    recorder.start(1000)
    this.#watch(stream)
    this.#show("recording", "End dictation")
  }

  /** The level as a ring around the button, and the time. */
  #watch(stream) {
    const began = performance.now()
    this.#context = new AudioContext()
    const level = new AnalyserNode(this.#context, { fftSize: 512 })
    new MediaStreamAudioSourceNode(this.#context, { mediaStream: stream }).connect(level)
    const samples = new Float32Array(level.fftSize)
    this.#timer = setInterval(() => {
      level.getFloatTimeDomainData(samples)
      this.style.setProperty("--level", Math.min(1, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) * 4))
      const seconds = Math.floor((performance.now() - began) / 1000)
      this.#say(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`)
      if (seconds >= LONGEST) this.#finish()
    }, 100)
  }

  #finish() {
    clearInterval(this.#timer)
    this.#context?.close()
    this.#context = null
    this.#recorder?.stop()
    this.#recorder = null
  }

  async #send() {
    this.#busy = true
    this.#show("sending", "Putting it to text")
    this.#say("…")
    const answer = await post(this.dataset.url, { sound: this.#kept })
    this.#busy = false
    if (!this.isConnected) return
    if (!answer) {
      this.#say("Kept")
      return this.#show("kept", "Send the recording again")
    }
    this.#kept = null
    this.#show("still", "Dictate")
    this.#say(answer.text ? "" : "Nothing was said")
    if (answer.text) this.#write(answer.text)
  }

  #write(text) {
    const box = document.getElementById("message")
    const { selectionStart: start, selectionEnd: end, value } = box
    const before = /\S$/.test(value.slice(0, start)) ? " " : ""
    const after = /^\S/.test(value.slice(end)) ? " " : ""
    box.setRangeText(before + text + after, start, end, "end")
    box.dispatchEvent(new Event("input", { bubbles: true }))
    box.focus()
  }

  #refuse(words) {
    document.getElementById("notices").textContent = words
  }

  #say(words) {
    this.querySelector("output").textContent = words
  }

  #show(state, words) {
    this.dataset.state = state
    const button = this.querySelector("button")
    button.setAttribute("aria-label", words)
    button.title = words
  }
})

const REASONS = {
  NotAllowedError: "The browser does not let this page use the microphone. Allow it beside the address of the page, then press Dictate again.",
  NotFoundError: "No microphone was found.",
  NotReadableError: "Another program uses the microphone.",
}
