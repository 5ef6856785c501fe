/* What the dialogs of the editor share. Their markup and words: admin/articles/body_input.html. */

/** A copy of that part of the template beside `textarea`, or null where there is none. */
export const part = (textarea, name) => {
  const template = document.getElementById(`${textarea.id}_parts`)
  const found = template?.content.querySelector(`[data-part="${name}"]`)
  return found ? document.importNode(found, true) : null
}

/** The words for `name` that the page brings for the editor of `textarea`. */
export const words = (textarea, name) =>
  document.getElementById(`${textarea.id}_parts`)?.dataset[name] ?? ""

/** `text` with each %(name)s in it replaced. */
export const filled = (text, values) =>
  text.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "")

/**
 * Show `dialog` until it is closed; the promise is for what `done` was called with, or null. The
 * browser gives the focus back to where it was.
 */
export const ask = (dialog, start) =>
  new Promise((resolve) => {
    let answer = null
    dialog.addEventListener("close", () => {
      dialog.remove()
      resolve(answer)
    })
    for (const button of dialog.querySelectorAll("[data-cancel]"))
      button.addEventListener("click", () => dialog.close())
    document.body.append(dialog)
    dialog.showModal()
    start((value) => {
      answer = value
      dialog.close()
    })
  })

/** Say at the fields of `form` what is wrong with each: `errors` by name, "" for the whole. */
export const complain = (form, errors) => {
  let first = null
  for (const field of form.querySelectorAll("[name]")) {
    const place = form.querySelector(`[data-error="${field.name}"]`)
    if (!place) continue
    place.textContent = errors[field.name] ?? ""
    field.toggleAttribute("aria-invalid", false)
    if (!errors[field.name]) continue
    field.setAttribute("aria-invalid", "true")
    first ??= field
  }
  const named = new Set([...form.querySelectorAll("[data-error]")].map((each) => each.dataset.error))
  const others = Object.entries(errors).filter(([name]) => !named.has(name) || name === "")
  form.querySelector("[data-error='']").textContent = others.map(([, text]) => text).join(" ")
  first?.focus()
}

/**
 * Ask `address`, or send it `data`. The promise is for `{ ok, body }`, whatever happens; without a
 * body nothing that could be read came back.
 */
export const send = (address, { data = null, onProgress = null, signal = null } = {}) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open(data ? "POST" : "GET", address)
    request.responseType = "json"
    request.setRequestHeader("Accept", "application/json")
    if (data) {
      const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value
      request.setRequestHeader("X-CSRFToken", token ?? "")
    }
    const answer = () =>
      resolve({
        ok: request.status >= 200 && request.status < 300 && Boolean(request.response),
        body: request.response ?? null,
      })
    for (const event of ["load", "error", "abort", "timeout"])
      request.addEventListener(event, answer)
    if (onProgress)
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total)
      })
    signal?.addEventListener("abort", () => request.abort())
    request.send(data)
  })
