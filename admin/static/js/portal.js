// The one module that every page loads; each part looks for its own data-* marks and does nothing without them.
import "./menu.js";
import "./dialogs.js";
import "./table.js";

if (document.querySelector("form[data-autosave-url]")) import("./autosave.js");
if (document.querySelector("form[data-upload]")) import("./upload.js");

document.querySelector("[data-focus]")?.focus();
document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss-alert]")?.closest(".alert").remove();
});
