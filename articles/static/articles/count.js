/* How many words there are, and how long reading them takes: as Article.word_count counts. */
import { Extension } from "django-prose-editor/editor"
import { wordsOf } from "articles/blocks.js"
import { part } from "articles/dialogs.js"

/** The text of a document as the server sees it: one line, a space between blocks. */
const textOf = (doc) => doc.textBetween(0, doc.content.size, " ", wordsOf)

export const WordCount = Extension.create({
  name: "wordCount",

  addStorage: () => ({ timer: 0 }),

  onCreate({ editor }) {
    const { element } = editor.options
    const line = part(element.querySelector("textarea"), "count")
    if (!line) return
    const { pattern, minute, limit } = line.dataset
    const word = new RegExp(pattern, "g")
    const [count, minutes] = line.querySelectorAll("span")
    const show = () => {
      const text = textOf(editor.state.doc).trim().replace(/\s+/g, " ")
      const found = text.slice(0, Number(limit)).match(word)?.length ?? 0
      count.textContent = found.toLocaleString(document.documentElement.lang || undefined)
      minutes.textContent = Math.max(1, Math.round(found / Number(minute)))
    }
    this.storage.update = () => {
      // A long text is not counted at every key.
      clearTimeout(this.storage.timer)
      this.storage.timer = setTimeout(show, 200)
    }
    element.append(line)
    show()
  },

  onUpdate() {
    this.storage.update?.()
  },

  onDestroy() {
    clearTimeout(this.storage.timer)
  },
})
