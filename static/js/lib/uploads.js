/** Files on their way to the server, in pieces: what breaks is tried again, and goes on where the server says it ended. */

/** The server will not take it, and why; trying again does not help. */
export class Refused extends Error {}

/** How long to wait before the nth attempt in a row: half a second to ten, spread so that not all come at once. */
export const pause = (failures, chance = Math.random()) => Math.min(10000, 500 * 2 ** failures) * (0.5 + chance / 2)

/** "1.2 MB" */
export const megabytes = bytes => `${(bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0)} MB`

const elsewhere = "The server did not take it. Load the page again and see what has arrived."

/**
 * Ask until there is an answer: JSON of what went well or conflicts (409). `how` has `csrf`, `signal` and `waits(yes)`, which
 * hears when the connection is gone and when it is back. Throws Refused.
 */
export const insist = async (url, body, how) => {
  for (let failures = 0; ; failures++) {
    how.signal?.throwIfAborted()
    const answer = await fetch(url, options(body, how)).catch(() => null)
    if (answer && (answer.status < 500 || answer.status === 507)) {
      if (failures) how.waits?.(false)
      return said(answer)
    }
    how.signal?.throwIfAborted()
    how.waits?.(true)
    await rest(pause(failures), how.signal)
  }
}

const options = (body, { csrf, signal }) => {
  if (body === undefined) return { signal, headers: { "HX-Request": "true" } }
  const headers = { "X-CSRFToken": csrf, "HX-Request": "true", ...(body instanceof ArrayBuffer && { "Content-Type": "application/octet-stream" }) }
  return { method: "POST", body, headers, signal }
}

const said = async answer => {
  if (answer.status === 204) return {}
  const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null
  if (told && (answer.ok || answer.status === 409)) return told
  if (answer.status === 401) throw new Refused("You are signed out. Sign in again; what has arrived is kept for a day.")
  throw new Refused(told?.error ?? elsewhere)
}

/** Settles after so many milliseconds, or as soon as the network is back. */
const rest = (milliseconds, signal) => new Promise(resolve => {
  const done = () => {
    clearTimeout(timer)
    removeEventListener("online", done)
    signal?.removeEventListener("abort", done)
    resolve()
  }
  const timer = setTimeout(done, milliseconds)
  addEventListener("online", done)
  signal?.addEventListener("abort", done)
})

/** Send what is missing of a file; `upload` is as the server told it, `how` has `piece` and `progress(bytes)` as well. */
export const send = async (file, upload, how) => {
  let { offset } = upload
  while (offset < file.size) {
    const piece = await file.slice(offset, offset + how.piece).arrayBuffer().catch(() => {
      throw new Refused("The file can no longer be read. It was moved or changed; choose it again.")
    })
    offset = (await insist(`${upload.url}?offset=${offset}`, piece, how)).offset
    how.progress(offset)
  }
}

/** Have it looked at; how it stands when that is over. */
export const finish = async (upload, how) => follow(await insist(`${upload.url}finish/`, new FormData(), how), how)

/** Ask how it stands until it is done, refused, or lost; `progress` hears of it meanwhile. */
export const follow = async (standing, how) => {
  while (["checking", "fetching"].includes(standing.state)) {
    how.progress?.(standing.offset, standing)
    await rest(1000, how.signal)
    standing = await insist(standing.url, undefined, how)
  }
  return standing
}
