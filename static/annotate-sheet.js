/* On a small screen the card asks one question at a time: its steps go back, choosing goes on. */
"use strict";
window.qawl = window.qawl || {};

qawl.sheet = (() => {
  const small = matchMedia("(max-width: 43.75rem)"); // as in annotate-sheet.css
  const tall = matchMedia("(min-height: 30.01rem)");

  const form = () => qawl.card.form();
  const steps = () => [...form().querySelectorAll("[data-step]")];
  const question = (field) => form().querySelector(`[data-question="${field}"]`);

  /* The question that holds an answer comes to the front; on a wide screen all of them stand there anyway. */
  function show(field) {
    if (!question(field)) return;
    for (const step of steps()) {
      const asked = step.dataset.step === field;
      question(step.dataset.step).classList.toggle("asked", asked);
      if (asked) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    if (small.matches) question(field).scrollIntoView({ block: "nearest" });
    if (small.matches && tall.matches) qawl.place.showInView(); // the sheet has another height now
  }

  function showHolding(control) {
    const group = control.closest("[data-question]");
    if (group) show(group.dataset.question);
  }

  /* After an answer: the next question that has none. What this answer asks for itself comes first. */
  function goOn(input) {
    if (!small.matches || !input.checked || !form()?.contains(input)) return;
    const missing = qawl.card.missing();
    const own = input.closest("[data-question]");
    if (!missing.length || missing.some((field) => own.querySelector(`[data-asks="${field}"]`))) return;
    qawl.place.focusQuestion();
  }

  /* What was answered, in the words of the answers. */
  function refresh() {
    if (!form().querySelector(".asked")) show(qawl.card.missing()[0] || steps()[0]?.dataset.step);
    for (const step of steps()) {
      const chosen = [...question(step.dataset.step).querySelectorAll(".answers input:checked")];
      const place = step.querySelector(".step-answer");
      const words = chosen.map((input) => input.closest(".answer").querySelector("bdi").textContent);
      place.textContent = words.join(", ") || place.dataset.choose;
      step.classList.toggle("answered", words.length > 0);
    }
  }

  document.addEventListener("click", (event) => {
    const { target, detail } = event;
    const step = target.closest?.("[data-step]");
    if (step) {
      show(step.dataset.step);
      const answers = question(step.dataset.step).querySelector(".answers");
      (answers.querySelector("input:checked") || answers.querySelector("input")).focus({ preventScroll: true });
    }
    // Only a pointer goes on by itself: the arrow keys still have to pass from answer to answer. The answer
    // counts once its click is over.
    if (detail > 0 && target.matches?.(".question .answers input")) setTimeout(goOn, 0, target);
  });

  // Where the software keyboard lies over the page instead of shortening it, the page shortens itself.
  function makeRoom() {
    const { height, offsetTop, scale } = visualViewport;
    const covered = scale === 1 ? Math.max(0, innerHeight - height - offsetTop) : 0;
    document.documentElement.style.setProperty("--covered", `${Math.round(covered)}px`);
  }
  visualViewport?.addEventListener("resize", makeRoom);

  return { goOn, refresh, show, showHolding };
})();
