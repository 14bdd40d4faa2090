/* Keys, by their place on the keyboard: whatever language it types, the rows of the card are its rows.

   Every key stands on the page, as data-key on the thing it presses; nothing is bound to a key here but
   Enter, Escape and the keyboard page. Keys pressed while an answer is on its way are kept and replayed. */
"use strict";
window.qawl = window.qawl || {};

qawl.keys = (() => {
  const OFF = "qawl-single-keys-off";
  const ALWAYS = ["Enter", "Escape", "Delete"]; // not characters: they stay when single keys are off (WCAG 2.1.4)
  const NEVER_KEPT = ["Tab", "Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead", "Process"];
  const HELP = "Shift+Slash";
  const waiting = [];
  let busy = false;

  const on = () => localStorage.getItem(OFF) === null;
  const typing = (target) => target.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");
  const pressed = (event) => {
    if (event.key === "?" || event.key === "؟") return HELP;
    const code = event.code.replace(/^Numpad(\d|Enter)$/, (_, rest) => (rest === "Enter" ? rest : `Digit${rest}`));
    return (event.shiftKey ? "Shift+" : "") + code;
  };
  // The key that opens a composition comes before it, and is no answer either.
  const composing = (event) => event.isComposing || event.key === "Process" || event.keyCode === 229;
  const thing = (key) => document.querySelector(`#desk [data-key="${CSS.escape(key)}"], #annotate-tools [data-key="${CSS.escape(key)}"]`);

  function heard(event) {
    if (!document.getElementById("desk") || event.defaultPrevented || composing(event)) return;
    const undoing = event.code === "KeyZ" && (event.ctrlKey || event.metaKey) && !event.altKey && !typing(event.target);
    if ((event.ctrlKey || event.metaKey || event.altKey) && !undoing) return;
    if (busy) return keep(event);
    if (typing(event.target)) return inText(event);
    if (event.repeat) {
      // A key held down is pressed once; without this the browser would press a focused button again and again.
      if (thing(pressed(event)) || event.key === "Enter") event.preventDefault();
      return;
    }
    if (press(pressed(event), undoing)) event.preventDefault();
  }

  function press(key, always = false) {
    if (document.querySelector("dialog[open]")) return false;
    if (!always && !on() && !ALWAYS.includes(key)) return false;
    if (key === "Enter" || key === "Shift+Enter") return enter();
    if (key === "Escape") return escape();
    if (key === HELP) return qawl.place.showDialog("keyboard");
    const found = thing(key);
    if (found) return act(found, false);
    const plain = key.startsWith("Shift+") && thing(key.slice(6));
    return plain && plain.closest(".answer") ? act(plain, true) : false;
  }

  function act(found, shift) {
    if (found.closest(".answer")) qawl.card.choose(found, shift);
    else if (found.dataset.do === "comment") qawl.place.openComment();
    else if (found.matches("input[type=text]")) found.focus();
    else found.click();
    return true;
  }

  /* Enter belongs to a focused link or button; everywhere else it saves. */
  function enter() {
    const focused = document.activeElement;
    if (focused.matches("a, button, summary")) return false;
    thing("Enter")?.click();
    return true;
  }

  function escape() {
    if (qawl.card.unsaved() || document.querySelector("#desk [data-discard] .key")) qawl.place.discard();
    return true;
  }

  function inText(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      qawl.place.focusQuestion({ leaving: true });
    } else if (event.key === "Enter" && event.target.matches("#answers input")) {
      event.preventDefault();
      if (event.repeat) return;
      if (qawl.card.missing().length) qawl.place.focusQuestion();
      else thing("Enter")?.click();
    }
  }

  // ---------------------------------------------------------------- while an answer is on its way

  function keep(event) {
    if (NEVER_KEPT.includes(event.key)) return;
    event.preventDefault();
    const { key, code, shiftKey, ctrlKey, metaKey } = event;
    if (!event.repeat) waiting.push({ key, code, shiftKey, ctrlKey, metaKey, bubbles: true, cancelable: true });
  }

  function wait() {
    busy = true;
  }

  function goOn() {
    busy = false;
    while (waiting.length && !busy) replay(waiting.shift());
  }

  /* After a refusal the keys that followed were meant for another sentence: better lost than on the wrong one. */
  function drop() {
    busy = false;
    return waiting.splice(0).length > 0;
  }

  function replay(key) {
    const target = document.activeElement;
    const handled = !target.dispatchEvent(new KeyboardEvent("keydown", key));
    if (handled) return;
    if (typing(target)) write(target, key);
    else if (key.code === "Enter" || key.code === "NumpadEnter") target.click();
  }

  function write(field, { key }) {
    const [start, end] = [field.selectionStart, field.selectionEnd];
    if (key === "Backspace") field.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end");
    else if (key === "Enter" && field.matches("textarea")) field.setRangeText("\n", start, end, "end");
    else if ([...key].length === 1) field.setRangeText(key, start, end, "end");
    else return;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function turn(wanted) {
    if (wanted) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  }

  document.addEventListener("keydown", heard);
  return { drop, goOn, on, turn, typing, wait };
})();
