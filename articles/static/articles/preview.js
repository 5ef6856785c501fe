/*
 * The post beside its form, as readers will see it, with every word as it is typed. A courtesy:
 * without it the button opens the same page in a tab of its own.
 */
const pane = document.getElementById("preview")
const opener = document.getElementById("preview-open")
if (pane && opener) {
  const form = opener.form
  const box = pane.querySelector(".preview-frame")
  const status = pane.querySelector(".preview-status")
  const isDark = () => {
    const { theme } = document.documentElement.dataset
    return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
  }
  // The pane is there again after saving, as it was.
  const kept = (key, value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(`preview-${key}`)
      sessionStorage.setItem(`preview-${key}`, value)
    } catch {
      return null
    }
  }
  const chosen = {
    width: kept("width") || "390",
    colours: kept("colours") || (isDark() ? "dark" : "light"),
  }

  // --- The page in its frame ---

  let newest = null
  const fit = () => {
    const width = Number(chosen.width)
    const scale = Math.min(1, box.clientWidth / width)
    for (const frame of box.children) {
      frame.style.width = `${width}px`
      frame.style.height = `${box.clientHeight / scale}px`
      frame.style.left = `${(box.clientWidth - width * scale) / 2}px`
      frame.style.transform = `scale(${scale})`
    }
  }
  const colour = (frame) => {
    const root = frame.contentDocument?.documentElement
    if (root) root.dataset.theme = chosen.colours
  }
  // No script runs in the frame and it leads nowhere: links open in tabs of their own.
  const follow = (event) => {
    const link = event.target.closest("a[href]")
    if (!link) return
    event.preventDefault()
    const place = link.getAttribute("href")
    if (!place.startsWith("#")) return open(link.href, "_blank", "noopener")
    const target = link.ownerDocument.getElementById(place.slice(1))
    target?.scrollIntoView()
    target?.focus()
  }
  // Each page gets a new frame, which replaces the one before once it is whole: nothing flickers,
  // the place is kept, and the way back does not lead through every word that was typed.
  const draw = (html) => {
    const frame = pane.querySelector("template").content.firstElementChild.cloneNode()
    newest = frame
    frame.addEventListener("load", () => {
      if (frame !== newest) return frame.remove()
      colour(frame)
      frame.contentDocument.addEventListener("click", follow)
      const before = box.querySelector(".shown")
      const top = before?.contentWindow.scrollY ?? 0
      frame.contentWindow.scrollTo({ top, behavior: "instant" })
      frame.classList.add("shown")
      if (document.activeElement === before) frame.focus({ preventScroll: true })
      before?.remove()
    })
    frame.srcdoc = html
    box.append(frame)
    fit()
  }

  // --- What is in the form ---

  let asked = null
  let drawn = ""
  let seen = ""
  const filled = () => new URLSearchParams(new FormData(form)).toString()
  const refresh = async () => {
    drawn = filled()
    asked?.abort()
    const { signal } = (asked = new AbortController())
    try {
      const answer = await fetch(opener.formAction, { method: "POST", body: new FormData(form), signal })
      // A login page is not the preview.
      if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`)
      draw(await answer.text())
      status.textContent = ""
    } catch {
      if (!signal.aborted) status.textContent = pane.dataset.failed
    }
  }
  // Some inputs change without an event: pickers, and the editor. So the form is looked at, and a
  // moment without a change is waited for.
  setInterval(() => {
    if (pane.hidden || document.hidden) return
    const now = filled()
    if (now !== drawn && now === seen) refresh()
    seen = now
  }, 500)

  // --- The buttons ---

  const show = (isShown) => {
    pane.hidden = !isShown
    document.documentElement.classList.toggle("has-preview", isShown)
    opener.setAttribute("aria-expanded", isShown)
    kept("open", isShown ? "yes" : "")
    if (isShown) refresh()
  }
  opener.setAttribute("aria-controls", pane.id)
  opener.setAttribute("aria-expanded", "false")
  opener.addEventListener("click", (event) => {
    event.preventDefault()
    show(true)
    pane.scrollIntoView({ block: "nearest" })
  })
  pane.querySelector(".preview-close").addEventListener("click", () => {
    show(false)
    opener.focus()
  })
  for (const name of ["width", "colours"]) {
    const buttons = [...pane.querySelectorAll(`[data-${name}]`)]
    const press = (value) => {
      chosen[name] = value
      kept(name, value)
      for (const button of buttons) {
        button.setAttribute("aria-pressed", button.dataset[name] === value)
      }
      fit()
      for (const frame of box.children) colour(frame)
    }
    for (const button of buttons) button.addEventListener("click", () => press(button.dataset[name]))
    press(chosen[name])
  }
  new ResizeObserver(fit).observe(box)
  if (kept("open")) show(true)
}
