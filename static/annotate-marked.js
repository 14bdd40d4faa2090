/* The words marked in the open claim: hidden fields of the card, which the server checks. */
"use strict";
window.qawl = window.qawl || {};

qawl.marked = (() => {
  const ROLES = ["source", "cue", "content"];

  const byId = (id) => document.getElementById(id);
  const form = () => byId("answers");
  const field = (role) => form()?.querySelector(`[name=${role}_spans]`);
  const typed = () => byId("speaker_text");

  function spans(role) {
    try {
      return JSON.parse(field(role)?.value || "[]");
    } catch {
      return [];
    }
  }

  const state = () => ({ text: typed()?.value, letters: form().elements.letters.value, ...Object.fromEntries(ROLES.map((role) => [role, field(role)?.value])) });

  function restore(last) {
    for (const role of ROLES) if (field(role)) field(role).value = last[role];
    if (typed()) typed().value = last.text;
    form().elements.letters.value = last.letters;
    typed()?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function put(role, list) {
    const words = role === "source" ? qawl.words.quoted(spans(role)) : null;
    field(role).value = JSON.stringify(list);
    if (role === "source") follow(words);
  }

  /* A piece that touches another of its kind becomes one with it. */
  function joined(piece, others) {
    let [start, end] = piece;
    const touches = ([from, to]) => from <= end && to >= start || !qawl.words.slice(Math.min(to, end), Math.max(from, start)).trim();
    const apart = others.filter((span) => !touches(span));
    for (const span of others.filter(touches)) [start, end] = [Math.min(start, span[0]), Math.max(end, span[1])];
    return [...apart, [start, end]].sort(([a], [b]) => a - b);
  }

  /* The words typed for a speaker follow the marks they came from; where they are asked for, marks give them. */
  function follow(old) {
    const input = typed();
    if (!input) return;
    const place = input.closest("[data-asks]");
    if (input.value === old || (!input.value && qawl.card.asks("speaker_text"))) input.value = qawl.words.quoted(spans("source"));
    if (!place.hidden || input.value) input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* Those of the claims saved before and of the open one, as they are drawn. */
  function all() {
    const marks = [];
    if (!form() || !byId("words-button")) return marks;
    for (const claim of JSON.parse(form().dataset.marked)) {
      for (const role of ROLES) if (claim[role]?.length) marks.push({ role, spans: claim[role], n: claim.n, finished: true });
    }
    for (const role of ROLES) {
      const button = byId("marking").querySelector(`[data-role=${role}]`);
      if (field(role)) marks.push({ role, spans: spans(role), n: form().dataset.n, word: button.dataset.word });
    }
    return marks;
  }

  /* The card tells them again, each with a way to take it off. */
  function list(take) {
    const place = byId("marked-words");
    if (!place) return;
    const row = byId("marked-word").content.firstElementChild;
    const rows = ["cue", "source", "content"].flatMap((role) => spans(role).map((span) => {
      const item = row.cloneNode(true);
      const word = byId("marking").querySelector(`[data-role=${role}]`).dataset.word;
      item.className = role;
      item.querySelector(".role-name").textContent = word;
      item.querySelector(".marked-text").textContent = qawl.words.slice(...span);
      const remove = item.querySelector("button");
      remove.setAttribute("aria-label", `${remove.getAttribute("aria-label")}: ${word} ${qawl.words.slice(...span)}`);
      remove.addEventListener("click", () => {
        take(role, spans(role).filter((other) => other.join() !== span.join()));
      });
      return item;
    }));
    place.replaceChildren(...rows);
  }

  return { all, field, follow, joined, list, put, restore, spans, state, typed };
})();
