/** The keys that work everywhere on a page. */
const typing = target => target.closest("input, textarea, select, [contenteditable]")
const open = () => document.querySelector("dialog[open], :popover-open")

export const listen = root => root.addEventListener("keydown", event => {
  if (event.isComposing) return
  const control = event.ctrlKey || event.metaKey
  const key = event.key.toLowerCase()
  if (control && !event.shiftKey && key === "k") show(event, "palette")
  else if (control && event.shiftKey && key === "o") go(event, "/")
  else if (event.key === "?" && !control && !typing(event.target)) show(event, "keys")
  else if (event.key === "Escape" && !open()) press(event, ".composer .stop")
})

const show = (event, id) => {
  const dialog = document.getElementById(id)
  if (!dialog) return
  event.preventDefault()
  if (!dialog.open) dialog.showModal()
}

const go = (event, url) => {
  event.preventDefault()
  location.assign(url)
}

const press = (event, selector) => {
  const button = document.querySelector(selector)
  if (!button?.checkVisibility()) return
  event.preventDefault()
  button.click()
}
