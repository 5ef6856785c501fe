/* What other programs put on the clipboard, as HTML that says the same without styles. */
import { KINDS, ownPicture } from "articles/blocks.js"

const BLOCKS = "p, h1, h2, h3, h4, h5, h6, div, section, article, blockquote, li, ul, ol, figure"

/** Clipboard HTML of other programs, as HTML that says the same with elements instead of styles. */
export const tidyPaste = (html, media) => {
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
    for (const name of ["id", "data-style"]) element.removeAttribute(name)
    if (!element.matches(KINDS)) element.removeAttribute("class")
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
