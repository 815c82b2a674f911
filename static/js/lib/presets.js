/** What differs between a preset and the controls: pure functions of texts, as controls hold them. */

/** Whether two texts of a control mean the same; `kind` is "number", "lines", "json" or "". */
export const same = (was, now, kind) => meaning(was, kind) === meaning(now, kind)

const meaning = (text, kind) => {
  const plain = text.replaceAll("\r\n", "\n")
  if (kind === "lines") return plain.split("\n").filter(Boolean).join("\n")
  if (plain.trim() === "") return kind ? "" : plain
  if (kind === "number") return String(Number(plain))
  return kind === "json" ? canonical(plain) : plain
}

/** Members in one order: a database may give them in another than they were written in. */
const canonical = text => {
  try {
    return JSON.stringify(JSON.parse(text), (_, value) =>
      value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value)
  } catch {
    return text
  }
}

/** The text on one line, as long as a line. */
export const brief = text => {
  const line = text.split(/\s+/).join(" ").trim()
  return line === "" ? "not set" : line.length > 60 ? `${line.slice(0, 59)}…` : line
}

/** `[{name, label, was, now}]` of `controls` (`{name, label, kind, value, words}`) against a preset's texts; `words` says a value as people read it. */
export const differences = (controls, texts) => controls
  .filter(({ name, kind, value }) => !same(texts[name] ?? "", value, kind))
  .map(({ name, label, value, words = text => text }) => ({ name, label, was: brief(words(texts[name] ?? "")), now: brief(words(value)) }))

/** "1 difference", "3 differences"; an empty string for none. */
export const counted = number => (number ? `${number} difference${number === 1 ? "" : "s"}` : "")
