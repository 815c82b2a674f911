const PAUSES = [1000, 2000, 4000, 8000, 15000]

/**
 * Edits on their way: sent one after the other, kept in this browser until the server has them. `on` hears `saved(entry, answer)`,
 * `conflict(entry, answer)`, `refused(entry, message)` and `state(words)`.
 */
export class Outbox {
  #entries = []
  #sending = false
  #failures = 0
  #timer = null
  #ended = new AbortController()

  constructor(url, name, on) {
    Object.assign(this, { url, name, on, version: 0, revision: 0 })
    addEventListener("online", () => this.#send(), { signal: this.#ended.signal })
  }

  /** What an earlier page could not send. */
  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? []
    } catch {
      return []
    }
  }

  get empty() { return !this.#entries.length }

  add(entry) {
    this.#entries.push(entry)
    this.#keep()
    this.#send()
  }

  end() {
    clearTimeout(this.#timer)
    this.#ended.abort()
  }

  async #send() {
    if (this.#sending || this.empty || this.#ended.signal.aborted) return
    clearTimeout(this.#timer)
    this.#sending = true
    this.on.state("Saving …")
    try {
      while (!this.empty) await this.#sendOne(this.#entries[0])
      this.#failures = 0
      this.on.state("Saved")
    } catch (error) {
      this.on.state(error.message)
      this.#timer = setTimeout(() => this.#send(), PAUSES[Math.min(this.#failures++, PAUSES.length - 1)])
    } finally {
      this.#sending = false
    }
  }

  async #sendOne(entry) {
    const { version, revision } = this
    const body = JSON.stringify({ version, revision, operations: entry.operations, ...(entry.note && { note: entry.note }) })
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))
    const headers = { "Content-Type": "application/json", "HX-Request": "true", ...token }
    const answer = await fetch(this.url, { method: "POST", headers, body }).catch(() => null)
    if (!answer || answer.status >= 500) throw new Error("Not saved yet; your edits are kept in this browser. Trying again …")
    if (answer.status === 401) throw new Error("You are signed out. Your edits are kept in this browser.")
    const told = await answer.json().catch(() => ({}))
    // Only now: until here a reload would have brought it again.
    this.#entries.shift()
    this.#keep()
    if ("version" in told) Object.assign(this, { version: told.version, revision: told.revision })
    if (answer.ok) await this.on.saved(entry, told)
    else if (answer.status === 409) await this.on.conflict(entry, told)
    else await this.on.refused(entry, told.message ?? "The server did not take this edit.")
  }

  #keep() {
    try {
      if (this.empty) localStorage.removeItem(this.name)
      else localStorage.setItem(this.name, JSON.stringify(this.#entries))
    } catch {
      this.on.state("This browser has no room left to keep what is not saved.")
    }
  }
}
