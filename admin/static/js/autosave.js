// Long forms that lose nothing. Every posted form with a text area is one; where its record keeps the draft itself (application
// form, ratings) the form says where: data-autosave-url, data-record (macro forms.autosave) and a hidden "version". Every other is kept at
// the address of #autosave-words, which also holds the sentences to show and for whom this browser keeps texts.
//
// After a pause in typing the whole form is posted. The server answers JSON: 200 {version, saved_at} | 409 {version, saved_at,
// values: [[name, text]]} (another window saved a newer one, nothing was written: both are shown, and the reader chooses) |
// 422 {fields: {name: text}} | 400 {csrf_token} (the page is old: once more with the token of today) | 401 (nobody is signed in) |
// 403 {another} (somebody else is). Only 401 is told as "signed out": 5xx and 429 are the portal's own trouble, no answer the line's,
// and a redirect is none of its answers.
//
// Until the server has said 200, a copy stays in localStorage under the writer, the form and its version. It is offered to the same
// person only, and beside what the server has where that is newer.
const PAUSE_MS = 1500;
const RETRY_MS = 10000;
const KEPT_MS = 30 * 24 * 3600 * 1000;
const MADE_ANEW = new Set(["csrf_token", "once", "version", "unsent", "written_by", "stands_on", "back", "seen"]);
const words = document.getElementById("autosave-words");
const mine = `draft:${words?.dataset.writer}:`;

class Draft {
  constructor(form) {
    this.form = form;
    this.own = form.dataset.autosaveUrl;
    this.place = new URL(form.getAttribute("action") || location.href, location.href).pathname;
    this.hidden = [...form.querySelectorAll("input[type=hidden]")].map((field) => field.name).filter((name) => !MADE_ANEW.has(name));
    this.key = mine + (this.own ? form.dataset.record : [this.place, ...this.values().filter(([name]) => this.hidden.includes(name)).flat()].join("|"));
    this.versionField = form.querySelector(this.own ? "input[name=version]" : "input[name=unsent]");
    this.state = form.querySelector("[data-save-state]") ?? this.newState();
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(this.key) : null;
    this.listen();
    this.offerCopy();
    // A form that came back holds what was typed, and nobody has it yet.
    if (form.querySelector(":scope > .errors, :scope > [data-focus]")) this.touched();
  }

  get version() { return this.versionField?.value ?? ""; }

  newState() {
    const state = Object.assign(document.createElement("p"), { className: "small muted" });
    state.setAttribute("role", "status");
    const button = this.form.querySelector("button:not([type=button])");
    (button?.closest("p, .buttons, .bar") ?? button)?.before(state);
    return state;
  }

  listen() {
    this.form.addEventListener("input", () => this.touched());
    this.form.addEventListener("change", () => this.touched());
    this.form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.again());
    addEventListener("focus", () => { if (this.waits) this.again(); });
    addEventListener("pagehide", () => { if (this.dirty) this.keepCopy(); });
    addEventListener("beforeunload", (event) => { if (this.dirty && !this.submitting) event.preventDefault(); });
    if (this.channel) this.channel.onmessage = ({ data }) => { if (Number(data.version) > Number(this.version)) this.again(); };
  }

  // A saving that is on its way would bring back what is being sent: it is waited for.
  submitted(event) {
    clearTimeout(this.timer);
    if (!this.saving) { this.sending(); return; }
    event.preventDefault();
    const button = event.submitter;
    this.afterSaving = () => { clearTimeout(this.timer); this.form.requestSubmit(button); };
  }

  // Whether it arrived is seen on the page that answers: the copy goes where that is no error and the form stands there no more.
  sending() {
    this.submitting = true;
    if (!this.dirty) return;
    this.keepCopy();
    sessionStorage.setItem("sending", this.key);
  }

  touched() {
    this.dirty = true;
    this.submitting = false;
    this.keepCopy();
    clearTimeout(this.timer);
    if (!this.stale) this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  again() {
    if (this.dirty && !this.stale && !this.submitting) this.save();
  }

  values() {
    return [...new FormData(this.form)].filter(([name, value]) => !MADE_ANEW.has(name) && typeof value === "string" && !name.includes("password"));
  }

  keepCopy() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: this.version, at: Date.now(), values: this.values() }));
    } catch { /* no room or no storage: the server's copy remains */ }
  }

  dropCopy() {
    try { localStorage.removeItem(this.key); } catch { /* nothing was kept */ }
  }

  async save(token = "") {
    if (this.saving) { this.queued = true; return; }
    this.saving = true;
    this.waits = false;
    clearTimeout(this.timer);
    this.say("saving");
    const sent = JSON.stringify(this.values());
    try {
      const answer = await fetch(this.own ?? words.dataset.url, { method: "POST", body: this.body(), headers: this.headers(token), redirect: "manual" });
      await this.hear(answer, sent, token);
    } catch {
      this.say("offline", "warn");
      this.retry();
    } finally {
      this.saving = false;
      const [next, queued] = [this.afterSaving, this.queued];
      this.afterSaving = this.queued = null;
      if (next) next(); else if (queued) this.again();
    }
  }

  body() {
    const carried = [...new FormData(this.form)].filter(([name]) => ["version", "unsent", "written_by", "stands_on"].includes(name));
    const once = this.form.querySelector("input[name=once]")?.value ?? "";
    const where = [["unsent_place", this.place], ["unsent_window", once], ...this.hidden.map((name) => ["unsent_about", name])];
    return new URLSearchParams([...this.values(), ...carried, ...(this.own ? [] : where)]);
  }

  headers(token) {
    return { "X-CSRFToken": token || (document.querySelector("meta[name=csrf-token]")?.content ?? ""), Accept: "application/json" };
  }

  async hear(answer, sent, token) {
    const json = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.ok && json.version !== undefined) this.saved(json, sent);
    else if (answer.status === 409 && json.values) this.newer(json);
    else if (answer.status === 422) this.say("wrong", "bad", Object.values(json.fields ?? {}).join(" "));
    else if (answer.status === 400 && json.csrf_token && !token) this.renew(json.csrf_token);
    else if (answer.status === 401) this.wait("signed-out", { href: location.href, target: "_blank" });
    else if (answer.status === 403 && json.another) this.wait("another");
    else if (answer.status >= 500 || answer.status === 429) { this.say("unavailable", "warn"); this.retry(); }
    else if (answer.type === "opaqueredirect") this.wait("refused");
    else this.say("refused", "warn", json.message ?? json.reason ?? "");
  }

  // Signed in again, in this window or another: the page goes on with the token of today.
  renew(token) {
    document.querySelectorAll("input[name=csrf_token]").forEach((field) => { field.value = token; });
    document.querySelector("meta[name=csrf-token]")?.setAttribute("content", token);
    this.afterSaving ??= () => this.save(token);
  }

  wait(name, link = null) {
    this.keepCopy();
    this.waits = true;
    this.say(name, "warn", "", link);
  }

  saved(json, sent) {
    this.setVersion(json.version);
    if (sent === JSON.stringify(this.values())) { this.dirty = false; this.dropCopy(); } else this.keepCopy();
    this.say("saved", "", json.saved_at);
    this.channel?.postMessage({ version: json.version });
  }

  setVersion(version) {
    if (this.versionField) this.versionField.value = String(version);
  }

  newer(json) {
    this.stale = true;
    this.keepCopy();
    this.say("newer", "warn", json.saved_at);
    const chosen = (version) => { this.stale = false; this.setVersion(version); };
    this.choose(this.text("newer"), this.values(), json.values, ["here", "there"], [
      ["mine", () => { chosen(json.version); this.touched(); this.save(); }],
      ["theirs", () => { chosen(json.version); this.fill(json.values); this.dirty = false; this.dropCopy(); this.say("saved", "", json.saved_at); }],
    ]);
  }

  retry() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), RETRY_MS);
  }

  offerCopy() {
    let copy = null;
    try { copy = JSON.parse(localStorage.getItem(this.key)); } catch { /* unreadable: as good as none */ }
    if (!copy || this.same(copy.values, this.values())) { if (copy) this.dropCopy(); return; }
    const when = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    // Both are shown before anything is put back: what stands here may be newer.
    this.choose(`${this.text("found")} ${when}`, copy.values, this.values(), ["kept", "here"], [
      ["restore", () => { this.fill(copy.values); this.touched(); }],
      ["discard", () => this.dropCopy()],
    ]);
  }

  same(some, others) {
    const told = (pairs) => JSON.stringify(pairs.filter(([, text]) => text).map(([name, text]) => [name, text.replaceAll("\r\n", "\n")]).sort());
    return told(some) === told(others);
  }

  // Two texts side by side, and a button for each.
  choose(said, left, right, heads, buttons) {
    this.form.querySelector(":scope > .draft-note")?.remove();
    const note = Object.assign(document.createElement("div"), { className: "alert alert-warning draft-note" });
    note.setAttribute("role", "status");
    const inside = document.createElement("div");
    inside.append(Object.assign(document.createElement("p"), { textContent: said }), this.table(left, right, heads));
    for (const [name, act] of buttons) inside.append(this.button(name, () => { note.remove(); act(); }), " ");
    note.append(inside);
    this.form.prepend(note);
  }

  table(left, right, heads) {
    const [one, other] = [this.shown(left), this.shown(right)];
    const table = Object.assign(document.createElement("table"), { className: "cards both-texts" });
    const head = table.createTHead().insertRow();
    for (const name of ["field", ...heads]) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: this.text(name) }));
    const body = table.createTBody();
    for (const name of new Set([...one.keys(), ...other.keys()])) {
      if (this.hidden.includes(name) || (one.get(name) ?? "") === (other.get(name) ?? "")) continue;
      const row = body.insertRow();
      row.append(Object.assign(document.createElement("th"), { scope: "row", textContent: this.label(name) }));
      [one, other].forEach((texts, place) => {
        const cell = Object.assign(row.insertCell(), { className: "pre", textContent: texts.get(name) || "—" });
        cell.dataset.label = this.text(heads[place]);
      });
    }
    const wrap = Object.assign(document.createElement("div"), { className: "table-wrap" });
    wrap.append(table);
    return wrap;
  }

  shown(pairs) {
    const texts = new Map();
    pairs.filter(([, text]) => text).forEach(([name, text]) => {
      const option = [...(this.form.elements[name]?.options ?? [])].find((each) => each.value === text);
      texts.set(name, [texts.get(name), option?.textContent.trim() ?? text.replaceAll("\r\n", "\n")].filter(Boolean).join("\n"));
    });
    return texts;
  }

  label(name) {
    const found = this.form.elements[name];
    const field = found instanceof RadioNodeList ? found[0] : found;
    const heading = field?.type === "radio" ? field.closest("fieldset")?.querySelector("legend") : field?.labels?.[0];
    return heading?.textContent.replace(/\s*\*\s*\([^)]*\)\s*$/, "").trim() || name;
  }

  fill(pairs) {
    const values = new Map();
    pairs.forEach(([name, value]) => values.set(name, [...(values.get(name) ?? []), value]));
    for (const field of this.form.elements) {
      if (!field.name || MADE_ANEW.has(field.name) || this.hidden.includes(field.name) || field.type === "file") continue;
      const held = values.get(field.name) ?? [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = held.includes(field.value);
      else if (field.multiple) [...field.options].forEach((option) => { option.selected = held.includes(option.value); });
      else if (values.has(field.name)) field.value = held.shift() ?? "";
    }
  }

  button(name, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: this.text(name) });
    button.addEventListener("click", act);
    return button;
  }

  text(name) {
    return words.getAttribute(`data-text-${name}`) ?? "";
  }

  say(name, tone = "", detail = "", link = null) {
    if (!this.state) return;
    this.state.textContent = [this.text(name), detail].filter(Boolean).join(" ");
    this.state.dataset.tone = tone;
    if (link) this.state.append(" ", Object.assign(document.createElement("a"), { ...link, textContent: this.text(`${name}-link`) }));
  }
}

function isLong(form) {
  if (form.method !== "post" || !form.querySelector("input[name=written_by]") || form.querySelector("input[type=password]")) return false;
  return form.dataset.autosaveUrl !== undefined || form.querySelector("textarea:not([readonly])") !== null;
}

// What was sent has arrived where the answer is no error page and no form that came back.
function forgetSent(drafts) {
  const key = sessionStorage.getItem("sending");
  sessionStorage.removeItem("sending");
  if (key && !document.querySelector(".error-page, .errors") && !drafts.some((draft) => draft.key === key)) localStorage.removeItem(key);
}

function forgetOld() {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith("draft:"))) {
    try { if (Date.now() - JSON.parse(localStorage.getItem(key)).at > KEPT_MS) localStorage.removeItem(key); } catch { localStorage.removeItem(key); }
  }
}

if (words) {
  const drafts = [...document.forms].filter(isLong).map((form) => new Draft(form));
  try { forgetSent(drafts); forgetOld(); } catch { /* no storage: nothing was kept */ }
}
