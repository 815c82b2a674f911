/** What belongs to this browser and not to the person: the theme, and what Enter does. */
customElements.define("browser-settings", class extends HTMLElement {
  connectedCallback() {
    const enter = localStorage.getItem("enter") ?? "send"
    const chosen = this.querySelector(`[name=enter][value=${CSS.escape(enter)}]`)
    if (chosen) chosen.checked = true
    this.addEventListener("change", this)
  }

  handleEvent({ target }) {
    if (target.name === "enter") localStorage.setItem("enter", target.value)
    if (target.name === "theme") this.#theme(target.value)
  }

  #theme(value) {
    document.cookie = `theme=${value}; path=/; max-age=${value ? 31536000 : 0}; samesite=lax`
    if (value) document.documentElement.dataset.theme = value
    else delete document.documentElement.dataset.theme
  }
})
