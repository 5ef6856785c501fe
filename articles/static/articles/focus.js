/*
 * A click on a picture sets its middle of interest. The picture stands in an element whose
 * data-focal names the two inputs of the same form, “x y”, which hold percents and work without
 * this. It listens on the document, so that what comes later, such as a dialog, works as well.
 */
{
  const inputs = (frame) =>
    frame.dataset.focal.split(" ").map((name) => frame.closest("form")?.elements[name])

  const show = (frame) => {
    const [x, y] = inputs(frame)
    const mark = frame.querySelector(".focus-mark")
    if (!x || !y || !mark) return
    mark.style.left = `${x.value}%`
    mark.style.top = `${y.value}%`
    mark.hidden = !x.validity.valid || !y.validity.valid || x.value === "" || y.value === ""
  }

  document.addEventListener("click", (event) => {
    const frame = event.target.closest?.("[data-focal]")
    const picture = frame?.querySelector("img")
    const fields = frame ? inputs(frame) : []
    if (!picture || !fields[0] || !fields[1]) return
    const box = picture.getBoundingClientRect()
    const percents = [
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
    ].map((part) => Math.round(Math.min(1, Math.max(0, part)) * 100))
    fields.forEach((field, number) => {
      field.value = percents[number]
      field.dispatchEvent(new Event("input", { bubbles: true }))
    })
  })

  document.addEventListener("input", (event) => {
    for (const frame of event.target.form?.querySelectorAll("[data-focal]") ?? []) show(frame)
  })

  const begin = () => {
    for (const frame of document.querySelectorAll("[data-focal]")) {
      if (!inputs(frame)[0]) continue
      show(frame)
      for (const help of frame.closest("form").querySelectorAll(".focus-help")) help.hidden = false
    }
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin)
  else begin()
}
