/** `<dismiss-button><button>…</button></dismiss-button>` removes the alert it stands in. */
customElements.define("dismiss-button", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this)
  }

  handleEvent() {
    this.closest("[role=alert]").remove()
    document.getElementById("message")?.focus()
  }
})
