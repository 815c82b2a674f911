/** The settings of a chat that was not begun: nobody but this browser keeps them, until they go with the first message. */
import { chooseModel, readControls, writeControls } from "./controls.js"
import { keep, nameForNew } from "./drafts.js"

const KIND = "draft-settings"

export const keepSettings = () => {
  const texts = Object.fromEntries(readControls().filter(({ value }) => value).map(({ name, value }) => [name, value]))
  const model = document.getElementById("model").value
  keep(nameForNew(KIND), JSON.stringify({ texts, model, api: api()?.value, fallsBack: fallsBack()?.checked, preset: preset()?.value }))
}

export const forgetSettings = () => keep(nameForNew(KIND), "")

/** Set what was kept, and open the groups it stands in; where a link names another preset, that one counts. */
export const recallSettings = () => {
  const kept = JSON.parse(localStorage.getItem(nameForNew(KIND)))
  if (!kept || (preset()?.value && preset().value !== kept.preset)) return
  writeControls(kept.texts)
  chooseModel(kept.model)
  if (fallsBack() && fallsBack().checked !== kept.fallsBack) fallsBack().click()
  if (kept.preset && !preset().value) document.querySelector("preset-picker").recall(kept.preset)
  const chosen = document.querySelector(`[name=api][value="${CSS.escape(kept.api ?? "")}"]`)
  if (chosen && !chosen.checked) {
    chosen.checked = true
    chosen.dispatchEvent(new CustomEvent("api-switched", { bubbles: true }))
  }
  for (const group of document.querySelectorAll("parameter-panel .group[data-changed]")) group.open = true
}

const api = () => document.querySelector("[name=api]:checked")
const fallsBack = () => document.querySelector("[name=falls_back][type=checkbox]")
const preset = () => document.querySelector("input[name=preset]")
