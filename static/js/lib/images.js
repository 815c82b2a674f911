const EDGES = [2048, 1400, 1000, 700]

export const megabytes = size => `${(size / 1048576).toFixed(1).replace(".0", "")} MB`

/** The picture as a JPEG of at most so many bytes, as large as that allows; null when this browser cannot read it. */
export const smaller = async (file, most) => {
  try {
    const picture = await createImageBitmap(file)
    for (const edge of EDGES) {
      const scale = Math.min(1, edge / Math.max(picture.width, picture.height))
      const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)))
      const pen = canvas.getContext("2d")
      pen.fillStyle = "white"
      pen.fillRect(0, 0, canvas.width, canvas.height)
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
      const data = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 })
      if (data.size <= most) return new File([data], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: data.type })
    }
  } catch {
    // Not a picture that this browser knows, whatever its name says.
  }
  return null
}
