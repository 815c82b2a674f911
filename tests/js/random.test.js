import assert from "node:assert/strict"
import { test } from "node:test"
import { newKey } from "../../static/js/lib/random.js"

test("a key is 32 hexadecimal digits and never the same", () => {
  const keys = new Set(Array.from({ length: 1000 }, newKey))
  assert.equal(keys.size, 1000)
  for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/)
})
