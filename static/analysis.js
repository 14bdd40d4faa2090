// Analysis: a chosen number leads to its claims, a drawing becomes a PNG, and the page prints.
(() => {
  // Who chose a number goes on reading at its claims. Not by autofocus: an address with a # forbids it.
  const arrive = () => { document.querySelector("#claims.analysis-claims h2")?.focus(); };
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "work") arrive(); });
  if (location.hash === "#claims") arrive();

  // A canvas draws the same SVG that one can download; twice as large, so that print is sharp.
  const SHARP = 2;

  async function png(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    const picture = new Image();
    picture.src = `data:image/svg+xml,${encodeURIComponent(await answer.text())}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.naturalWidth * SHARP;
    canvas.height = picture.naturalHeight * SHARP;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/png"); });
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-png]");
    if (!button) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await png(button.dataset.png));
    link.download = button.dataset.file;
    link.click();
    URL.revokeObjectURL(link.href);
  });

  const offer = () => { for (const button of document.querySelectorAll("[data-png]")) button.hidden = false; };
  document.addEventListener("htmx:afterSettle", offer);
  offer();

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
})();
