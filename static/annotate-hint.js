/* The hint goes away with its button, or with Escape in it; the work goes on at the question. */
"use strict";
(() => {
  document.addEventListener("keydown", (event) => {
    const hint = event.target.closest?.("#hint");
    if (!hint || event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    hint.querySelector("button").click();
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    // The form has left the page by now, so the event comes from elsewhere.
    if (event.detail.requestConfig.elt.id === "hint-away" && event.detail.successful) qawl.place.focusQuestion();
  });
})();
