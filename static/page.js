// What every page needs after a swap: the focus stays on the work, menus close.
(() => {
  // A swap leaves <html> as it was. What it has to know of the page stands there in words: with :has() on it
  // every key pressed would restyle the page.
  const PARTS = { desk: "#desk", hint: "#hint.hint", bench: ".bench-end", settle: ".settle-foot" };
  document.addEventListener("htmx:afterSwap", () => {
    const { dataset } = document.documentElement;
    const here = Object.keys(PARTS).filter((part) => document.querySelector(PARTS[part])).join(" ");
    if (dataset.parts !== here) dataset.parts = here;
  });

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target?.id === "panel") return; // the card gives the focus itself
    if (document.activeElement && document.activeElement !== document.body) return;
    const work = document.getElementById("work");
    (work.querySelector("[autofocus]") || work).focus({ preventScroll: true });
  });

  // What sticks below the top bar has to know how high it is: large text and long words make it two lines.
  const heights = new ResizeObserver(([bar]) => {
    // A bar that was swapped away has no height any more; the one in its place is measured when all is settled.
    if (!bar.target.isConnected) return;
    const stays = getComputedStyle(bar.target).position === "sticky"; // or it goes with the page and covers nothing
    document.documentElement.style.setProperty("--top", `${stays ? bar.target.offsetHeight : 0}px`);
  });
  const measure = () => {
    heights.disconnect();
    heights.observe(document.getElementById("top"));
    // Where the entries are one row that scrolls, the one we are at is in sight.
    document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  };
  document.addEventListener("htmx:afterSettle", measure);
  measure();

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.person[open]")) {
      if (menu !== except) menu.open = false;
    }
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.person")));
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.person[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
