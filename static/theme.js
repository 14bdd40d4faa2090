// Light, dark, or as the computer. Runs before the page is drawn, so nothing flashes.
(() => {
  const root = document.documentElement;
  const choices = ["auto", "light", "dark"];

  function remembered() {
    try { return localStorage.getItem("qawl-theme"); } catch { return null; }  // storage may be forbidden
  }
  function remember(choice) {
    try { localStorage.setItem("qawl-theme", choice); } catch { /* lasts until the page is left */ }
  }
  function show(choice) {
    root.dataset.theme = choices.includes(choice) ? choice : "auto";
  }

  show(remembered());
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".theme")) return;
    const choice = choices[(choices.indexOf(root.dataset.theme) + 1) % choices.length];
    remember(choice);
    show(choice);
  });
  window.addEventListener("storage", (event) => {
    if (event.key === "qawl-theme") show(event.newValue);
  });
})();
