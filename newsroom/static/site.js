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

  // Comments say both: the date, and how long ago that is.
  const words = new Intl.RelativeTimeFormat(root.lang, {numeric: "auto"})
  const units = {year: 31557600, month: 2629800, week: 604800, day: 86400, hour: 3600, minute: 60}
  const times = [...document.querySelectorAll(".when time")].map((time) => {
    const ago = document.createElement("span")
    ago.className = "ago"
    time.after(ago)
    return [new Date(time.dateTime), ago]
  })
  const tell = () => {
    for (const [date, ago] of times) {
      const seconds = (date - Date.now()) / 1000
      const unit = Object.keys(units).find((unit) => Math.abs(seconds) >= units[unit])
      const number = unit ? Math.trunc(seconds / units[unit]) : 0
      // In one piece, so that no line ends within it.
      ago.textContent = ` · ${words.format(number, unit || "minute").replaceAll(" ", "\u00a0")}`
    }
  }
  tell()
  if (times.length) setInterval(tell, 60000)

  // An old link to a comment that stands on another page by now leads on to that.
  const post = document.getElementById("comments")?.dataset.post
  const lost = /^#comment-(\d+)$/.exec(location.hash)
  if (post && lost && !document.getElementById(lost[0].slice(1))) {
    const place = `${post}comment/${lost[1]}/`
    fetch(place, {method: "HEAD"}).then((answer) => {
      // Where that is this very page, an old copy of it is on the screen: never lead in a circle.
      const isElsewhere = new URL(answer.url).pathname !== location.pathname
      if (answer.ok && isElsewhere) location.replace(place)
    })
  }

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
