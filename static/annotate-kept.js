/* What is kept in this browser, told on every page: in the bar, and one by one in a dialog that needs no
   server. Only the person throws an answer away. */
"use strict";
window.qawl = window.qawl || {};

qawl.kept = (() => {
  let said = "";
  let lost = false; // a page could not be opened

  const byId = (id) => document.getElementById(id);
  const strip = () => byId("away");
  const dialog = () => byId("kept");

  /* The form of a sentence that this number takes in the reader's language. */
  function counted(name, n) {
    const rules = new Intl.PluralRules(document.documentElement.lang);
    const forms = [...byId("away-forms").content.querySelectorAll(`[data-says="${name}"]`)];
    const form = forms.find((one) => one.dataset.n === String(n))
      || forms.findLast((one) => rules.select(Number(one.dataset.n)) === rules.select(n)) || forms.at(-1);
    return form.textContent.replace(form.dataset.n, n);
  }

  // ---------------------------------------------------------------- the bar

  function words() {
    const { queue } = qawl;
    const [waiting, refused] = [queue.waiting().length, queue.refused().length];
    const told = [];
    const how = { away: "waiting", "signed-out": "signedOut", idle: "sending" }[queue.state()];
    if (waiting) told.push(counted(how, waiting));
    else if (lost) told.push(strip().dataset.lost);
    if (refused) told.push(counted("refused", refused));
    for (const name of queue.others().keys()) told.push(strip().dataset.others.replaceAll("#", name));
    return told.join(" ");
  }

  function tell() {
    if (!strip()) return;
    const now = words();
    byId("away-words").textContent = now;
    strip().hidden = !now;
    strip().classList.toggle("not-taken", qawl.queue.refused().length > 0);
    byId("away-look").hidden = !qawl.queue.all().length;
    if (now !== said && now) byId("say").textContent = now;
    said = now;
    if (dialog().open) list();
  }

  // ---------------------------------------------------------------- one by one

  function list() {
    const entries = qawl.queue.all();
    byId("kept-list").replaceChildren(...entries.map(row));
    byId("kept-none").hidden = entries.length > 0;
    byId("kept-again").hidden = entries.length === 0;
  }

  function row(entry) {
    const item = byId("kept-entry").content.firstElementChild.cloneNode(true);
    const part = (name) => item.querySelector(`[data-part=${name}]`);
    const { told } = entry;
    item.dataset.token = entry.token;
    part("where").textContent = told.where;
    part("title").textContent = told.title;
    for (const name of ["title", "sentence"]) Object.assign(part(name), { lang: told.lang, dir: told.dir });
    part("sentence").textContent = told.sentence;
    part("at").textContent = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    part("words").replaceChildren(...told.words.map(([label, value]) => {
      const line = document.createElement("li");
      const shown = document.createElement("bdi");
      shown.textContent = value;
      line.append(...(label ? [`${label}: `] : []), shown);
      return line;
    }));
    const { refused } = entry;
    part("state").textContent = refused ? refused.words || strip().dataset.broken : strip().dataset.toSend;
    part("state").classList.toggle("error", Boolean(refused));
    part("open").hidden = !refused || [403, 404].includes(refused.status); // closed or gone: nothing can be filled in
    part("again").hidden = !refused;
    return item;
  }

  /* The page that shows both, with the answer that was kept, in place of this one. */
  function open(entry) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = `${entry.path}/compare`;
    for (const [name, value] of [...entry.fields.filter(([name]) => name !== "kept"), ["kept", entry.token], ["person", qawl.queue.person()]]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }

  function act(button) {
    const item = button.closest("[data-token]");
    const entry = qawl.queue.all().find((one) => one.token === item.dataset.token);
    const sure = item.querySelector("[data-part=sure]");
    if (!entry) return list();
    if (button.dataset.do === "send-again") qawl.queue.again(entry.token);
    else if (button.dataset.do === "open-kept") open(entry);
    else if (button.dataset.do === "throw-away") {
      sure.hidden = false;
      sure.querySelector("button").focus();
    } else if (button.dataset.do === "keep-it") {
      sure.hidden = true;
      item.querySelector("[data-do=throw-away]").focus();
    } else if (button.dataset.do === "throw-away-now") {
      qawl.queue.drop(entry.token);
      byId("kept-name").focus();
    }
  }

  document.addEventListener("click", (event) => {
    const { target } = event;
    if (!target.closest) return;
    if (target.closest("#away-look")) {
      list();
      dialog().showModal();
    }
    if (target.closest("#kept [data-close-kept]")) dialog().close();
    if (target.closest("#kept-again")) qawl.queue.now();
    const button = target.closest("#kept-list button");
    if (button) act(button);
    // On the compare screen: the saved one stays, so this one goes.
    const settled = target.closest("[data-settles]");
    if (settled?.dataset.settles) qawl.queue.drop(settled.dataset.settles);
  });
  document.addEventListener("qawl:kept", tell);
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { xhr, requestConfig } = detail;
    lost = !xhr.status && detail.target?.id !== "panel";
    if (!xhr.status) return tell();
    // What was filled in again from here is stored now.
    const token = requestConfig.verb === "post" && xhr.status < 400 && requestConfig.formData.get("kept");
    if (token && !requestConfig.path.endsWith("/mine")) qawl.queue.drop(token);
    tell();
  });
  document.addEventListener("htmx:load", () => {
    tell();
    qawl.queue.send();
  });
})();
