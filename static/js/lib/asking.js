/** A function that does something, never twice at a time; whoever asks for it meanwhile has it done once more, after that. */
export const onceMore = does => {
  let [asked, busy] = [false, false]
  return async () => {
    asked = true
    if (busy) return
    busy = true
    while (asked) {
      asked = false
      await does()
    }
    busy = false
  }
}

const turns = new WeakMap()

/**
 * As `htmx.ajax`, and settles when this very request is over. htmx makes one request of a source at a time, keeps one more
 * waiting and forgets the rest, and its promise settles at once for those: here the next one begins when the last has ended.
 */
export const ask = (verb, url, options) => {
  const before = turns.get(options.source) ?? Promise.resolve()
  const turn = before.then(() => htmx.ajax(verb, url, options))
  turns.set(options.source, turn.catch(() => {}))
  return turn
}
