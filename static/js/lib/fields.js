/** The fields of the inspector (`<div class="field" data-name="…">`): what they take, and how what stands in them is marked. */
import { fault } from "./limits.js"

/** Disable what the model or the API does not know, with the reason; what was set is kept for another. */
export const limitFields = (drawn, { fields, options, api }) => {
  for (const field of drawn) {
    const { name } = field.dataset
    const control = controlOf(field)
    const why = field.querySelector(".why")
    const refused = options[name] ?? {}
    const unsaid = api.options[name] ?? {}
    for (const option of control.options ?? []) option.disabled = option.value in refused || option.value in unsaid
    const words = fields[name] ?? refused[control.value]
    const unspoken = api.fields[name] ?? unsaid[control.value]
    control.disabled = name in fields || name in api.fields
    why.hidden = !(words ?? unspoken)
    why.dataset.by = words ? "model" : "api"
    why.textContent = words ?? unspoken ?? ""
  }
}

/** Mark what differs from the API's own defaults, and what the API would not take. */
export const markFields = drawn => {
  for (const field of drawn) {
    const control = controlOf(field)
    field.toggleAttribute("data-changed", control.type === "checkbox" ? control.checked : Boolean(control.value))
    judge(control, field.querySelector(".error"))
  }
}

const controlOf = field => field.querySelector("input, textarea, select")

const judge = (control, error) => {
  const { value, min, max, step, dataset: { lines, json }, validity: { badInput: unreadable } } = control
  const words = fault({ value, min, max, step, lines, unreadable, json: json !== undefined })
  if (error.textContent !== words) error.textContent = words
  const described = (control.getAttribute("aria-describedby") ?? "").split(" ").filter(id => id && id !== error.id)
  if (words) control.setAttribute("aria-invalid", "true")
  else control.removeAttribute("aria-invalid")
  control.setAttribute("aria-describedby", [...(words ? [error.id] : []), ...described].join(" "))
}
