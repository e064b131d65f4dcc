// The menu on the phone, the sheets of the top bar, the theme switch.
const root = document.documentElement;

function bindDrawer(button) {
  const side = document.getElementById(button.dataset.menu);
  const show = (open) => {
    side.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) (side.querySelector("[aria-current]") ?? side.querySelector("a")).focus();
  };
  button.addEventListener("click", () => show(!side.classList.contains("open")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side.classList.contains("open")) { show(false); button.focus(); }
  });
  document.addEventListener("click", (event) => {
    if (side.classList.contains("open") && !side.contains(event.target) && !button.contains(event.target)) show(false);
  });
}

function closeSheets(except) {
  document.querySelectorAll("details[data-menu-sheet][open]").forEach((sheet) => { if (sheet !== except) sheet.open = false; });
}

function switchTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* the choice then lasts for this page */ }
}

document.querySelectorAll("[data-menu]").forEach(bindDrawer);
document.querySelectorAll("[data-theme-switch]").forEach((button) => button.addEventListener("click", switchTheme));
document.addEventListener("click", (event) => closeSheets(event.target.closest("details[data-menu-sheet]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu-sheet][open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
