/** What is wrong with a value that was typed, as a sentence; an empty string when the API would take it. */

export const fault = ({ value, min = "", max = "", step = "", lines = "", unreadable = false, json = false }) => {
  if (unreadable) return "This is not a number."
  if (value.trim() === "") return ""
  if (json) return syntax(value)
  if (lines) {
    const count = value.split("\n").filter(Boolean).length
    return count > Number(lines) ? `At most ${lines} lines; these are ${count}.` : ""
  }
  if (min === "" && max === "") return ""
  if ((min !== "" && Number(value) < Number(min)) || (max !== "" && Number(value) > Number(max))) return `From ${min} to ${max}.`
  return step === "" && !Number.isInteger(Number(value)) ? "A whole number is needed." : ""
}

const syntax = text => {
  try {
    JSON.parse(text)
    return ""
  } catch (error) {
    return `This is not JSON: ${error.message}`
  }
}
