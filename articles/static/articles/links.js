/* Links: to any address, to a page of this site by its title, and as cards for other sites. */
import { Extension, Link as StockLink, pm } from "django-prose-editor/editor"
import { around, hostOf, insertBlock } from "articles/blocks.js"
import { ask, complain, part, send, words } from "articles/dialogs.js"

const { NodeSelection, TextSelection } = pm.state

const textareaOf = (editor) => editor.options.element.querySelector("textarea")

/** What people type as an address, as one that leads somewhere, or "". */
const addressOf = (typed) => {
  const text = typed.trim()
  if (/^(https?:\/\/|mailto:|tel:)\S+$/i.test(text) || /^[/#?]\S*$/.test(text)) return text
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) return `mailto:${text}`
  return /^[^\s/:@?#]+\.[^\s/:@?#\d][^\s/:@?#]*(:\d+)?([/?#]\S*)?$/.test(text) ? `https://${text}` : ""
}

// --- Pages of this site by their titles: a combobox with a list box ---

const offerPlaces = (form, take) => {
  const input = form.querySelector("[role=combobox]")
  const list = form.querySelector("[role=listbox]")
  const status = form.querySelector("[role=status]")
  let asked = 0
  let timer = 0
  let current = -1

  const choose = (index) => {
    current = index
    for (const [number, option] of [...list.children].entries())
      option.setAttribute("aria-selected", String(number === index))
    const option = list.children[index]
    if (option) input.setAttribute("aria-activedescendant", option.id)
    else input.removeAttribute("aria-activedescendant")
    option?.scrollIntoView({ block: "nearest" })
  }
  const open = (isOpen) => {
    list.hidden = !isOpen
    input.setAttribute("aria-expanded", String(isOpen))
    choose(-1)
  }
  const close = () => {
    clearTimeout(timer)
    asked += 1
    open(false)
  }
  const show = async () => {
    const mine = ++asked
    if (!input.value.trim()) {
      status.textContent = ""
      return open(false)
    }
    const query = new URLSearchParams({ q: input.value })
    const { ok, body } = await send(`${form.dataset.places}?${query}`)
    if (mine !== asked) return
    status.textContent = ok ? body.said : form.dataset.failed
    const places = body?.places ?? []
    list.replaceChildren(
      ...places.map((place, number) => {
        const option = document.createElement("li")
        option.id = `${list.id}_${number}`
        option.role = "option"
        const title = document.createElement("span")
        title.textContent = place.title
        const note = document.createElement("small")
        note.textContent = place.note
        option.append(title, " ", note)
        option.addEventListener("mousedown", (event) => event.preventDefault())
        option.addEventListener("click", () => pick(place))
        option.place = place
        return option
      }),
    )
    open(places.length > 0)
  }
  const pick = (place) => {
    close()
    input.value = place.title
    status.textContent = ""
    take(place)
  }
  input.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(show, 200)
  })
  input.addEventListener("blur", close)
  input.addEventListener("keydown", (event) => {
    const { length } = list.children
    const isOpen = !list.hidden && length > 0
    if (event.key === "Escape" && isOpen) close()
    else if (event.key === "ArrowDown" && isOpen) choose((current + 1) % length)
    else if (event.key === "ArrowDown") show()
    else if (event.key === "ArrowUp" && isOpen) choose((current - 1 + length) % length)
    else if (event.key === "Enter" && current >= 0) pick(list.children[current].place)
    // With nothing chosen yet the key would close the dialog.
    else if (event.key !== "Enter") return
    event.preventDefault()
    event.stopPropagation()
  })
}

/** Ask for a link; `text` is asked for only where nothing is selected. */
const askForLink = (editor, { href, title, text }) => {
  const dialog = part(textareaOf(editor), "link")
  const form = dialog.querySelector("form")
  return ask(dialog, (done) => {
    form.href.value = href ?? ""
    form.elements.title.value = title ?? ""
    form.querySelector("[data-text]").hidden = text === null
    offerPlaces(form, (place) => {
      form.href.value = place.url
      if (!form.text.value) form.text.value = place.title
      form.href.focus()
    })
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      const address = addressOf(form.href.value)
      if (!address) return complain(form, { href: form.dataset.noAddress })
      done({ href: address, title: form.elements.title.value.trim(), text: form.text.value.trim() })
    })
    if (href) form.href.focus()
  })
}

const insertLink = async (editor) => {
  const { state } = editor
  const isLink = editor.isActive("link")
  const before = isLink ? editor.getAttributes("link") : {}
  const text = isLink || !state.selection.empty ? null : ""
  const answer = await askForLink(editor, { ...before, text })
  const chain = editor.chain().focus()
  if (answer === null) return chain.run()
  const attributes = { ...before, href: answer.href, title: answer.title || null }
  if (isLink) chain.extendMarkRange("link").updateAttributes("link", attributes)
  else if (text === null) chain.setMark("link", attributes)
  else
    chain
      .insertContent({
        type: "text",
        text: answer.text || answer.href,
        marks: [{ type: "link", attrs: attributes }],
      })
      // What is typed next is no part of the link.
      .unsetMark("link")
  chain.run()
}

export const Link = StockLink.extend({
  addCommands() {
    return {
      ...this.parent(),
      addLink: () => () => {
        insertLink(this.editor)
        return true
      },
    }
  },

  addMenuItems({ menu, buttons }) {
    this.parent({ menu, buttons })
    const textarea = textareaOf(this.editor)
    menu.defineItem({
      name: "link",
      groups: "link",
      priority: 110,
      command: (editor) => editor.commands.addLink(),
      enabled: (editor) => editor.isActive("link") || !editor.isActive("linkCard"),
      button: buttons.material("insert_link", words(textarea, "link")),
      active: (editor) => editor.isActive("link"),
    })
  },
})

// --- Cards ---

const askForCard = (editor, card) => {
  const dialog = part(textareaOf(editor), "card")
  const form = dialog.querySelector("form")
  const status = form.querySelector("[role=status]")
  const { href, title, description } = form.elements
  return ask(dialog, (done) => {
    href.value = card.href ?? ""
    title.value = card.title ?? ""
    description.value = card.description ?? ""
    const address = () => {
      const found = addressOf(href.value)
      if (hostOf(found)) return found
      complain(form, { href: form.dataset.noAddress })
      return ""
    }
    form.querySelector("[data-fetch]").addEventListener("click", async () => {
      const url = address()
      if (!url) return
      complain(form, {})
      status.textContent = form.dataset.fetching
      const { ok, body } = await send(`${form.dataset.fetch}?${new URLSearchParams({ url })}`)
      if (!dialog.isConnected) return
      status.textContent = ok && !body.error ? "" : body?.error || form.dataset.failed
      if (!ok || body.error) return
      // What was typed by hand is better than what a machine read.
      title.value ||= body.title ?? ""
      description.value ||= body.description ?? ""
      title.focus()
    })
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      const url = address()
      if (!url) return
      const name = title.value.trim()
      if (!name) return complain(form, { title: form.dataset.noTitle })
      done({ href: url, title: name, description: description.value.trim() })
    })
  })
}

const insertCard = async (editor) => {
  const found = around(editor.state, "linkCard")
  const answer = await askForCard(editor, found?.node.attrs ?? {})
  editor.view.focus()
  if (answer === null) return
  const { tr: transaction, schema } = editor.state
  const node = schema.nodes.linkCard.create(answer)
  let start = found?.start
  if (found) transaction.replaceWith(start, start + found.node.nodeSize, node)
  else start = insertBlock(transaction, node, editor.state.selection.to)
  if (start < 0) return
  transaction.setSelection(NodeSelection.create(transaction.doc, start))
  editor.view.dispatch(transaction.scrollIntoView())
}

export const LinkCards = Extension.create({
  name: "linkCards",

  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => {
        if (editor.state.selection.node?.type.name !== "linkCard") return false
        insertCard(editor)
        return true
      },
    }
  },

  addMenuItems({ menu, buttons }) {
    const textarea = textareaOf(this.editor)
    menu.defineItem({
      name: "linkCard",
      groups: "link",
      button: buttons.material("web_asset", words(textarea, "card")),
      command: insertCard,
      active: (editor) => editor.isActive("linkCard"),
    })
  },
})

// --- Pull quotes ---

/** Put what is selected into a pull quote of its own, or take a pull quote apart. */
const togglePullQuote = (editor) => {
  const { tr: transaction, schema, selection, doc } = editor.state
  const { paragraph, quotation, caption, pullQuote } = schema.nodes
  const found = around(editor.state, "pullQuote")
  if (found) {
    const { node, start } = found
    const lines = [...node.firstChild.content.content]
    if (node.childCount > 1 && node.lastChild.content.size)
      lines.push(paragraph.create(null, node.lastChild.content))
    transaction.replaceWith(start, start + node.nodeSize, lines)
    transaction.setSelection(TextSelection.near(transaction.doc.resolve(start + 1)))
  } else {
    // A pull quote says once more what stands in the text.
    const text = doc.textBetween(selection.from, selection.to, " ", " ").trim()
    const line = paragraph.create(null, text ? schema.text(text) : null)
    const node = pullQuote.create(null, [quotation.create(null, line), caption.create()])
    const start = insertBlock(transaction, node, selection.to)
    if (start < 0) return
    transaction.setSelection(TextSelection.create(transaction.doc, start + 3 + text.length))
  }
  editor.view.dispatch(transaction.scrollIntoView())
}

export const PullQuotes = Extension.create({
  name: "pullQuotes",

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "pullQuote",
      groups: "nodes",
      button: buttons.material("chat_bubble_outline", words(textareaOf(this.editor), "pullQuote")),
      command: togglePullQuote,
      active: (editor) => editor.isActive("pullQuote"),
    })
  },
})
