/** The controls of the inspector, read and written from outside: `<div class="field" data-name="…">` around a label and a control. */

/**
 * The groups that come closed hold nothing but empty controls, and come undrawn (`<template>`): forty controls cost a page a
 * fifth of its time until one can type. Draw so many of them, and tell the panel (`controls-drawn`, `detail`: the fields);
 * whether there were any.
 */
export const drawControls = (most = Infinity) => {
  const undrawn = [...document.querySelectorAll("parameter-panel template")].slice(0, most)
  const fields = undrawn.flatMap(template => [...template.content.querySelectorAll(".field")])
  for (const template of undrawn) template.replaceWith(template.content)
  if (fields.length) document.querySelector("parameter-panel").dispatchEvent(new CustomEvent("controls-drawn", { detail: fields }))
  return undrawn.length > 0
}

/**
 * `[{name, label, kind, value, words, control}]`; those that the model disables are among them. `words` says a value as people
 * read it. Boxes to tick belong to the conversation, not to its requests, and are left out.
 */
export const readControls = () => {
  drawControls()
  return [...document.querySelectorAll(":is(parameter-panel, [data-controls]) .field[data-name]:not(:has([type=checkbox]))")].map(field => {
    const control = field.querySelector("input, textarea, select")
    const words = text => (text && [...(control.options ?? [])].find(option => option.value === text)?.text) || text
    return { name: field.dataset.name, label: field.querySelector("label").textContent.trim(), kind: kindOf(control), value: control.value, words, control }
  })
}

const kindOf = ({ type, dataset }) => {
  if (type === "number") return "number"
  if (dataset.json !== undefined) return "json"
  return dataset.lines === undefined ? "" : "lines"
}

/** Let the controls hold these texts (`{name: text}`), and nothing where there is none; each that changes says so. */
export const writeControls = texts => {
  for (const { name, value, control } of readControls()) {
    control.value = texts[name] ?? ""
    if (control.value !== value) control.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

/** No model is chosen yet, because the list of models is still on its way. */
export const modelsAreComing = () => !document.getElementById("model").value && document.getElementById("picker").hasAttribute("hx-get")

/** Choose a model, one that the API does not offer as well. */
export const chooseModel = model => {
  const picker = document.getElementById("model")
  if (!model || model === picker.value) return
  if (![...picker.options].some(option => option.value === model)) picker.add(new Option(`${model} (not offered)`, model))
  picker.value = model
  picker.dispatchEvent(new Event("change", { bubbles: true }))
}
