import assert from "node:assert/strict"
import { test } from "node:test"
import { back, known, left, part, remaining } from "../../static/js/lib/rates.js"

const tokens = { limit: 6000, remaining: 1500, reset: 7.66 }

test("what is left is counted until the time when it is whole again", () => {
  assert.equal(remaining(tokens, 7.6), 1500)
  assert.equal(remaining(tokens, 7.66), 6000)
  assert.equal(part(tokens, 0), 0.25)
  assert.equal(part(tokens, 8), 1)
  assert.equal(left(tokens, 0), "1,500 of 6,000 left")
  assert.equal(back(tokens, 0), "whole again in 7.7 s")
  assert.equal(back(tokens, 8), "whole again")
})

test("what the API did not tell is not made up", () => {
  const bare = { limit: null, remaining: 0, reset: null }
  assert.ok(known(bare))
  assert.equal(part(bare, 0), null)
  assert.equal(left(bare, 1e9), "0 left")
  assert.equal(back(bare, 0), "")
  assert.equal(back({ ...bare, reset: 3 }, 4), "has come back since")
  assert.equal(remaining({ ...bare, reset: 3 }, 4), 0)
  for (const nothing of [undefined, { limit: 5, remaining: null, reset: 1 }]) assert.ok(!known(nothing))
})

test("more than the whole is the whole", () => {
  assert.equal(part({ limit: 10, remaining: 12, reset: null }, 0), 1)
  assert.equal(part({ limit: 0, remaining: 0, reset: null }, 0), null)
})
