/* The words of the sentence in focus: their places in the text, and how marks on them are drawn.

   Offsets are Unicode code points, as they are stored; here alone they become places in the page.
   Marks are drawn behind the text, so nothing of it ever moves. */
"use strict";
window.qawl = window.qawl || {};

qawl.words = (() => {
  const NEAR = 2; // px between two boxes of one line that are one
  const LABEL = 3; // px between two labels
  let known = null;

  const text = () => document.querySelector(".unit.focus .unit-text");
  const layer = () => document.querySelector(".unit.focus .marks");
  const all = () => [...text().querySelectorAll(".word")];
  const forward = () => (text().matches(":dir(rtl)") ? "ArrowLeft" : "ArrowRight");

  /* Every code point of the sentence: [character, text node, offset in UTF-16 units]. */
  function points() {
    if (known?.of === text()) return known.points;
    const found = [];
    const walk = document.createTreeWalker(text(), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      let at = 0;
      for (const character of node.data) {
        found.push([character, node, at]);
        at += character.length;
      }
    }
    known = { of: text(), points: found };
    return found;
  }

  const slice = (start, end) => points().slice(start, end).map(([character]) => character).join("");
  const quoted = (spans) => spans.map(([start, end]) => slice(start, end)).join(" … ");

  const bounds = (word) => {
    const [start, end] = [Number(word.dataset.start), Number(word.dataset.end)];
    const [from, to] = word.dataset.outer ? word.dataset.outer.split(" ").map(Number) : [start, end];
    return { start, end, from, to, halves: JSON.parse(word.dataset.halves || "[]") };
  };

  /* What a mark from one word to another covers: quotation marks and brackets belong to it when it holds
     both halves, or the first half of a quotation that runs on into the next sentence. */
  function piece(first, last) {
    const [one, other] = [bounds(all()[first]), bounds(all()[last])];
    const opened = one.halves.filter(([at, half]) => at < one.start && (half === null || half < other.to));
    const closed = other.halves.filter(([at, half]) => at >= other.end && half !== null && half >= one.from);
    return [
      Math.min(one.start, ...opened.map(([at]) => at)),
      Math.max(other.end, ...closed.map(([at]) => at + 1)),
    ];
  }

  /* The words a stretch touches. */
  function touched([start, end]) {
    const words = all().map(bounds);
    const first = words.findIndex((word) => word.to > start);
    const last = words.findLastIndex((word) => word.from < end);
    return [first, Math.max(first, last)];
  }

  /* Where the text may be cut: between letters as they are read, not inside one. */
  function cuts() {
    const found = [0];
    for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(slice(0))) {
      found.push(found.at(-1) + [...segment].length);
    }
    return found;
  }

  const cutsWord = (at) => {
    const letter = /[\p{L}\p{N}\p{M}]/u;
    return at > 0 && at < points().length && letter.test(points()[at - 1][0]) && letter.test(points()[at][0]);
  };

  /* The letter under the pointer, as a place in the text. */
  function letterAt(x, y) {
    const caret = document.caretPositionFromPoint?.(x, y);
    const range = caret ? null : document.caretRangeFromPoint?.(x, y);
    const [node, offset] = caret ? [caret.offsetNode, caret.offset] : [range?.startContainer, range?.startOffset];
    const at = points().findIndex(([, where, from]) => where === node && from >= offset);
    return at < 0 ? null : at;
  }

  // ---------------------------------------------------------------- drawing

  function range([start, end]) {
    const found = document.createRange();
    const [, first, from] = points()[start];
    const [character, last, to] = points()[end - 1];
    found.setStart(first, from);
    found.setEnd(last, to + character.length);
    return found;
  }

  /* The boxes of a stretch, one for every line it stands on, as places in the layer. */
  function boxes(span) {
    const origin = layer().getBoundingClientRect();
    const found = [];
    const rects = [...range(span).getClientRects()].filter((rect) => rect.width > 0);
    for (const { left, right, top, bottom } of rects.sort((a, b) => a.top - b.top || a.left - b.left)) {
      const line = found.find((box) => Math.abs(box.top + origin.top - top) < (bottom - top) / 2
        && left <= box.right + origin.left + NEAR && right >= box.left + origin.left - NEAR);
      const box = { left: left - origin.left, right: right - origin.left, top: top - origin.top, bottom: bottom - origin.top };
      if (line) {
        line.left = Math.min(line.left, box.left);
        line.right = Math.max(line.right, box.right);
      } else found.push(box);
    }
    return found;
  }

  function put(kind, box) {
    const mark = document.createElement("div");
    mark.className = `mark ${kind}`;
    mark.style.left = `${box.left}px`;
    mark.style.top = `${box.top}px`;
    mark.style.width = `${box.right - box.left}px`;
    mark.style.height = `${box.bottom - box.top}px`;
    layer().append(mark);
    return mark;
  }

  /* A small label at the end of a box, or at its start or middle where another label stands. */
  function label(words, box, rtl, finished) {
    const mark = put("name", box);
    mark.textContent = words;
    mark.classList.toggle("finished", finished);
    mark.style.width = mark.style.height = "auto";
    const { width } = mark.getBoundingClientRect();
    const [start, end] = rtl ? [box.right - width, box.left] : [box.left, box.right - width];
    const others = [...layer().querySelectorAll(".name")].filter((other) => other !== mark).map((other) => other.getBoundingClientRect());
    mark.style.top = `${box.bottom}px`;
    for (const left of [end, start, (start + end) / 2]) {
      mark.style.left = `${Math.max(0, left)}px`;
      const here = mark.getBoundingClientRect();
      const free = others.every((other) => here.right + LABEL <= other.left || other.right + LABEL <= here.left
        || here.bottom <= other.top || other.bottom <= here.top);
      if (free) return;
    }
    mark.remove();
  }

  /* marks: [{ role, spans, n, word, finished }]; chosen: the stretch the keys are on, or null. */
  function draw(marks, chosen) {
    if (!layer()) return;
    layer().replaceChildren();
    const rtl = forward() === "ArrowLeft";
    const order = ["content", "cue", "source"];
    const labels = [];
    for (const mark of [...marks].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role))) {
      for (const [nth, span] of mark.spans.entries()) {
        if (span[1] > points().length) continue;
        const drawn = boxes(span);
        for (const box of drawn) put(mark.role + (mark.finished ? " finished" : ""), box);
        const told = mark.finished && (nth > 0 || labels.some(([other]) => other.finished && other.n === mark.n));
        if (drawn.length && !told) labels.push([mark, drawn[0]]);
      }
    }
    for (const [mark, box] of labels.reverse()) label(mark.finished ? String(mark.n) : `${mark.n} ${mark.word}`, box, rtl, Boolean(mark.finished));
    choose(chosen);
  }

  function choose(chosen) {
    for (const old of layer().querySelectorAll(".chosen")) old.remove();
    if (chosen) boxes(chosen).forEach((box) => put("chosen", box));
    if (!("highlights" in CSS)) {
      text().classList.toggle("choosing", Boolean(chosen));
      return;
    }
    if (chosen) CSS.highlights.set("chosen", new Highlight(range(chosen)));
    else CSS.highlights.delete("chosen");
  }

  return { all, bounds, choose, cuts, cutsWord, draw, forward, letterAt, piece, quoted, slice, text, touched };
})();
