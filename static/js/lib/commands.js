/** What buttons do to other parts of the page, said in attributes: examples, disclosures, dialogs. */
document.addEventListener("click", event => {
  const button = event.target.closest?.("button")
  if (!button) return
  if (button.dataset.example) write(button.dataset.example)
  if (button.dataset.picks) pick(button.dataset.picks)
  // From the body, because the button goes with the answer it stands on, and the news of it must not.
  if (button.dataset.takesBack) htmx.ajax("POST", button.dataset.takesBack, { source: document.body, target: "#log", swap: "outerMorph" })
  if ("discloses" in button.dataset) disclose(button)
  if (button.getAttribute("command") === "show-modal") menus.set(button.getAttribute("commandfor"), button.closest("[popover]")?.id)
  // Browsers that do not know invoker commands yet.
  if (!("commandForElement" in button) && button.hasAttribute("commandfor")) command(button)
})

// From which menu a dialog was opened, by their ids.
const menus = new Map()

const write = text => {
  const box = document.getElementById("message")
  box.value = text
  box.dispatchEvent(new Event("input", { bubbles: true }))
  box.focus()
}

/** Read the list of models anew, then go to it. */
const pick = async url => {
  const model = document.getElementById("model").value
  document.getElementById("notices").replaceChildren()
  document.getElementById("unread")?.remove()
  await htmx.ajax("GET", url, { source: document.body, target: "#picker", swap: "outerHTML", values: { model, again: 1 } })
  document.getElementById("model").focus()
}

const disclose = button => {
  const part = document.getElementById(button.getAttribute("aria-controls"))
  part.hidden = !part.hidden
  button.setAttribute("aria-expanded", String(!part.hidden))
}

// What was opened under the edge of the view would seem not to have come.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  const button = detail.ctx.sourceElement
  if (!("discloses" in (button?.dataset ?? {}))) return
  const part = document.getElementById(button.getAttribute("aria-controls"))
  if (!part.hidden) part.scrollIntoView({ block: "nearest" })
})

// What was said of the last deed is old news as soon as a person does the next; that settings are kept is none.
document.addEventListener("htmx:before:request", ({ detail }) => {
  const { request, sourceElement } = detail.ctx
  if (request.method !== "GET" && !sourceElement?.matches?.("parameter-panel")) document.getElementById("notices")?.replaceChildren()
})

const command = button => {
  const dialog = document.getElementById(button.getAttribute("commandfor"))
  if (button.getAttribute("command") === "show-modal") dialog?.showModal()
  else dialog?.close()
}

// A field that takes the text of something begins with what that says by now, and what is typed replaces it.
// Before it opens: once it is seen, what is typed at once is already the person's.
document.addEventListener("beforetoggle", ({ target, newState }) => {
  if (newState !== "open" || !target.matches("dialog")) return
  for (const field of target.querySelectorAll("[data-takes]")) {
    field.value = document.getElementById(field.dataset.takes).textContent
    field.select()
  }
}, { capture: true })

// A menu closes when it opens a dialog, and its button goes with it: the focus returns to what opened the menu.
document.addEventListener("close", ({ target }) => {
  const menu = menus.get(target.id)
  menus.delete(target.id)
  // Until the next frame it may still be on what is hidden by now.
  if (!menu || (document.activeElement !== document.body && document.activeElement.checkVisibility())) return
  document.querySelector(`[popovertarget="${CSS.escape(menu)}"]`)?.focus()
}, { capture: true })

document.addEventListener("htmx:finally:request", ({ detail }) => {
  const dialog = document.getElementById(detail.ctx.sourceElement?.dataset?.closes)
  if (!dialog?.open) return
  if (detail.ctx.response?.status < 400) return dialog.close()
  // What was refused is said within the dialog: the place for messages lies behind it.
  dialog.querySelector(".notices")?.replaceChildren(...document.getElementById("notices").childNodes)
})
