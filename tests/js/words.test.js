import assert from "node:assert/strict"
import { test } from "node:test"
import { inSeconds, running, thoughtFor } from "../../static/js/lib/words.js"

test("seconds are whole and never negative", () => {
  assert.equal(inSeconds(4.9), "4 s")
  assert.equal(inSeconds(-1), "0 s")
})

test("waiting is counted from when the run began, not from when the page came", () => {
  assert.equal(running({ waiting: true, elapsed: 3.5 }, 1, 1), "waiting for the first token, 4 s")
})

test("a retry counts down, then says that it tries", () => {
  const status = { retry: true, wait: 10, attempt: 2, reason: "Rate limit reached." }
  assert.equal(running(status, 0.5, 0), "Rate limit reached. Trying again in 10 s (attempt 2 of 3).")
  assert.equal(running(status, 9.5, 0), "Rate limit reached. Trying again in 1 s (attempt 2 of 3).")
  assert.equal(running(status, 10.5, 0), "Trying again (attempt 2 of 3) …")
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
