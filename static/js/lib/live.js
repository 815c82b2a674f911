/**
 * The one socket of the page. `watch(topic, handle)` calls `handle(frame)` for each numbered frame and for snapshots;
 * after a pause it goes on behind the last number seen, or with a snapshot where numbers are missing.
 * Returns a function that ends the watching.
 */
const topics = new Map()
let socket = null
let failures = 0
let timer = null
let heard = 0
let welcomed = false

export const watch = (topic, handle) => {
  const entry = { handle, epoch: null, seq: 0 }
  topics.set(topic, entry)
  ask(topic)
  return () => {
    if (topics.get(topic) !== entry) return
    topics.delete(topic)
    send({ unwatch: topic })
  }
}

/** How long to wait before the nth attempt in a row: up to 4 s, spread so that many pages do not come at once. */
export const pause = (failures, chance = Math.random()) => Math.min(4000, 250 * 2 ** failures) * (0.5 + chance / 2)

const ask = topic => {
  const { epoch, seq } = topics.get(topic)
  if (socket?.readyState === WebSocket.OPEN) send({ watch: topic, epoch, after: seq })
  else connect()
}

const send = frame => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
}

const connect = () => {
  if (socket || !topics.size) return
  clearTimeout(timer)
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live/`)
  socket.addEventListener("open", () => {
    failures = 0
    heard = performance.now()
    tell("open")
    for (const topic of topics.keys()) ask(topic)
  })
  socket.addEventListener("message", ({ data }) => receive(JSON.parse(data)))
  socket.addEventListener("close", ({ code }) => {
    socket = null
    // A session that ended may have a successor (a changed password): one more try tells. Whoever is refused
    // at once is signed out, and comes back through the sign-in page.
    const out = code === 4401 && !welcomed
    welcomed = false
    tell(out ? "signed-out" : "closed")
    // One who holds as many sockets as one may is let in when another page has closed; that takes longer than a moment.
    if (!out) timer = setTimeout(connect, code === 4429 ? 15000 : pause(failures++))
  })
}

/** Frames with one of these members need nothing before them. */
const WHOLE = ["snapshot", "final", "head", "gone"]

const receive = frame => {
  heard = performance.now()
  welcomed = true
  const entry = topics.get(frame.topic)
  if (!entry) return
  if (frame.unknown) return entry.handle(frame)
  const whole = WHOLE.some(member => member in frame)
  if (!whole && frame.epoch === entry.epoch && frame.seq <= entry.seq) return
  if (entry.stale && !whole) return
  if (!whole && entry.epoch && (frame.epoch !== entry.epoch || frame.seq !== entry.seq + 1)) {
    // A number is missing: the picture here is not true any more.
    entry.epoch = null
    entry.seq = 0
    entry.stale = true
    return ask(frame.topic)
  }
  entry.stale = false
  entry.epoch = frame.epoch
  entry.seq = frame.seq
  entry.handle(frame)
}

const tell = state => document.dispatchEvent(new CustomEvent("live", { detail: state }))

// A connection that died without a word (a closed laptop, a changed network) shows itself by not answering.
setInterval(() => {
  if (socket?.readyState !== WebSocket.OPEN) return
  if (performance.now() - heard > 25000) socket.close()
  else if (performance.now() - heard > 10000) send({ ping: true })
}, 5000)
addEventListener("online", () => { failures = 0; connect() })
addEventListener("pagehide", () => { clearTimeout(timer); socket?.close() })
addEventListener("pageshow", event => { if (event.persisted) connect() })
