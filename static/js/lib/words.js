/** What goes on, in words: pure functions of a status and the seconds that have passed. */

export const inSeconds = seconds => `${Math.max(0, Math.floor(seconds))} s`

/** A wait that counts down: 1.2 s, 12 s, 2 min 5 s, 1 h 5 min; never less than what is left. */
export const stillFor = seconds => {
  if (seconds < 9.95) return `${(Math.ceil(Math.max(0, seconds) * 10) / 10).toFixed(1)} s`
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`
}

/** What is waited for, by the status of the refusal; else what the API said. */
const WHY = { 429: "Rate limit", 498: "The flex tier has no room now" }

/** What the API said of a rate limit, beside the countdown, which says only that there is one. */
export const details = status => (status.retry && status.why === 429 ? status.reason : "")

/** The line under a running answer; an empty string when text streams and nothing else needs to be said. */
export const running = (status, elapsed, silence) => {
  if (status.lost) return status.reason
  if (status.retry) {
    const left = status.wait - elapsed
    if (left <= 0) return `Trying again (${status.attempt} of 3) …`
    const why = WHY[status.why] ?? status.reason.replace(/\.$/, "")
    return `${why}${status.why === 429 ? ": " : "; "}trying again in ${stillFor(left)} (${status.attempt} of 3)`
  }
  if (status.fallback) return `The flex tier has no room: asking on demand, ${inSeconds(elapsed)}`
  if (status.waiting) return `waiting for the first token, ${inSeconds(status.elapsed + elapsed)}`
  if (silence >= 10) return `no text for ${inSeconds(silence)}, still connected`
  return ""
}

/** The head of the thoughts once the answer goes on; `seconds` is null where nobody measured. */
export const thoughtFor = seconds => seconds >= 0.05 ? `Thought for ${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s` : "Reasoning"
