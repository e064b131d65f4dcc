// Lists: j/k and arrows move between rows, Enter opens, x picks; filters are remembered for the session; picked rows are counted.
function bindKeys(table) {
  const rows = [...table.tBodies[0].rows];
  let at = -1;
  const go = (index) => {
    rows[at]?.classList.remove("here");
    at = Math.max(0, Math.min(rows.length - 1, index));
    rows[at].classList.add("here");
    rows[at].scrollIntoView({ block: "nearest" });
    rows[at].querySelector("a, button, select, input")?.focus({ preventScroll: true });
  };
  table.addEventListener("focusin", (event) => {
    const index = rows.indexOf(event.target.closest("tr"));
    if (index >= 0 && index !== at) { rows[at]?.classList.remove("here"); at = index; rows[at].classList.add("here"); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j" || (event.key === "ArrowDown" && table.contains(event.target))) { event.preventDefault(); go(at + 1); }
    else if (event.key === "k" || (event.key === "ArrowUp" && table.contains(event.target))) { event.preventDefault(); go(at - 1); }
    else if (event.key === "x" && at >= 0) rows[at].querySelector("[data-pick]")?.click();
    else if (event.key === "Enter" && at >= 0 && event.target === document.body) rows[at].querySelector("a")?.click();
  });
}

function bindPicking(form) {
  const picks = [...form.querySelectorAll("[data-pick]")];
  const buttons = [...document.querySelectorAll(`[data-needs-rows][form="${form.id}"]`)];
  const count = () => {
    const picked = picks.filter((pick) => pick.checked).length;
    buttons.forEach((button) => { button.disabled = picked === 0; });
  };
  form.querySelector("[data-pick-all]")?.addEventListener("change", (event) => {
    picks.forEach((pick) => { pick.checked = event.target.checked; });
    count();
  });
  form.addEventListener("change", count);
  count();
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
  if (location.search) sessionStorage.setItem(key, location.search);
  else if (kept) { location.replace(location.pathname + kept + location.hash); return; }
  form.querySelector("[data-forget]")?.addEventListener("click", () => sessionStorage.removeItem(key));
}

document.querySelectorAll("table[data-keys]").forEach(bindKeys);
document.querySelectorAll("form[data-rows]").forEach(bindPicking);
const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => reachable(target)));
document.querySelectorAll(".table-wrap").forEach((wrap) => widths.observe(wrap));
document.querySelectorAll("form[data-keep]").forEach(keepFilter);
