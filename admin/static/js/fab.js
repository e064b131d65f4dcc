// Generated forms and filters: the browser's own date fields, Select2 for long or multiple lists, and the filter panel.
const LONG_LIST = 30;
const FIND = document.querySelector("script[data-find]").dataset.find;
const $ = window.jQuery;

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

function name(element) {
  const box = $(element).next(".select2");
  box.find(".select2-search__field").attr("aria-label", labelOf(element));
  box.find(".select2-selection--single").attr({ "aria-label": labelOf(element), "aria-labelledby": null });
}

// A long list of which many may be chosen (the permissions of a role): tick boxes by group ("can edit on CourseView"), with a finder.
function useTickBoxes(select) {
  const box = Object.assign(document.createElement("div"), { className: "picks" });
  const finder = Object.assign(document.createElement("input"), { type: "search", placeholder: FIND });
  finder.setAttribute("aria-label", labelOf(select));
  box.append(finder);
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

function useSelect2() {
  document.querySelectorAll("select.my_select2").forEach((select) => {
    if (select.options.length <= LONG_LIST && !select.multiple) return;
    if (select.options.length > LONG_LIST && select.multiple) { useTickBoxes(select); return; }
    $(select).select2({ placeholder: select.dataset.placeholder ?? "", allowClear: !select.required && !select.multiple });
    name(select);
  });
  document.querySelectorAll("input.my_select2_ajax").forEach(fromServer);
}

// FAB writes an <input> with an endpoint; Select2 wants a <select>. The endpoint answers [{id, text}, …] and may take ?q=.
function fromServer(input) {
  const select = document.createElement("select");
  for (const attribute of ["id", "name", "aria-describedby", "required"]) if (input.hasAttribute(attribute)) select.setAttribute(attribute, input.getAttribute(attribute));
  if (input.value) select.append(new Option(input.dataset.text ?? input.value, input.value, true, true));
  const url = input.getAttribute("endpoint");
  input.replaceWith(select);
  $(select).select2({
    placeholder: "", allowClear: true,
    ajax: { url, delay: 200, dataType: "json", data: ({ term }) => ({ q: term ?? "" }), processResults: (found) => ({ results: found.results ?? found.result ?? found }) },
  });
  name(select);
}

function bindFilters(form) {
  const rows = new Map([...form.querySelectorAll("[data-column]")].map((row) => [row.dataset.column, row]));
  for (const [column, comparison, value] of JSON.parse(form.dataset.fabFilters)) fill(form, rows.get(column), comparison, [value].flat());
  form.addEventListener("submit", () => rows.forEach(nameField));
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
if ($) useSelect2();
