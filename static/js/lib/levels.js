// Pixels from one level to the next, and how wide it is drawn.
const STEP = 3
const WIDE = 2

/** Draws how loud it is, one bar with every call, the newest at the end: `levels(canvas, analyser)(silent)`. */
export const levels = (canvas, analyser) => {
  const pen = canvas.getContext("2d")
  const samples = new Uint8Array(analyser.fftSize)
  const heard = []
  return silent => {
    if (canvas.width !== canvas.clientWidth) [canvas.width, canvas.height] = [canvas.clientWidth, canvas.clientHeight]
    analyser.getByteTimeDomainData(samples)
    heard.push(silent ? 0 : samples.reduce((most, sample) => Math.max(most, Math.abs(sample - 128)), 0) / 128)
    while (heard.length > canvas.width / STEP) heard.shift()
    pen.clearRect(0, 0, canvas.width, canvas.height)
    // Light and dark may change while it is drawn.
    pen.fillStyle = getComputedStyle(canvas).color
    heard.forEach((level, at) => {
      const height = Math.max(2, level * canvas.height)
      pen.fillRect(at * STEP, (canvas.height - height) / 2, WIDE, height)
    })
  }
}
