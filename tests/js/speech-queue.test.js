import assert from "node:assert/strict"
import { test } from "node:test"
import { live, pieceOf, SpeechQueue } from "../../static/js/lib/speech-queue.js"

test("the address of a piece ends with its number", () => {
  assert.equal(pieceOf("/speech/abc0/pieces/0")(12), "/speech/abc0/pieces/12")
})

test("a job goes on while it waits or runs", () => {
  assert.deepEqual(["queued", "running", "complete", "failed", "stopped"].map(live), [true, true, false, false, false])
})

/** A clock that stands still, and sounds that end when they are told to. */
const world = lengths => {
  const sources = []
  globalThis.AudioContext = class {
    state = "running"
    currentTime = 0
    decodeAudioData = async buffer => ({ duration: lengths[buffer] })
    close() { this.state = "closed" }
  }
  globalThis.AudioBufferSourceNode = class {
    constructor(context, { buffer }) { this.duration = buffer.duration; sources.push(this) }
    connect() {}
    start(at) { this.at = at }
  }
  globalThis.fetch = async number => ({ ok: true, status: lengths[number] === null ? 204 : 200, arrayBuffer: async () => number })
  return sources
}
const settled = () => new Promise(resolve => setTimeout(resolve, 5))

test("pieces follow one another without a gap, a few ahead, and silent ones are passed over", async () => {
  const sources = world([1, null, 2, 3, 4, 5])
  const told = []
  const queue = new SpeechQueue(number => number, state => told.push(state))
  queue.update(6, true)
  await settled()
  assert.deepEqual(sources.map(source => source.at), [0.02, 1.02, 3.02])
  sources[0].onended()
  await settled()
  assert.equal(sources[3].at, 6.02)
  for (let at = 1; at < 5; at++) { sources[at].onended(); await settled() }
  assert.deepEqual(told, [...Array(5).fill("playing"), "ended"])
})

test("it waits for pieces that are not made yet", async () => {
  const sources = world([1, 1])
  const told = []
  const queue = new SpeechQueue(number => number, state => told.push(state))
  queue.update(1, false)
  await settled()
  sources[0].onended()
  await settled()
  assert.deepEqual(told, ["playing"])
  queue.update(2, true)
  await settled()
  sources[1].onended()
  await settled()
  assert.deepEqual(told, ["playing", "playing", "ended"])
})

test("what cannot be heard is told once", async () => {
  world([1])
  globalThis.fetch = async () => ({ ok: false, status: 500 })
  console.warn = () => {}
  const told = []
  const queue = new SpeechQueue(number => number, state => told.push(state))
  queue.update(1, true)
  await settled()
  assert.deepEqual(told, ["failed"])
})
