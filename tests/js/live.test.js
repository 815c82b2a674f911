import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"

/** A socket that a test holds in its hand. */
class FakeSocket extends EventTarget {
  static OPEN = 1
  static last = null
  readyState = 0
  sent = []

  constructor(url) {
    super()
    this.url = url
    FakeSocket.last = this
  }

  send(text) { this.sent.push(JSON.parse(text)) }
  open() { this.readyState = 1; this.dispatchEvent(new Event("open")) }
  close(code = 1000) { this.readyState = 3; this.dispatchEvent(Object.assign(new Event("close"), { code })) }
  says(frame) { this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(frame) })) }
}

globalThis.WebSocket = FakeSocket
globalThis.location = { protocol: "http:", host: "localhost:8000" }
globalThis.document = new EventTarget()
globalThis.CustomEvent ??= class extends Event { constructor(name, { detail }) { super(name); this.detail = detail } }
globalThis.addEventListener = () => {}
globalThis.setInterval = () => {}
const timers = []
globalThis.setTimeout = (run, wait) => timers.push({ run, wait })
globalThis.clearTimeout = () => {}
const { pause, watch } = await import("../../static/js/lib/live.js")

let number = 0
let topic, seen, end

beforeEach(() => {
  topic = `message:${number++}`
  seen = []
  end = watch(topic, frame => seen.push(frame))
  if (FakeSocket.last.readyState !== 1) FakeSocket.last.open()
})

const socket = () => FakeSocket.last
const says = (seq, more = {}, epoch = "a") => socket().says({ topic, epoch, seq, ...more })
const asked = () => socket().sent.filter(frame => frame.watch === topic)

test("frames are handed over in order, each once", () => {
  says(4, { snapshot: { tail: "so far" } })
  says(5, { append: " a" })
  says(5, { append: " a" })
  says(4, { append: " old" })
  says(6, { append: " b" })
  assert.deepEqual(seen.map(frame => frame.append ?? "snapshot"), ["snapshot", " a", " b"])
})

test("a missing number asks for the whole picture, and nothing is shown until it comes", () => {
  says(1, { snapshot: {} })
  says(3, { append: "c" })
  assert.deepEqual(asked().at(-1), { watch: topic, epoch: null, after: 0 })
  says(4, { append: "d" })
  assert.equal(seen.length, 1)
  says(4, { snapshot: { tail: "abcd" } })
  says(5, { append: "e" })
  assert.equal(seen.length, 3)
})

test("after a pause it goes on behind the last number", () => {
  says(7, { snapshot: {} })
  socket().close()
  timers.at(-1).run()
  socket().open()
  assert.deepEqual(asked(), [{ watch: topic, epoch: "a", after: 7 }])
  says(8, { append: "x" })
  assert.equal(seen.length, 2)
})

test("frames of another life of the server are not added to these", () => {
  says(7, { snapshot: {} })
  says(8, { append: "x" }, "b")
  assert.equal(seen.length, 1)
  assert.deepEqual(asked().at(-1), { watch: topic, epoch: null, after: 0 })
})

for (const member of ["final", "head", "gone"]) {
  test(`a frame with ${member} needs nothing before it, whatever was missed`, () => {
    says(7, { head: "one" })
    says(9, { append: "lost" })
    says(3, { [member]: "all" }, "b")
    assert.equal(seen.at(-1)[member], "all")
    says(4, { head: "later" }, "b")
    assert.equal(seen.at(-1).head, "later")
  })
}

test("who stops watching hears nothing more, and the server is told", () => {
  end()
  says(1, { snapshot: {} })
  assert.equal(seen.length, 0)
  assert.deepEqual(socket().sent.at(-1), { unwatch: topic })
})

test("a topic that is not there is told as it is", () => {
  socket().says({ topic, unknown: true })
  assert.equal(seen[0].unknown, true)
})

test("a session that ended is tried once more; whoever is refused at once is signed out and stays away", () => {
  const states = []
  const listen = event => states.push(event.detail)
  document.addEventListener("live", listen)
  says(1, { snapshot: {} })
  socket().close(4401)
  timers.at(-1).run()
  socket().open()
  const before = timers.length
  socket().close(4401)
  assert.deepEqual(states, ["closed", "open", "signed-out"])
  assert.equal(timers.length, before)
  document.removeEventListener("live", listen)
})

test("whoever holds too many sockets does not knock four times a second", () => {
  socket().close(4429)
  assert.ok(timers.at(-1).wait >= 10000)
  timers.at(-1).run()
})

test("the pause grows to four seconds and differs from page to page", () => {
  assert.equal(pause(0, 0), 125)
  assert.equal(pause(0, 1), 250)
  assert.equal(pause(2, 1), 1000)
  assert.equal(pause(50, 1), 4000)
  assert.ok(pause(50, 0) >= 2000)
})
