/* The annotate page as it moves: what is in view, what has the focus, what is said, whether it is saved. */
"use strict";
window.qawl = window.qawl || {};

qawl.place = (() => {
  const SLOW = 300; // ms after which saving is shown
  const IDLE = 60_000; // ms without a key or a movement: not working
  let slow = 0;
  let leaving = false;
  let active = 0;
  let lastSign = 0;

  const desk = () => document.getElementById("desk");
  const byId = (id) => document.getElementById(id);

  // ---------------------------------------------------------------- arriving at a sentence

  function begin() {
    show();
    // The browser's own autofocus, which serves readers without a script, comes first and would complain.
    requestAnimationFrame(() => { if (document.activeElement.matches("body, #work, .unit")) focusQuestion(); });
  }

  function arrive() {
    if (!desk()) return;
    show();
    focusQuestion();
  }

  function show() {
    for (const part of document.querySelectorAll("#keys-button")) part.hidden = false;
    qawl.positions.arrive();
    qawl.mark.arrive();
    qawl.card.open();
    showKeys();
    showInView();
    qawl.away.arrive();
    lastSign = performance.now();
    active = 0;
  }

  /* The sentence stands in the middle of what is visible; nothing moves smoothly, nothing moves twice. */
  function showInView() {
    const unit = document.querySelector("#text .focus");
    const pane = byId("text");
    if (!unit) return;
    const own = getComputedStyle(pane).overflowY === "auto";
    const title = pane.querySelector(".text-head");
    const head = getComputedStyle(title).position === "sticky" ? title.offsetHeight : 0;
    const top = head + (own ? pane.getBoundingClientRect().top : byId("top").getBoundingClientRect().bottom);
    const room = (own ? pane.getBoundingClientRect().bottom : innerHeight) - top;
    const box = unit.getBoundingClientRect();
    const by = box.top - top - Math.max(16, (room - box.height) / 2);
    (own ? pane : window).scrollBy(0, by);
    if (own) pane.scrollIntoView({ block: "start" });
    const marks = document.querySelector("#map ol");
    const mark = marks.querySelector("[aria-current]")?.parentElement;
    marks.scrollTo(mark ? mark.offsetLeft - marks.clientWidth / 2 : 0, mark ? mark.offsetTop - marks.clientHeight / 2 : 0);
  }

  /* Where the card has scrolled to its question, the last answer is met by what is said above it: all is done. */
  function showEnd() {
    const end = document.querySelector("#panel [data-end]");
    if (end) end.closest(".panel-body").scrollTop = 0;
  }

  /* Texts that are asked for count as questions, unless one has just left them. */
  function focusQuestion({ leaving = false } = {}) {
    const form = qawl.card.form();
    // Two answers to compare, or a finished document to read.
    if (!form) return byId("compare") ? byId("compare").focus() : byId("panel").focus({ preventScroll: true });
    const wanted = form.dataset.lookAt;
    form.dataset.lookAt = "";
    const missing = qawl.card.missing().filter((field) => !leaving || form.querySelector(`[data-question="${field}"]`));
    const open = wanted || missing[0] || form.querySelector("[data-question]")?.dataset.question;
    const there = control(form, open) || form.querySelector("[data-key=Enter]");
    there.focus({ preventScroll: !byId("problem").children.length });
  }

  function control(form, field) {
    if (!field) return null;
    const text = form.querySelector(`[data-asks="${field}"]`);
    if (text) text.hidden = false;
    qawl.sheet.show(text?.closest("[data-question]")?.dataset.question || field);
    const answers = `[data-question="${field}"] .answers input`;
    return text?.querySelector("input, textarea") || form.querySelector(`${answers}:checked`) || form.querySelector(answers);
  }

  // ---------------------------------------------------------------- saying

  function say(words) {
    byId("say").textContent = words;
  }

  function note(words) {
    const place = byId("note");
    place.textContent = words;
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
    say(words);
  }

  function sayArrival({ requestConfig, xhr }) {
    const stored = requestConfig.elt.id === "answers" && xhr.status > 0 && xhr.status < 400;
    const saved = stored ? [byId("saved").textContent.trim()] : [];
    const told = [...document.querySelectorAll("#problem, #panel [data-say]")].map((part) => part.textContent.trim());
    say([...saved, ...told, byId("place").textContent.trim()].filter(Boolean).join(" "));
  }

  function showSaving(failed) {
    const saved = byId("saved");
    if (!saved) return;
    saved.classList.toggle("failed", failed);
    saved.querySelector("span").textContent = failed ? saved.dataset.failed : saved.dataset.saving;
    if (failed) say(saved.dataset.failed);
  }

  // ---------------------------------------------------------------- leaving

  function discard() {
    leaving = true;
    document.querySelector("#desk [data-key=Escape]").click();
  }

  /* Answers that are not saved are never left behind by moving on. */
  function guard(event) {
    const link = event.target.closest?.("#desk a[href], #top a[href], #annotate-tools button, [form=finish-document]");
    if (!link || !desk() || link.matches("#guidelines, [data-discard], [data-key=Escape], #keys-button")) return;
    if (leaving || !qawl.card.unsaved()) return;
    event.preventDefault();
    event.stopPropagation();
    note(desk().dataset.unsaved);
  }

  // ---------------------------------------------------------------- dialogs

  function showDialog(id) {
    byId(id).showModal();
    return true;
  }

  function openComment() {
    byId("comment-place").hidden = false;
    byId("comment").focus();
  }

  function showKeys() {
    const button = byId("keys-button");
    if (button) button.querySelector("span").textContent = qawl.keys.on() ? button.dataset.on : button.dataset.off;
    const toggle = byId("single-keys");
    if (toggle) toggle.checked = qawl.keys.on();
  }

  /* The rule for the question in focus, out of the codebook page. */
  async function showRule(link) {
    const part = document.activeElement.closest?.("[data-question], [data-rule]");
    const question = part?.dataset.question || part?.dataset.rule || (qawl.card.form() && qawl.card.missing()[0]);
    const reply = await fetch(link.href).catch(() => null);
    if (!reply?.ok) return note(byId("away").dataset.noRule);
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const rule = page.getElementById(question) || page.getElementById("work");
    const copy = rule.cloneNode(true);
    for (const part of copy.querySelectorAll("[id]")) part.removeAttribute("id"); // they are another page's
    byId("rule-text").replaceChildren(...copy.childNodes);
    byId("rule").showModal();
    byId("rule-text").scrollTop = 0;
  }

  // ---------------------------------------------------------------- htmx

  const ours = (event) => Boolean(desk()) && event.detail.target?.id === "panel";

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id === "answers") event.detail.parameters.seconds = seconds().toFixed(1);
  });
  document.addEventListener("htmx:beforeSend", (event) => {
    if (!ours(event)) return;
    qawl.keys.wait();
    if (event.detail.requestConfig.verb !== "get") slow = setTimeout(showSaving, SLOW, false);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // Signed out, or a page that is not ours: let the browser go there.
    if (!ours(event) || !event.detail.shouldSwap || event.detail.xhr.getResponseHeader("HX-Retarget")) return;
    if (!event.detail.serverResponse.includes('id="panel"')) {
      event.detail.shouldSwap = false;
      location.assign(event.detail.xhr.responseURL);
    }
  });
  /* htmx tells of every element it takes away, each twice; the old card alone has hundreds that nobody asks about. */
  document.addEventListener("htmx:beforeCleanupElement", ({ target }) => {
    if (desk() && target.matches?.("#panel, #annotate-tools, .unit")) target.replaceChildren();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!desk() || event.detail.elt.matches(".sight") || (!slow && !ours(event) && event.detail.target?.id !== "problem")) return;
    clearTimeout(slow);
    slow = 0;
    leaving = false;
    const { xhr } = event.detail;
    if (qawl.away.met(event.detail)) return queueMicrotask(qawl.keys.goOn);
    if (!xhr.status) showSaving(true);
    if (xhr.status && xhr.status !== 403) arrive();
    if (event.detail.requestConfig.elt.id === "answers" && xhr.status === 200) showEnd();
    sayArrival(event.detail);
    // htmx lets the next request through only when this event is over.
    if (xhr.status && xhr.status < 400) queueMicrotask(qawl.keys.goOn);
    else if (qawl.keys.drop()) note(desk().dataset.dropped);
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.querySelector?.("#desk") || event.detail.elt.id === "desk") begin();
  });

  // ---------------------------------------------------------------- the pointer

  document.addEventListener("click", guard, true);
  document.addEventListener("click", (event) => {
    const { target } = event;
    if (!desk() || !target.closest) return;
    const opens = target.closest("[data-dialog]");
    if (opens) showDialog(opens.dataset.dialog);
    if (target.closest("[data-close]")) target.closest("dialog").close();
    if (target.closest("[data-do=comment]")) openComment();
    if (target.closest("#guidelines") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      showRule(target.closest("#guidelines"));
    }
    if (target.closest("[data-discard]")) leaving = true;
    const unit = target.closest(".unit:not(.focus)");
    if (unit && !target.closest("a") && !getSelection().toString()) unit.querySelector("a")?.click();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "single-keys") return;
    qawl.keys.turn(event.target.checked);
    showKeys();
  });

  // ---------------------------------------------------------------- time spent, pauses left out

  function sign() {
    const now = performance.now();
    active += Math.min(now - lastSign, IDLE);
    lastSign = now;
  }

  function seconds() {
    sign();
    return active / 1000;
  }

  for (const kind of ["keydown", "pointermove"]) document.addEventListener(kind, sign, { passive: true });

  return { arrive, discard, focusQuestion, note, openComment, say, showDialog, showInView };
})();
