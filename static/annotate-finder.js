/* Finding a speaker: a combobox over everybody in the codebook, by any of their names in any of its languages. */
"use strict";
window.qawl = window.qawl || {};

qawl.finder = (() => {
  const SHOWN = 8;
  const LETTERS = { "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ı": "i", "ـ": "" };

  const input = () => document.getElementById("finder");
  const list = () => document.getElementById("finder-list");
  const options = () => [...list().children];
  const active = () => document.getElementById(input().getAttribute("aria-activedescendant") || "");
  const folded = (text) =>
    text.toLowerCase().replace(/./gsu, (letter) => LETTERS[letter] ?? letter).normalize("NFKD").replace(/\p{M}/gu, "");

  function matches(query) {
    const everybody = [...document.getElementById("actors").content.children];
    const wanted = folded(query.trim());
    const rank = (actor) => {
      const words = actor.dataset.words.split("|").map(folded);
      if (words.includes(wanted)) return 0;
      if (words.some((word) => word.startsWith(wanted))) return 1;
      if (words.some((word) => word.split(/\s+/).some((part) => part.startsWith(wanted)))) return 2;
      return words.some((word) => word.includes(wanted)) ? 3 : 4;
    };
    return everybody
      .map((actor) => [rank(actor), actor])
      .filter(([place]) => place < 4)
      .sort(([one], [other]) => one - other)
      .map(([, actor]) => actor);
  }

  function show() {
    const found = matches(input().value);
    list().replaceChildren(...found.slice(0, SHOWN).map((actor) => actor.cloneNode(true)));
    const count = document.getElementById("finder-count");
    const words = [count.dataset.none, count.dataset.one][found.length] ?? count.dataset.many;
    count.textContent = words.replace("#", found.length);
    qawl.place.say(count.textContent);
    document.getElementById("finder-found").hidden = false;
    input().setAttribute("aria-expanded", "true");
    point(options()[0]);
  }

  function point(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) input().setAttribute("aria-activedescendant", option.id);
    else input().removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function hide() {
    if (!input()) return;
    input().value = "";
    input().setAttribute("aria-expanded", "false");
    input().removeAttribute("aria-activedescendant");
    document.getElementById("finder-found").hidden = true;
    list().replaceChildren();
  }

  function take(option, joins) {
    const box = boxOf(option);
    hide();
    qawl.card.choose(box, joins);
    if (!joins && !qawl.keys.typing(document.activeElement)) qawl.place.focusQuestion();
  }

  /* A speaker without a digit gets a row of their own as soon as they are chosen. */
  function boxOf(option) {
    const answers = input().closest("[data-question]").querySelector(".answers");
    const there = answers.querySelector(`[value="${CSS.escape(option.dataset.id)}"]`);
    if (there) return there;
    const row = document.getElementById("speaker-row").content.firstElementChild.cloneNode(true);
    row.querySelector("input").value = option.dataset.id;
    row.querySelector("bdi").textContent = option.dataset.short;
    answers.append(row);
    return row.querySelector("input");
  }

  function move(by) {
    const all = options();
    if (all.length) point(all[(all.indexOf(active()) + by + all.length) % all.length]);
  }

  function heard(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const open = input().getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown" && !open) show();
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp" && open) move(-1);
    else if (event.key === "Enter" && !event.repeat && open && active()) take(active(), event.shiftKey);
    else if (event.key === "Escape" && open) hide();
    else if (event.key !== "Enter") return;
    event.preventDefault();
  }

  document.addEventListener("input", (event) => {
    if (event.target.id !== "finder") return;
    if (event.target.value.trim()) show();
    else hide();
  });
  // Before the page's own keys: an open list has the first say about Enter and Escape.
  document.addEventListener("keydown", (event) => { if (event.target.id === "finder") heard(event); }, true);
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.("#finder-list [role=option]");
    if (!option) return;
    event.preventDefault(); // the focus stays in the field
    take(option, event.shiftKey);
  });
  document.addEventListener("focusout", (event) => { if (event.target.id === "finder") hide(); });

  return { hide };
})();
