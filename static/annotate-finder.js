/* Finding a speaker: a combobox over everybody in the project, by any of their names in any language.

   How names fold is the server's to say: its tables come with the list. Whoever is not there can be added. */
"use strict";
window.qawl = window.qawl || {};

qawl.finder = (() => {
  const SHOWN = 8;
  const DOTS_OFF = "qawl-dots-off";
  const SHORTEST = 2; // letters that are left of a word without what is written onto it

  let known = {};
  let adding = false;

  const input = () => document.getElementById("finder");
  const list = () => document.getElementById("finder-list");
  const options = () => [...list().children];
  const active = () => document.getElementById(input().getAttribute("aria-activedescendant") || "");
  const everybody = () => document.getElementById("actors");

  function table() {
    const written = everybody().dataset.letters;
    if (written !== known.written) known = { written, letters: JSON.parse(written) };
    return known.letters;
  }

  function folded(text) {
    const letters = table();
    const plain = text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "").toLowerCase();
    return [...plain].map((letter) => letters[letter] ?? letter).join("").trim().replace(/\s+/gu, " ");
  }

  /* The folded text, then what is left of it without "and", "with", "to" and the article. */
  function spellings(text) {
    const plain = folded(text);
    const before = everybody().dataset.before.split(" ").filter((letters) => plain.startsWith(letters));
    return [plain, ...before.map((letters) => plain.slice(letters.length)).filter((rest) => rest.length >= SHORTEST)];
  }

  function place(words, wanted) {
    if (words.includes(wanted)) return 0;
    if (words.some((word) => word.startsWith(wanted))) return 1;
    const parts = words.flatMap((word) => word.split(" ")).flatMap(spellings);
    if (parts.some((part) => part.startsWith(wanted))) return 2;
    return words.some((word) => word.includes(wanted)) ? 3 : 4;
  }

  function matches(query) {
    const wanted = spellings(query);
    const rank = (actor) => {
      const words = actor.dataset.words.split("|").map(folded);
      return Math.min(...wanted.map((one, n) => place(words, one) + (n ? 0.5 : 0)));
    };
    return [...everybody().content.children]
      .map((actor) => [rank(actor), actor])
      .filter(([near]) => near < 4)
      .sort(([one], [other]) => one - other);
  }

  function show() {
    const ranked = matches(input().value);
    const found = ranked.map(([, actor]) => actor);
    const shown = found.slice(0, SHOWN).map((actor) => actor.cloneNode(true));
    list().replaceChildren(...shown, ...(ranked[0]?.[0] === 0 ? [] : [offer(input().value.trim())]));
    const count = document.getElementById("finder-count");
    const words = found.length ? qawl.form(count.dataset.found, found.length) : count.dataset.none;
    count.textContent = words;
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

  /* The last option: nobody has just this name yet. */
  function offer(name) {
    const option = document.createElement("li");
    const called = document.createElement("bdi");
    const words = document.createElement("span");
    const [before, after] = document.getElementById("finder-found").dataset.add.split("#");
    called.textContent = name;
    words.append(before, called, after);
    option.append(words);
    option.id = "finder-add";
    option.dataset.add = name;
    option.setAttribute("role", "option");
    return option;
  }

  async function add(name, joins) {
    const found = document.getElementById("finder-found");
    adding = true;
    qawl.keys.wait(); // what is typed meanwhile is meant for the card with the new speaker
    const sent = { method: "POST", body: new URLSearchParams({ name }), headers: { "HX-Request": "true" } };
    const answer = await fetch(found.dataset.address, sent).catch(() => null);
    const page = new DOMParser().parseFromString(answer ? await answer.text() : "", "text/html");
    const row = page.querySelector("li[data-id]");
    adding = false;
    if (!input()) return void qawl.keys.drop();
    if (!row) {
      qawl.keys.drop();
      refuse(page.querySelector(".problem p")?.textContent || found.dataset.failed);
      return;
    }
    if (!everybody().content.querySelector(`#${CSS.escape(row.id)}`)) everybody().content.append(row.cloneNode(true));
    take(row, joins);
    qawl.keys.goOn();
  }

  /* The list stays open with what was typed, to be tried again. */
  function refuse(words) {
    document.getElementById("finder-count").textContent = words;
    qawl.place.say(words);
  }

  function take(option, joins) {
    if (option.dataset.add) return void add(option.dataset.add, joins);
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
    if (adding || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
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
  // Whoever was added since, by anybody, comes with the next sentence.
  document.addEventListener("htmx:configRequest", (event) => {
    if (everybody()) event.detail.headers["X-Speakers"] = everybody().dataset.version;
  });

  // ---------------------------------------------------------------- the dots on speakers named in the sentence

  function showDots() {
    const off = localStorage.getItem(DOTS_OFF) !== null;
    document.documentElement.dataset.dots = off ? "off" : "on";
    const toggle = document.getElementById("speaker-dots");
    if (toggle) toggle.checked = !off;
  }

  document.addEventListener("htmx:load", showDots);
  document.addEventListener("change", (event) => {
    if (event.target.id !== "speaker-dots") return;
    if (event.target.checked) localStorage.removeItem(DOTS_OFF);
    else localStorage.setItem(DOTS_OFF, "1");
    showDots();
  });
  showDots();

  return { boxOf, folded, hide };
})();
