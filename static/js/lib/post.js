/** Posts a form as the page's own parts do; what is refused is said where messages are shown, and the answer is null then. */
export const post = async (url, values) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(values)) body.append(name, value)
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers:inherited")), "HX-Request": "true" }
  const notices = document.getElementById("notices")
  notices.replaceChildren()
  try {
    const answer = await fetch(url, { method: "POST", body, headers })
    if (answer.ok) return await answer.json()
    // An alert of ours; anything else (a proxy's page) is not put into the page.
    if (answer.headers.get("HX-Retarget") === "#notices") notices.innerHTML = await answer.text()
    else notices.textContent = `The server answered ${answer.status}.`
  } catch {
    notices.textContent = "The server could not be reached."
  }
  return null
}
