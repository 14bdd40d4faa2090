/* Going on without the server: an answer that cannot be sent is kept, and the next sentence without one is
   opened from what this page has. What only the server knows is said to be out of reach. */
"use strict";
window.qawl = window.qawl || {};

qawl.away = (() => {
  const UNREACHED = [0, 502, 503, 504];
  const PATIENCE = 20_000; // ms; what comes later is kept, and its token makes that harmless
  const dealt = new WeakSet();
  let sent = false; // answers reached the server that this page does not show yet

  const byId = (id) => document.getElementById(id);
  const desk = () => (blank() ? byId("desk") : null); // without it nothing can be kept here
  const says = (name) => byId("away").dataset[name];
  const blank = () => byId("fresh-panel");
  const place = (sid) => blank().dataset.place.replace(/_$/, sid);
  const here = (path) => path.split(/[?#]/)[0];
  const sidOf = (path) => (here(path).startsWith(place("")) ? here(path).slice(place("").length) : null);
  const unit = (sid) => byId(`unit-${sid}`);
  const fresh = (sid) => Boolean(unit(sid)?.dataset.shown) && !unit(sid).dataset.seen;
  const kept = (sid) => qawl.queue.about(place(sid));
  const focused = () => document.querySelector("#text .unit.focus")?.id.slice(5);
  const text = (part) => {
    const copy = part.cloneNode(true);
    for (const cap of copy.querySelectorAll("kbd, svg")) cap.remove();
    return copy.textContent.trim().replace(/\s+/g, " ");
  };

  // ---------------------------------------------------------------- an answer

  const answers = (detail) => detail.requestConfig.elt.id === "answers" && detail.requestConfig.verb === "post";
  const turns = (detail) => Boolean(detail.requestConfig.elt.closest("#annotate-tools"));

  /* What the answer says, in the words of the card, to be read without the server. */
  function told(form, action, button) {
    const words = [];
    const put = (label, value) => { if (value) words.push([label, value]); };
    if (action === "save") {
      for (const group of form.querySelectorAll("[data-question]")) {
        const chosen = [...group.querySelectorAll(".answers input:checked")].map((input) => text(input.closest("label").querySelector("bdi")));
        const rejects = group.querySelector("[name=polarity]:checked");
        if (rejects && chosen.length) chosen.push(text(rejects.parentElement));
        put(text(group.querySelector(".question-name")), chosen.join(", "));
      }
      for (const part of form.querySelectorAll("#marked-words li")) put("", part.textContent.trim().replace(/\s+/g, " "));
      put("", form.querySelector("#speaker_text")?.value);
      put("", [...form.querySelectorAll("#relay-chain bdi")].map(text).join(", "));
    } else put("", says(action) || (button && text(button)));
    put(text(form.querySelector("label[for=comment]")), form.querySelector("#comment")?.value);
    if (form.querySelector("[name=hard]:checked")) put("", text(form.querySelector(".flag span")));
    const shown = document.querySelector(".unit.focus .unit-text");
    return { title: text(document.querySelector("#text h1")), where: text(byId("place")), sentence: shown.textContent.trim(), lang: shown.lang, dir: shown.dir, action, words };
  }

  function keepAnswer({ requestConfig }) {
    const form = byId("answers");
    const fields = [...requestConfig.formData.entries()].map(([name, value]) => [name, String(value)]);
    const action = requestConfig.formData.get("action") || "save";
    const stays = requestConfig.path.includes("then=new") || action === "delete";
    if (action === "save" && qawl.card.missing().length && (qawl.card.begun() || !form.querySelector(".claim"))) return incomplete();
    if (action !== "save" || qawl.card.unsaved()) {
      try {
        qawl.queue.keep(requestConfig.path, fields, told(form, action, requestConfig.triggeringEvent?.submitter), form.dataset.after);
      } catch {
        return false; // no room in this browser: the answer stays in the form
      }
    }
    const sid = sidOf(requestConfig.path);
    const next = stays ? sid : following(sid);
    open(next || sid);
    if (!next) qawl.place.note(says("noMore"));
    return true;
  }

  /* The server would refuse it; there is no use in keeping what is not an answer yet. */
  function incomplete() {
    qawl.place.focusQuestion();
    qawl.place.say(byId("left").textContent);
    return true;
  }

  /* The next sentence that nobody answered, from here on, then from the start. */
  function following(sid) {
    const all = [...document.querySelectorAll("#text .unit[data-shown]")].map((one) => one.id.slice(5));
    const at = all.indexOf(sid) + 1;
    return [...all.slice(at), ...all.slice(0, at)].find((one) => one !== sid && fresh(one) && !kept(one).length);
  }

  // ---------------------------------------------------------------- a card without the server

  function open(sid) {
    const old = byId("panel");
    const same = focused() === sid;
    const panel = blank().content.firstElementChild.cloneNode(true);
    for (const part of panel.querySelectorAll("[href], [action], [formaction]")) {
      for (const name of ["href", "action", "formaction"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/\/sentences\/_(?=$|\?)/, `/sentences/${sid}`));
      }
    }
    fill(panel, sid, same, old);
    old.replaceWith(panel);
    if (!same) focusUnit(sid);
    htmx.process(panel);
    history.replaceState(history.state, "", place(sid));
    qawl.place.arrive();
    qawl.place.say([byId("away-words").textContent, byId("place").textContent.trim()].join(" "));
  }

  function fill(panel, sid, same, old) {
    const form = panel.querySelector("#answers");
    form.elements.shown.value = unit(sid).dataset.shown;
    form.elements.seen.value = same ? (old.querySelector("[name=seen]")?.value ?? "") : "";
    form.elements.token.value = token();
    form.dataset.lookAt = "";
    form.dataset.after = kept(sid).at(-1)?.token || ""; // what this card shows, and stands on
    about(form, kept(sid).at(-1), same ? old.querySelector("#answers") : null);
    title(panel, sid, same, old);
    slots(panel, old);
    steps(panel, sid);
    if (!unit(sid).querySelector(".word")) withoutWords(panel);
    const before = [...(same ? old.querySelectorAll("a.claim") : []), ...kept(sid).map(line)];
    if (!before.length) return;
    panel.querySelector(".open-claim")?.before(...before.map((one) => one.cloneNode(true)));
    panel.querySelector("[name=action][value=no_claim]")?.remove();
    form.dataset.n = String(before.length + 1);
    const count = panel.querySelector("#claim-title .count");
    if (count) count.textContent = form.dataset.n;
  }

  /* Comment and flag belong to the sentence: the next answer about it says them again. */
  function about(form, last, before) {
    const comment = last ? qawl.queue.field(last, "comment") : before?.elements.comment.value;
    form.elements.comment.value = comment ?? "";
    form.elements.hard.checked = Boolean(last ? qawl.queue.field(last, "hard") : before?.elements.hard.checked);
    form.querySelector("#comment-place").hidden = !comment;
  }

  function title(panel, sid, same, old) {
    const head = panel.querySelector("#place");
    if (same) return head.replaceChildren(...old.querySelector("#place").cloneNode(true).childNodes);
    const total = document.createElement("span");
    total.className = "quiet";
    total.textContent = document.querySelector("#progress span")?.textContent || "";
    head.replaceChildren(unit(sid).querySelector(".unit-number")?.getAttribute("aria-label") || "", " ", total);
  }

  /* Speakers keep their digits; who is named in the sentence, only the server knows. */
  function slots(panel, old) {
    const shown = old.querySelector(".question.actors .answers")?.cloneNode(true);
    if (!shown) return;
    for (const dot of shown.querySelectorAll(".named")) dot.remove();
    for (const box of shown.querySelectorAll("input")) {
      box.checked = false;
      box.removeAttribute("checked");
    }
    panel.querySelector(".question.actors .answers").replaceWith(shown);
  }

  function steps(panel, sid) {
    const all = [...document.querySelectorAll("#text .unit[data-shown]")].map((one) => one.id.slice(5));
    for (const [key, by] of [["KeyK", -1], ["KeyJ", 1]]) {
      const link = panel.querySelector(`[data-key=${key}]`);
      const other = all[all.indexOf(sid) + by];
      if (other) link?.setAttribute("href", place(other));
      else link?.remove();
    }
  }

  function withoutWords(panel) {
    const button = panel.querySelector("#words-button");
    if (!button) return;
    button.removeAttribute("id");
    button.dataset.away = "noWords";
  }

  function focusUnit(sid) {
    const was = document.querySelector("#text .unit.focus");
    was?.classList.remove("focus");
    for (const name of ["aria-current", "tabindex"]) was?.removeAttribute(name);
    const unit_ = unit(sid);
    unit_.classList.add("focus");
    unit_.setAttribute("aria-current", "true");
    unit_.tabIndex = -1;
    document.querySelector("#map [aria-current]")?.removeAttribute("aria-current");
    document.querySelector(`#mark-${CSS.escape(sid)} a`)?.setAttribute("aria-current", "true");
    const next = following(sid);
    if (next) document.querySelector("#progress .next")?.setAttribute("href", place(next));
  }

  const token = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // ---------------------------------------------------------------- what is kept, on the page

  const short = (entry) => entry.told.words.map(([, value]) => value).join(" · ");

  function line(entry) {
    const copy = byId("kept-line").content.firstElementChild.cloneNode(true);
    copy.querySelector("bdi").textContent = short(entry);
    return copy;
  }

  function decorate() {
    for (const old of document.querySelectorAll("#text .kept-here, #map .kept-here")) old.remove();
    for (const old of document.querySelectorAll("#map [data-kept]")) delete old.dataset.kept;
    const entries = qawl.queue.waiting().filter((entry) => sidOf(entry.path) !== null);
    for (const entry of entries) {
      const sid = sidOf(entry.path);
      if (unit(sid) && !unit(sid).matches(".focus")) {
        const chip = byId("kept-chip").content.firstElementChild.cloneNode(true);
        chip.querySelector("bdi").textContent = short(entry);
        unit(sid).append(chip);
      }
      const mark = document.querySelector(`#mark-${CSS.escape(sid)} a`);
      if (!mark || "kept" in mark.parentElement.dataset) continue;
      mark.parentElement.dataset.kept = "";
      mark.append(byId("kept-mark").content.firstElementChild.cloneNode(true));
    }
    const saved = byId("saved");
    if (saved && entries.length) saved.querySelector("span").textContent = says("kept");
  }

  /* After every swap: what came from the server knows nothing of the answers kept here. */
  function arrive() {
    if (!blank()) return;
    decorate();
    const sid = focused();
    const form = qawl.card.form();
    if (sid && form && kept(sid).length && !form.querySelector(".kept-line") && fresh(sid)) open(sid);
  }

  // ---------------------------------------------------------------- back again

  /* The true state, beside a card that is being filled in. */
  async function refresh() {
    if (!desk()) return;
    const at = location.href;
    const reply = await fetch(at).then((found) => found.text()).catch(() => "");
    if (location.href !== at) return refresh(); // one went on meanwhile
    const page = new DOMParser().parseFromString(reply, "text/html");
    if (!page.getElementById("desk") || qawl.queue.waiting().length) return;
    sent = false;
    const open = qawl.card.unsaved() || !byId("marking").hidden || !qawl.card.form();
    const parts = [...document.querySelectorAll("#text .unit, #map li, #progress, #annotate-tools"), ...(open ? [] : [byId("panel")])];
    const atWork = document.activeElement.matches("body, #panel *, .unit.focus");
    for (const part of parts) {
      const now = part.id && page.getElementById(part.id);
      if (!now || (open && part.matches(".unit.focus"))) continue;
      part.replaceWith(now);
      htmx.process(now);
    }
    if (!open && atWork) qawl.place.arrive();
    else decorate();
  }

  document.addEventListener("qawl:kept", ({ detail }) => {
    if (!desk()) return;
    if (detail.id !== undefined) {
      sent = true;
      const form = qawl.card.form();
      // A card that showed something else, in another tab, is old now: the server will say so.
      if (form && detail.token === form.dataset.after) form.elements.seen.value = detail.id;
    }
    if (detail.over && sent && !qawl.queue.waiting().length) refresh();
    else decorate();
  });

  // ---------------------------------------------------------------- htmx

  /* Whether a request came to nothing, and was dealt with here. */
  function met(detail) {
    const { xhr, requestConfig } = detail;
    if (dealt.has(xhr)) return true; // htmx tells it again when the form it told it to is gone
    if (!desk() || !UNREACHED.includes(xhr.status) || xhr.getResponseHeader("HX-Retarget")) return false;
    dealt.add(xhr);
    if (answers(detail)) return keepAnswer(detail) && Boolean(qawl.queue.now() || true);
    if (turns(detail)) qawl.place.note(says("noUndo"));
    else if (requestConfig.verb === "get" && detail.target.id === "panel") visit(requestConfig.path);
    else return false;
    return true;
  }

  function visit(path) {
    const sid = sidOf(path);
    if (sid && fresh(sid)) open(sid);
    else qawl.place.note(says("notHere"));
  }

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id !== "answers") return;
    detail.timeout = PATIENCE;
    detail.headers["X-Person"] = encodeURIComponent(qawl.queue.person());
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { detail } = event;
    if (!desk() || !qawl.queue.waiting().length) return;
    // In order: what is kept goes first.
    if (answers(detail) && keepAnswer(detail)) {
      event.preventDefault();
      qawl.queue.now();
    } else if (turns(detail)) {
      event.preventDefault();
      qawl.place.note(says("noUndo"));
    }
  });
  // htmx would call a server that is not reached an error of the page, on the console; here it is an answer.
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    detail.xhr.onerror = detail.xhr.ontimeout = detail.xhr.onload;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (UNREACHED.includes(xhr.status) && !xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = event.detail.isError = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-away]");
    if (button) qawl.place.note(says(button.dataset.away));
  });

  return { arrive, met };
})();
