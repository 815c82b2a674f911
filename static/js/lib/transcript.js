/** Segments and words as plain data: `{id, start, end, text, speaker, words: [[from, to, start, end]]}`. Pure functions. */

/** 1:02:03, or 2:03 where no hour has passed. */
export const clock = seconds => {
  const whole = Math.max(0, Math.floor(seconds || 0))
  const two = number => String(number).padStart(2, "0")
  const [hour, minute, second] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return hour ? `${hour}:${two(minute)}:${two(second)}` : `${minute}:${two(second)}`
}

/** The last place in a sorted list whose `start(item)` is not after the time; -1 before the first. */
export const lastBefore = (list, time, start) => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (start(list[middle]) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The number of the segment that is spoken at the time; the one before where nothing is. */
export const segmentAt = (segments, time) => lastBefore(segments, time, segment => segment.start)

/** The word of a segment that is spoken at the time, or undefined between words. */
export const wordAt = (segment, time) => {
  const word = segment.words[lastBefore(segment.words, time, word => word[2])]
  // Short pauses between words are no reason to flicker.
  return word && time < word[3] + 0.3 ? word : undefined
}

/** The word at a place of a segment's text; the next one where a blank stands. */
export const wordIn = (segment, place) => segment.words.find(([, to]) => place < to) ?? segment.words.at(-1)

/** What a person typed, as one line. */
export const oneLine = text => text.replace(/[\r\n\t\v\f]+/g, " ").trim()

/** A segment as it is sent when its words are to be timed anew. */
export const put = (segment, changes = {}) => {
  const { id, text, speaker } = { ...segment, ...changes }
  return speaker ? { id, text, speaker } : { id, text }
}

/** The operation that lets one segment be another text or speaker. */
export const changed = (segment, changes) => ({ remove: [segment.id], seen: [segment.text], put: [{ ...put(segment, changes), ...(changes.edited && { edited: true }) }] })

/** The operation that cuts a segment at a place of its text; the second part gets the new id. */
export const split = (segment, text, place, id) => ({
  remove: [segment.id],
  seen: [segment.text],
  put: [put(segment, { text: text.slice(0, place).trim() }), put(segment, { id, text: text.slice(place).trim() })],
})

/** The operation that makes two segments one; Chinese and Japanese have no blank between. */
export const merged = (first, second) => {
  const joint = /[\u3040-\u30ff\u3400-\u9fff]$/.test(first.text) || !first.text || !second.text ? "" : " "
  return { remove: [first.id, second.id], seen: [first.text, second.text], put: [put(first, { text: first.text + joint + second.text, speaker: first.speaker || second.speaker })] }
}

/** A list of segments after an operation; null where what it removes is not there. */
export const applied = (segments, { after, remove, put }) => {
  const first = remove.length ? segments.findIndex(segment => segment.id === remove[0]) : after ? segments.findIndex(segment => segment.id === after) + 1 : 0
  if (first < 0 || (!remove.length && after && !first) || remove.some((id, n) => segments[first + n]?.id !== id)) return null
  const old = segments.slice(first, first + remove.length)
  const made = put.map((segment, n) => ({
    speaker: "",
    ...segment,
    text: segment.text.trim(),
    start: segment.start ?? (n === 0 ? old[0]?.start : undefined) ?? old[0]?.end ?? segments[first - 1]?.end ?? 0,
    end: segment.end ?? old.at(-1)?.end ?? segments[first - 1]?.end ?? 0,
    // Where they stand in the text is known when the server has answered.
    words: old.find(one => one.id === segment.id && one.text === segment.text.trim())?.words ?? [],
  }))
  return { first, count: remove.length, made, segments: [...segments.slice(0, first), ...made, ...segments.slice(first + remove.length)] }
}

const plain = text => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** The pattern of what is looked for, or null for nothing. */
export const pattern = (words, { case: matchCase = false, whole = false } = {}) => {
  if (!words) return null
  const edges = whole ? ["(?<![\\p{L}\\p{N}_])", "(?![\\p{L}\\p{N}_])"] : ["", ""]
  return new RegExp(edges.join(plain(words)), matchCase ? "gu" : "giu")
}

/** `[{id, from, to}]` of everything that a pattern finds. */
export const findAll = (segments, pattern) => pattern ? segments.flatMap(({ id, text }) => [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ id, from: index, to: index + found.length }))) : []

/** One operation for each segment in which something is replaced; the replacement means nothing but itself. */
export const replaced = (segments, pattern, words) => segments.flatMap(segment => {
  const text = segment.text.replace(pattern, () => words)
  return text === segment.text ? [] : [changed(segment, { text: text.trim() })]
})

/** The segments that get a speaker's name: "one", those "following" that have the same speaker, or "all" that have. */
export const spokenBy = (segments, number, where) => {
  const { speaker } = segments[number]
  if (where === "one") return [segments[number]]
  if (where === "all") return segments.filter(segment => segment.speaker === speaker)
  const rest = segments.slice(number)
  const other = rest.findIndex(segment => segment.speaker !== speaker)
  return other < 0 ? rest : rest.slice(0, other)
}
