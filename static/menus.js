// Filters of agreement and analysis: menus close like menus, and what they lead to is spoken.
(() => {
  const menus = () => document.querySelectorAll("details.filter-menu[open]");

  document.addEventListener("click", (event) => {
    const own = event.target.closest("details.filter-menu");
    for (const menu of menus()) if (menu !== own) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // The verdict, or the new count.
  document.addEventListener("htmx:afterSettle", (event) => {
    const told = event.target.matches("#agreement, #analysis") && event.target.querySelector("[data-say]");
    if (told) document.getElementById("say").textContent = told.textContent.trim();
  });
})();
