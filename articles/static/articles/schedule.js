// The buttons under a post say what they will do with the date that is typed at this moment; the
// server reads it, so that its calendar and clock count. And a second press of a button is no second
// request.
const form = document.getElementById("article_form")
const steps = form?.querySelector(".steps[data-address]")
const date = document.getElementById("id_published_at_0")
const time = document.getElementById("id_published_at_1")
const says = form?.querySelector(".steps-say")

if (steps && date && time) {
  let typed = `${date.value} ${time.value}`
  let waiting

  const show = (answer) => {
    says.textContent = answer.problem ?? answer.says
    for (const [name, label] of Object.entries(answer.labels ?? {})) {
      const button = form.elements[name]
      if (!button) continue
      button.value = label
      button.classList.toggle("default", name === answer.main)
    }
  }

  const look = async () => {
    if (typed === `${date.value} ${time.value}`) return
    typed = `${date.value} ${time.value}`
    const asked = typed
    const query = new URLSearchParams({ date: date.value, time: time.value, scheduled: steps.dataset.scheduled ?? "" })
    try {
      const answer = await fetch(`${steps.dataset.address}?${query}`)
      if (answer.ok && asked === typed) show(await answer.json())
    } catch {
      // Without a connection the buttons say what they said before.
    }
  }

  const soon = () => {
    clearTimeout(waiting)
    waiting = setTimeout(look, 250)
  }
  // The calendar and the clock beside the inputs change them without an event.
  for (const type of ["input", "change", "click", "focusin"]) form.addEventListener(type, soon)
}

if (form) {
  const PATIENCE = 5_000
  let sent = false
  // At the window, after all that keep the form from being sent, or look at it elsewhere first.
  addEventListener("submit", (event) => {
    const button = event.submitter
    if (event.target !== form || event.defaultPrevented) return
    if (button?.formTarget || button?.hasAttribute("formaction")) return
    if (sent) return event.preventDefault()
    sent = true
    // Who stopped the browser may try again.
    setTimeout(() => (sent = false), PATIENCE)
  })
  addEventListener("pageshow", () => (sent = false))
}
