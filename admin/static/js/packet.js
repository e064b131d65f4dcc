// The packet reader's keys: n and p lead to the next and the previous case.
const keys = { n: "next", p: "prev" };

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  document.querySelector(`main a[rel="${keys[event.key]}"]`)?.click();
});
