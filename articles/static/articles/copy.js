/* A button that copies the text of an input: shown only where it can. */
for (const button of document.querySelectorAll("[data-copy]")) {
  const input = document.getElementById(button.dataset.copy)
  if (!navigator.clipboard) continue
  button.hidden = false
  button.addEventListener("click", async () => {
    input.select()
    await navigator.clipboard.writeText(input.value)
    document.getElementById(button.getAttribute("aria-describedby")).textContent = button.dataset.done
  })
}
