/**
 * Buttons with `data-shows="<id of a dialog>"` and `data-url`: they send what stands in the composer and the inspector, and
 * show the answer in the dialog's `.shown`. What is refused is said where messages are shown, and no dialog opens. With
 * `data-reads` they send nothing and only fetch.
 */
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-shows]")
  if (!button) return
  const dialog = document.getElementById(button.dataset.shows)
  const shown = dialog.querySelector(".shown")
  shown.replaceChildren()
  const reads = "reads" in button.dataset
  const values = reads ? {} : Object.fromEntries(new FormData(document.getElementById("composer")))
  await htmx.ajax(reads ? "GET" : "POST", button.dataset.url, { source: button, target: shown, swap: "innerHTML", values })
  if (shown.childElementCount) dialog.showModal()
})
