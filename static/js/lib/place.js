/** Where somebody reads a text that is growing: kept over the moment in which the page is loaded again, whole. */
const KEY = "place"

/** The line of the growing text (`li data-start="seconds"`) that stands first in view, and how far from the top. */
export const keepPlace = () => {
  if (!scrollY) return
  const line = [...document.querySelectorAll(".so-far li")].find(item => item.getBoundingClientRect().bottom > 0)
  if (!line) return
  // The browser would scroll to where the page stood, which had other lines.
  history.scrollRestoration = "manual"
  sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, start: Number(line.dataset.start), top: line.getBoundingClientRect().top }))
}

/** `{start, top}` of it, once; null where none was kept for this page. */
export const takePlace = () => {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null")
  if (kept?.path !== location.pathname) return null
  sessionStorage.removeItem(KEY)
  addEventListener("pagehide", () => { history.scrollRestoration = "auto" }, { once: true })
  return kept
}
