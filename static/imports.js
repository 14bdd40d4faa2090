// Importing: folders file by file with a progress bar, keys by their place on the keyboard, focus after a swap.
(() => {
  const bench = () => document.querySelector("[data-keys]");
  const rows = () => [...document.querySelectorAll("#check .line-row[data-asks], #cuts .cut-unit")];
  const quietly = { preventScroll: true };
  const say = (words) => { document.getElementById("say").textContent = words; };

  // ---------------------------------------------------------------- keys

  const typing = (target) => target.closest?.("textarea, select, input:not([type=checkbox], [type=radio])");
  const current = () => document.activeElement.closest?.(".line-row, .cut-unit");

  function go(step) {
    const all = rows();
    const own = all.indexOf(current());
    const top = all.findIndex((row) => row.getBoundingClientRect().bottom > 120);
    const next = own >= 0 ? own + step : Math.max(0, top);
    if (all[next]) return focus(all[next]);
    document.querySelector(step > 0 ? ".pager [rel=next]" : ".pager [rel=prev]")?.click();
  }

  function nextWaiting() {
    const all = rows();
    const own = all.indexOf(current());
    const after = [...all.slice(own + 1), ...all.slice(0, own + 1)];
    focus(after.find((row) => !row.classList.contains("checked")) || after[0]);
  }

  function focus(row) {
    if (!row) return;
    row.focus(quietly);
    row.scrollIntoView({ block: "nearest" });
  }

  /* Where a sentence is being split, the arrows go from gap to gap the way the text reads. */
  function alongGaps(event) {
    const form = event.target.closest?.(".gaps");
    if (!form || !["ArrowLeft", "ArrowRight"].includes(event.code)) return false;
    const gaps = [...form.querySelectorAll("button")];
    const forward = (event.code === "ArrowRight") === (getComputedStyle(form).direction === "ltr");
    const next = gaps[gaps.indexOf(document.activeElement) + (forward ? 1 : -1)];
    next?.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!bench() || event.defaultPrevented || event.isComposing || event.altKey) return;
    const undoing = event.code === "KeyZ" && (event.ctrlKey || event.metaKey);
    if ((event.ctrlKey || event.metaKey) && !undoing) return;
    if (typing(event.target)) return;
    if (alongGaps(event) || press(event, undoing)) event.preventDefault();
  });

  function press(event, undoing) {
    const key = (event.shiftKey ? "Shift+" : "") + event.code.replace("NumpadEnter", "Enter");
    const always = undoing || ["Enter", "Escape"].includes(event.code);
    if (!always && !window.qawl.keys.on()) return false;
    if (key === "Enter" && event.target.closest("a, button, summary, input")) return false;
    if (key === "KeyJ" || key === "KeyK") {
      go(key === "KeyJ" ? 1 : -1);
      return true;
    }
    const named = `[data-key="${CSS.escape(key)}"]`;
    const found = current()?.querySelector(named) || bench().querySelector(`.bench-tools ${named}, .cut-text ${named}`);
    if (!found) return false;
    if (!event.repeat && !found.disabled) found.click();
    return true;
  }

  let pointed = false;
  document.addEventListener("pointerdown", () => { pointed = true; }, true);
  document.addEventListener("keydown", () => { pointed = false; }, true);

  // ---------------------------------------------------------------- arriving

  /* After a decision the line stays under the eyes; an accepted or kept one hands on to the next. */
  let passOn = false;
  document.addEventListener("submit", (event) => {
    passOn = event.submitter?.matches(".line-does .decision") || false;
  }, true);

  function arrive() {
    const toggle = document.querySelector("[data-single-keys]");
    if (toggle) {
      toggle.closest("[hidden]")?.removeAttribute("hidden");
      toggle.checked = window.qawl.keys.on();
    }
    const gap = document.querySelector(".gaps button");
    const at = document.querySelector("[data-at]");
    at?.removeAttribute("data-at"); // one swap settles more than once
    if (gap) gap.focus();
    else if (at) focus(at);
    if (passOn && at) go(1);
    passOn = false;
    const told = document.querySelector("#problem")?.textContent.trim() || document.getElementById("checked")?.textContent;
    if (bench() && told) say(told);
  }

  document.addEventListener("htmx:afterSettle", arrive);
  document.addEventListener("DOMContentLoaded", arrive);

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-single-keys]")) window.qawl.keys.turn(event.target.checked);
    // Arrow keys change a list with every press: only a pointer, or the button, sends.
    if (event.target.matches("[data-sends]") && pointed) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-next]")) return;
    event.preventDefault();
    nextWaiting();
  });

  // ---------------------------------------------------------------- many files

  /* One request a file: none grows too large, and the bar tells how far it is. */
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "imports-files") return;
    const form = event.target;
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    if (files.length < 2) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(form, files.filter((file) => !file.name.startsWith(".")));
  }, true);

  async function send(form, files) {
    const place = document.getElementById("sending");
    const [title, bar, list, onward] = [place.querySelector("h2"), place.querySelector("progress"), place.querySelector("ul"), place.querySelector("p")];
    form.querySelector("button").disabled = true;
    title.textContent = title.dataset.going;
    list.replaceChildren();
    place.hidden = false;
    bar.max = files.length;
    for (const [number, file] of files.entries()) {
      list.insertAdjacentHTML("beforeend", await result(form.action, file));
      bar.value = number + 1;
    }
    const good = list.querySelectorAll(".taken:not(.refused)").length;
    title.textContent = title.dataset.done.replace("{good}", good).replace("{all}", list.children.length);
    say(title.textContent);
    onward.hidden = false;
    onward.querySelector("a").focus();
    form.querySelector("button").disabled = false;
  }

  async function result(address, file) {
    const body = new FormData();
    body.append("file", file);
    body.append("one", "1");
    try {
      const answer = await fetch(address, { method: "POST", body });
      if (answer.ok) return await answer.text();
    } catch { /* told below: the connection is gone, or the file changed while it was sent */ }
    const line = document.createElement("li");
    line.className = "taken refused";
    line.append(Object.assign(document.createElement("bdi"), { textContent: file.name }));
    line.append(` ${document.getElementById("sending").dataset.failed}`);
    return line.outerHTML;
  }
})();
