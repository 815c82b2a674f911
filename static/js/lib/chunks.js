/**
 * What was recorded and has not arrived yet, kept by the browser: a reload, a crash or a dead connection loses none of it. Where
 * the browser keeps nothing (some do not in private windows), recording goes on without.
 */

const open = () => new Promise((resolve, reject) => {
  const request = indexedDB.open("recordings", 1)
  request.onupgradeneeded = () => request.result.createObjectStore("chunks", { keyPath: ["upload", "offset"] })
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

const quietly = async (mode, use) => {
  try {
    const database = await open()
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction("chunks", mode)
        const request = use(transaction.objectStore("chunks"))
        transaction.oncomplete = () => resolve(request.result)
        transaction.onerror = transaction.onabort = () => reject(transaction.error)
      })
    } finally {
      database.close()
    }
  } catch {
    return undefined
  }
}

const of = upload => IDBKeyRange.bound([upload, 0], [upload, Infinity])

/** Keep `{upload, offset, anew, bytes}` until it is dropped. */
export const keep = chunk => quietly("readwrite", store => store.put(chunk))

/** It has arrived. */
export const drop = ({ upload, offset }) => quietly("readwrite", store => store.delete([upload, offset]))

/** All of an upload that has not arrived, in order. */
export const left = async upload => (await quietly("readonly", store => store.getAll(of(upload)))) ?? []

/** It was given up. */
export const forget = upload => quietly("readwrite", store => store.delete(of(upload)))
