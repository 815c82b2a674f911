/** Fetch a part of a page: who is signed out by now gets a refusal (401) instead of the page that signs in. */
export const read = url => fetch(url, { headers: { "HX-Request": "true" } })
