// The one module that every page loads; each part looks for its own data-* marks and does nothing without them.
import "./menu.js";
import "./dialogs.js";
import "./table.js";
import "./live.js";

if (document.querySelector("form textarea") || sessionStorage.getItem("sending")) import("./autosave.js");
if (document.querySelector("form[data-upload]")) import("./upload.js");
if (document.querySelector("[data-held]")) import("./held.js");
if (document.querySelector("form[data-check]")) import("./check.js");

// Messages that an upload's answer has used up (upload.js) stand where the page was opened, or on top.
const told = new DOMParser().parseFromString(sessionStorage.getItem("told") ?? "", "text/html");
sessionStorage.removeItem("told");
(document.getElementById(location.hash.slice(1)) ?? document.querySelector("main"))?.prepend(...told.body.children);

document.querySelector("[data-focus]")?.focus();
document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss-alert]")?.closest(".alert").remove();
});
