/* Pictures: dropped, pasted, uploaded or chosen, described in one dialog, and put into the text. */
import { Extension, Plugin, pm } from "django-prose-editor/editor"
import { around, insertBlock } from "articles/blocks.js"
import { ask, complain, filled, part, send, words } from "articles/dialogs.js"

const { NodeSelection, Selection } = pm.state
const NAMES = ["alt", "caption", "credit"]
const MIDDLE = { focal_x: 50, focal_y: 50 }

/**
 * Ask for one picture and its words. `start` is what there is already: a `file`, or a `picture` and
 * its `words`; `purpose` is "insert", "edit" or "lead", where the words are the picture's own. The
 * promise is for `{ picture, alt, caption, credit }` once the picture is in the library, for "skip"
 * where there are more, or null.
 */
const askForPicture = (textarea, { purpose, start = {}, place = null }) => {
  const dialog = part(textarea, "pictures")
  const [choose, form] = dialog.querySelectorAll("[data-step]")
  const status = dialog.querySelector("[role=status]")
  const say = (text) => (status.textContent = text ?? "")
  const stop = new AbortController()
  dialog.addEventListener("close", () => stop.abort())

  return ask(dialog, (done) => {
    const heading = dialog.querySelector("h2")
    heading.textContent = heading.dataset[purpose]
    if (place?.count > 1) {
      heading.textContent += ` ${filled(heading.dataset.several, place)}`
      form.querySelector("[data-skip]").hidden = false
      form.querySelector("[data-skip]").addEventListener("click", () => done("skip"))
    }
    const preview = picturePreview(form, say)
    let subject = null

    const describe = (chosen) => {
      subject = chosen
      const { file, picture } = chosen
      complain(form, {})
      say("")
      if (picture)
        for (const name of NAMES) form[name].value = (chosen.words ?? picture)[name] ?? ""
      // What is known of a picture that is not in the library is what the text says.
      const mayChange = "mayChange" in form.dataset && Boolean(picture?.address)
      form.querySelector("[data-keep]").hidden = purpose === "lead" || !mayChange
      form.querySelector("[data-focus]").hidden = Boolean(picture) && !mayChange
      form.querySelector("[type=submit]").textContent = form.dataset[purpose]
      preview(file ?? picture, picture ?? MIDDLE)
      choose.hidden = true
      form.hidden = false
      form.alt.focus()
    }
    const back = () => {
      form.hidden = true
      choose.hidden = false
      say("")
      choose.querySelector("input, button")?.focus()
    }

    form.querySelector("[data-back]").addEventListener("click", back)
    form.addEventListener("submit", async (event) => {
      event.preventDefault()
      if (form.ariaBusy) return
      const typed = Object.fromEntries(NAMES.map((name) => [name, form[name].value.trim()]))
      if (!typed.alt) return complain(form, { alt: form.dataset.undescribed })
      complain(form, {})
      const { ok, body } = await keep(form, subject, typed, purpose, stop.signal, say)
      if (ok) return done({ picture: body, ...typed })
      say("")
      complain(form, body?.errors ?? { "": form.dataset.failed })
      if (!body?.errors) form.querySelector("[type=submit]").focus()
    })

    uploads(choose, (file) => describe({ file }), say)
    library(choose, (picture) => describe({ picture }))
    if (start.file || start.picture) describe(start)
    else back()
  })
}

/** Bring the library up to what was typed, where that is wanted; the picture as it is then. */
const keep = async (form, { file, picture }, typed, purpose, signal, say) => {
  const focus = { focal_x: form.focal_x.value, focal_y: form.focal_y.value }
  const mayChange = "mayChange" in form.dataset && Boolean(picture?.address)
  const moved = Object.keys(focus).some((name) => String(picture?.[name]) !== focus[name])
  const reworded = NAMES.some((name) => picture?.[name] !== typed[name])
  const own = purpose === "lead" || form.keep.checked
  if (!file && !(mayChange && (moved || (own && reworded)))) return { ok: true, body: picture }
  const texts = file || own ? typed : Object.fromEntries(NAMES.map((name) => [name, picture[name]]))
  const data = new FormData()
  for (const [name, value] of Object.entries({ ...texts, ...focus })) data.append(name, value)
  if (file) {
    if (file.size > Number(form.dataset.maxBytes))
      return { ok: false, body: { errors: { "": form.dataset.tooLarge } } }
    data.append("file", file, file.name || "picture")
  }
  say(file ? form.dataset.uploading : form.dataset.saving)
  const progress = form.querySelector("progress")
  progress.hidden = !file
  progress.removeAttribute("value")
  // The button is not disabled meanwhile, which would take the focus away.
  form.ariaBusy = "true"
  const answer = await send(file ? form.dataset.upload : picture.address, {
    data,
    signal,
    onProgress: (part) => (progress.value = part),
  })
  form.ariaBusy = null
  progress.hidden = true
  return answer
}

/** The part of the dialog that takes files. */
const uploads = (choose, take, say) => {
  const zone = choose.querySelector("[data-drop]")
  if (!zone) return
  const input = zone.querySelector("input[type=file]")
  input.addEventListener("change", () => input.files[0] && take(input.files[0]))
  for (const name of ["dragover", "dragleave", "drop"])
    zone.addEventListener(name, (event) => {
      event.preventDefault()
      zone.classList.toggle("over", name === "dragover")
      const file = name === "drop" && event.dataTransfer.files[0]
      if (file) take(file)
      else if (name === "drop") say(zone.dataset.noFile)
    })
}

/** The part of the dialog that searches. */
const library = (choose, take) => {
  const shelf = choose.querySelector("[data-library]")
  if (!shelf) return
  const [input, list] = shelf.querySelectorAll("input, ul")
  const more = shelf.querySelector("[data-more]")
  const status = shelf.querySelector("[role=status]")
  let page = 1
  let asked = 0

  const show = async () => {
    const mine = ++asked
    const query = new URLSearchParams({ q: input.value, page })
    const { ok, body } = await send(`${shelf.dataset.library}?${query}`)
    if (mine !== asked) return
    if (page === 1) list.replaceChildren()
    status.textContent = ok ? body.said : shelf.dataset.failed
    more.hidden = !body?.next
    if (!ok) return
    const first = list.children.length
    for (const picture of body.pictures) {
      const thumb = Object.assign(new Image(), { src: picture.thumb, alt: "", loading: "lazy" })
      const button = Object.assign(document.createElement("button"), { type: "button" })
      const label = Object.assign(document.createElement("span"), { textContent: picture.alt })
      button.append(thumb, label)
      button.addEventListener("click", () => take(picture))
      const item = document.createElement("li")
      item.append(button)
      list.append(item)
    }
    if (page > 1) list.children[first]?.firstChild.focus()
  }
  let timer = 0
  input.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      page = 1
      show()
    }, 250)
  })
  more.addEventListener("click", () => {
    page += 1
    show()
  })
  list.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
    const buttons = [...list.querySelectorAll("button")]
    const next = buttons[buttons.indexOf(document.activeElement) + steps[event.key]]
    if (!next) return
    event.preventDefault()
    next.focus()
  })
  show()
}

/** The picture in the dialog, with the point that crops keep in view. */
const picturePreview = (form, say) => {
  const frame = form.querySelector("[data-preview]")
  const point = frame.querySelector("button")
  const place = () => {
    frame.style.setProperty("--x", `${form.focal_x.value}%`)
    frame.style.setProperty("--y", `${form.focal_y.value}%`)
  }
  const move = (x, y) => {
    const inside = (value) => Math.round(Math.max(0, Math.min(100, value)))
    form.focal_x.value = inside(x)
    form.focal_y.value = inside(y)
    place()
  }
  for (const input of [form.focal_x, form.focal_y]) input.addEventListener("input", place)
  point.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 10 : 1
    const [x, y] =
      { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? []
    if (x === undefined) return
    event.preventDefault()
    move(Number(form.focal_x.value) + x * step, Number(form.focal_y.value) + y * step)
    say(filled(point.dataset.at, { x: form.focal_x.value, y: form.focal_y.value }))
  })
  frame.addEventListener("click", (event) => {
    const shown = event.target.closest("img, canvas")
    if (!shown || point.hidden) return
    const { left, top, width, height } = shown.getBoundingClientRect()
    move((100 * (event.clientX - left)) / width, (100 * (event.clientY - top)) / height)
  })

  return async (source, focus) => {
    frame.querySelector("img, canvas")?.remove()
    form.focal_x.value = focus.focal_x ?? 50
    form.focal_y.value = focus.focal_y ?? 50
    place()
    point.hidden = form.querySelector("[data-focus]").hidden
    frame.hidden = false
    if (source instanceof File) {
      // Drawn, because the policy allows no pictures that are not on this site.
      const pixels = await createImageBitmap(source).catch(() => null)
      frame.hidden = !pixels
      if (!pixels) return
      const canvas = document.createElement("canvas")
      const scale = Math.min(1, 800 / pixels.width, 800 / pixels.height)
      canvas.width = Math.max(1, pixels.width * scale)
      canvas.height = Math.max(1, pixels.height * scale)
      canvas.getContext("2d").drawImage(pixels, 0, 0, canvas.width, canvas.height)
      frame.querySelector("canvas")?.remove()
      frame.prepend(canvas)
    } else frame.prepend(Object.assign(new Image(), { src: source.src, alt: "" }))
  }
}

// --- Pictures in the text ---

const imageAttributes = ({ picture, alt }) => ({
  src: picture.src,
  alt,
  width: picture.width,
  height: picture.height,
})

/** What stands below a picture: the caption, then whose it is. `before` are words to keep. */
const captionOf = (schema, { caption, credit }, before = null) => {
  const { Fragment } = pm.model
  const text = before ?? (caption ? Fragment.from(schema.text(caption)) : Fragment.empty)
  if (!credit) return text.size ? schema.nodes.caption.create(null, text) : null
  const name = schema.text(credit, [schema.marks.cite.create()])
  const space = text.size ? Fragment.from(schema.text(" ")) : Fragment.empty
  return schema.nodes.caption.create(null, text.append(space).append(Fragment.from(name)))
}

/** A caption taken apart: the words, the credit, and the inline nodes of the words. */
const readCaption = (caption) => {
  if (!caption) return { caption: "", credit: "", before: null }
  const { lastChild, content } = caption
  const isCredit = lastChild?.marks.some(({ type }) => type.name === "cite")
  const end = isCredit ? content.size - lastChild.nodeSize : content.size
  const text = caption.textBetween(0, end, " ", " ")
  const before = content.cut(0, end - (text.length - text.trimEnd().length))
  return { caption: text.trim(), credit: isCredit ? lastChild.text.trim() : "", before }
}

const pictureNode = (schema, answer) => {
  const image = schema.nodes.image.create(imageAttributes(answer))
  const caption = captionOf(schema, answer)
  return schema.nodes.figure.create(null, caption ? [image, caption] : [image])
}

/** Ask for each of `files`, or for one picture, and put what comes into the text. */
const insertPictures = async (editor, files = [null]) => {
  const textarea = editor.options.element.querySelector("textarea")
  for (const [index, file] of files.entries()) {
    const place = { number: index + 1, count: files.length }
    const start = file ? { file } : {}
    const answer = await askForPicture(textarea, { purpose: "insert", start, place })
    if (answer === null) break
    if (answer === "skip") continue
    const { tr: transaction, schema, selection } = editor.state
    const node = pictureNode(schema, answer)
    const begin = insertBlock(transaction, node, selection.to)
    if (begin < 0) break
    const after = transaction.doc.resolve(begin + node.nodeSize)
    transaction.setSelection(Selection.near(after))
    editor.view.dispatch(transaction.scrollIntoView())
  }
  editor.view.focus()
}

/** Ask for the words of the picture in the text that `found` is. */
const editPicture = async (editor, { node, start }) => {
  const textarea = editor.options.element.querySelector("textarea")
  const isFigure = node.type.name === "figure"
  const image = isFigure ? node.firstChild : node
  const written = readCaption(isFigure && node.childCount > 1 ? node.lastChild : null)
  const { src, width, height, alt } = image.attrs
  const address = words(textarea, "library")
  const known =
    address && src ? await send(`${address}?${new URLSearchParams({ src })}`) : { ok: false }
  const picture = (known.ok && known.body.pictures[0]) || { src, width, height }
  const answer = await askForPicture(textarea, {
    purpose: "edit",
    start: { picture: { ...picture, alt: picture.alt ?? alt }, words: { alt, ...written } },
  })
  editor.view.focus()
  if (answer === null) return
  const { schema, tr: transaction } = editor.state
  const isSame = answer.picture.id === picture.id
  const attributes = isSame ? { alt: answer.alt } : imageAttributes(answer)
  const changed = schema.nodes.image.create({ ...image.attrs, ...attributes })
  const before = answer.caption === written.caption ? written.before : null
  const caption = captionOf(schema, answer, before)
  const parts = caption ? [changed, caption] : [changed]
  const replacement =
    isFigure || caption ? schema.nodes.figure.create(isFigure ? node.attrs : null, parts) : changed
  transaction.replaceWith(start, start + node.nodeSize, replacement)
  transaction.setSelection(NodeSelection.create(transaction.doc, start))
  editor.view.dispatch(transaction)
}

/** The picture that is selected, or in whose caption the cursor stands. */
const chosenPicture = (state) => around(state, "figure") ?? around(state, "image")

const insertOrEdit = (editor) => {
  const found = chosenPicture(editor.state)
  return found ? editPicture(editor, found) : insertPictures(editor)
}

const filesOf = (transfer) => [...(transfer?.files ?? [])]

const takeFiles = (editor, mayUpload) =>
  new Plugin({
    props: {
      handlePaste(_view, event) {
        // Word sends a picture of the text along with the text.
        const files = filesOf(event.clipboardData).filter(({ type }) => /^image\//.test(type))
        if (!files.length || !mayUpload || event.clipboardData.getData("text/plain")) return false
        insertPictures(editor, files)
        return true
      },
      handleDrop(view, event) {
        const files = filesOf(event.dataTransfer)
        if (!files.length) return false
        // Otherwise the browser would leave the page for the file.
        event.preventDefault()
        const found = view.posAtCoords({ left: event.clientX, top: event.clientY })
        const { tr: transaction } = view.state
        if (found)
          view.dispatch(
            transaction.setSelection(Selection.near(transaction.doc.resolve(found.pos), -1)),
          )
        if (mayUpload) insertPictures(editor, files)
        return true
      },
      handleDoubleClickOn(_view, _position, node, start) {
        if (!["figure", "image"].includes(node.type.name)) return false
        const found = chosenPicture(editor.state)
        // Twice on a word of the caption chooses that word.
        if (node.type.name === "figure" && !editor.state.selection.node) return false
        editPicture(editor, found ?? { node, start })
        return true
      },
    },
  })

export const Pictures = Extension.create({
  name: "pictures",

  addProseMirrorPlugins() {
    const textarea = this.editor.options.element.querySelector("textarea")
    return [takeFiles(this.editor, Boolean(words(textarea, "upload")))]
  },

  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => {
        const { node } = editor.state.selection
        if (!["figure", "image"].includes(node?.type.name)) return false
        editPicture(editor, chosenPicture(editor.state))
        return true
      },
    }
  },

  addMenuItems({ menu, buttons }) {
    const textarea = this.editor.options.element.querySelector("textarea")
    const mayInsert = Boolean(words(textarea, "upload") || words(textarea, "library"))
    menu.defineItem({
      name: "figure",
      groups: "nodes",
      button: buttons.material("image", words(textarea, "picture")),
      command: insertOrEdit,
      active: (editor) => Boolean(chosenPicture(editor.state)),
      hidden: (editor) => !mayInsert && !chosenPicture(editor.state),
    })
  },

  onCreate({ editor }) {
    const textarea = editor.options.element.querySelector("textarea")
    const field = textarea.form?.querySelector("select[name=lead_image]")
    if (field && words(textarea, "lead")) offerForLead(textarea, field)
  },
})

/** A button beside the field of the lead picture, which opens the same dialog. */
const offerForLead = (textarea, field) => {
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "button choose-picture",
    textContent: words(textarea, "lead"),
  })
  button.addEventListener("click", async () => {
    const answer = await askForPicture(textarea, { purpose: "lead" })
    if (!answer) return
    const option = new Option(answer.picture.alt, answer.picture.id, true, true)
    field.replaceChildren(new Option("", ""), option)
    field.dispatchEvent(new Event("change", { bubbles: true }))
    button.focus()
  })
  const wrapper = field.closest(".related-widget-wrapper") ?? field
  wrapper.append(button)
}
