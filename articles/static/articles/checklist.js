// Keeps the checklist of a post up to date with what is typed. Without it the list is that of the
// page as it was loaded, and a button shows it anew.
(() => {
  const list = document.getElementById("checklist")
  const form = list?.closest("form")
  if (!form) return
  const PAUSE = 800
  const AGAIN = [2000, 3000, 5000, 10000, 20000, 30000]
  // Where one types into a field: the editor and the choosers stand in place of what its link names.
  const BOXES = [
    ".ProseMirror[contenteditable]",
    ".select2-search__field",
    ".select2-selection[tabindex]",
    "textarea, input, select",
  ]
  let timer = 0
  let turn = 0
  let asked = null

  const summary = list.querySelector("[role=status]")
  // What the server has sent, by part; the page itself differs from it once the button is shown.
  const shown = new Map()
  for (const part of list.querySelectorAll("[data-part]")) shown.set(part.dataset.part, part.innerHTML)
  const button = () => list.querySelector("[data-check-links]")

  async function check(extra = {}) {
    clearTimeout(timer)
    asked?.abort()
    const asking = (asked = new AbortController())
    const body = new FormData(form)
    for (const [name, value] of Object.entries(extra)) body.set(name, value)
    try {
      const answer = await fetch(list.dataset.url, {
        method: "POST",
        body,
        headers: { "X-Requested-With": "fetch" },
        signal: asking.signal,
        redirect: "error",
      })
      if (!answer.ok) throw new Error(answer.status)
      const page = new DOMParser().parseFromString(await answer.text(), "text/html")
      show(page.getElementById("checklist"))
    } catch {
      if (!asking.signal.aborted) say(list.dataset.failed, "checklist-summary error")
    }
  }

  function say(text, className) {
    // Setting the same text again would have it read out again.
    if (summary.textContent !== text) summary.textContent = text
    summary.className = className
  }

  function show(now) {
    const said = now.querySelector("[role=status]")
    say(said.textContent, said.className)
    for (const part of now.querySelectorAll("[data-part]")) replace(part)
    offer()
    if (now.hasAttribute("data-checking") && turn < AGAIN.length)
      timer = setTimeout(check, AGAIN[turn++])
  }

  function replace(part) {
    const before = list.querySelector(`[data-part=${part.dataset.part}]`)
    if (shown.get(part.dataset.part) === part.innerHTML) return
    shown.set(part.dataset.part, part.innerHTML)
    const here = before.contains(document.activeElement) ? document.activeElement : null
    const links = here && [...before.querySelectorAll("a, button")].indexOf(here)
    before.replaceChildren(...part.childNodes)
    // Who was in the list stays in it.
    if (here) {
      offer()
      const others = [...before.querySelectorAll("a, button")]
      ;(others.find((each) => each.textContent === here.textContent) ?? others[links] ?? summary).focus()
    }
  }

  function offer() {
    if (button()) button().hidden = false
  }

  function soon() {
    clearTimeout(timer)
    turn = 0
    timer = setTimeout(check, PAUSE)
  }

  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-field]")
    const field = link && form.querySelector(`.field-${link.dataset.field}`)
    const box = field && BOXES.map((each) => field.querySelector(each)).find(Boolean)
    if (box) {
      event.preventDefault()
      field.closest("details")?.setAttribute("open", "")
      box.focus()
      field.scrollIntoView({ block: "center" })
    } else if (event.target.closest("[data-check-links]")) {
      turn = 0
      check({ _check_links: "1" })
    }
  })

  form.addEventListener("input", soon)
  form.addEventListener("change", soon)
  // The choosers tell only jQuery.
  window.django?.jQuery(form).on("change", soon)
  summary.tabIndex = -1
  offer()
  if (list.hasAttribute("data-checking")) timer = setTimeout(check, AGAIN[turn++])
})()
