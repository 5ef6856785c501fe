/* Find and replace in the text. */
import { Extension, Plugin, pm } from "django-prose-editor/editor"
import { filled, part, words } from "articles/dialogs.js"

const { PluginKey, TextSelection } = pm.state
const { Decoration, DecorationSet } = pm.view
const KEY = new PluginKey("find")
const NOTHING = { text: "", matchCase: false, wholeWords: false }
// A letter that is said over and over in a long text must not bring the page to a halt.
const AT_MOST = 5000

const expression = ({ text, matchCase, wholeWords }) => {
  const literal = text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
  const [before, after] = wholeWords
    ? ["(?<![\\p{L}\\p{M}\\p{N}_])", "(?![\\p{L}\\p{M}\\p{N}_])"]
    : ["", ""]
  return new RegExp(`${before}${literal}${after}`, matchCase ? "gu" : "giu")
}

/** Where `query` stands in `doc`: within one block each, whatever marks its words have. */
const matchesIn = (doc, query) => {
  const found = []
  if (!query.text) return found
  const pattern = expression(query)
  doc.descendants((node, position) => {
    if (!node.isTextblock) return found.length < AT_MOST
    // One character for what is no text, so that places in it are places in the block.
    const text = node.textBetween(0, node.content.size, "\ufffc", "\ufffc")
    for (const match of text.matchAll(pattern)) {
      if (found.length >= AT_MOST) break
      const from = position + 1 + match.index
      found.push({ from, to: from + match[0].length })
    }
    return false
  })
  return found
}

const marked = (doc, matches, current) =>
  DecorationSet.create(
    doc,
    matches.map(({ from, to }, index) =>
      Decoration.inline(from, to, { class: index === current ? "found found-now" : "found" }),
    ),
  )

const found = (doc, query, current) => {
  const matches = matchesIn(doc, query)
  const index = matches.length ? Math.max(0, Math.min(current, matches.length - 1)) : -1
  return { query, matches, index, marks: marked(doc, matches, index) }
}

const finder = () =>
  new Plugin({
    key: KEY,
    state: {
      init: (_config, { doc }) => found(doc, NOTHING, -1),
      apply(transaction, before) {
        const asked = transaction.getMeta(KEY)
        if (!asked && (!transaction.docChanged || !before.query.text)) return before
        const query = asked?.query ?? before.query
        if (!asked?.query && !transaction.docChanged) {
          const marks = marked(transaction.doc, before.matches, asked.index)
          return { ...before, index: asked.index, marks }
        }
        return found(transaction.doc, query, asked?.index ?? before.index)
      },
    },
    props: { decorations: (state) => KEY.getState(state).marks },
  })

export const Find = Extension.create({
  name: "find",

  addStorage: () => ({ bar: null }),

  addProseMirrorPlugins: () => [finder()],

  addCommands() {
    return {
      find: () => () => {
        openBar(this.editor, this.storage)
        return true
      },
    }
  },

  addKeyboardShortcuts() {
    return {
      "Mod-h": () => this.editor.commands.find(),
      "Mod-Alt-f": () => this.editor.commands.find(),
    }
  },

  addMenuItems({ menu, buttons }) {
    const name = words(this.editor.options.element.querySelector("textarea"), "find")
    if (!name) return
    menu.defineItem({
      name: "find",
      groups: "utility",
      priority: 110,
      button: buttons.material("find_replace", name),
      command: (editor) => editor.commands.find(),
      active: () => Boolean(this.storage.bar),
    })
  },
})

const openBar = (editor, storage) => {
  const { view } = editor
  if (storage.bar) return storage.bar.querySelector("[name=find]").select()
  const bar = part(editor.options.element.querySelector("textarea"), "find")
  if (!bar) return
  storage.bar = bar
  const [text, replacement] = bar.querySelectorAll("input[type=text]")
  const [matchCase, wholeWords] = bar.querySelectorAll("input[type=checkbox]")
  const status = bar.querySelector("[role=status]")
  const state = () => KEY.getState(view.state)

  const say = () => {
    const { query, matches, index } = state()
    const text = matches.length ? bar.dataset.at : query.text ? bar.dataset.none : ""
    status.textContent = filled(text, { number: index + 1, count: matches.length })
  }
  const show = () => view.dom.querySelector(".found-now")?.scrollIntoView({ block: "nearest" })
  const look = (index) => {
    const query = {
      text: text.value,
      matchCase: matchCase.checked,
      wholeWords: wholeWords.checked,
    }
    view.dispatch(view.state.tr.setMeta(KEY, { query, index }))
    show()
    say()
  }
  const fromHere = () => {
    look(0)
    const { matches } = state()
    const next = matches.findIndex(({ from }) => from >= view.state.selection.from)
    if (next > 0) go(next)
  }
  const go = (index) => {
    const { length } = state().matches
    if (!length) return say()
    view.dispatch(view.state.tr.setMeta(KEY, { index: (index + length) % length }))
    show()
    say()
  }
  const put = (transaction, { from, to }) =>
    replacement.value
      ? transaction.insertText(replacement.value, from, to)
      : transaction.delete(from, to)
  const close = () => {
    const { matches, index } = state()
    const transaction = view.state.tr.setMeta(KEY, { query: NOTHING, index: -1 })
    const match = matches[index]
    if (match)
      transaction.setSelection(TextSelection.create(transaction.doc, match.from, match.to))
    bar.remove()
    storage.bar = null
    view.dispatch(transaction)
    view.focus()
  }
  const actions = {
    next: () => go(state().index + 1),
    previous: () => go(state().index - 1),
    replace() {
      const { matches, index } = state()
      if (!matches.length) return say()
      const after = matches[index].from + replacement.value.length
      view.dispatch(pm.history.closeHistory(put(view.state.tr, matches[index])))
      // What was put there may hold the words that are looked for: go on behind it.
      const next = state().matches.findIndex(({ from }) => from >= after)
      go(Math.max(0, next))
    },
    all() {
      const { matches } = state()
      if (!matches.length) return say()
      const transaction = view.state.tr
      for (const match of matches.toReversed()) put(transaction, match)
      view.dispatch(pm.history.closeHistory(transaction))
      status.textContent = filled(bar.dataset.replaced, { count: matches.length })
    },
    close,
  }

  text.addEventListener("input", fromHere)
  for (const box of [matchCase, wholeWords]) box.addEventListener("change", fromHere)
  bar.addEventListener("click", ({ target }) => actions[target.closest("button")?.value]?.())
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close()
    // In a form the key would send it.
    else if (event.key !== "Enter" || event.target.matches("button")) return
    else if (event.target === replacement) actions.replace()
    else if (event.shiftKey) actions.previous()
    else actions.next()
    event.preventDefault()
    event.stopPropagation()
  })
  // What is typed here is no change of the post.
  for (const name of ["input", "change"])
    bar.addEventListener(name, (event) => event.stopPropagation())

  view.dom.after(bar)
  const { from, to } = view.state.selection
  const chosen = view.state.doc.textBetween(from, to, "\n")
  if (chosen && !chosen.includes("\n")) text.value = chosen
  text.focus()
  text.select()
  fromHere()
}
