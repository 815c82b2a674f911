/** Rate limits in words and numbers: pure functions of `{ limit, remaining, reset }` and the seconds since it was told. */
import { stillFor } from "./words.js"

const number = value => value.toLocaleString("en")

/** Whether anything worth showing was told of a limit. */
export const known = limit => limit?.remaining !== undefined && limit.remaining !== null

/** What is left now: all of it once the time has passed after which it is whole again. */
export const remaining = ({ limit, remaining, reset }, age) => (reset !== null && age >= reset && limit !== null ? limit : remaining)

/** The part that is left, from 0 to 1; null where the whole is not known. */
export const part = (limit, age) => (limit.limit ? Math.min(1, remaining(limit, age) / limit.limit) : null)

/** 5,990 of 6,000 left */
export const left = (limit, age) => {
  const now = number(remaining(limit, age))
  return limit.limit === null ? `${now} left` : `${now} of ${number(limit.limit)} left`
}

/** When it is whole again; an empty string where that was not told. */
export const back = ({ limit, reset }, age) => {
  if (reset === null) return ""
  if (age < reset) return `whole again in ${stillFor(reset - age)}`
  return limit === null ? "has come back since" : "whole again"
}
