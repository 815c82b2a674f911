import assert from "node:assert/strict"
import { test } from "node:test"
import { details, inSeconds, running, stillFor, thoughtFor } from "../../static/js/lib/words.js"

test("seconds are whole and never negative", () => {
  assert.equal(inSeconds(4.9), "4 s")
  assert.equal(inSeconds(-1), "0 s")
})

test("waiting is counted from when the run began, not from when the page came", () => {
  assert.equal(running({ waiting: true, elapsed: 3.5 }, 1, 1), "waiting for the first token, 4 s")
})

test("a retry counts down, then says that it tries", () => {
  const status = { retry: true, wait: 12, attempt: 2, reason: "Bad gateway.", why: 502 }
  assert.equal(running(status, 0.5, 0), "Bad gateway; trying again in 12 s (2 of 3)")
  assert.equal(running(status, 10.75, 0), "Bad gateway; trying again in 1.3 s (2 of 3)")
  assert.equal(running(status, 12.5, 0), "Trying again (2 of 3) …")
})

test("a limit and a tier without room are told from faults", () => {
  const limit = { retry: true, wait: 75, attempt: 3, reason: "Limit 6000, used 5900.", why: 429 }
  assert.equal(running(limit, 0, 0), "Rate limit: trying again in 1 min 15 s (3 of 3)")
  assert.equal(details(limit), "Limit 6000, used 5900.")
  const room = { retry: true, wait: 1.2, attempt: 2, reason: "capacity_exceeded", why: 498 }
  assert.equal(running(room, 0, 0), "The flex tier has no room now; trying again in 1.2 s (2 of 3)")
  assert.equal(details(room), "")
})

test("falling back is said until the first token comes", () => {
  assert.equal(running({ waiting: true, fallback: true, elapsed: 4 }, 1.5, 0), "The flex tier has no room: asking on demand, 1 s")
})

test("what is left of a wait is never said to be less than it is", () => {
  const said = [0, 0.01, 1.2, 9.94, 9.96, 59.2, 60, 725, 3600, 7384].map(stillFor)
  assert.deepEqual(said, ["0.0 s", "0.1 s", "1.2 s", "10.0 s", "10 s", "1 min 0 s", "1 min 0 s", "12 min 5 s", "1 h 0 min", "2 h 3 min"])
})

test("streaming needs no words until nothing comes for ten seconds", () => {
  assert.equal(running({ streaming: true }, 100, 9.9), "")
  assert.equal(running({ streaming: true }, 100, 12), "no text for 12 s, still connected")
})

test("what is lost is told with its reason", () => {
  assert.equal(running({ lost: true, reason: "Gone." }, 0, 0), "Gone.")
})

test("the time of thinking is told only where it was measured", () => {
  assert.equal(thoughtFor(3.256), "Thought for 3.26 s")
  assert.equal(thoughtFor(42.19), "Thought for 42.2 s")
  assert.equal(thoughtFor(0), "Reasoning")
  assert.equal(thoughtFor(null), "Reasoning")
})
