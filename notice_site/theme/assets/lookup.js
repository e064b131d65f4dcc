/* Look-up and sorting on a notice's page. Without it the paged table stands as it is. */
"use strict";
(async () => {
  const look = document.querySelector("#look");
  if (!look) return;
  const say = look.dataset;
  const STEP = 50;
  const grades = JSON.parse(document.querySelector("#grades").textContent);
  const list = document.querySelector("#list");
  const found = look.querySelector(".found");
  const find = look.querySelector("#find");
  const department = look.querySelector("#department");
  const clear = look.querySelector("[type=reset]");
  const more = document.querySelector(".more");
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  let data;
  try {
    const answer = await fetch(say.rows);
    if (!answer.ok) throw new Error(answer.status);
    data = await answer.json();
  } catch {
    found.textContent = say.failed;
    return;
  }

  const folds = new Map();
  const means = [...data.fold[1]];
  [...data.fold[0]].forEach((character, place) => folds.set(character, means[place]));
  const levelled = (text) => {
    const plain = text.normalize("NFKC").toLowerCase();
    let out = "";
    for (const character of plain) out += folds.get(character) ?? character;
    return out;
  };

  const changeOf = (from, to) => {
    if (!from) return "initial";
    const difference = grades[to][1] - grades[from][1];
    return difference > 0 ? "promotion" : difference < 0 ? "demotion" : "unchanged";
  };
  const rows = data.rows.map(([id, unit, number, name, from, to, remark], place) =>
    ({ id, department: unit, number, name, from, to, remark, place, key: `${levelled(number)}\n${levelled(name)}` }));

  /* A rank per value: sorting 10,000 rows then compares numbers. */
  const ranks = {};
  const rankOf = (column) => ranks[column] ??= (() => {
    if (column === "from" || column === "to") return (row) => (row[column] ? grades[row[column]][1] : -Infinity);
    const order = new Map([...new Set(rows.map((row) => row[column]))].sort(collator.compare).map((value, rank) => [value, rank]));
    return (row) => order.get(row[column]);
  })();

  for (const name of [...new Set(rows.map((row) => row.department))].sort(collator.compare)) department.add(new Option(name, name));

  const table = list.querySelector("table");
  const body = table.tBodies[0];
  const printed = [...list.children];
  const printedRows = [...body.rows];
  const hasRemark = Boolean(table.querySelector("[data-column=remark]"));
  let sort = null;
  let chosen = rows;
  let shown = 0;

  const cell = (row, kind, text) => {
    const inner = document.createElement("bdi");
    inner.textContent = text;
    const made = row.insertCell();
    made.className = kind;
    made.append(inner);
    return made;
  };
  const link = (row, kind, label) => {
    const made = document.createElement("a");
    made.href = `${say[kind]}?notice=${encodeURIComponent(say.notice)}&row=${encodeURIComponent(row.id)}`;
    const who = document.createElement("span");
    who.className = "unseen";
    who.textContent = ` ${row.name || row.number}`;
    made.append(label, who);
    return made;
  };
  const draw = (row) => {
    const line = document.createElement("tr");
    line.id = `r-${row.id}`;
    for (const kind of ["department", "number", "name"]) cell(line, kind, row[kind]);
    cell(line, "from", row.from ? grades[row.from][0] : "–");
    const change = changeOf(row.from, row.to);
    const pill = document.createElement("span");
    pill.className = `pill ${change}`;
    pill.textContent = say[change];
    cell(line, "to", grades[row.to][0]).append(pill);
    if (hasRemark) cell(line, "remark", row.remark);
    const act = line.insertCell();
    act.className = "act";
    act.append(link(row, "appeal", say.actAppeal), link(row, "objection", say.actObjection));
    return line;
  };

  const drawMore = () => {
    body.append(...chosen.slice(shown, shown + STEP).map(draw));
    shown = Math.min(chosen.length, shown + STEP);
    more.hidden = shown >= chosen.length;
    more.textContent = say.more.replace("#", Math.min(STEP, chosen.length - shown));
  };
  const update = () => {
    const words = levelled(find.value).split(/\s+/).filter(Boolean);
    const asked = words.length > 0 || department.value !== "";
    chosen = rows.filter((row) => (!department.value || row.department === department.value) && words.every((word) => row.key.includes(word)));
    if (sort) {
      const rank = rankOf(sort.column);
      chosen.sort((one, other) => sort.sign * (rank(one) - rank(other)) || one.place - other.place);
    }
    found.textContent = asked ? (chosen.length ? say.found.replace("#", chosen.length) : say.none) : "";
    clear.hidden = !asked;
    const asPrinted = !asked && !sort;
    for (const part of printed) if (part !== table) part.hidden = !asPrinted;
    table.hidden = chosen.length === 0 && asked;
    more.hidden = true;
    shown = 0;
    body.replaceChildren(...(asPrinted ? printedRows : []));
    if (!asPrinted) drawMore();
  };

  for (const head of table.tHead.rows[0].cells) {
    if (head.dataset.column === "act") continue;
    const button = document.createElement("button");
    button.type = "button";
    button.title = say.sort;
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const sign = sort?.column === head.dataset.column ? -sort.sign : 1;
      sort = { column: head.dataset.column, sign };
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      update();
    });
  }
  find.addEventListener("input", update);
  department.addEventListener("input", update);
  more.addEventListener("click", drawMore);
  look.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  look.querySelector("form").addEventListener("reset", () => setTimeout(update));
  look.dataset.ready = "yes";
  /* Ranks are worked out while the reader looks, so that the first sort is as quick as the next. */
  (window.requestIdleCallback ?? setTimeout)(() => ["department", "number", "name"].forEach(rankOf));
  if (find.value) update();
})();
