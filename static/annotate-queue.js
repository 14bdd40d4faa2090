/* Answers that did not reach the server: kept in this browser, sent in order, each stored once.

   Every answer is an entry of its own in localStorage, under project, person and time, so that two tabs
   never write over each other. A form's token makes a repeat harmless; what the server refuses stays here
   until the person decides. */
"use strict";
window.qawl = window.qawl || {};

qawl.queue = (() => {
  const KEPT = "qawl-kept";
  const SENDING = "qawl-sending"; // where there are no Web Locks, on plain http
  const AWAY = [0, 502, 503, 504]; // nobody there, or a proxy that reaches nobody
  const PATIENCE = 20_000; // ms an answer may take to be taken
  const [SOONEST, LATEST] = [1_000, 30_000]; // ms between attempts
  const tab = Math.random().toString(36).slice(2);
  let delay = SOONEST;
  let timer = 0;
  let sending = false;
  let state = "idle"; // or "away", "signed-out"

  const top = () => document.getElementById("top");
  const project = () => top()?.dataset.project || "";
  const person = () => top()?.dataset.person || "";
  const shelf = () => `${KEPT}/${project()}/`;
  const own = () => `${shelf()}${encodeURIComponent(person())}/`;
  const changed = (detail = {}) => document.dispatchEvent(new CustomEvent("qawl:kept", { detail }));

  // ---------------------------------------------------------------- what is kept

  const keys = (prefix) => Object.keys(localStorage).filter((key) => key.startsWith(prefix)).sort();
  const read = (key) => {
    try {
      return { ...JSON.parse(localStorage.getItem(key)), key };
    } catch {
      return null; // another tab took it away
    }
  };
  const write = ({ key, ...entry }) => localStorage.setItem(key, JSON.stringify(entry));

  const all = () => (person() ? keys(own()).map(read).filter((entry) => entry?.fields) : []);
  const waiting = () => all().filter((entry) => !entry.refused);
  const refused = () => all().filter((entry) => entry.refused);
  const about = (path) => waiting().filter((entry) => entry.path === path);

  /* How many answers wait for other people, by name. */
  function others() {
    const counts = new Map();
    for (const key of keys(shelf())) {
      const name = decodeURIComponent(key.slice(shelf().length).split("/")[0]);
      if (name !== person()) counts.set(name, (counts.get(name) || 0) + 1);
    }
    return counts;
  }

  const field = (entry, name) => entry.fields.find(([key]) => key === name)?.[1];

  /* A full or forbidden storage throws: then nothing was kept, and nobody may say so.
     An answer comes after the kept one whose token it names: that one was before the person's eyes. */
  function keep(url, fields, told, after) {
    const path = url.split("?")[0];
    const before = about(path).find((entry) => entry.token === after);
    const last = keys(own()).at(-1)?.slice(own().length) || "";
    const moment = Math.max(Date.now(), Number(last) + 1);
    const entry = { key: `${own()}${String(moment).padStart(16, "0")}`, url, path, fields, told, at: new Date().toISOString() };
    entry.token = field(entry, "token");
    entry.after = before ? before.token : null;
    write(entry);
    const replaced = field(entry, "kept"); // filled in again from an entry that was refused
    if (replaced) drop(replaced);
    changed();
    return entry;
  }

  function drop(token) {
    const entry = all().find((one) => one.token === token);
    if (entry) localStorage.removeItem(entry.key);
    changed();
  }

  /* Everything is tried again, in the order in which it was given. */
  function again(token) {
    const entry = all().find((one) => one.token === token);
    if (entry) write({ ...entry, refused: null });
    delay = SOONEST;
    changed();
    return send();
  }

  // ---------------------------------------------------------------- sending

  async function send() {
    clearTimeout(timer);
    if (sending || !person() || !waiting().length) return;
    sending = true;
    try {
      await alone(drain);
    } finally {
      sending = false;
      changed({ over: true });
    }
  }

  async function drain() {
    const name = person();
    for (let entry = next(); entry; entry = next()) {
      const { status, id, words } = await post(entry, name);
      if (person() !== name) return;
      if (id !== undefined) settle(entry, id);
      else if (AWAY.includes(status)) return later("away");
      else if (status === 403 && !words) return later("signed-out");
      else refuse(entry, { status, words });
      state = "idle";
      delay = SOONEST;
      changed();
    }
    state = "idle";
  }

  /* The first that waits for nothing but the server: one about the same sentence comes after the one before it. */
  function next() {
    const stuck = new Set(refused().map((entry) => entry.token));
    return waiting().find((entry) => {
      if (stuck.has(entry.after)) stuck.add(entry.token);
      return !stuck.has(entry.token);
    });
  }

  async function post(entry, name) {
    try {
      const reply = await fetch(entry.url, {
        method: "POST",
        body: new URLSearchParams(entry.fields),
        headers: { "X-Kept": "1", "X-Person": encodeURIComponent(name) },
        signal: AbortSignal.timeout(PATIENCE),
      });
      const ours = reply.headers.get("Content-Type")?.startsWith("application/json");
      if (!ours) return { status: reply.ok ? 0 : reply.status, words: "" };
      const { id, problem } = await reply.json();
      return { status: reply.status, id, words: problem };
    } catch {
      return { status: 0 };
    }
  }

  /* Stored: the next one about this sentence stands on it. Told to the other tabs before it goes. */
  function settle(entry, id) {
    for (const one of all().filter((other) => other.after === entry.token)) {
      const fields = one.fields.map(([key, value]) => [key, key === "seen" ? String(id) : value]);
      write({ ...one, fields, after: null });
    }
    try {
      write({ ...entry, id });
    } catch { /* no room for it: the other tabs find out when they save */ }
    localStorage.removeItem(entry.key);
    changed({ path: entry.path, token: entry.token, id });
  }

  /* In a full storage there is no room for the reason either; what the answer says in words makes room. */
  function refuse(entry, refused) {
    try {
      write({ ...entry, refused });
    } catch {
      write({ ...entry, refused, told: { ...entry.told, sentence: "" } });
    }
  }

  function later(why) {
    state = why;
    timer = setTimeout(send, delay);
    delay = Math.min(delay * 2, LATEST);
    changed();
  }

  /* One tab at a time. */
  function alone(work) {
    if (navigator.locks) return navigator.locks.request(`${SENDING}/${project()}`, work);
    return aloneByStorage(work);
  }

  async function aloneByStorage(work) {
    const lock = `${SENDING}/${project()}`;
    const [holder, until] = (localStorage.getItem(lock) || "").split(" ");
    if (holder && holder !== tab && Number(until) > Date.now()) return later(state);
    const hold = () => {
      try {
        localStorage.setItem(lock, `${tab} ${Date.now() + 2 * PATIENCE}`);
      } catch { /* no room: two tabs may send, and the tokens make that harmless */ }
    };
    hold();
    const holding = setInterval(hold, PATIENCE);
    try {
      await work();
    } finally {
      clearInterval(holding);
      localStorage.removeItem(lock);
    }
  }

  // ---------------------------------------------------------------- when

  function now() {
    delay = SOONEST;
    send();
  }

  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  window.addEventListener("storage", ({ key, newValue }) => {
    if (!key?.startsWith(shelf())) return;
    const { path, token, id } = JSON.parse(newValue || "{}");
    changed(key.startsWith(own()) && id !== undefined ? { path, token, id } : {});
    if (newValue === null) changed({ over: true });
  });
  document.addEventListener("DOMContentLoaded", () => { changed(); send(); });

  return { about, again, all, drop, field, keep, now, others, person, refused, send, state: () => state, waiting };
})();
