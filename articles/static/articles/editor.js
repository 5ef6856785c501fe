import { Extension } from "django-prose-editor/editor"

export const Newsroom = Extension.create({
  name: "newsroom",
  onBeforeCreate({ editor }) {
    editor.options.injectCSS = false
  },
})
