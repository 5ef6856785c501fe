/*
 * Nothing typed is lost: what stands in the form of a post is sent every few seconds
 * (articles/autosaving.py), and kept in this browser while it cannot be sent. The same script says
 * that the form is open, and who else has it open (articles/presence.py).
 */
const PAUSE = 2_000 // after the last change
const LONGEST = 5_000 // while typing
const RETRY = 15_000
const PING = 15_000
const PATIENCE = 20_000 // for one answer
// Browsers send no more than 64 KB when a page closes.
const LAST_WORDS = 60_000
const OURS = ["csrfmiddlewaretoken", "autosave_token", "autosave_key", "autosave_form"]

const root = document.getElementById("autosave")
const form = document.querySelector("form[id='article_form']")
const presence = document.getElementById("presence")
const texts = root?.dataset
const $ = window.django?.jQuery

const random = () => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  return [...crypto.getRandomValues(new Uint8Array(16))].map((n) => letters[n % 62]).join("")
}
const me = random()
const csrf = () => form.elements.csrfmiddlewaretoken.value

// --- What stands in the form ---

/** All inputs by their names, as JSON. A box that is not ticked is there, without a value. */
const typed = () => {
  const fields = {}
  for (const input of form.elements) {
    const { name, type } = input
    if (!name || input.disabled || OURS.includes(name)) continue
    if (["submit", "button", "image", "reset", "file", "fieldset"].includes(type)) continue
    const values = (fields[name] ??= [])
    if (type === "checkbox" || type === "radio") {
      if (input.checked) values.push(input.value)
    } else if (type === "select-multiple") {
      values.push(...[...input.selectedOptions].map((option) => option.value))
    } else {
      values.push(input.value)
    }
  }
  return JSON.stringify(fields)
}

// --- What the server knows ---

// The state of the slot that this form wrote last, and those it asked for without an answer yet.
let token = ""
let tried = []
// What the slot, or the stored post, has for certain.
let acknowledged = ""
let submitting = false

const known = () => [token, ...tried.slice(-100)].filter(Boolean)

// --- What the newsroom says ---

const bar = document.createElement("div")
const said = root?.querySelector(".said")

const say = (text, { wrong = false, link = null } = {}) => {
  bar.classList.toggle("wrong", wrong)
  if (said.firstChild?.data !== text) said.textContent = text
  bar.querySelector("a")?.remove()
  if (link) bar.append(link)
}

const signInLink = () => {
  const link = document.createElement("a")
  Object.assign(link, { href: texts.login, target: "_blank", textContent: texts.signIn })
  return link
}

// --- The copy in this browser ---

const SHELF = `newsroom:unsaved:${texts?.user}:`
const place = (name) => `${SHELF}${name}:`
const copyKey = () => place(texts.place) + me
// Who has a copy open holds a lock of its name, so that it is not offered to another tab.
const openForms = async () => {
  if (!navigator.locks) return []
  return (await navigator.locks.query()).held.map((lock) => lock.name)
}
let kept = ""

/** Keep ``text`` here; ``sent`` is the state that the slot will have if it arrives after all. */
const keep = (text, sent = "") => {
  const copy = { at: Date.now(), token, tried, sent, fields: text }
  try {
    localStorage.setItem(copyKey(), JSON.stringify(copy))
    kept = text
    return true
  } catch {
    return false
  }
}

const drop = (key) => {
  localStorage.removeItem(key)
  if (key === copyKey()) kept = ""
}

// --- Sending ---

const request = async (address, { body, headers = {}, keepalive = false, method = "POST" } = {}) => {
  const signal = keepalive ? undefined : AbortSignal.timeout(PATIENCE)
  const csrfHeader = { "X-CSRFToken": csrf(), "X-Requested-With": "fetch" }
  const options = { method, body, keepalive, signal, redirect: "manual", credentials: "same-origin" }
  try {
    const answer = await fetch(address, { ...options, headers: { ...csrfHeader, ...headers } })
    // The admin leads those who are signed out on to its login.
    if (answer.type === "opaqueredirect") return { status: 401 }
    const isJSON = answer.headers.get("Content-Type")?.startsWith("application/json")
    return { status: answer.status, ok: answer.ok, ...(isJSON ? await answer.json() : { odd: true }) }
  } catch {
    return { status: 0 }
  }
}

const post = (address, data, keepalive = false) =>
  request(address, {
    body: JSON.stringify(data),
    headers: { "Content-Type": "application/json" },
    keepalive,
  })

/** After signing in again a form needs another token. Whether this person is signed in. */
const renew = async () => {
  const answer = await request(texts.new, { method: "GET" })
  if (!answer.csrf) return answer.status === 401 || answer.status === 0 ? "signedOut" : "forbidden"
  if (String(answer.user) !== texts.user) return "somebodyElse"
  for (const input of document.querySelectorAll("input[name='csrfmiddlewaretoken']"))
    input.value = answer.csrf
  return ""
}

/** One attempt. Gives "" where all is kept, "again", or what went wrong. */
const attempt = async (keepalive = false) => {
  const text = typed()
  if (text === acknowledged) return ""
  const next = random()
  const data = { fields: JSON.parse(text), known: known(), token: next }
  tried.push(next)
  if (keepalive) keep(text, next)
  const answer = await post(texts.address, data, keepalive)
  const asked = tried.indexOf(next)
  if (answer.ok && !answer.odd) {
    // What was answered late, after a newer one, is no news.
    if (asked >= 0) {
      token = next
      tried = tried.slice(asked + 1)
      acknowledged = text
      drop(copyKey())
      say(answer.said)
      form.elements.autosave_token.value = known().join(",")
    }
    return ""
  }
  if (answer.status === 409) {
    if (known().includes(answer.token)) return ""
    tried = tried.filter((each) => each !== next)
    if (answer.gone) {
      token = ""
      tried = []
      return "again"
    }
    offer(answer.offer, answer.token)
  }
  const stored = keep(text, next)
  if (!stored && !keepalive) {
    say(texts.unkept, { wrong: true })
    return "unkept"
  }
  return complain(answer)
}

const complain = async (answer) => {
  if (answer.status === 401 || (answer.status === 403 && answer.odd)) {
    const problem = await renew()
    if (!problem) return "again"
    const link = problem === "forbidden" ? null : signInLink()
    say(texts[problem] ?? answer.said, { wrong: true, link })
    return problem
  }
  const gone = answer.status === 403 || answer.status === 404
  if (gone && answer.said) {
    say(answer.said, { wrong: true })
    return "forbidden"
  }
  const sentence = answer.status ? answer.said || texts.broken : texts.offline
  say(sentence, { wrong: true })
  return answer.status ? "refused" : "offline"
}

let running = null
let retry = 0

/** Send what is new until all of it is kept. Gives "" or what went wrong. */
const flush = () => {
  clearTimeout(timer)
  timer = 0
  running ??= (async () => {
    let problem = "again"
    for (let turn = 0; problem === "again" && turn < 4; turn++) problem = await attempt()
    clearTimeout(retry)
    if (problem) retry = setTimeout(flush, RETRY)
    return problem
  })().finally(() => {
    running = null
  })
  return running
}

let timer = 0
let waitingSince = 0

/** Something may have changed: send it soon. */
const soon = () => {
  if (submitting) return
  const now = Date.now()
  if (!timer) waitingSince = now
  clearTimeout(timer)
  timer = setTimeout(flush, Math.max(0, Math.min(PAUSE, waitingSince + LONGEST - now)))
}

/** The page may be closing: keep what is not kept yet, and try to send it. */
const lastWords = () => {
  if (submitting) return
  const text = typed()
  if (text === acknowledged) return
  if (text.length < LAST_WORDS) attempt(true)
  else keep(text)
}

// --- What is offered on return ---

const offer = (html, token) => {
  const section = document.getElementById("unsaved")
  if (section.querySelector(`.offer[data-token="${token}"]`)) return
  for (const old of section.querySelectorAll(".offer[data-token]")) old.remove()
  const piece = document.createElement("template")
  piece.innerHTML = html
  section.prepend(piece.content)
}

const clock = (at) => {
  const today = new Date(at).toDateString() === new Date().toDateString()
  const short = { hour: "2-digit", minute: "2-digit" }
  const long = { dateStyle: "medium", timeStyle: "short" }
  return new Date(at).toLocaleString(document.documentElement.lang || undefined, today ? short : long)
}

/** What this browser has kept for this form, and on the form of a new post for any new post. */
const copies = async () => {
  const open = await openForms()
  const saved = /(?:^|; )saved_forms=([^;]*)/.exec(document.cookie)?.[1].split(".") ?? []
  const there = texts.tokens.split(" ").filter(Boolean)
  const isNew = texts.place.startsWith("new-")
  const keys = Object.keys(localStorage).filter((key) =>
    key.startsWith(isNew ? `${SHELF}new-` : place(texts.place)),
  )
  const found = []
  for (const key of keys) {
    const [name, owner] = key.slice(SHELF.length).split(":")
    if (owner === me || open.includes(`newsroom:form:${name}:${owner}`)) continue
    let copy
    try {
      copy = JSON.parse(localStorage.getItem(key))
      JSON.parse(copy.fields)
    } catch {
      copy = null
    }
    // Saved meanwhile, arrived after all, or what this form shows anyway.
    if (!copy || [...saved, texts.came].includes(owner) || there.includes(copy.sent) || copy.fields === typed()) {
      drop(key)
    } else {
      found.push({ ...copy, key, name })
    }
  }
  return found.sort((one, other) => other.at - one.at)
}

const offerCopies = async () => {
  const template = document.getElementById("kept-offer")
  for (const copy of await copies()) {
    const piece = template.content.cloneNode(true).firstElementChild
    const sentence = piece.querySelector("p").firstChild
    sentence.data = sentence.data.replace("TIME", clock(copy.at))
    const fields = JSON.parse(copy.fields)
    if (copy.name.startsWith("new-")) piece.querySelector("b").textContent = fields.title?.[0] ?? ""
    const [take, throwAway] = piece.querySelectorAll("button")
    take.addEventListener("click", () => takeUp(copy, fields))
    throwAway.addEventListener("click", () => {
      drop(copy.key)
      piece.remove()
    })
    document.getElementById("unsaved").append(piece)
  }
}

/** Send a copy as if it had been sent when it was typed; then the server opens the form with it. */
const takeUp = async (copy, fields) => {
  const isNew = copy.name.startsWith("new-")
  const address = isNew ? `${texts.new}?key=${copy.name.slice(4)}` : texts.address
  const states = [copy.token, ...copy.tried, copy.sent].filter(Boolean)
  const data = { fields, known: [...new Set(states)], token: random() }
  let answer = await post(address, data)
  if (answer.gone) answer = await post(address, { ...data, known: [] })
  if (answer.ok) {
    drop(copy.key)
    location.assign(`${location.pathname}?unsaved=${answer.token}`)
  } else if (answer.status === 409) {
    offer(answer.offer, answer.token)
    say(texts.first, { wrong: true })
  } else {
    await complain(answer)
  }
}

// --- Who else is here ---

const buttons = () => document.querySelectorAll(".submit-row [type='submit']")

const hold = (held) => {
  for (const button of buttons()) {
    button.disabled = held
    if (held) button.setAttribute("aria-describedby", "presence")
    else button.removeAttribute("aria-describedby")
  }
}

const showPresence = (answer) => {
  if (answer.state === undefined) return
  if (answer.state !== presence.dataset.state) {
    presence.dataset.state = answer.state
    presence.innerHTML = answer.html
    hold(answer.held)
    if (answer.html) say(presence.querySelector("p").textContent)
    return
  }
  // Only how long ago has changed: neither focus nor ears are drawn to that.
  const piece = document.createElement("template")
  piece.innerHTML = answer.html
  const ages = piece.content.querySelectorAll("span")
  presence.querySelectorAll("span").forEach((age, n) => {
    if (ages[n]) age.textContent = ages[n].textContent
  })
}

let shared = false // with another tab of this person

const look = async () => {
  const mine = `newsroom:form:${texts.place}:`
  const open = await openForms()
  shared = open.some((name) => name.startsWith(mine) && name !== mine + me)
}

const ping = async () => {
  look()
  showPresence(await request(presence.dataset.address))
}

const leave = () => {
  if (submitting || shared) return
  const data = new FormData()
  data.set("csrfmiddlewaretoken", csrf())
  data.set("leave", "yes")
  navigator.sendBeacon(presence.dataset.address, data)
}

// --- When ---

const start = () => {
  bar.className = "autosave"
  bar.append(said)
  form.lastElementChild.append(bar)
  form.elements.autosave_form.value = me
  tried = form.elements.autosave_token.value.split(",").filter(Boolean)
  acknowledged = "unsent" in texts ? "" : typed()
  navigator.locks?.request(`newsroom:form:${texts.place}:${me}`, () => new Promise(() => {}))

  // The editor of the body fires "input" on its textarea; the chosen authors, categories and tags
  // only tell jQuery. The shortcuts of dates tell nobody, but somebody has to click them.
  for (const event of ["input", "change", "click", "keyup"]) document.addEventListener(event, soon)
  $?.(document).on("change formset:added formset:removed", soon)
  document.addEventListener("visibilitychange", () => (document.hidden ? lastWords() : flush()))
  addEventListener("pagehide", lastWords)
  addEventListener("online", flush)
  addEventListener("focus", flush)
  addEventListener("pageshow", (event) => {
    if (event.persisted) submitting = false
  })
  addEventListener("beforeunload", (event) => {
    if (submitting) return
    const text = typed()
    if (text !== acknowledged && text !== kept && !keep(text)) event.preventDefault()
  })
  form.addEventListener("submit", beforeSaving)
  document.getElementById("unsaved").addEventListener("submit", throwAway)
  offerCopies()
  if ("unsent" in texts) flush()

  if (!presence) return
  hold("held" in presence.dataset)
  presence.addEventListener("submit", takeOver)
  setInterval(ping, PING)
  addEventListener("focus", look)
  addEventListener("pagehide", leave)
}

/** What is saved is kept first: a session that has ended, or no connection, shows here. */
const beforeSaving = async (event) => {
  const button = event.submitter
  // A preview, or something else that leaves the form where it is.
  if (event.defaultPrevented || button?.formTarget || button?.hasAttribute("formaction")) return
  if (submitting) return
  event.preventDefault()
  // A form ignores what asks it to be sent while it still tells of the first time.
  await new Promise((resolve) => setTimeout(resolve))
  const late = new Promise((resolve) => setTimeout(resolve, 4_000, "late"))
  const problem = await Promise.race([flush(), late])
  if (["offline", "signedOut", "somebodyElse", "forbidden"].includes(problem)) {
    said.parentElement.scrollIntoView({ block: "nearest" })
    return
  }
  submitting = true
  form.elements.autosave_token.value = known().join(",")
  const text = typed()
  keep(text, text === acknowledged ? token : "")
  form.requestSubmit(button)
  // Still here: something else held it up.
  setTimeout(() => {
    submitting = false
    flush()
  }, PATIENCE)
}

const throwAway = async (event) => {
  const piece = event.target.closest(".offer")
  // What was taken up stands in the form: without it the form opens anew.
  if (!piece.dataset.token) {
    submitting = true
    return
  }
  event.preventDefault()
  const answer = await request(event.target.action, { body: new FormData(event.target) })
  if (answer.ok) {
    piece.remove()
    flush()
  } else {
    await complain(answer)
  }
}

const takeOver = async (event) => {
  event.preventDefault()
  const answer = await request(event.target.action)
  showPresence(answer)
  if (answer.ok && !answer.held) say(texts.took)
}

if (root && form) start()
