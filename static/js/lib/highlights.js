/** Words that are marked without a single element more: ranges, painted by `::highlight(name)` of the style sheet. */

const known = globalThis.CSS?.highlights

/** A range over places of an element's text; null where they are not there. */
export const rangeIn = (element, from, to) => {
  const node = element?.firstChild
  if (node?.nodeType !== Node.TEXT_NODE || to > node.length) return null
  const range = document.createRange()
  range.setStart(node, from)
  range.setEnd(node, to)
  return range
}

/** Mark these ranges by this name, and nothing else any more. */
export const mark = (name, ranges) => {
  if (!known) return
  if (ranges.length) known.set(name, new Highlight(...ranges))
  else known.delete(name)
}

/** The place in an element's text under a point of the page, or null. */
export const placeAt = (element, x, y) => {
  const at = document.caretPositionFromPoint?.(x, y)
  const [node, place] = at ? [at.offsetNode, at.offset] : (({ startContainer, startOffset } = {}) => [startContainer, startOffset])(document.caretRangeFromPoint?.(x, y) ?? {})
  return node && node === element.firstChild ? place : null
}
