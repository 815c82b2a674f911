import assert from "node:assert/strict"
import { test } from "node:test"
import { applied, changed, clock, findAll, merged, oneLine, pattern, replaced, segmentAt, split, spokenBy, wordAt, wordIn } from "../../static/js/lib/transcript.js"

const SEGMENTS = [
  { id: "s1", start: 0, end: 2, text: "Good morning", speaker: "Ann", words: [[0, 4, 0, 1], [5, 12, 1, 2]] },
  { id: "s2", start: 4, end: 6, text: "It rains", speaker: "Ann", words: [[0, 2, 4, 5], [3, 8, 5, 6]] },
  { id: "s3", start: 6, end: 7, text: "Yes", speaker: "", words: [[0, 3, 6, 7]] },
]

test("times read as on a clock", () => assert.deepEqual([0, 61.9, 3723, undefined].map(clock), ["0:00", "1:01", "1:02:03", "0:00"]))

test("what is spoken is found by its time, also between segments and before the first", () => {
  assert.deepEqual([-1, 0, 3, 4, 99].map(time => segmentAt(SEGMENTS, time)), [-1, 0, 0, 1, 2])
  assert.deepEqual([0.5, 1, 2.2, 3].map(time => wordAt(SEGMENTS[0], time)?.[0]), [0, 5, 5, undefined])
})

test("a click on a blank means the word behind it, one behind the text the last word", () => {
  assert.deepEqual([0, 3, 4, 5, 99].map(place => wordIn(SEGMENTS[0], place)[0]), [0, 0, 5, 5, 5])
})

test("a split and a merge are each other's way back", () => {
  const operation = split(SEGMENTS[0], "Good morning", 5, "s1-b")
  assert.deepEqual(operation.put, [{ id: "s1", text: "Good", speaker: "Ann" }, { id: "s1-b", text: "morning", speaker: "Ann" }])
  const { segments } = applied(SEGMENTS, operation)
  assert.deepEqual(segments.map(segment => segment.text), ["Good", "morning", "It rains", "Yes"])
  const joined = applied(segments, merged(segments[0], segments[1])).segments
  assert.deepEqual(joined.map(({ id, text, start, end }) => [id, text, start, end]), SEGMENTS.map(({ id, text, start, end }) => [id, text, start, end]))
})

test("what is not there is not removed", () => {
  assert.equal(applied(SEGMENTS, { remove: ["s9"], put: [] }), null)
  assert.equal(applied(SEGMENTS, { remove: ["s1", "s3"], put: [] }), null)
  assert.equal(applied(SEGMENTS, { remove: [], after: "s9", put: [] }), null)
})

test("what was deleted comes back at its place", () => {
  const without = applied(SEGMENTS, { remove: ["s2"], put: [] }).segments
  const back = applied(without, { after: "s1", remove: [], put: [{ ...SEGMENTS[1] }] }).segments
  assert.deepEqual(back.map(segment => segment.id), ["s1", "s2", "s3"])
})

test("a speaker can be named without touching the words", () => {
  const { segments } = applied(SEGMENTS, changed(SEGMENTS[1], { speaker: "Ben" }))
  assert.deepEqual([segments[1].speaker, segments[1].words], ["Ben", SEGMENTS[1].words])
  assert.deepEqual(["one", "following", "all"].map(where => spokenBy(SEGMENTS, 1, where).length), [1, 1, 2])
})

test("what is looked for means itself, as whole words or with its case", () => {
  const found = (words, how) => findAll([{ id: "s", text: "Rain, rain. Rainy? a.c abc École" }], pattern(words, how)).map(({ from }) => from)
  assert.deepEqual(found("rain"), [0, 6, 12])
  assert.deepEqual(found("rain", { case: true }), [6])
  assert.deepEqual(found("rain", { whole: true }), [0, 6])
  assert.deepEqual(found("a.c"), [19])
  assert.deepEqual(found("école", { whole: true }), [27])
  assert.deepEqual(found(""), [])
})

test("a replacement means nothing but itself, and only what differs is sent", () => {
  const operations = replaced(SEGMENTS, pattern("rains"), "$& pours")
  assert.deepEqual(operations.map(({ put }) => put[0].text), ["It $& pours"])
})

test("typed lines become one", () => assert.equal(oneLine(" a\r\nb\t c "), "a b  c"))
