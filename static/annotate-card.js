/* The open claim: what is chosen, what follows from it, what is left to answer. */
"use strict";
window.qawl = window.qawl || {};

qawl.card = (() => {
  const NOT_ANSWERS = ["seen", "token", "seconds"];
  let rules = [];
  let shownAs = "";

  const desk = () => document.getElementById("desk");
  const form = () => document.getElementById("answers");
  const inputs = (field) => [...form().querySelectorAll(`.answers [name="${field}"]`)];
  const chosen = (field) => inputs(field).filter((input) => input.checked).map((input) => input.value);
  const questions = () => [...form().querySelectorAll("[data-question]")].map((group) => group.dataset.question);
  const rejects = () => form().querySelector("[name=polarity]");

  /* The constraints come from the codebook, through the page. Nothing is decided here: the server checks. */
  const holds = (rule) =>
    Object.entries(rule.when).every(([field, values]) => {
      const now = chosen(field);
      return values[0] === "*" ? now.length > 0 : now.some((value) => values.includes(value));
    });
  const inForce = (part, field) =>
    rules.some((rule) => [].concat(rule[part] || []).includes(field) && holds(rule));
  const equal = (one, other) => one.length === other.length && one.every((value) => other.includes(value));
  const set = (field, values) => inputs(field).forEach((input) => { input.checked = values.includes(input.value); });

  function follow(field) {
    for (const rule of rules) {
      if (!(field in rule.when) || !holds(rule)) continue;
      for (const [other, values] of Object.entries(rule.set)) {
        if (equal(chosen(other), values)) continue;
        set(other, values);
        follow(other);
      }
    }
    // What led to the old answer no longer stands beside the new one.
    for (const rule of rules) {
      if (!(field in rule.set) || !holds(rule) || equal(chosen(field), rule.set[field])) continue;
      Object.keys(rule.when).filter((other) => other !== field).forEach((other) => set(other, []));
    }
  }

  /* One answer by key or from the search: it takes the place of what was chosen, or with Shift joins it. */
  function choose(input, shift) {
    if (input.type === "radio") {
      input.checked = true;
      if (input.name === "stance" && rejects()) rejects().checked = shift;
    } else if (shift) {
      input.checked = !input.checked;
    } else {
      set(input.name, [input.value]);
    }
    qawl.sheet.showHolding(input);
    input.focus({ preventScroll: true });
    changed(input.name);
    if (!qawl.keys.typing(document.activeElement)) qawl.sheet.goOn(input);
  }

  function changed(field) {
    follow(field);
    qawl.positions.check();
    refresh(true);
  }

  function refresh(byHand) {
    if (!form()) return;
    if (rejects()) {
      const barred = inForce("forbid", "polarity");
      if (barred) rejects().checked = false;
      rejects().disabled = barred;
    }
    for (const place of form().querySelectorAll("[data-asks]")) ask(place, byHand);
    const left = document.getElementById("left");
    if (left) left.textContent = JSON.parse(desk().dataset.left)[missing().length] || "";
    qawl.sheet.refresh();
    rove();
  }

  /* A text that an answer asks for appears with it. Words that must be typed at once get the focus. */
  function ask(place, byHand) {
    const asked = inForce("require", place.dataset.asks);
    const field = place.querySelector("input, textarea");
    if (asked && place.hidden) {
      place.hidden = false;
      if (!byHand || field.type !== "text" || qawl.mark.fill()) return;
      field.focus({ preventScroll: true });
      qawl.mark.ask();
    } else if (!asked && !field.value && field !== document.activeElement) {
      place.hidden = true;
    }
  }

  function missing() {
    const open = questions().filter((field) => chosen(field).length === 0);
    const asked = [...form().querySelectorAll("[data-asks]")]
      .filter((place) => inForce("require", place.dataset.asks) && !place.querySelector("input, textarea").value.trim())
      .map((place) => place.dataset.asks);
    return [...open, ...asked];
  }

  /* Speakers are one stop for Tab, like the groups beside them; the arrows move inside. */
  function rove() {
    for (const group of form().querySelectorAll(".question.actors .answers")) {
      const boxes = [...group.querySelectorAll("input")];
      const current = boxes.find((box) => box === document.activeElement) || boxes.find((box) => box.checked) || boxes[0];
      boxes.forEach((box) => { box.tabIndex = box === current ? 0 : -1; });
    }
  }

  function step(event) {
    const boxes = [...event.target.closest(".answers").querySelectorAll("input")];
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 3, ArrowUp: -3 }[event.key];
    const next = boxes[boxes.indexOf(event.target) + by];
    if (!next) return;
    next.focus();
    rove();
  }

  const state = () => JSON.stringify([...new FormData(form())].filter(([name]) => !NOT_ANSWERS.includes(name)));
  const unsaved = () => Boolean(form()) && ("unsaved" in form().dataset || state() !== shownAs);
  const asks = (field) => inForce("require", field);
  const matches = () => rules.some((rule) => rule.match === "side_of_proposition_equals_stance");
  const begun = () => Boolean(form()) && questions().some((field) => chosen(field).length > 0);

  /* After every swap: this card is new. */
  function open() {
    if (!form()) return;
    rules = JSON.parse(desk().dataset.rules);
    refresh(false);
    shownAs = state();
  }

  document.addEventListener("change", (event) => {
    if (!event.target.closest?.("#answers .question")) return;
    changed(event.target.name);
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("#answers [data-asks]")) refresh(false);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || event.target.type !== "checkbox") return;
    if (!event.target.closest(".question.actors .answers")) return;
    event.preventDefault();
    step(event);
  });

  return { asks, begun, choose, chosen, form, inputs, matches, missing, open, refresh, unsaved };
})();
