/* A page's few parts for prove.js, without a browser: reads {program, heads, proofs}, writes how each proof is judged. */
const { program, heads, proofs } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const parts = { textarea: { value: "" }, "[type=file]": { addEventListener() {} }, ".answer": { replaceChildren() {} } };
const events = {};
const form = {
  dataset: { holds: "holds", unpublished: "unpublished", broken: "broken", unreadable: "unreadable" },
  querySelector: (name) => parts[name],
  addEventListener: (name, act) => { events[name] = act; },
};
let said = "";
globalThis.window = { HEADS: heads };
globalThis.document = {
  querySelector: () => form,
  createElement: (name) => ({ set textContent(text) { if (name === "p") said = text; } }),
};
(0, eval)(program);
const answers = proofs.map((proof) => {
  parts.textarea.value = proof;
  events.submit({ preventDefault() {} });
  return said;
});
process.stdout.write(JSON.stringify(answers));
