import { read } from "./reading.js"

/**
 * Plays pieces of speech one after another without a gap, as they are made: `update(done, over)` says how many there are
 * and whether more will come; `tell("playing" | "ended" | "failed")` hears how it goes. Make it in answer to a click, as
 * browsers ask for one before they sound.
 */
const AHEAD = 3

export class SpeechQueue {
  #context = new AudioContext()
  #address
  #tell
  #next = 0
  #done = 0
  #over = false
  #end = 0
  #waiting = 0
  #busy = false

  constructor(address, tell) {
    this.#address = address
    this.#tell = tell
  }

  get playing() { return this.#context.state === "running" }

  update(done, over) {
    this.#done = done
    this.#over = over
    this.#fill()
  }

  pause() { return this.#context.suspend() }
  resume() { return this.#context.resume() }

  stop() {
    if (this.#closed) return
    this.#context.close()
    this.#tell("ended")
  }

  get #closed() { return this.#context.state === "closed" }

  async #fill() {
    if (this.#busy || this.#closed) return
    this.#busy = true
    try {
      while (!this.#closed && this.#next < this.#done && this.#waiting < AHEAD) await this.#schedule(this.#next++)
    } catch (error) {
      console.warn("speech:", error)
      if (!this.#closed) this.#context.close()
      return this.#tell("failed")
    } finally {
      this.#busy = false
    }
    if (this.#over && this.#next >= this.#done && !this.#waiting) this.stop()
  }

  async #schedule(number) {
    const answer = await read(this.#address(number))
    // A piece without words is silence.
    if (answer.status === 204) return
    if (!answer.ok) throw new Error(`piece ${number}: ${answer.status}`)
    const buffer = await this.#context.decodeAudioData(await answer.arrayBuffer())
    if (this.#closed) return
    const source = new AudioBufferSourceNode(this.#context, { buffer })
    source.connect(this.#context.destination)
    this.#end = Math.max(this.#end, this.#context.currentTime + 0.02)
    source.start(this.#end)
    this.#end += buffer.duration
    this.#waiting++
    source.onended = () => { this.#waiting--; this.#fill() }
    this.#tell("playing")
  }
}

/** The address of a piece, from that of the first. */
export const pieceOf = first => number => first.replace(/\d+$/, number)

/** Whether a job of this state goes on. */
export const live = state => state === "queued" || state === "running"
