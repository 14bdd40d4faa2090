// Export: copy the command, and say the new count after a filter changed.
(() => {
  const say = (words) => { document.getElementById("say").textContent = words; };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      say(button.dataset.copied);
      button.dataset.done = "";
    } catch {
      // Without https, browsers keep the clipboard to themselves.
      getSelection().selectAllChildren(source);
      say(button.dataset.failed);
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const count = event.target.id === "export" && event.target.querySelector("[data-say]");
    if (count) say(count.textContent.trim());
  });
})();
