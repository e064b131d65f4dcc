// Lists: j/k and arrows move between rows, Enter opens, x picks; filters are remembered for the session; picked rows are counted, and kept from page to page.
// Rows are looked for at each key: several tables are one list, and a part that was put in anew answers too.
const listed = () => [...document.querySelectorAll("table[data-keys] > tbody > tr")].filter((row) => row.checkVisibility());
const current = () => document.querySelector("table[data-keys] > tbody > tr.here");
const opener = (row) => row.querySelector("a[data-opens]") ?? row.querySelector("a");

function mark(row) {
  if (row === current()) return;
  current()?.classList.remove("here");
  row.classList.add("here");
}

function move(by) {
  const rows = listed(), at = rows.indexOf(current());
  const row = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
  if (!row) return;
  mark(row);
  row.scrollIntoView({ block: "nearest" });
  // Never a field: it would take the next j or k as typed.
  const target = opener(row) ?? row.querySelector("[data-pick]:enabled, button:enabled");
  if (target) { target.focus({ preventScroll: true }); return; }
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
}

function bindKeys() {
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("table[data-keys] > tbody > tr");
    if (row) mark(row);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    const inside = event.target.closest("table[data-keys] > tbody > tr");
    if (event.key === "j" || (event.key === "ArrowDown" && inside)) { event.preventDefault(); move(1); }
    else if (event.key === "k" || (event.key === "ArrowUp" && inside)) { event.preventDefault(); move(-1); }
    else if (event.key === "x") current()?.querySelector("[data-pick]:enabled")?.click();
    else if (event.key === "Enter" && (event.target === document.body || event.target === inside || event.target.matches("[data-pick]"))) {
      event.preventDefault();  // on a tick a browser would send the form
      if (current()) opener(current())?.click();
    }
  });
}

function bindPicking(form) {
  const picks = [...form.querySelectorAll("[data-pick]:enabled")];
  const buttons = [...document.querySelectorAll(`[data-needs-rows][form="${form.id}"]`)];
  const count = () => {
    const every = form.querySelector("[data-pick-every]")?.checked, elsewhere = Number(form.dataset.tickedElsewhere ?? 0);
    const picked = picks.filter((pick) => pick.checked).length + elsewhere + (every ? 1 : 0);
    buttons.forEach((button) => { button.disabled = picked === 0; });
  };
  form.querySelector("[data-pick-all]")?.addEventListener("change", (event) => {
    picks.forEach((pick) => { pick.checked = event.target.checked; });
    count();
  });
  form.addEventListener("change", count);
  if ("keepTicks" in form.dataset) keepTicks(form, picks);
  count();
}

// Ticks of the other parts of a list are kept while one turns its pages, told, and sent along.
function keepTicks(form, picks) {
  const key = `ticks:${location.pathname}`, kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  const here = new Set(picks.map((pick) => pick.value)), said = form.querySelector("[data-elsewhere]");
  const elsewhere = Object.keys(kept).filter((value) => kept[value] && !here.has(value));
  picks.forEach((pick) => { pick.checked = kept[pick.value] ?? pick.checked; });
  const keep = () => {
    picks.forEach((pick) => { kept[pick.value] = pick.checked; });
    sessionStorage.setItem(key, JSON.stringify(kept));
  };
  if (said && elsewhere.length) {
    said.textContent = said.dataset.elsewhere.replace("{}", elsewhere.length);
    said.hidden = false;
  }
  form.dataset.tickedElsewhere = elsewhere.length;
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => {
    elsewhere.forEach((value) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name: picks[0]?.name ?? "review", value })));
    sessionStorage.removeItem(key);  // what somebody else has dealt with meanwhile must not be sent again and again
  });
  keep();
}

// A table wider than its place scrolls sideways: then, and only then, the keyboard must be able to reach it.
function reachable(wrap) {
  const wide = wrap.scrollWidth > wrap.clientWidth;
  wrap.toggleAttribute("tabindex", wide);
  if (!wide) { wrap.removeAttribute("role"); return; }
  wrap.tabIndex = 0;
  wrap.setAttribute("role", "region");
  wrap.setAttribute("aria-label", wrap.querySelector("caption")?.textContent ?? document.querySelector("h1")?.textContent ?? "");
}

function keepFilter(form) {
  const key = `filter:${location.pathname}`;
  const kept = sessionStorage.getItem(key);
  const chosen = new URLSearchParams(location.search);
  chosen.delete("page");  // a list grows and shrinks: it begins at its beginning
  if (location.search) sessionStorage.setItem(key, chosen.size ? `?${chosen}` : "");
  else if (kept) { location.replace(location.pathname + kept + location.hash); return; }
  form.querySelector("[data-forget]")?.addEventListener("click", () => sessionStorage.removeItem(key));
}

bindKeys();
document.querySelectorAll("form[data-rows]").forEach(bindPicking);
const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => reachable(target)));
document.querySelectorAll(".table-wrap").forEach((wrap) => widths.observe(wrap));
document.querySelectorAll("form[data-keep]").forEach(keepFilter);

document.addEventListener("change", ({ target }) => {
  const name = target.dataset?.tickAll;
  if (name) target.form.querySelectorAll(`[name="${name}"]`).forEach((box) => { box.checked = target.checked; });
});
