// Runs before the first paint: marks that scripts work, and puts on the theme that the person chose.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let theme = null;
  try { theme = localStorage.getItem("theme"); } catch { /* storage may be closed to us */ }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
})();
