// Settling by keys: 1 2 3 take a whole answer, the rows of the codebook answer the open claim.
(() => {
  const desk = () => document.getElementById("settle");
  const form = () => document.getElementById("settle-answer");
  const thing = (code) => document.querySelector(`#settle [data-settle-key="${CSS.escape(code)}"], .tools [data-settle-key="${CSS.escape(code)}"]`);

  const field = (n, name) => form().querySelectorAll(`[name="${n}-${name}"]`);

  function fill({ n, speaker, speaker_text: words, polarity, ...choices }) {
    for (const name of ["found", "stance", "attribution", "base"]) {
      for (const input of field(n, name)) {
        if (input.type === "hidden") input.value = choices[name] ?? "none";
        else input.checked = input.value === String(choices[name] ?? "none");
      }
    }
    for (const input of field(n, "polarity")) input.checked = polarity;
    for (const input of field(n, "speaker_text")) input.value = words;
    for (const input of field(n, "speaker")) input.checked = speaker.includes(input.value);
    for (const input of field(n, "named")) input.value = "";
  }

  function take(link) {
    for (const answer of JSON.parse(link.dataset.settleTake)) fill(answer);
    for (const told of document.querySelectorAll(".settle-filled")) told.hidden = true;
    for (const other of document.querySelectorAll("[data-settle-take]")) {
      if (other === link) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    document.getElementById("say").textContent = link.getAttribute("aria-label");
  }

  /* The claim that the rows answer: the one with the focus, else the first with an open question. */
  function open() {
    const focused = document.activeElement.closest?.("[data-settle-claim]");
    if (focused) return focused;
    const claims = [...form().querySelectorAll(".settle-table [data-settle-claim]")];
    const lacks = (claim) => !claim.querySelector('[name$="-found"][value="no"]:checked')
      && [...claim.querySelectorAll("[data-settle-asks]")].some((asked) => !asked.querySelector(":checked, [name$='-named']:not(:placeholder-shown)"));
    return claims.find(lacks) || claims[0];
  }

  function choose(code) {
    const claim = form() && open();
    const input = claim?.querySelector(`input[data-settle-key="${CSS.escape(code)}"]`);
    if (!input) return false;
    input.checked = true;
    count(claim);
    return true;
  }

  /* Who answers something of a claim means it to be part of the final answer. */
  function count(claim) {
    const yes = claim.querySelector('[name$="-found"][value="yes"]');
    if (yes) yes.checked = true;
  }

  function press(code) {
    if (choose(code)) return true;
    const found = thing(code);
    if (!found || found.matches("input")) return false;
    if (found.dataset.settleTake) take(found);
    else found.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!desk() || event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.isComposing || qawl.keys.typing(event.target) || document.querySelector("dialog[open]")) return;
    const code = event.code.replace(/^Numpad(\d|Enter)$/, (_, rest) => (rest === "Enter" ? rest : `Digit${rest}`));
    if (code === "Enter") {
      if (document.activeElement.matches("a, button, summary, select")) return;
    } else if (event.shiftKey || !qawl.keys.on()) return;
    if (press(code)) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.checked === false || !event.target.closest("#settle [data-settle-asks]")) return;
    count(event.target.closest("[data-settle-claim]"));
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-settle-take]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation(); // the whole page would come again, without the note and the reason
    take(link);
  }, true);
})();
