import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Refused, finish, insist, megabytes, pause, send } from "../../static/js/lib/uploads.js"

globalThis.addEventListener ??= () => {}
globalThis.removeEventListener ??= () => {}

let asked
let answers

/** What the server says, in order; null is a connection that is gone. */
const says = (...list) => { answers = list }
const json = (status, told) => new Response(JSON.stringify(told), { status, headers: { "Content-Type": "application/json" } })

beforeEach(context => {
  asked = []
  globalThis.fetch = async (url, options) => {
    asked.push([url, options.body instanceof ArrayBuffer ? options.body.byteLength : options.method ?? "GET"])
    const answer = answers.shift()
    if (!answer) throw new TypeError("Failed to fetch")
    return answer
  }
  context.mock.timers.enable({ apis: ["setTimeout"] })
  context.tick = setInterval(() => context.mock.timers.tick(20000), 1)
})

const over = context => clearInterval(context.tick)
const how = more => ({ csrf: "x", piece: 4, progress: () => {}, ...more })

test("times and sizes are said as people say them", context => {
  over(context)
  assert.deepEqual([1048576, 104857600].map(megabytes), ["1.0 MB", "100 MB"])
})

test("pauses grow to ten seconds and no further", context => {
  over(context)
  assert.deepEqual([0, 1, 3, 30].map(failures => pause(failures, 1)), [500, 1000, 4000, 10000])
  assert.ok(pause(30, 0) >= 5000)
})

test("a file goes in pieces, each where the server says the last one ended", async context => {
  says(json(200, { offset: 4 }), json(409, { offset: 6 }), json(200, { offset: 10 }))
  await send(new Blob(["0123456789"]), { url: "/u/", offset: 0 }, how())
  over(context)
  assert.deepEqual(asked, [["/u/?offset=0", 4], ["/u/?offset=4", 4], ["/u/?offset=6", 4]])
})

test("what is broken off is asked again until it is answered, and said meanwhile", async context => {
  const waits = []
  says(null, new Response("", { status: 503 }), json(200, { offset: 2 }))
  const told = await insist("/u/", undefined, how({ waits: yes => waits.push(yes) }))
  over(context)
  assert.deepEqual([told.offset, asked.length, waits], [2, 3, [true, true, false]])
})

test("what is refused is not asked again", async context => {
  says(json(413, { error: "Too large." }))
  await assert.rejects(insist("/u/", new FormData(), how()), error => error instanceof Refused && error.message === "Too large.")
  says(new Response("<html>", { status: 403, headers: { "Content-Type": "text/html" } }))
  await assert.rejects(insist("/u/", new FormData(), how()), /did not take it/)
  over(context)
  assert.equal(asked.length, 2)
})

test("a verdict that takes longer is waited for", async context => {
  says(json(200, { url: "/u/", state: "checking", offset: 9 }), json(200, { url: "/u/", state: "checking", offset: 9 }), json(200, { url: "/u/", state: "done" }))
  assert.equal((await finish({ url: "/u/" }, how())).state, "done")
  over(context)
  assert.deepEqual(asked.map(([url]) => url), ["/u/finish/", "/u/", "/u/"])
})
