// Drafts that are never lost. A form carries (macro forms.autosave): data-autosave-url, data-record, data-version, data-saved-at,
// data-text-* (the sentences to show). After a pause in typing the whole form is posted to the URL with X-CSRFToken and "version".
//
// The server answers JSON: 200 {"version": 4, "saved_at": "10:32"} | 409 {"version": 5, "saved_at": "10:31"} (another window saved a
// newer one: nothing written) | 422 {"fields": {name: text}} (kept as far as it goes, shown) | 400/401/403 or a page: signed out.
//
// Until the server has said 200, a copy stays in localStorage under record and version; it is offered again on the next visit.
const PAUSE_MS = 1500;
const RETRY_MS = 10000;
const UNSAVED = new Set(["csrf_token", "once", "version"]);

class Draft {
  constructor(form) {
    this.form = form;
    this.key = `draft:${form.dataset.record}`;
    this.version = form.dataset.version;
    this.state = form.querySelector("[data-save-state]");
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(this.key) : null;
    this.stale = false;
    this.listen();
    this.offerCopy();
  }

  listen() {
    this.form.addEventListener("input", () => this.touched());
    this.form.addEventListener("change", () => this.touched());
    this.form.addEventListener("submit", () => { clearTimeout(this.timer); this.submitting = true; });
    addEventListener("online", () => { if (this.dirty) this.save(); });
    addEventListener("pagehide", () => { if (this.dirty) this.keepCopy(); });
    addEventListener("beforeunload", (event) => { if (this.dirty && !this.submitting) event.preventDefault(); });
    if (this.channel) this.channel.onmessage = ({ data }) => { if (Number(data.version) > Number(this.version)) this.newer(data); };
  }

  touched() {
    this.dirty = true;
    this.keepCopy();
    clearTimeout(this.timer);
    if (!this.stale) this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  values() {
    return [...new FormData(this.form)].filter(([name, value]) => !UNSAVED.has(name) && typeof value === "string");
  }

  keepCopy() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: this.version, at: Date.now(), values: this.values() }));
    } catch { /* no room or no storage: the server's copy remains */ }
  }

  dropCopy() {
    try { localStorage.removeItem(this.key); } catch { /* nothing was kept */ }
  }

  async save() {
    if (this.saving) { this.again = true; return; }
    this.saving = true;
    this.say("saving");
    const sent = JSON.stringify(this.values());
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, { method: "POST", body: this.body(), headers: this.headers(), redirect: "manual" });
      await this.hear(answer, sent);
    } catch {
      this.say("offline", "warn");
      this.retry();
    } finally {
      this.saving = false;
      if (this.again) { this.again = false; this.save(); }
    }
  }

  body() {
    return new URLSearchParams([...this.values(), ["version", this.version]]);
  }

  headers() {
    return { "X-CSRFToken": document.querySelector("meta[name=csrf-token]")?.content ?? "", Accept: "application/json" };
  }

  async hear(answer, sent) {
    const json = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : null;
    if (answer.ok && json) this.saved(json, sent);
    else if (answer.status === 409 && json) this.newer(json);
    else if (answer.status === 422 && json) this.say("wrong", "bad", Object.values(json.fields ?? {}).join(" "));
    else if (answer.status >= 500) { this.say("offline", "warn"); this.retry(); }
    else this.say("signed-out", "warn", "", { href: location.href, target: "_blank" });
  }

  saved(json, sent) {
    this.version = this.form.dataset.version = String(json.version);
    const hidden = this.form.querySelector("input[name=version]");
    if (hidden) hidden.value = this.version;
    if (sent === JSON.stringify(this.values())) { this.dirty = false; this.dropCopy(); } else this.keepCopy();
    this.say("saved", "", json.saved_at);
    this.channel?.postMessage(json);
  }

  newer(json) {
    this.stale = true;
    clearTimeout(this.timer);
    if (this.dirty) this.keepCopy();
    this.say("newer", "warn", json.saved_at, { href: location.href });
  }

  retry() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), RETRY_MS);
  }

  offerCopy() {
    let copy = null;
    try { copy = JSON.parse(localStorage.getItem(this.key)); } catch { /* unreadable: as good as none */ }
    if (!copy || JSON.stringify(copy.values) === JSON.stringify(this.values())) return;
    const note = document.createElement("div");
    note.className = "alert alert-warning draft-note";
    note.setAttribute("role", "status");
    const when = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    note.append(Object.assign(document.createElement("div"), { textContent: `${this.text("found")} ${when}` }));
    note.append(this.button("restore", () => { this.restore(copy); note.remove(); }), this.button("discard", () => { this.dropCopy(); note.remove(); }));
    this.form.prepend(note);
  }

  restore(copy) {
    const values = new Map();
    copy.values.forEach(([name, value]) => values.set(name, [...(values.get(name) ?? []), value]));
    for (const field of this.form.elements) {
      if (!field.name || UNSAVED.has(field.name) || field.type === "file") continue;
      const mine = values.get(field.name) ?? [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = mine.includes(field.value);
      else if (field.multiple) [...field.options].forEach((option) => { option.selected = mine.includes(option.value); });
      else if (mine.length) field.value = mine.shift();
    }
    this.touched();
  }

  button(name, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: this.text(name) });
    button.addEventListener("click", act);
    return button;
  }

  text(name) {
    return this.form.getAttribute(`data-text-${name}`) ?? "";
  }

  say(name, tone = "", detail = "", link = null) {
    if (!this.state) return;
    this.state.textContent = [this.text(name), detail].filter(Boolean).join(" ");
    this.state.dataset.tone = tone;
    if (link) this.state.append(" ", Object.assign(document.createElement("a"), { ...link, textContent: this.text(`${name}-link`) }));
  }
}

document.querySelectorAll("form[data-autosave-url]").forEach((form) => new Draft(form));
