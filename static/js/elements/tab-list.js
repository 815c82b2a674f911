/**
 * `<tab-list>` around a `tablist` and its panels: one of them is shown; arrows, Home and End move between tabs. A panel hears
 * `shown` when it is, so that it can be fetched then.
 */
customElements.define("tab-list", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this)
    this.addEventListener("keydown", this)
  }

  handleEvent(event) {
    const tab = event.target.closest('[role="tab"]')
    // The tabs of a list within this one are its own.
    if (tab?.closest("tab-list") !== this) return
    if (event.type === "click") return this.#show(tab)
    const tabs = this.#tabs
    const at = tabs.indexOf(tab)
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    this.#show(tabs.at(next % tabs.length))
  }

  #show(wanted) {
    for (const tab of this.#tabs) {
      tab.setAttribute("aria-selected", String(tab === wanted))
      tab.tabIndex = tab === wanted ? 0 : -1
      document.getElementById(tab.getAttribute("aria-controls")).hidden = tab !== wanted
    }
    document.getElementById(wanted.getAttribute("aria-controls")).dispatchEvent(new Event("shown"))
    wanted.focus()
  }

  get #tabs() {
    return [...this.querySelectorAll('[role="tab"]')].filter(tab => tab.closest("tab-list") === this)
  }
})
