// A text field that finds one choice among many (ARIA combobox): from the server (`endpoint` answers {results: [{id, text}]} to ?q=)
// or from a long <select>. The value itself stays in the original field, which is hidden; without scripts that field is used as it is.
const PAUSE_MS = 200;
const MOST_SHOWN = 20;

class Combobox {
  constructor(field, find, text, noneText) {
    Object.assign(this, { field, find, noneText, chosenText: text, at: -1, shown: [] });
    this.build();
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const index = [...this.list.children].indexOf(event.target.closest("[role=option]"));
      if (this.shown[index]) this.choose(this.shown[index]);
    });
  }

  build() {
    const { field } = this;
    const id = field.id;
    this.input = Object.assign(document.createElement("input"), { type: "text", id, value: this.chosenText, autocomplete: "off", required: field.required });
    this.list = Object.assign(document.createElement("ul"), { id: `${id}-list`, hidden: true });
    field.id = `${id}-value`;
    field.required = false;
    this.attributes(this.input, { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" });
    for (const name of ["aria-describedby", "aria-invalid"]) if (field.hasAttribute(name)) this.input.setAttribute(name, field.getAttribute(name));
    const label = document.querySelector(`label[for="${id}"]`)?.textContent.trim() ?? "";
    this.attributes(this.list, { role: "listbox", "aria-label": label });
    if (field instanceof HTMLSelectElement) field.hidden = true; else field.type = "hidden";
    const box = Object.assign(document.createElement("div"), { className: "combo" });
    box.append(this.input, this.list);
    field.after(box);
  }

  attributes(element, values) {
    Object.entries(values).forEach(([name, value]) => element.setAttribute(name, value));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), PAUSE_MS);
  }

  async open() {
    const term = this.input.value === this.chosenText ? "" : this.input.value.trim();
    const found = await this.find(term).catch(() => []);
    if (document.activeElement === this.input) this.show(found.slice(0, MOST_SHOWN));
  }

  show(found) {
    this.shown = found;
    this.at = -1;
    this.list.replaceChildren(...found.map((choice, index) => this.option(choice.text, index)));
    if (!found.length) {
      const none = this.option(this.noneText, 0);
      none.setAttribute("aria-disabled", "true");
      this.list.append(none);
    }
    this.expand(true);
  }

  option(text, index) {
    const option = Object.assign(document.createElement("li"), { id: `${this.list.id}-${index}`, textContent: text });
    this.attributes(option, { role: "option", "aria-selected": "false" });
    return option;
  }

  expand(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const closed = this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (closed) this.open(); else this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !closed && this.shown.length) {
      event.preventDefault();
      this.choose(this.shown[Math.max(this.at, 0)]);
    } else if (event.key === "Escape" && !closed) {
      event.stopPropagation();
      this.expand(false);
    }
  }

  move(step) {
    if (!this.shown.length) return;
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = (this.at + step + this.shown.length) % this.shown.length;
    const option = this.list.children[this.at];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(choice) {
    this.field.value = choice.id;
    this.chosenText = this.input.value = choice.text;
    this.field.dispatchEvent(new CustomEvent("chosen", { detail: choice }));
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.expand(false);
  }

  leave() {
    clearTimeout(this.timer);
    this.expand(false);
    if (this.input.value.trim() === "" && this.chosenText) this.choose({ id: "", text: "" });
    else this.input.value = this.chosenText;
  }
}

// The endpoint knows texts by search only; what was chosen in this session is remembered, for filters that stand in the address.
export function fromServer(field, noneText) {
  const url = field.getAttribute("endpoint");
  const key = (id) => `chosen:${url}:${id}`;
  const find = async (term) => {
    const answer = await fetch(`${url}?${new URLSearchParams({ q: term })}`, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).results : [];
  };
  const text = field.value ? field.dataset.text || sessionStorage.getItem(key(field.value)) || field.value : "";
  field.addEventListener("chosen", ({ detail }) => { if (detail.id) sessionStorage.setItem(key(detail.id), detail.text); });
  return new Combobox(field, find, text, noneText);
}

export function fromSelect(select, noneText) {
  const choices = [...select.options].map((option) => ({ id: option.value, text: option.text }));
  const find = async (term) => choices.filter((choice) => choice.text.toLowerCase().includes(term.toLowerCase()));
  return new Combobox(select, find, select.selectedOptions[0]?.text ?? "", noneText);
}
