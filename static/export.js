// Export: copy the command, say the new count after a filter changed, show how far a file is.
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

  // Without this script, and for files that should not pass through memory, the browser downloads by itself.
  const LARGEST = 200e6;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-fetch]");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || Number(link.dataset.bytes) > LARGEST) return;
    event.preventDefault();
    if (!link.dataset.busy) download(link, document.querySelector(".export-progress"));
  });

  async function download(link, shown) {
    const stop = new AbortController();
    const bar = shown.querySelector("progress");
    const words = shown.querySelector(".export-so-far");
    const expected = Number(link.dataset.bytes);
    const pieces = [];
    let size = 0;
    const tell = (sentence) => { words.textContent = sentence; say(sentence); };
    link.dataset.busy = "";
    link.setAttribute("aria-disabled", "true");
    shown.querySelector(".export-stop").onclick = () => stop.abort();
    shown.querySelector(".export-stop").hidden = false;
    words.textContent = "";
    bar.removeAttribute("value");
    shown.hidden = false;
    try {
      const answer = await fetch(link.href, { signal: stop.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) {
        location.assign(link.href); // the page says why
        return;
      }
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        pieces.push(value);
        size += value.length;
        // The size is a guess from the first records: full means complete, and nothing before does.
        if (expected) bar.value = Math.min(99, (100 * size) / expected);
        words.textContent = shown.dataset.soFar.replace("{mb}", (size / 1e6).toFixed(1));
      }
      save(new Blob(pieces, { type: answer.headers.get("Content-Type") }), link.download);
      bar.value = 100;
      tell(shown.dataset.done);
    } catch (error) {
      bar.value = 0;
      tell(error.name === "AbortError" ? shown.dataset.stopped : shown.dataset.failed);
    } finally {
      shown.querySelector(".export-stop").hidden = true;
      delete link.dataset.busy;
      link.removeAttribute("aria-disabled");
    }
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.setAttribute("hx-boost", "false");
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
})();
