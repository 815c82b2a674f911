import { clock } from "../lib/transcript.js"
import { read } from "../lib/reading.js"

const CLOSEST = 64
const STEP = 5

/**
 * The waveform: `data-peaks` answers `{peaks: [lowest, highest, …], duration}`. Drawn for the pixels and the colours there are;
 * a click or a drag seeks (`seek` with the time), and it is a slider for keys. `doubts` are stretches to mark.
 */
customElements.define("wave-form", class extends HTMLElement {
  #peaks = []
  #zoom = 1
  #from = 0
  #doubts = []
  #now = 0
  #duration = 0
  #heard = new AbortController()
  #resized = new ResizeObserver(() => this.#draw())

  connectedCallback() {
    const on = (target, name, handle) => target.addEventListener(name, handle, { signal: this.#heard.signal })
    on(this.#slider, "pointerdown", event => this.#drag(event))
    on(this.#slider, "pointermove", event => event.buttons === 1 && this.#drag(event))
    on(this.#slider, "keydown", event => this.#key(event))
    on(this.#slider, "wheel", event => this.#wheel(event))
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.#draw())
    this.#resized.observe(this.#slider)
    if (this.dataset.peaks) this.#fetch()
  }

  /** The outline; 204 while it is still made. */
  async #fetch(tries = 8) {
    const answer = await read(this.dataset.peaks).catch(() => null)
    if (answer?.status === 204 && tries && this.isConnected) return setTimeout(() => this.#fetch(tries - 1), 3000)
    if (answer?.status !== 200) return
    const { peaks, duration } = await answer.json()
    this.#peaks = peaks
    this.duration ||= duration
    this.#draw()
  }

  disconnectedCallback() {
    this.#heard.abort()
    this.#resized.disconnect()
  }

  get duration() { return this.#duration }
  set duration(seconds) {
    this.#duration = seconds
    this.#slider.ariaValueMax = Math.floor(seconds)
    this.#say()
    this.#draw()
  }

  get now() { return this.#now }
  set now(seconds) {
    const second = Math.floor(this.#now)
    this.#now = seconds
    if (Math.floor(seconds) !== second) this.#say()
    if (this.#zoom > 1 && (seconds < this.#from || seconds > this.#from + this.#span)) this.#from = this.#within(seconds - this.#span * 0.1)
    this.#draw()
  }

  set doubts(stretches) {
    this.#doubts = stretches
    this.#draw()
  }

  get zoom() { return this.#zoom }
  set zoom(times) {
    this.#zoom = Math.min(CLOSEST, Math.max(1, times))
    this.#from = this.#within(this.#now - this.#span / 2)
    this.#draw()
  }

  get #span() { return this.#duration / this.#zoom }
  #within(from) { return Math.max(0, Math.min(from, this.#duration - this.#span)) }

  #say() {
    this.#slider.ariaValueNow = Math.floor(this.#now)
    this.#slider.ariaValueText = `${clock(this.#now)} of ${clock(this.#duration)}`
  }

  #seek(time) {
    this.dispatchEvent(new CustomEvent("seek", { bubbles: true, detail: Math.max(0, Math.min(time, this.#duration)) }))
  }

  #drag(event) {
    if (event.button > 0) return
    const { left, width } = this.#slider.getBoundingClientRect()
    this.#slider.setPointerCapture(event.pointerId)
    this.#seek(this.#from + (event.clientX - left) / width * this.#span)
  }

  #key(event) {
    const far = this.#duration / 10
    const to = { ArrowLeft: this.#now - STEP, ArrowDown: this.#now - STEP, ArrowRight: this.#now + STEP, ArrowUp: this.#now + STEP, PageDown: this.#now - far, PageUp: this.#now + far, Home: 0, End: this.#duration }[event.key]
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    this.#seek(to)
  }

  #wheel(event) {
    if (this.#zoom === 1 || !event.deltaX) return
    event.preventDefault()
    this.#from = this.#within(this.#from + event.deltaX / 500 * this.#span)
    this.#draw()
  }

  #drawing = 0
  #draw() {
    cancelAnimationFrame(this.#drawing)
    this.#drawing = requestAnimationFrame(() => this.#paint())
  }

  #paint() {
    const { clientWidth: width, clientHeight: height } = this.#slider
    const canvas = this.querySelector("canvas")
    const scale = devicePixelRatio || 1
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
    if (!w || !h) return
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h })
    const pen = canvas.getContext("2d")
    const style = getComputedStyle(this.#slider)
    const colour = name => style.getPropertyValue(name)
    pen.clearRect(0, 0, w, h)
    if (!this.#duration) return
    const x = time => (time - this.#from) / this.#span * w
    for (const [start, end] of this.#doubts) {
      if (end < this.#from || start > this.#from + this.#span) continue
      pen.fillStyle = colour("outline-color")
      pen.fillRect(x(start), h - 3 * scale, Math.max(2 * scale, x(end) - x(start)), 3 * scale)
    }
    this.#bars(pen, w, h, scale, x(this.#now), colour("color"), colour("border-block-end-color"))
    pen.fillStyle = colour("color")
    pen.fillRect(Math.round(x(this.#now) - scale / 2), 0, Math.max(1, Math.round(1.5 * scale)), h)
  }

  /** A bar for each two points of the screen: the loudest of what it stands for, coloured where it was heard. */
  #bars(pen, w, h, scale, heard, past, ahead) {
    const count = this.#peaks.length / 2
    const bar = Math.max(1, Math.round(2 * scale))
    const gap = Math.max(1, Math.round(scale))
    for (let left = 0; left < w; left += bar + gap) {
      const at = place => Math.floor((this.#from + place / w * this.#span) / this.#duration * count)
      let [low, high] = [0, 0]
      for (let n = at(left); n < Math.max(at(left) + 1, at(left + bar + gap)) && n < count; n++) {
        low = Math.min(low, this.#peaks[2 * n])
        high = Math.max(high, this.#peaks[2 * n + 1])
      }
      pen.fillStyle = left < heard ? past : ahead
      const middle = (h - 4 * scale) / 2
      const [top, bottom] = [middle - high / 127 * middle, middle - low / 127 * middle]
      pen.fillRect(left, Math.min(top, middle - scale / 2), bar, Math.max(scale, bottom - top))
    }
  }

  get #slider() { return this.querySelector("[role=slider]") }
})
