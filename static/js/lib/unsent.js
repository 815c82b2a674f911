/** The settings of a chat that was not begun: nobody but this browser keeps them, until they go with the first message. */
import { chooseModel, readControls, writeControls } from "./controls.js"
import { keep, nameForNew } from "./drafts.js"

const KIND = "draft-settings"

export const keepSettings = () => {
  const texts = Object.fromEntries(readControls().filter(({ value }) => value).map(({ name, value }) => [name, value]))
  const model = document.getElementById("model").value
  keep(nameForNew(KIND), JSON.stringify({ texts, model, api: api().value, fallsBack: fallsBack().checked, preset: preset()?.value }))
}

export const forgetSettings = () => keep(nameForNew(KIND), "")

/** Set what was kept, and open the groups it stands in; where a link names another preset, that one counts. */
export const recallSettings = () => {
  const kept = JSON.parse(localStorage.getItem(nameForNew(KIND)))
  const applied = preset()?.value
  if (!kept || (applied && applied !== kept.preset)) return
  writeControls(kept.texts)
  chooseModel(kept.model)
  if (fallsBack().checked !== kept.fallsBack) fallsBack().click()
  if (kept.preset && !applied) document.querySelector("preset-picker")?.recall(kept.preset)
  chooseApi(kept.api)
  for (const group of document.querySelectorAll("parameter-panel .group[data-changed]")) group.open = true
}

const chooseApi = word => {
  const radio = document.querySelector(`[name=api][value="${CSS.escape(word)}"]`)
  if (!radio || radio.checked) return
  radio.checked = true
  radio.dispatchEvent(new CustomEvent("api-switched", { bubbles: true }))
}

const api = () => document.querySelector("[name=api]:checked")
const fallsBack = () => document.querySelector("[name=falls_back][type=checkbox]")
/** Who works in no team has no presets. */
const preset = () => document.querySelector("input[name=preset]")
