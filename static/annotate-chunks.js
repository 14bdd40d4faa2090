/* Long documents: what of the text is on the page, and what comes when it is scrolled to. */
"use strict";

(() => {
  const units = () => document.getElementById("units");

  /* The server sends the text anew where the page lacks the next sentence or shows an older text. */
  document.addEventListener("htmx:configRequest", (event) => {
    if (!units()) return;
    const here = [...units().querySelectorAll("[data-chunk]")].map((chunk) => chunk.dataset.chunk);
    event.detail.headers["X-Text"] = [units().dataset.version, ...here].join(" ");
  });

  /* A chunk comes once. What came too late, or is something else, changes nothing: its link stays. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig, xhr } = event.detail;
    if (!requestConfig?.elt?.matches?.(".sight")) return;
    const wanted = target.isConnected && !target.dataset.chunk && xhr.responseText.includes(`id="${target.id}"`);
    event.detail.shouldSwap = xhr.status === 200 && Boolean(wanted);
    event.detail.isError = false;
  });
})();
