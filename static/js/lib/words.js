/** What goes on, in words: pure functions of a status and the seconds that have passed. */

export const inSeconds = seconds => `${Math.max(0, Math.floor(seconds))} s`

/** The line under a running answer; an empty string when text streams and nothing else needs to be said. */
export const running = (status, elapsed, silence) => {
  if (status.lost) return status.reason
  if (status.retry) {
    const left = Math.ceil(status.wait - elapsed)
    return left > 0 ? `${status.reason} Trying again in ${left} s (attempt ${status.attempt} of 3).` : `Trying again (attempt ${status.attempt} of 3) …`
  }
  if (status.waiting) return `waiting for the first token, ${inSeconds(status.elapsed + elapsed)}`
  if (silence >= 10) return `no text for ${inSeconds(silence)}, still connected`
  return ""
}

/** The head of the thoughts once the answer goes on; `seconds` is null where nobody measured. */
export const thoughtFor = seconds => seconds >= 0.05 ? `Thought for ${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s` : "Reasoning"
