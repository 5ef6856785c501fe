// A courtesy: every page works without it.
const root = document.documentElement
const kept = (key, value) => {
  try {
    if (value === undefined) return localStorage.getItem(key)
    value ? localStorage.setItem(key, value) : localStorage.removeItem(key)
  } catch {}
}
const wantsDark = matchMedia("(prefers-color-scheme: dark)")

// The reader's choice of colours, before anything is painted.
if (kept("theme")) root.dataset.theme = kept("theme")

addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("theme")
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : wantsDark.matches)
  const label = () => {
    if (button) button.lastChild.textContent = isDark() ? button.dataset.light : button.dataset.dark
  }
  button?.addEventListener("click", () => {
    const next = isDark() ? "light" : "dark"
    // Back to what the system says is no choice that needs remembering.
    const own = (next === "dark") === wantsDark.matches ? "" : next
    own ? (root.dataset.theme = own) : delete root.dataset.theme
    kept("theme", own)
    label()
  })
  if (button) button.hidden = false
  wantsDark.addEventListener("change", label)
  label()

  // A comment that is being written survives a closed tab. It is forgotten once it has been sent.
  const text = document.getElementById("id_body")
  const form = text?.form
  if (!form) return
  // How long the form was before its writer, all attempts together.
  const { seconds } = form.elements
  const before = Number(seconds?.value)
  form.addEventListener("submit", () => {
    if (seconds) seconds.value = before + Math.round(performance.now() / 1000)
  })
  const draft = `draft:${form.getAttribute("action")}`
  if (document.querySelector(".thanks")) kept(draft, "")
  if (!text.value) text.value = kept(draft) || ""
  text.addEventListener("input", () => kept(draft, text.value))
})
