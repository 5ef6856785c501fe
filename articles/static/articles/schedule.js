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
  let sent = false
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault()
    sent = !event.defaultPrevented || sent
  })
  addEventListener("pageshow", () => (sent = false))
}
