/* Marking words: content, cue and source of the open claim, by key, mouse or touch.

   A piece is a run of whole words, told by the first and the last; "letters" moves its ends inside them. */
"use strict";
window.qawl = window.qawl || {};

qawl.mark = (() => {
  let on = false;
  let asked = false; // the source words of a speaker without a name
  let anchor = 0;
  let head = 0;
  let letters = null; // [start, end] while single letters count
  let waiting = false; // the next tap is the last word
  let back = null;
  let before = []; // states of the fields, to go back to
  let drawnFor = 0;

  const byId = (id) => document.getElementById(id);
  const bar = () => byId("marking");
  const form = () => byId("answers");
  const typed = () => byId("speaker_text");
  const spans = (role) => qawl.marked.spans(role);
  const possible = () => Boolean(byId("words-button")) && Boolean(qawl.words.text());
  const chosen = () => letters || qawl.words.piece(Math.min(anchor, head), Math.max(anchor, head));

  // ---------------------------------------------------------------- beginning and ending

  function begin(at = null, forSpeaker = false) {
    if (!possible()) return;
    if (!on) back = document.activeElement;
    on = true;
    asked = forSpeaker;
    letters = null;
    waiting = false;
    anchor = head = at ?? 0;
    bar().hidden = false;
    bar().querySelector(".marking-ask").hidden = !asked;
    place();
    if (!asked) bar().focus({ preventScroll: true });
    show();
  }

  function end(focus = true) {
    if (!on) return;
    on = false;
    bar().hidden = true;
    before = [];
    redraw();
    if (!focus) return;
    if (back?.isConnected && back.offsetParent && back.closest("#panel")) back.focus({ preventScroll: true });
    else qawl.place.focusQuestion();
    qawl.place.say(bar().dataset.left);
  }

  /* Under the sentence where there is room, else at the foot of the window; it covers, it moves nothing. */
  function place() {
    const forward = qawl.words.forward();
    for (const key of bar().querySelectorAll("[data-arrow]")) {
      key.textContent = (key.dataset.arrow === "1") === (forward === "ArrowLeft") ? "←" : "→";
    }
    bar().classList.remove("pinned");
    const text = qawl.words.text().getBoundingClientRect();
    const pane = byId("text").getBoundingClientRect();
    bar().style.top = `${text.bottom - pane.top + byId("text").scrollTop + 12}px`;
    const shown = bar().getBoundingClientRect();
    const floor = getComputedStyle(byId("text")).overflowY === "auto" ? pane.bottom : innerHeight;
    bar().classList.toggle("pinned", shown.bottom > floor);
  }

  // ---------------------------------------------------------------- moving

  function show() {
    for (const keys of bar().querySelectorAll(".marking-keys")) keys.hidden = keys.matches(".for-letters") !== Boolean(letters);
    bar().querySelector("[data-letters]").setAttribute("aria-pressed", String(Boolean(letters)));
    qawl.words.choose(chosen());
    qawl.place.say(qawl.words.slice(...chosen()));
  }

  function go(to, extends_) {
    head = Math.max(0, Math.min(qawl.words.all().length - 1, to));
    if (!extends_) anchor = head;
    waiting = false;
    show();
  }

  /* The word on the line above or below that stands nearest. */
  function line(by) {
    const middle = (box) => (box.left + box.right) / 2;
    const boxes = qawl.words.all().map((word) => [...word.getClientRects()].at(by > 0 ? -1 : 0));
    const here = boxes[head];
    const beyond = (box) => (by > 0 ? box.top > here.top + here.height / 2 : box.bottom < here.bottom - here.height / 2);
    const rows = boxes.filter(beyond).map((box) => box.top);
    const row = by > 0 ? Math.min(...rows) : Math.max(...rows);
    const near = boxes.map((box, n) => [Math.abs(box.top - row) < here.height / 2 ? Math.abs(middle(box) - middle(here)) : Infinity, n]);
    return rows.length ? near.sort(([a], [b]) => a - b)[0][1] : head;
  }

  /* In letters the arrows move where the piece begins, with Shift where it ends. */
  function narrow(by, atEnd) {
    const [start, last] = letters;
    const [first, final] = [bounds(Math.min(anchor, head)).from, bounds(Math.max(anchor, head)).to];
    const cuts = qawl.words.cuts().filter((at) => at >= first && at <= final);
    const next = (at) => (by > 0 ? cuts.find((cut) => cut > at) : cuts.findLast((cut) => cut < at)) ?? at;
    const moved = atEnd ? [start, next(last)] : [next(start), last];
    if (moved[0] < moved[1]) letters = moved;
    show();
  }

  const bounds = (n) => qawl.words.bounds(qawl.words.all()[n]);

  function toggleLetters() {
    letters = letters ? null : chosen();
    show();
  }

  // ---------------------------------------------------------------- storing

  function store(role) {
    if (!qawl.marked.field(role)) return;
    before.push(qawl.marked.state());
    const piece = chosen();
    const old = spans(role);
    const inside = old.find(([start, end]) => start <= piece[0] && piece[1] <= end);
    const same = inside && inside[0] === piece[0] && inside[1] === piece[1];
    if (inside && (same || !letters)) {
      put(role, old.filter((span) => span !== inside));
      qawl.place.say(`${bar().dataset.removed}: ${qawl.words.slice(...inside)}`);
      return;
    }
    if (letters && piece.some(qawl.words.cutsWord)) form().elements.letters.value = "1";
    put(role, qawl.marked.joined(piece, inside ? old.filter((span) => span !== inside) : old));
    qawl.place.say(`${bar().querySelector(`[data-role=${role}]`).dataset.word}: ${qawl.words.slice(...piece)}`);
    letters = null;
    waiting = false;
    if (asked && role === "source") finish();
  }

  /* The source words were all that was asked for: on to the next question. */
  function finish() {
    end(false);
    qawl.place.focusQuestion();
  }

  function put(role, list) {
    qawl.marked.put(role, list);
    redraw();
    if (on) show();
  }

  function undo() {
    const last = before.pop();
    if (!last) return;
    qawl.marked.restore(last);
    redraw();
    show();
    qawl.place.say(bar().dataset.undone);
  }

  // ---------------------------------------------------------------- drawing

  function redraw() {
    if (!qawl.words.text()) return;
    qawl.words.draw(qawl.marked.all(), on ? chosen() : null);
    qawl.marked.list((role, rest) => {
      put(role, rest);
      byId("words-button").focus();
    });
  }

  // ---------------------------------------------------------------- keys

  const DIGITS = /^(?:Digit|Numpad)([1-4])$/;

  function heard(event) {
    if (!on || event.isComposing || document.querySelector("dialog[open]")) return;
    const inText = event.target === typed();
    if (inText && (typed().value || !event.key.startsWith("Arrow"))) {
      if (event.key.length === 1 || ["Enter", "Escape"].includes(event.key)) end(false);
      return;
    }
    if (!inText && !bar().contains(event.target)) return;
    if (event.key === "Tab" || (event.target.matches("button") && ["Enter", " "].includes(event.key))) return;
    const undoing = event.code === "KeyZ" && !event.altKey;
    if ((event.ctrlKey || event.metaKey || event.altKey) && !undoing) return;
    if (inText) bar().focus({ preventScroll: true });
    if (event.key === "Enter") {
      if (asked && !event.repeat) take(event, () => store("source"));
      else if (!event.repeat) leaveAndSave();
      return;
    }
    take(event, () => act(event, undoing));
  }

  function take(event, action) {
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /* Enter saves, here as everywhere; the key goes on to the card. */
  function leaveAndSave() {
    end(false);
    qawl.place.focusQuestion();
  }

  function act(event, undoing) {
    const { key, code, shiftKey, repeat } = event;
    const ahead = key === qawl.words.forward() ? 1 : -1;
    const last = qawl.words.all().length - 1;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      if (letters) narrow(ahead, shiftKey);
      else go(head + ahead, shiftKey);
    } else if (letters && key !== "Escape" && !DIGITS.test(code)) return;
    else if (key === "ArrowDown" || key === "ArrowUp") go(line(key === "ArrowDown" ? 1 : -1), shiftKey);
    else if (key === "Home" || key === "End") go(key === "Home" ? 0 : last, shiftKey);
    else if (repeat) return;
    else if (key === "Escape" || (code === "KeyV" && qawl.keys.on())) end();
    else if (undoing && (event.ctrlKey || event.metaKey || qawl.keys.on())) undo();
    else if (DIGITS.test(code) && qawl.keys.on()) bar().querySelector(`[data-digit="${DIGITS.exec(code)[1]}"]`)?.click();
  }

  // ---------------------------------------------------------------- the pointer

  function tapped(event) {
    const word = event.target.closest?.(".unit.focus .word");
    if (!word || !possible()) return;
    if (!on && getSelection().toString()) return;
    const n = qawl.words.all().indexOf(word);
    if (letters) return tapLetter(event);
    if (!on) begin(n);
    else if (waiting || event.shiftKey) {
      go(n, true);
      return;
    } else go(n, false);
    waiting = true;
    if (asked) bar().focus({ preventScroll: true });
  }

  /* In letters a tap moves the nearer end of the piece. */
  function tapLetter(event) {
    const at = qawl.words.letterAt(event.clientX, event.clientY);
    if (at === null) return;
    const cuts = qawl.words.cuts();
    const from = cuts.findLast((cut) => cut <= at);
    const to = cuts.find((cut) => cut > at);
    const [start, last] = letters;
    letters = Math.abs(from - start) <= Math.abs(last - to) ? [Math.min(from, last - 1), last] : [start, Math.max(to, start + 1)];
    show();
  }

  document.addEventListener("keydown", heard, true);
  document.addEventListener("click", (event) => {
    const { target } = event;
    if (!target.closest) return;
    if (target.closest("#words-button")) begin();
    else if (target.closest("[data-end-marking]")) end();
    else if (on && target.closest("[data-letters]")) toggleLetters();
    else if (on && target.closest("[data-role]")) store(target.closest("[data-role]").dataset.role);
    else tapped(event);
    if (on && !asked && target.closest("#marking button")) bar().focus({ preventScroll: true });
  });
  document.addEventListener("mousedown", (event) => {
    if (on && event.target.closest?.(".unit.focus .unit-text, #marking")) event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    if (!on || bar().contains(event.target) || (asked && event.target === typed())) return;
    if (event.target.closest?.(".unit.focus")) bar().focus({ preventScroll: true });
    else end(false);
  });

  // Letters stand elsewhere in a wider window, a bigger type, a font that came late.
  const again = () => {
    cancelAnimationFrame(drawnFor);
    drawnFor = requestAnimationFrame(() => { if (byId("desk")) { redraw(); if (on) place(); } });
  };
  const watch = new ResizeObserver(again);
  document.fonts.addEventListener("loadingdone", again);

  /* After every swap: another sentence, another card. */
  function arrive() {
    on = false;
    before = [];
    if (bar()) bar().hidden = true;
    watch.disconnect();
    if (qawl.words.text()) watch.observe(qawl.words.text());
    redraw();
  }

  /* A speaker without a name is asked for in the text itself, while the words can still be typed. */
  function ask() {
    if (possible() && qawl.marked.field("source") && !on) begin(null, true);
  }

  /* Words marked before are taken. */
  function fill() {
    if (spans("source").length) qawl.marked.follow(null);
    return Boolean(typed()?.value);
  }

  return { arrive, ask, fill };
})();
