/* Who passed the words on, outermost first; and the speaker of the sentence before. */
"use strict";
window.qawl = window.qawl || {};

qawl.relay = (() => {
  const SHOWN = 6;
  const byId = (id) => document.getElementById(id);
  const input = () => byId("relay-finder");
  const chain = () => byId("relay-chain");
  const options = () => [...byId("relay-list").children];
  const active = () => byId(input().getAttribute("aria-activedescendant") || "");
  const actors = () => [...byId("actors").content.children];
  const folded = (text) => qawl.finder.folded(text);

  function open() {
    if (!byId("relay")) return;
    byId("relay").hidden = false;
    byId("relay").scrollIntoView({ block: "nearest" });
    input().focus({ preventScroll: true });
  }

  function add(id, name) {
    hide();
    if (!id || chain().querySelector(`[value="${CSS.escape(id)}"]`)) return;
    const link = byId("relay-link").content.firstElementChild.cloneNode(true);
    link.querySelector("input").value = id;
    link.querySelector("bdi").textContent = name;
    const remove = link.querySelector("button");
    remove.setAttribute("aria-label", `${remove.getAttribute("aria-label")}: ${name}`);
    chain().append(link);
    qawl.place.say([...chain().querySelectorAll("bdi")].map((one) => one.textContent).join(" › "));
    qawl.card.refresh(false);
  }

  function remove(link) {
    link.remove();
    qawl.card.refresh(false);
    input().focus({ preventScroll: true });
  }

  function find() {
    const wanted = folded(input().value.trim());
    const words = (actor) => actor.dataset.words.split("|").map(folded);
    const found = wanted ? actors().filter((actor) => words(actor).some((word) => word.includes(wanted))) : [];
    const first = (actor) => (words(actor).some((word) => word.startsWith(wanted)) ? 0 : 1);
    const shown = found.sort((a, b) => first(a) - first(b)).slice(0, SHOWN).map((actor) => {
      const option = actor.cloneNode(true);
      option.id = `relay-${option.id}`;
      return option;
    });
    byId("relay-list").replaceChildren(...shown);
    byId("relay-found").hidden = shown.length === 0;
    input().setAttribute("aria-expanded", String(shown.length > 0));
    point(shown[0]);
  }

  function point(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) input().setAttribute("aria-activedescendant", option.id);
    else input().removeAttribute("aria-activedescendant");
  }

  function hide() {
    if (!input()) return;
    input().value = "";
    byId("relay-list").replaceChildren();
    byId("relay-found").hidden = true;
    input().setAttribute("aria-expanded", "false");
    input().removeAttribute("aria-activedescendant");
  }

  /* A digit in the empty field is that speaker of the card, as in the row of speakers. */
  function heard(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const all = options();
    const at = all.indexOf(active());
    if (digit && !input().value) addSlot(digit[1]);
    else if (event.key === "ArrowDown" && all.length) point(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp" && all.length) point(all[(at - 1 + all.length) % all.length]);
    else if (event.key === "Enter" && !event.repeat && active()) add(active().dataset.id, active().dataset.short);
    else if (event.key === "Backspace" && !input().value && chain().lastElementChild) remove(chain().lastElementChild);
    else if (event.key === "Escape" && all.length) hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function addSlot(digit) {
    const box = qawl.card.form().querySelector(`[name=speaker][data-key=Digit${digit}]`);
    const actor = box && actors().find((one) => one.dataset.id === box.value);
    if (actor) add(box.value, actor.dataset.short);
  }

  /* The speakers of the sentence before take the place of those chosen here. */
  function same(button) {
    const ids = button.dataset.same.split(" ");
    ids.forEach((id, n) => {
      const actor = actors().find((one) => one.dataset.id === id);
      if (actor) qawl.card.choose(qawl.finder.boxOf(actor), n > 0);
    });
    if (!qawl.keys.typing(document.activeElement)) qawl.place.focusQuestion();
  }

  document.addEventListener("click", (event) => {
    const { target } = event;
    if (!target.closest) return;
    if (target.closest("[data-relay]")) open();
    if (target.closest("#relay .remove")) remove(target.closest("li"));
    if (target.closest("[data-same]")) same(target.closest("[data-same]"));
  });
  document.addEventListener("keydown", (event) => { if (event.target.id === "relay-finder") heard(event); }, true);
  document.addEventListener("input", (event) => { if (event.target.id === "relay-finder") find(); });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.("#relay-list [role=option]");
    if (!option) return;
    event.preventDefault();
    add(option.dataset.id, option.dataset.short);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.id !== "relay-finder") return;
    hide();
    if (!chain().children.length && !byId("relay").contains(event.relatedTarget)) byId("relay").hidden = true;
  });

  return { open };
})();
