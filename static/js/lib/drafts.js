/**
 * What was not sent yet stays in this browser until the server has saved it. A new chat has another id at each load: its
 * drafts have one name, for each person who uses this browser.
 */

export const isNewChat = () => Boolean(document.querySelector("#composer [name=new]"))

export const nameForNew = kind => `${kind}:new:${document.body.dataset.person}`

export const nameOf = kind => isNewChat() ? nameForNew(kind) : `${kind}:${document.querySelector("chat-composer").dataset.conversation}`

/** The kind of draft that names attachments, and the ids of those that were kept. */
export const FILES = "draft-files"
export const filesOf = name => (localStorage.getItem(name) ?? "").split(",").filter(Boolean)

/** Keep it under this name; nothing is kept of nothing. */
export const keep = (name, text) => {
  try {
    if (text) localStorage.setItem(name, text)
    else localStorage.removeItem(name)
  } catch {
    document.querySelector(".draft-note").textContent = "This browser has no room left to keep a draft."
  }
}
