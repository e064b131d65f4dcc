// Generated forms and filters: the browser's own date fields, finders for long lists, tick boxes for many choices, the filter panel.
import { fromSelect, fromServer } from "./combobox.js";

const LONG_LIST = 30;
const SHORT_LIST = 12;
const TEXTS = document.querySelector("script[data-find]").dataset;

function setType(input, type, value) {
  input.value = ""; // what the old type held need not be valid for the new one
  input.type = type;
  input.value = value;
}

function useNativeDates() {
  document.querySelectorAll(".appbuilder_date input").forEach((input) => { setType(input, "date", input.value.slice(0, 10)); });
  document.querySelectorAll(".appbuilder_datetime input").forEach((input) => {
    input.step = 1;
    setType(input, "datetime-local", input.value.slice(0, 19).replace(" ", "T"));
    input.form?.addEventListener("formdata", ({ formData }) => {
      const typed = formData.get(input.name);
      if (typed) formData.set(input.name, `${typed.replace("T", " ")}${typed.length === 16 ? ":00" : ""}`);
    });
  });
}

function labelOf(element) {
  return document.querySelector(`label[for="${element.id}"]`)?.textContent.trim() ?? element.getAttribute("aria-label") ?? "";
}

// A list of which many may be chosen: tick boxes, grouped where FAB names permissions ("can edit on CourseView"), with a finder
// when it is long.
function useTickBoxes(select) {
  const box = Object.assign(document.createElement("div"), { className: "picks" });
  const finder = Object.assign(document.createElement("input"), { type: "search", placeholder: TEXTS.find });
  finder.setAttribute("aria-label", labelOf(select));
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", labelOf(select));
  if (select.options.length > SHORT_LIST) box.append(finder);
  const groups = new Map();
  for (const option of select.options) {
    const title = option.text.split(" on ")[1] ?? "";
    groups.set(title, [...(groups.get(title) ?? []), option]);
  }
  [...groups.keys()].sort().forEach((group) => box.append(groupOf(group, groups.get(group))));
  finder.addEventListener("input", () => box.querySelectorAll("fieldset").forEach((group) => narrow(group, finder.value.toLowerCase())));
  select.hidden = true;
  select.after(box);
}

function narrow(group, wanted) {
  const whole = group.querySelector("legend").textContent.toLowerCase().includes(wanted);
  const labels = [...group.querySelectorAll("label")];
  labels.forEach((label) => { label.hidden = !whole && !label.textContent.toLowerCase().includes(wanted); });
  group.hidden = labels.every((label) => label.hidden);
}

function groupOf(title, options) {
  const group = document.createElement("fieldset");
  group.append(Object.assign(document.createElement("legend"), { textContent: title }));
  const list = Object.assign(document.createElement("div"), { className: "choices" });
  for (const option of options) {
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: option.selected });
    tick.addEventListener("change", () => { option.selected = tick.checked; });
    const label = document.createElement("label");
    label.append(tick, option.text.split(" on ")[0]);
    list.append(label);
  }
  group.append(list);
  return group;
}

function bindFilters(form) {
  const rows = new Map([...form.querySelectorAll("[data-column]")].map((row) => [row.dataset.column, row]));
  for (const [column, comparison, value] of JSON.parse(form.dataset.fabFilters)) fill(form, rows.get(column), comparison, [value].flat());
  form.addEventListener("submit", () => rows.forEach(nameField));
  form.addEventListener("formdata", ({ formData }) => { for (const [name, value] of [...formData]) if (value === "") formData.delete(name); });
}

function valueOf(row) {
  return row.querySelector("[data-value] select, [data-value] input, [data-value] textarea");
}

function fill(form, row, comparison, values) {
  if (!row) return;
  const choice = [...row.querySelector("[data-comparison]").options].find((option) => option.text === comparison);
  const field = valueOf(row);
  if (choice && !field.dataset.filled) {
    choice.selected = true;
    field.dataset.filled = "yes";
    if (field.type === "checkbox") field.checked = true;
    else field.value = values.shift();
  }
  for (const value of values) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: `_flt_${choice.value}_${row.dataset.column}`, value }));
}

function nameField(row, column) {
  const field = valueOf(row);
  const empty = field.type === "checkbox" ? !field.checked : !field.value || field.value === "__None";
  if (empty) field.removeAttribute("name");
  else field.name = `_flt_${row.querySelector("[data-comparison]").value}_${column}`;
}

// FAB writes "__None" as the text of an empty choice.
document.querySelectorAll('option[value="__None"]').forEach((option) => { option.text = "—"; });
useNativeDates();
document.querySelectorAll("form[data-fab-filters]").forEach(bindFilters);
document.querySelectorAll("select[multiple]").forEach(useTickBoxes);
document.querySelectorAll("input.my_select2_ajax").forEach((input) => fromServer(input, TEXTS.none));
document.querySelectorAll("#main select:not([multiple])").forEach((select) => { if (select.options.length > LONG_LIST) fromSelect(select, TEXTS.none); });
