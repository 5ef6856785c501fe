// Inputs that scripts put in the place of others get their names too: a screen reader says what they
// are for.
const name = () => {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const label = document.querySelector(`label[for="${select.id}"]`)
    const made = select.nextElementSibling
    if (!label || !made) continue
    label.id ||= `${select.id}_label`
    const box = made.querySelector("[role=combobox]")
    const shown = made.querySelector(".select2-selection__rendered")
    box?.setAttribute("aria-labelledby", [label.id, shown?.id].filter(Boolean).join(" "))
    if (shown?.getAttribute("role") === "textbox") shown.setAttribute("aria-labelledby", label.id)
    made.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id)
  }
}

// They are made when the page is ready, by what asked for that before.
window.django?.jQuery(name)
