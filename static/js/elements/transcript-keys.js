/** `<transcript-keys>` inside a `transcript-page`: the keys of the transport; those with letters only where nobody types. */
customElements.define("transcript-keys", class extends HTMLElement {
  connectedCallback() { document.addEventListener("keydown", this) }
  disconnectedCallback() { document.removeEventListener("keydown", this) }

  handleEvent(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], :popover-open")) return
    const does = this.#meant(event)
    if (!does) return
    event.preventDefault()
    does()
  }

  #meant(event) {
    const page = this.closest("transcript-page")
    const { player } = page
    const editor = page.querySelector("transcript-editor")
    const { target, key } = event
    const control = event.ctrlKey || event.metaKey
    const said = target.closest?.(".said")
    if (control && key === " " && (!this.#types(target) || said)) return () => player.toggle()
    if (this.#types(target) || event.altKey) return null
    if (control) {
      const again = key.toLowerCase() === "y" || event.shiftKey
      return ["z", "y"].includes(key.toLowerCase()) && page.canEdit ? () => editor.undo(again) : null
    }
    const pressed = target.closest?.("button, summary, a")
    if (key === " " && pressed) return null
    return {
      " ": () => player.toggle(),
      k: () => player.toggle(),
      j: () => player.skip(-5),
      ArrowLeft: () => player.skip(-5),
      l: () => player.skip(5),
      ArrowRight: () => player.skip(5),
      ",": () => player.faster(-1),
      ".": () => player.faster(1),
      n: () => page.nextDoubtful(),
      e: () => editor.toggle(),
      "/": () => page.querySelector("transcript-find").open(),
    }[key.length === 1 ? key.toLowerCase() : key] ?? null
  }

  #types(target) { return Boolean(target.closest?.("input, textarea, select, [contenteditable]")) }
})
