/**
 * `<schema-form>`: a schema as rows of names and types. Rows are added from its templates and removed; after every change
 * it says `rows-changed` with what stands in them (`event.detail`), in the shape that `apps/parameters/schemas/rows.py` has.
 */
customElements.define("schema-form", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this)
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.removeEventListener("input", this)
    this.removeEventListener("click", this)
  }

  handleEvent({ type, target }) {
    if (type === "input") {
      if (target.dataset.f === "kind") this.#suit(target.closest("[data-row]"), target.value)
      return this.#say()
    }
    const button = target.closest("button[data-does]")
    if (button?.dataset.does === "add") this.#add(button)
    if (button?.dataset.does === "remove") this.#remove(button.closest("[data-row]"))
  }

  #add(button) {
    const row = this.querySelector(`template[data-level="${button.dataset.level}"]`).content.firstElementChild.cloneNode(true)
    button.closest("[data-object]").querySelector("[data-rows]").append(row)
    field(row, "name").focus()
    this.#say()
  }

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling
    const add = row.closest("[data-object]").querySelector(":scope > .row > [data-does=add]")
    row.remove();
    (next ? field(next, "name") : add).focus()
    this.#say()
  }

  /** Show what a row of this type has beside its name. */
  #suit(row, kind) {
    for (const part of row.querySelectorAll(":scope > [data-for]")) part.hidden = !kind.endsWith(part.dataset.for)
  }

  #say() {
    const detail = objectOf(this.querySelector("[data-object]"))
    this.dispatchEvent(new CustomEvent("rows-changed", { bubbles: true, detail }))
  }
})

const field = (of, name) => [...of.querySelectorAll(`[data-f="${name}"]`)].find(control => control.closest("[data-row], [data-object]") === of)

const objectOf = part => ({
  description: field(part, "description")?.value ?? "",
  closed: field(part, "closed").checked,
  rows: [...part.querySelector("[data-rows]").children].map(rowOf),
})

const rowOf = row => {
  const kind = field(row, "kind").value
  const own = { kind, name: field(row, "name").value, description: field(row, "description").value }
  const said = { ...own, required: field(row, "required").checked, nullable: field(row, "nullable").checked }
  if (kind.endsWith("choice")) said.choices = field(row, "choices").value.split("\n")
  if (!kind.endsWith("object")) return said
  const { closed, rows } = objectOf(row.querySelector("[data-object]"))
  return { ...said, closed, rows }
}
