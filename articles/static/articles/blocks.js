/* What a body may hold beyond the stock extensions: exactly what articles/richtext.py allows. */
import {
  CodeBlock as StockCodeBlock,
  Caption as StockCaption,
  Code as StockCode,
  Figure as StockFigure,
  Heading as StockHeading,
  Image as StockImage,
  ListItem as StockListItem,
  Mark,
  Node,
  pm,
  TableCell as StockTableCell,
  TableHeader as StockTableHeader,
} from "django-prose-editor/editor"

export const Cite = Mark.create({
  name: "cite",
  parseHTML: () => [{ tag: "cite" }],
  renderHTML: ({ HTMLAttributes }) => ["cite", HTMLAttributes, 0],
})

// Stock code drops the link and every other mark on the same words.
export const Code = StockCode.extend({ excludes: "code" })

export const CodeBlock = StockCodeBlock.extend({
  marks: "bold italic strike subscript superscript link cite",
})

export const Heading = StockHeading.extend({
  parseHTML() {
    const other = { h1: 2, h5: 4, h6: 4 }
    return [
      ...this.parent(),
      ...Object.entries(other).map(([tag, level]) => ({ tag, attrs: { level } })),
    ]
  },
})

// Stock items begin with a paragraph, so that a picture or a heading would leave its list.
export const ListItem = StockListItem.extend({ content: "block+" })

const cellAttributes = {
  // Widths and alignment would be inline styles, which the policy refuses.
  colwidth: { default: null, parseHTML: () => null, rendered: false },
  align: { default: null, parseHTML: () => null, rendered: false },
}
export const TableCell = StockTableCell.extend({
  addAttributes() {
    return { ...this.parent(), ...cellAttributes }
  },
})
export const TableHeader = StockTableHeader.extend({
  addAttributes() {
    return { ...this.parent(), ...cellAttributes, scope: { default: null } }
  },
})

/** The address of a picture of this site without its host, or null for any other picture. */
export const ownPicture = (src, media) => {
  try {
    const home = new URL(media, location.href).href
    const address = new URL(src, location.href).href
    return address.startsWith(home) ? media + address.slice(home.length) : null
  } catch {
    return null
  }
}

export const Image = StockImage.extend({
  addOptions() {
    return { ...this.parent(), media: "/media/" }
  },
  addAttributes() {
    return {
      ...this.parent(),
      src: {
        default: null,
        parseHTML: (element) => ownPicture(element.getAttribute("src"), this.options.media),
      },
      // A picture is a block here, and no link can stand around a block: it has one of its own.
      link: {
        default: null,
        parseHTML: (element) => {
          const link = element.closest("a[href]")
          return link && /^(https?|mailto|tel):$/.test(link.protocol)
            ? link.getAttribute("href")
            : null
        },
        rendered: false,
      },
    }
  },
  parseHTML() {
    const foreign = (element) => !ownPicture(element.getAttribute("src"), this.options.media)
    return [
      { tag: "img", getAttrs: (element) => (foreign(element) ? false : null) },
      { tag: "img", ignore: true },
    ]
  },
  renderHTML({ node, HTMLAttributes }) {
    const picture = ["img", HTMLAttributes]
    return node.attrs.link ? ["a", { href: node.attrs.link }, picture] : picture
  },
})

const isOnePicture = (figure) =>
  figure.querySelectorAll("img").length === 1 &&
  !figure.querySelector("blockquote, figure, pre, table, ul, ol, figcaption ~ *")

export const Figure = StockFigure.extend({
  parseHTML: () => [{ tag: "figure", getAttrs: (figure) => (isOnePicture(figure) ? null : false) }],
})

/** A figure of something else: a table, a quote, code, several pictures. */
export const Frame = Node.create({
  name: "frame",
  group: "block",
  content: "block+",
  isolating: true,
  parseHTML: () => [
    { tag: "figure", getAttrs: (figure) => (isOnePicture(figure) ? false : null) },
    // The table stands in a figure from then on, where its caption can be edited.
    { tag: "table:has(> caption)", priority: 60 },
  ],
  renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes, 0],
})

export const Caption = StockCaption.extend({
  parseHTML() {
    return [...this.parent(), { tag: "caption" }]
  },
  addKeyboardShortcuts() {
    return { Enter: ({ editor }) => leave(editor, this.name) }
  },
})

// --- Pull quotes and link cards ---

/** The figures that are of a kind of their own; articles/richtext.py says what each holds. */
export const KINDS = "figure.pull-quote, figure.link-card"

/** The words of a pull quote: paragraphs, and nothing else. */
export const Quotation = Node.create({
  name: "quotation",
  content: "paragraph+",
  defining: true,
  parseHTML: () => [{ tag: "blockquote", context: "pullQuote/", priority: 70 }],
  renderHTML: ({ HTMLAttributes }) => ["blockquote", HTMLAttributes, 0],
})

const isPullQuote = (figure) =>
  figure.matches(":has(> blockquote:first-child > p)") &&
  !figure.querySelector("blockquote > :not(p), figure, img, table, ul, ol, pre, h2, h3, h4, hr")

export const PullQuote = Node.create({
  name: "pullQuote",
  group: "block",
  content: "quotation caption?",
  isolating: true,
  draggable: true,
  parseHTML: () => [
    {
      tag: "figure.pull-quote",
      getAttrs: (figure) => (isPullQuote(figure) ? null : false),
      priority: 60,
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ["figure", { ...HTMLAttributes, class: "pull-quote" }, 0],
})

/** The name of the site that a link leads to, or "" where it leads to none. */
export const hostOf = (href) => {
  try {
    const { protocol, hostname } = new URL(href)
    return /^https?:$/.test(protocol) ? hostname.replace(/^www\./, "") : ""
  } catch {
    return ""
  }
}

const cardOf = (figure) => {
  const link = figure.querySelector(":scope > p:first-child > a[href]:only-child")
  const href = link?.getAttribute("href")
  const words = figure.querySelector(":scope > figcaption > cite:last-child:first-child")
  if (!words || !hostOf(href) || figure.children.length > 2) return false
  const description = words.parentNode.textContent.slice(0, -words.textContent.length || undefined)
  return { href, title: link.textContent.trim(), description: description.trim() }
}

const cardParts = ({ href, title, description }, link) => [
  ["p", {}, [...link, title]],
  ["figcaption", {}, ...(description ? [`${description} `] : []), ["cite", {}, hostOf(href)]],
]

/** A page of another site, announced by what it is called: nothing is asked of that site. */
export const LinkCard = Node.create({
  name: "linkCard",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () =>
    Object.fromEntries(
      ["href", "title", "description"].map((name) => [name, { default: "", rendered: false }]),
    ),
  parseHTML: () => [{ tag: "figure.link-card", getAttrs: cardOf, priority: 60 }],
  renderHTML: ({ node }) => [
    "figure",
    { class: "link-card" },
    ...cardParts(node.attrs, ["a", { href: node.attrs.href }]),
  ],
  // In the editor its link is no link: a click would leave the page and what was typed.
  addNodeView: () =>
    ({ node }) =>
      pm.model.DOMSerializer.renderSpec(document, [
        "figure",
        { class: "link-card" },
        ...cardParts(node.attrs, ["strong", {}]),
      ]),
  renderText: ({ node }) => wordsOf(node),
})

/** What readers read of a node that has no text of its own. */
export const wordsOf = ({ type, attrs }) =>
  type.name === "linkCard" ? ` ${attrs.title} ${attrs.description} ${hostOf(attrs.href)} ` : " "

// --- Into the text and out of it ---

/**
 * Put `node` at `position`, or as near after it as the text allows: blocks do not stand in
 * paragraphs, and an empty paragraph gives its place away. Where the node begins, or -1.
 */
export const insertBlock = (transaction, node, position) => {
  const at = transaction.doc.resolve(position)
  const { parent, depth } = at
  const { paragraph } = node.type.schema.nodes
  const isEmpty = depth > 0 && parent.type === paragraph && parent.content.size === 0
  const index = isEmpty && at.index(depth - 1)
  let start = -1
  if (isEmpty && at.node(depth - 1).canReplaceWith(index, index + 1, node.type)) {
    start = at.before()
    transaction.replaceWith(start, at.after(), node)
  } else
    for (let level = depth; level >= 0 && start < 0; level--) {
      const place = at.indexAfter(level)
      if (!at.node(level).canReplaceWith(place, place, node.type)) continue
      start = level === depth ? position : at.after(level + 1)
      transaction.insert(start, node)
    }
  // Whoever goes on writing finds a line to write in.
  const end = start + node.nodeSize
  if (start >= 0 && end === transaction.doc.content.size)
    transaction.insert(end, paragraph.create())
  return start
}

/** The nearest node of that name around the selection, or the selected one: `{ node, start }`. */
export const around = ({ selection }, ...names) => {
  if (names.includes(selection.node?.type.name))
    return { node: selection.node, start: selection.from }
  const { $from } = selection
  for (let depth = $from.depth; depth > 0; depth--)
    if (names.includes($from.node(depth).type.name))
      return { node: $from.node(depth), start: $from.before(depth) }
  return null
}

/** From inside a node of that name to the next line after the block that holds it. */
const leave = (editor, name) => {
  const { state } = editor
  const inside = around(state, name)
  if (!inside || !state.selection.empty) return false
  const { tr: transaction } = state
  const end = state.doc.resolve(inside.start).after()
  const next = state.doc.nodeAt(end)
  if (!next?.isTextblock) transaction.insert(end, state.schema.nodes.paragraph.create())
  transaction.setSelection(pm.state.TextSelection.near(transaction.doc.resolve(end + 1)))
  editor.view.dispatch(transaction.scrollIntoView())
  return true
}

export const withLanguage = [
  ...["paragraph", "heading", "blockquote", "codeBlock", "bulletList", "orderedList", "listItem"],
  ...["table", "tableRow", "tableCell", "tableHeader", "caption", "quotation"],
  ...["bold", "italic", "strike", "subscript", "superscript", "link", "cite"],
]
export const optional = (name) => ({
  default: null,
  renderHTML: (attributes) => (attributes[name] ? { [name]: attributes[name] } : {}),
})
