// Agreement: filter menus close like menus, and the new verdict is spoken after a filter changes.
(() => {
  const menus = () => document.querySelectorAll("details.agreement-menu[open]");

  document.addEventListener("click", (event) => {
    const own = event.target.closest("details.agreement-menu");
    for (const menu of menus()) if (menu !== own) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const told = event.target.id === "agreement" && event.target.querySelector("[data-say]");
    if (told) document.getElementById("say").textContent = told.textContent.trim();
  });
})();
