/*
 * The editor of a post's body keeps exactly what articles/richtext.py allows, and reads what other
 * programs put on the clipboard. An extension exported here replaces the stock one of its name.
 */
import {
  CodeBlock as StockCodeBlock,
  Caption as StockCaption,
  Code as StockCode,
  Extension,
  Figure as StockFigure,
  Heading as StockHeading,
  Image as StockImage,
  ListItem as StockListItem,
  Mark,
  Node,
  TableCell as StockTableCell,
  TableHeader as StockTableHeader,
} from "django-prose-editor/editor"

// --- What a body may hold beyond the stock extensions ---

const Cite = Mark.create({
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
const ownPicture = (src, media) => {
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
const Frame = Node.create({
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
})

const withLanguage = [
  ...["paragraph", "heading", "blockquote", "codeBlock", "bulletList", "orderedList", "listItem"],
  ...["table", "tableRow", "tableCell", "tableHeader", "caption"],
  ...["bold", "italic", "strike", "subscript", "superscript", "link", "cite"],
]
const optional = (name) => ({
  default: null,
  renderHTML: (attributes) => (attributes[name] ? { [name]: attributes[name] } : {}),
})

// --- Pasting ---

const BLOCKS = "p, h1, h2, h3, h4, h5, h6, div, section, article, blockquote, li, ul, ol, figure"

/** Clipboard HTML of other programs, as HTML that says the same with elements instead of styles. */
const tidyPaste = (html, media) => {
  // The policy discards styles before anyone could read them, so the attribute changes its name.
  // With event handlers it would complain.
  const readable = html.replace(/<[a-z][^>]*>/gi, (tag) =>
    tag.replace(/\s(style|on[a-z]+)\s*=/gi, " data-$1="),
  )
  const { body } = new DOMParser().parseFromString(
    readable.replace(/<style[\s\S]*?<\/style>/gi, ""),
    "text/html",
  )
  const all = (selector) => [...body.querySelectorAll(selector)]
  const style = (element) => element.dataset.style ?? ""
  const unwrap = (element) => element.replaceWith(...element.childNodes)
  const fromWord = /class=["']?Mso|urn:schemas-microsoft-com/i.test(html)

  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_COMMENT)
  const comments = []
  while (texts.nextNode()) {
    if (texts.currentNode.nodeType === 8) comments.push(texts.currentNode)
    else texts.currentNode.data = texts.currentNode.data.replaceAll("\u00a0", " ")
  }
  comments.forEach((comment) => comment.remove())
  all("script, xml, title, meta, link, colgroup").forEach((element) => element.remove())

  wordLists(body)
  all("*")
    .filter((element) => element.localName.includes(":"))
    .forEach(unwrap)

  for (const element of all("b, strong, i, em")) {
    const upright = element.matches("b, strong")
      ? /font-weight:\s*(normal|[1-4]00)/i
      : /font-style:\s*normal/i
    if (upright.test(style(element))) unwrap(element)
  }
  for (const element of all("span[data-style], font[data-style]")) {
    const says = (pattern) => pattern.test(style(element))
    const names = [
      says(/font-weight:\s*(bold|[6-9]00)/i) && !element.closest("h1,h2,h3,h4,h5,h6") && "strong",
      says(/font-style:\s*italic/i) && "em",
      says(/text-decoration[a-z-]*:[^;]*line-through/i) && "s",
      says(/vertical-align:\s*super/i) && "sup",
      says(/vertical-align:\s*sub/i) && "sub",
    ]
    for (const name of names.filter(Boolean)) {
      const inner = document.createElement(name)
      inner.append(...element.childNodes)
      element.append(inner)
    }
  }

  for (const picture of all("img")) {
    if (ownPicture(picture.getAttribute("src"), media)) continue
    const figure = picture.closest("figure")
    picture.remove()
    // A caption says nothing without its picture.
    if (!figure?.querySelector("img, table, blockquote, pre, p")) figure?.remove()
  }

  // Google Docs puts a nested list beside the item that it belongs to.
  for (const list of all(":is(ul, ol) > :is(ul, ol)")) list.previousElementSibling?.append(list)
  const isBlock = (element) => element?.matches(BLOCKS)
  for (const line of all("br"))
    if (isBlock(line.previousElementSibling) || line.matches(".Apple-interchange-newline"))
      line.remove()
  for (const block of all(BLOCKS).reverse())
    if (!block.textContent.trim() && !block.querySelector("img, table, hr")) block.remove()

  const direction = document.dir || "ltr"
  for (const element of all("*")) {
    if (element.dir === direction) element.removeAttribute("dir")
    if (fromWord) element.removeAttribute("lang")
    for (const name of ["class", "id", "data-style"]) element.removeAttribute(name)
  }
  return body.innerHTML
}

/** Word writes lists as paragraphs: what they are is said in a style, the bullet is text. */
const wordLists = (body) => {
  let open = []
  for (const paragraph of [...body.querySelectorAll("[data-style*='mso-list:' i]")]) {
    const level = paragraph.dataset.style.match(/mso-list:\s*l\d+\s+level(\d+)/i)
    if (!level || !paragraph.isConnected) continue
    const bullet = [...paragraph.querySelectorAll("[data-style]")].find((element) =>
      /mso-list:\s*ignore/i.test(element.dataset.style),
    )
    const marker = bullet?.textContent.trim().match(/^\(?(?:(\d+)|([ivx]+)|([a-z]))[.)]/i)
    bullet?.remove()

    if (paragraph.previousElementSibling !== open[0]) open = []
    const depth = Math.min(Number(level[1]), open.length + 1)
    open.length = Math.min(open.length, depth)
    if (open.length === depth && (open[depth - 1].localName === "ol") !== Boolean(marker)) open.pop()
    if (open.length < depth) {
      const list = document.createElement(marker ? "ol" : "ul")
      if (marker?.[1] > 1) list.setAttribute("start", marker[1])
      const letter = (marker?.[2] && "i") || (marker?.[3] && "a")
      if (letter)
        list.setAttribute("type", /[A-Z]/.test(marker[0]) ? letter.toUpperCase() : letter)
      if (depth > 1) open[depth - 2].lastElementChild.append(list)
      else paragraph.before(list)
      open.push(list)
    }
    const item = document.createElement("li")
    item.append(...paragraph.childNodes)
    open[depth - 1].append(item)
    paragraph.remove()
  }
}

// --- What the page around needs ---

/** The names that the hidden textarea has, for the element that takes its place. */
const accessibility = (textarea) => {
  const attributes = { "aria-multiline": "true" }
  const label = textarea.labels[0]
  if (label) {
    label.id ||= `${textarea.id}_label`
    attributes["aria-labelledby"] = label.id
  }
  for (const name of ["aria-describedby", "aria-invalid"])
    if (textarea.hasAttribute(name)) attributes[name] = textarea.getAttribute(name)
  return attributes
}

export const Newsroom = Extension.create({
  name: "newsroom",

  addExtensions: () => [Cite, Frame],

  addGlobalAttributes: () => [
    { types: withLanguage, attributes: { lang: optional("lang"), dir: optional("dir") } },
  ],

  transformPastedHTML(html) {
    const { extensions } = this.editor.extensionManager
    return tidyPaste(html, extensions.find(({ name }) => name === "image").options.media)
  },

  onBeforeCreate({ editor }) {
    // The policy refuses the style element; editor.css has its rules.
    editor.options.injectCSS = false
    editor.options.editorProps = {
      ...editor.options.editorProps,
      attributes: accessibility(editor.options.element.querySelector("textarea")),
      transformPastedText: (text) => text.replaceAll("\u00a0", " "),
    }
  },

  onCreate({ editor }) {
    const label = editor.options.element.querySelector("textarea").labels[0]
    label?.addEventListener("click", () => editor.commands.focus())
  },
})
