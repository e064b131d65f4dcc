// The department's table: a row saves when its grade or reason changes, and shows at once what stands against sending it.
// The server answers JSON {"version", "last", "saved_at", "refusal": {"text", "clause"} | null, "staffing": {level: {"after", "over"}}}; without script each
// row has its own button. 409 {version, values} says that another window has saved the row: both are shown, and the head chooses.
const table = document.querySelector("[data-department]");

async function save(form, token = "") {
  const state = form.querySelector("[data-state]");
  const body = new URLSearchParams(new FormData(form));
  body.delete("once"); // the same row is saved again and again
  const headers = { Accept: "application/json", "X-CSRFToken": token || (document.querySelector("meta[name=csrf-token]")?.content ?? "") };
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers });
    const json = await answer.json();
    if (answer.status === 400 && json.csrf_token && !token) { save(form, json.csrf_token); return; }
    if (answer.status === 409 && json.values) { choose(form, state, json); return; }
    if (answer.ok) known(form, json);
    form.closest("tr").classList.toggle("flag-bad", Boolean(json.refusal) || !answer.ok);
    state.textContent = "";
    state.append(mark(json, answer.ok));
    if (answer.ok) { staffing(json.staffing); ready(); }
  } catch { form.submit(); }
}

// What the buttons below send and take back is what stands here: another window's row is not sent unseen.
function known(form, { version, last }) {
  form.elements.version.value = version;
  document.querySelectorAll("[data-last]").forEach((each) => { each.value = last; });
  const sends = document.querySelector("[data-sends]");
  const held = [...sends.querySelectorAll("input[name=row]")].find((each) => each.value.startsWith(`${form.dataset.row}-`));
  const row = held ?? sends.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "row" }));
  row.value = `${form.dataset.row}-${version}`;
}

function choose(form, state, { version, values }) {
  const words = document.getElementById("autosave-words");
  const theirs = new Map(values);
  const grade = [...form.elements.grade.options].find((option) => option.value === theirs.get("grade"));
  const said = [words.dataset.textNewer, grade?.textContent.trim(), theirs.get("reason")].filter(Boolean).join(" ");
  const button = (text, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: text });
    made.addEventListener("click", () => { form.elements.version.value = version; act(); });
    return made;
  };
  state.replaceChildren(Object.assign(document.createElement("span"), { className: "why bad", textContent: said }), " ",
    button(words.dataset.textMine, () => save(form)), " ",
    button(words.dataset.textTheirs, () => { for (const [name, text] of theirs) form.elements[name].value = text; save(form); }));
}

function mark(json, ok) {
  const refusal = ok ? json.refusal : { text: json.text ?? json.reason ?? json.message ?? "", clause: json.clause };
  const node = document.createElement("span");
  node.className = refusal ? "why bad" : "pill good";
  node.textContent = refusal ? `${refusal.text} ${refusal.clause ?? ""}` : json.saved_at;
  return node;
}

function staffing(levels) {
  for (const [level, { after, over }] of Object.entries(levels)) {
    const tile = document.querySelector(`[data-level="${level}"]`);
    if (!tile) continue;
    tile.querySelector("[data-after]").textContent = after;
    if (!("limited" in tile.dataset)) continue;
    const texts = tile.parentElement.dataset;
    tile.classList.toggle("bad", over > 0);
    tile.querySelector("[data-over]").textContent = over > 0 ? texts.textOver.replace("#", over) : texts.textWithin;
  }
}

function ready() {
  document.querySelectorAll("[data-needs-draft]").forEach((each) => { each.disabled = false; each.hidden = false; });
  document.querySelector("[data-until-draft]")?.remove();
}

table?.querySelectorAll("form[data-row]").forEach((form) => {
  form.querySelectorAll("select, input[name=reason]").forEach((field) => field.addEventListener("change", () => save(form)));
  form.addEventListener("submit", (event) => { event.preventDefault(); save(form); });
});
