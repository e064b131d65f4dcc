// Questions before acts: data-confirm="text" on a submit button asks first; data-dialog="id" opens a <dialog> of the page.
const asking = document.getElementById("confirm-dialog");
const SENT_MS = 8000;
let pending = null;

function askFirst(event, button) {
  event.preventDefault();
  pending = button;
  document.getElementById("confirm-text").textContent = button.dataset.confirm;
  asking.showModal();
}

function goAhead() {
  const button = pending;
  pending = null;
  asking.close();
  button.dataset.confirmed = "yes";
  button.form.requestSubmit(button);
  delete button.dataset.confirmed;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  else if (button.dataset.confirm && !button.dataset.confirmed && asking) askFirst(event, button);
  else if (button.dataset.dialog) document.getElementById(button.dataset.dialog).showModal();
  else if ("close" in button.dataset) button.closest("dialog").close();
  else if ("confirmed" in button.dataset && button.closest("#confirm-dialog")) goAhead();
});

// A second click while the first is on its way sends nothing twice.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "yes";
  setTimeout(() => delete event.target.dataset.sent, SENT_MS); // an answer that is a download leaves this page open
});
