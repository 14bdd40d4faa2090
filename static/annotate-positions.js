/* The position lists beside the sentence: propositions of the claim, chosen by key or pointer.

   A proposition of another side than the claim's position is said, never mended. */
"use strict";
window.qawl = window.qawl || {};

qawl.positions = (() => {
  const dialog = () => document.getElementById("positions");
  const chips = () => document.getElementById("chosen-positions");
  const boxes = () => [...dialog().querySelectorAll("[name=propositions]")];
  const chosen = () => boxes().filter((box) => box.checked);

  function open() {
    if (!dialog() || !chips()) return;
    warn();
    dialog().showModal();
    (chosen()[0] || boxes().find((box) => fits(box)) || boxes()[0])?.focus();
  }

  /* The sides a position stands for, as the lists name them. */
  function sides() {
    const label = qawl.card.inputs("stance").find((input) => input.checked);
    return label ? (label.dataset.sides ?? "").split(" ").filter(Boolean).sort().join(" ") : null;
  }

  const listOf = (box) => box.closest("[data-sides]");
  const fits = (box) => listOf(box).dataset.sides.split(" ").sort().join(" ") === sides();

  function warn() {
    const place = document.getElementById("positions-warning");
    const off = sides() === null || !qawl.card.matches() ? [] : chosen().filter((box) => !fits(box));
    const words = off.map((box) => chips().dataset.differs.replace("#1", box.value)
      .replace("#2", listOf(box).querySelector("legend bdi").textContent));
    for (const spot of [place, document.getElementById("positions-note")]) {
      spot.textContent = words.join(" ");
      spot.hidden = words.length === 0;
    }
  }

  function list() {
    const template = document.getElementById("chosen-proposition").content.firstElementChild;
    chips().replaceChildren(...chosen().map((box) => {
      const chip = template.cloneNode(true);
      const id = box.parentElement.querySelector(".proposition-id");
      chip.querySelector(".proposition-id").replaceWith(id.cloneNode(true));
      chip.querySelector(".proposition-words").textContent = box.parentElement.dataset.words;
      return chip;
    }));
  }

  function changed() {
    list();
    warn();
  }

  /* After every swap the boxes are those of another claim. */
  function arrive() {
    if (!dialog()) return;
    const ids = chips() ? chips().dataset.chosen.split(" ") : [];
    for (const box of boxes()) box.checked = ids.includes(box.value);
    if (chips()) changed();
  }

  const check = () => { if (dialog() && chips()) warn(); };

  function step(event) {
    const all = boxes();
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    all[all.indexOf(event.target) + by]?.focus();
    event.preventDefault();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-positions]")) open();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "propositions") changed();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("#positions input")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
    else if (event.key === "Enter" || (event.code === "KeyP" && qawl.keys.on())) {
      event.preventDefault();
      event.stopPropagation();
      dialog().close();
    }
  });

  return { arrive, check };
})();
