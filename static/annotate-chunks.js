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

  /* Only what is still in view when the page has moved to its sentence is looked at. */
  const looking = new IntersectionObserver((sights) => {
    for (const { isIntersecting, target } of sights) {
      if (!isIntersecting) continue;
      looking.unobserve(target);
      htmx.trigger(target, "seen");
    }
  });
  const look = () => document.querySelectorAll("#desk .sight").forEach((sight) => looking.observe(sight));
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.querySelector(".sight")) requestAnimationFrame(() => requestAnimationFrame(look));
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
