import assert from "node:assert/strict"
import { test } from "node:test"
import { brief, counted, differences, same } from "../../static/js/lib/presets.js"

test("numbers, lines and JSON are compared by what they mean", () => {
  assert.ok(same("0.70", "0.7", "number"))
  assert.ok(!same("0", "", "number"))
  assert.ok(same("one\r\n\r\ntwo", "one\ntwo\n", "lines"))
  assert.ok(!same("one\ntwo", "two\none", "lines"))
  assert.ok(same('{"a": {"c": 1, "b": [2, 3]}}', '{ "a": {"b": [2,3], "c": 1} }', "json"))
  assert.ok(!same("[1, 2]", "[2, 1]", "json"))
  assert.ok(same("  ", "", "json"))
})

test("JSON that is none differs from what it was", () => {
  assert.ok(!same('{"a": 1}', '{"a": ', "json"))
  assert.ok(same('{"a": ', '{"a": ', "json"))
})

test("texts are compared to the letter, but for how their lines end", () => {
  assert.ok(same("Be\r\nbrief.", "Be\nbrief.", ""))
  assert.ok(!same("Be brief. ", "Be brief.", ""))
})

test("what differs is told with its label, in the words of the control", () => {
  const words = text => ({ low: "Low" })[text] ?? text
  const controls = [
    { name: "temperature", label: "Temperature", kind: "number", value: "0.9" },
    { name: "top_p", label: "Top P", kind: "number", value: "1" },
    { name: "reasoning_effort", label: "Reasoning effort", kind: "", value: "", words },
  ]
  assert.deepEqual(differences(controls, { temperature: "0.2", top_p: "1.0", reasoning_effort: "low", unknown: "kept" }), [
    { name: "temperature", label: "Temperature", was: "0.2", now: "0.9" },
    { name: "reasoning_effort", label: "Reasoning effort", was: "Low", now: "not set" },
  ])
})

test("long texts are told in brief", () => {
  assert.equal(brief("You are\n\n a poet."), "You are a poet.")
  assert.equal(brief("a".repeat(200)).length, 60)
  assert.equal(brief(" \n"), "not set")
})

test("differences are counted in words", () => {
  assert.deepEqual([0, 1, 2].map(counted), ["", "1 difference", "2 differences"])
})
