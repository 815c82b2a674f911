/** The rows of what is on its way in: how they look, whatever they stand for. */

/** A row for something of this name. */
export const arrival = name => {
  const row = document.createElement("li")
  row.className = "arrival"
  const [title, words, does] = ["span", "span", "span"].map(tag => document.createElement(tag))
  title.className = "arrival-name"
  title.dir = "auto"
  title.textContent = name
  words.className = "arrival-words"
  does.className = "row"
  row.append(title, words, does)
  return row
}

/** How a row stands: a word for its look, words for the person, buttons, and [at, of], [] (going on) or nothing. */
export const show = (row, state, words, buttons, progress) => {
  const name = row.querySelector(".arrival-name").textContent
  row.dataset.state = state
  say(row, words)
  const place = row.querySelector(".row")
  if (place.dataset.buttons !== buttons.join()) {
    place.dataset.buttons = buttons.join()
    place.replaceChildren(...buttons.map(does => labelled(does, name)))
  }
  let bar = row.querySelector("progress")
  if (!progress) return bar?.remove()
  if (!bar) {
    bar = document.createElement("progress")
    bar.className = "progress"
    bar.setAttribute("aria-label", name)
    row.append(bar)
  }
  if (progress.length) [bar.value, bar.max] = progress
  else bar.removeAttribute("value")
}

export const say = (row, words, paused = false) => {
  const place = row.querySelector(".arrival-words")
  place.textContent = words
  // Only what has come to an end interrupts a listener.
  if (row.dataset.state === "refused") place.setAttribute("role", "alert")
  else place.removeAttribute("role")
  if (paused) row.dataset.state = "paused"
}

const labelled = (name, of) => {
  const button = document.createElement("button")
  button.type = "button"
  button.dataset.does = name
  const hidden = document.createElement("span")
  hidden.className = "visually-hidden"
  hidden.textContent = ` ${of}`
  button.append(name, hidden)
  return button
}
