"""The page as the browser has it: what it shows, and pressing keys at it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, expect

PATIENCE = 10_000  # ms until the page must be as foretold

SCRIPT = """
window.walk = {
  shown() {
    const form = document.getElementById("answers");
    const unit = document.querySelector(".unit.focus");
    if (!form || !unit || !window.qawl || !qawl.card) return null;
    const all = (selector) => [...form.querySelectorAll(selector)];
    const chosen = (name) => all(`[name=${name}]:checked`).map((one) => one.value);
    const spans = (role) => JSON.parse(form.querySelector(`[name=${role}_spans]`)?.value || "[]");
    const of = (action) => {
      const value = document.querySelector(`#annotate-tools form[action$="/${action}"] [name=of]`)?.value;
      return value ? Number(value) : null;
    };
    const boxes = document.querySelectorAll("#positions [name=propositions]:checked");
    const card = form.querySelector("[data-question]") !== null;
    return {
      sid: unit.id.slice(5),
      claim: form.elements.claim.value,
      speaker: chosen("speaker").sort(),
      stance: chosen("stance")[0] ?? null,
      rejects: chosen("polarity").length > 0,
      attribution: chosen("attribution")[0] ?? null,
      words: form.elements.speaker_text?.value ?? "",
      via: all("[name=via]").map((one) => one.value),
      propositions: card ? [...boxes].map((one) => one.value).sort() : [],
      spans: ["source", "cue", "content"].map(spans),
      comment: form.elements.comment.value,
      hard: form.elements.hard.checked,
      claims: all("a.claim").length,
      unsaved: qawl.card.unsaved(),
      undo: of("undo"),
      redo: of("redo"),
    };
  },
  mode() {
    const dialog = document.querySelector("dialog[open]");
    const { activeElement: at } = document;
    if (dialog) return `dialog ${dialog.id}`;
    if (at === document.body) return "lost";
    if (at.id === "marking") return "marking";
    if (at.matches("a, button, summary")) return "button";
    if (at.matches("textarea, input:not([type=checkbox], [type=radio])")) return at.id;
    return "card";
  },
  async arrived(wanted, patience) {
    const end = performance.now() + patience;
    for (;;) {
      const shown = document.querySelector(".htmx-request") ? null : walk.shown();
      if (shown !== null && JSON.stringify(shown) === wanted) return true;
      if (performance.now() > end) return false;
      await new Promise((resolve) => { setTimeout(resolve, 3); });
    }
  },
};
"""


def shown(page: Page) -> Any:
    return page.evaluate("window.walk?.shown()")


def arrived(page: Page, wanted: str) -> bool:
    """Whether the page comes to show that; a page that is left meanwhile is asked again."""
    for _ in range(5):
        try:
            return bool(page.evaluate("async ([w, p]) => walk.arrived(w, p)", [wanted, PATIENCE]))
        except BrowserError:
            page.wait_for_load_state()
    return False


def mode(page: Page) -> str:
    """Where keys go: "card", a dialog, or the id of a text field; "lost" where nothing takes the focus."""
    for _ in range(2):
        try:
            # The first focus on a page waits for its first frame.
            page.wait_for_function("walk.mode() !== 'lost'", timeout=10_000)
            break
        except BrowserError:
            page.wait_for_load_state()
    return str(page.evaluate("walk.mode()"))


def press(page: Page, key: str) -> None:
    *held, last = key.split("+")
    code = f"Digit{last}" if last.isdigit() else f"Key{last}" if len(last) == 1 else last
    page.keyboard.press("+".join([*held, code]))


def tab(page: Page) -> None:
    """To the next thing; past the last one the browser has the focus, and then the page begins again."""
    page.keyboard.press("Tab")
    if page.evaluate("walk.mode()") == "lost":
        page.keyboard.press("Tab")
        expect(page.locator(".skip"), "Tab lost the focus in the middle of the page").to_be_focused()
