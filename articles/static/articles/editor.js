/*
 * The editor of a post's body keeps exactly what articles/richtext.py allows, and reads what other
 * programs put on the clipboard. An extension exported here replaces the stock one of its name.
 */
import { Extension, Plugin, pm } from "django-prose-editor/editor"
import {
  Cite,
  Frame,
  LinkCard,
  optional,
  PullQuote,
  Quotation,
  withLanguage,
} from "articles/blocks.js"
import { WordCount } from "articles/count.js"
import { words } from "articles/dialogs.js"
import { Find } from "articles/find.js"
import { LinkCards, PullQuotes } from "articles/links.js"
import { tidyPaste } from "articles/paste.js"
import { Pictures } from "articles/pictures.js"

export {
  Caption,
  Code,
  CodeBlock,
  Figure,
  Heading,
  Image,
  ListItem,
  TableCell,
  TableHeader,
} from "articles/blocks.js"
export { Link } from "articles/links.js"

/** Says in an empty line below a picture or a quote what the line is for. */
const hints = (textarea) =>
  new Plugin({
    props: {
      decorations({ doc }) {
        const { Decoration, DecorationSet } = pm.view
        const found = []
        doc.descendants((node, position, parent) => {
          if (node.type.name !== "caption" || node.content.size) return
          const hint = words(textarea, parent.type.name === "pullQuote" ? "who" : "caption")
          const attributes = { class: "is-empty", "data-placeholder": hint }
          found.push(Decoration.node(position, position + node.nodeSize, attributes))
        })
        return DecorationSet.create(doc, found)
      },
    },
  })

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

  addExtensions: () => [
    ...[Cite, Frame, Quotation, PullQuote, LinkCard],
    ...[Pictures, LinkCards, PullQuotes, Find, WordCount],
  ],

  addProseMirrorPlugins() {
    return [hints(this.editor.options.element.querySelector("textarea"))]
  },

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
