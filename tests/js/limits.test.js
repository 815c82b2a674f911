import assert from "node:assert/strict"
import { test } from "node:test"
import { fault } from "../../static/js/lib/limits.js"

const temperature = value => fault({ value, min: "0", max: "2", step: "0.1" })
const seed = value => fault({ value, min: "-10", max: "10" })

test("what is empty or within its limits is right", () => {
  for (const value of ["", " ", "0", "2", "0.15", "1e0"]) assert.equal(temperature(value), "")
  for (const value of ["", "-10", "10"]) assert.equal(seed(value), "")
  assert.equal(fault({ value: "any words" }), "")
})

test("what lies outside hears the limits", () => {
  for (const value of ["-0.1", "2.01", "25"]) assert.equal(temperature(value), "From 0 to 2.")
})

test("where whole numbers are counted, others are wrong", () => {
  assert.equal(seed("1.5"), "A whole number is needed.")
})

test("what the browser could not read as a number is none", () => {
  assert.equal(fault({ value: "", min: "0", max: "2", unreadable: true }), "This is not a number.")
})

test("lines are counted without the empty ones", () => {
  assert.equal(fault({ value: "a\n\nb\nc\nd\n", lines: "4" }), "")
  assert.equal(fault({ value: "a\nb\nc\nd\ne", lines: "4" }), "At most 4 lines; these are 5.")
})

test("JSON has to be JSON", () => {
  assert.equal(fault({ value: ' {"a": [1]} ', json: true }), "")
  assert.match(fault({ value: '{"a": }', json: true }), /^This is not JSON: /)
})
