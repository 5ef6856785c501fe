// Makes the moderation queue quick: one key for each decision, no reload, and claims, so that two
// moderators do not read the same. Without it all of this is done by the forms of the page.
(() => {
  const list = document.getElementById("cards")
  if (!list) return
  const help = document.getElementById("help")
  const dialog = document.getElementById("keys")
  const keysOn = document.getElementById("keys-on")
  const TYPING = "textarea, select, input:not([type=checkbox])"
  const FETCH = { "X-Requested-With": "fetch" }
  // Whose cards stay where they are.
  const STAYING = ["note", "edit", "feature", "unfeature"]
  const going = new Set()
  // Requests go one after another: what is answered last is what the page shows.
  let chain = Promise.resolve()
  let current = null

  // Where the moderator is.

  const keyOf = (card) => card.id.replace("comment-", "")
  const cards = () => [...list.children].filter((card) => !going.has(card.id))

  function here() {
    if (!current?.isConnected || going.has(current.id)) current = cards()[0] ?? null
    return current
  }

  function mark(card) {
    current?.classList.remove("current")
    current = card
    current?.classList.add("current")
  }

  function go(card) {
    if (!card) return
    mark(card)
    card.focus()
    lookSoon()
  }

  // One that a colleague has before them only if no other is left.
  const free = (found) => found.find((card) => !card.classList.contains("claimed")) ?? found[0]

  // The nearest card in a direction.
  function nextTo(card, step) {
    const all = [...list.children]
    const found = []
    for (let place = all.indexOf(card) + step; all[place]; place += step)
      if (!going.has(all[place].id)) found.push(all[place])
    return free(found)
  }

  // Decisions.

  function say(text) {
    const item = Object.assign(document.createElement("li"), { className: "error", textContent: text })
    const items = Object.assign(document.createElement("ul"), { className: "messagelist" })
    items.append(item)
    document.getElementById("messages").replaceChildren(items)
  }

  function send(form, button) {
    const card = form.closest(".card")
    const data = new FormData(form)
    if (button?.name) data.set(button.name, button.value)
    const stays = !card || STAYING.includes(button?.value) || form.classList.contains("undo")
    if (!stays) {
      going.add(card.id)
      card.classList.add("going")
      const next = nextTo(card, 1) ?? free(cards())
      if (next) go(next)
      else document.getElementById("content-start").focus()
    }
    if (here()) data.append("look", keyOf(here()))
    chain = chain.then(async () => {
      try {
        const answer = await fetch(form.action, { method: "POST", body: data, headers: FETCH })
        show(await answer.text(), card, form.id === "undo")
      } catch {
        say(list.dataset.failed)
        if (card) {
          going.delete(card.id)
          card.classList.remove("going")
        }
      }
    })
  }

  const isTouched = (card) =>
    card.contains(document.activeElement?.closest("textarea") ?? null) ||
    [...card.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue)

  // Brings the page up to the one that the server has just sent, and touches nothing else of it.
  function show(html, decided, isUndo) {
    const page = new DOMParser().parseFromString(html, "text/html")
    const fresh = page.getElementById("cards")
    if (!fresh) throw new Error("not the queue")
    const hadFocus = document.activeElement?.closest(".card")
    // All that was there is decided: what comes now is the next.
    const isWaiting = document.activeElement?.id === "content-start"
    if (decided) going.delete(decided.id)
    const before = new Map([...list.children].map((card) => [card.id, card]))
    const wanted = [...fresh.children].filter((card) => !going.has(card.id))
    const names = new Set(wanted.map((card) => card.id))
    const come = []
    for (const [id, card] of before) {
      if (going.has(id) || names.has(id)) continue
      if (card === decided || !isTouched(card)) card.remove()
    }
    let place = list.firstElementChild
    for (const card of wanted) {
      const old = before.get(card.id)
      const isSame = old?.dataset.version === card.dataset.version && old !== decided
      if (isSame || (old && old !== decided && isTouched(old))) {
        place = old.nextElementSibling
      } else if (old) {
        place = old.nextElementSibling
        old.replaceWith(card)
        if (old === current || old === hadFocus) go(card)
      } else {
        list.insertBefore(card, place)
        come.push(card)
      }
    }
    for (const selector of ["#messages", ".tabs", ".more"])
      document.querySelector(selector).replaceChildren(...page.querySelector(selector).childNodes)
    document.querySelector(".nothing").hidden = list.childElementCount > 0
    count()
    if (isUndo && come[0]) go(come[0])
    else if (((hadFocus && !hadFocus.isConnected) || isWaiting) && here()) go(here())
    else mark(here())
  }

  document.addEventListener("submit", (event) => {
    const form = event.target
    if (form.method !== "post" || !(list.contains(form) || form.id === "undo")) return
    event.preventDefault()
    send(form, event.submitter)
  })

  // Claims.

  let timer = 0
  function lookSoon() {
    clearTimeout(timer)
    timer = setTimeout(look, 250)
  }

  function look() {
    chain = chain.then(claim)
  }

  async function claim() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")
    if (document.hidden || !token) return
    const data = new FormData()
    data.append("csrfmiddlewaretoken", token.value)
    if (here()) data.append("look", keyOf(here()))
    try {
      const answer = await fetch(list.dataset.claim, { method: "POST", body: data, headers: FETCH })
      const { others } = await answer.json()
      for (const card of list.children) {
        const name = others[keyOf(card)]
        const label = card.querySelector(".looking")
        card.classList.toggle("claimed", Boolean(name))
        label.hidden = !name
        label.textContent = name ? list.dataset.looking.replace("NAME", name) : ""
      }
    } catch {
      // The next time is soon enough.
    }
  }

  // Keys.

  const SHORTCUT = /^[a-z1-9]$/

  function press(card, key) {
    const inside = /\d/.test(key) ? "details[open] " : ""
    const found = card.querySelector(`${inside}[aria-keyshortcuts="${key}"]`)
    if (!found) return false
    if (found.tagName === "SUMMARY") unfold(found.parentElement)
    else if (found.type === "checkbox") found.click()
    else found.form.requestSubmit(found)
    return true
  }

  function unfold(details) {
    const open = !details.open
    fold(details.closest(".card"))
    details.open = open
    if (open) details.querySelector("textarea, div button")?.focus()
    else details.closest(".card").focus()
  }

  function fold(card) {
    for (const each of card.querySelectorAll("form details[open]")) each.open = false
  }

  document.addEventListener("keydown", (event) => {
    const card = here()
    const field = event.target.closest?.(TYPING)
    if (event.key === "Enter" && event.ctrlKey && field?.matches(".card textarea")) {
      field.parentElement.querySelector("button")?.click()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return
    if (event.key === "Escape" && event.target.closest(".card")) {
      fold(event.target.closest(".card"))
      event.target.closest(".card").focus()
      return
    }
    if (field || !keysOn.checked) return
    if (event.key === "?") dialog.showModal()
    else if (event.key === "u" && !event.repeat) document.getElementById("undo").requestSubmit()
    else if (!card) return
    else if (event.key === "j" || event.key === "k")
      go(list.contains(document.activeElement) ? nextTo(card, event.key === "j" ? 1 : -1) : card)
    else if (event.repeat || !SHORTCUT.test(event.key) || !press(card, event.key)) return
    event.preventDefault()
  })

  list.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card")
    if (card && card !== current) {
      mark(card)
      lookSoon()
    }
  })

  // Selection and help.

  function count() {
    const number = list.querySelectorAll("[name=pk]:checked").length
    document.getElementById("selected").textContent = number ? `(${number})` : ""
  }
  list.addEventListener("change", count)

  help.hidden = false
  help.addEventListener("click", () => dialog.showModal())
  keysOn.checked = localStorage.getItem("queue-keys") !== "off"
  keysOn.addEventListener("change", () => {
    localStorage.setItem("queue-keys", keysOn.checked ? "on" : "off")
  })

  mark(list.querySelector(":target") ?? here())
  look()
  setInterval(look, 20000)
  document.addEventListener("visibilitychange", look)
})()
