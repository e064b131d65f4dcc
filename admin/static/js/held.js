// A form whose files are being checked asks how they stand and says so beside them; what was typed is left alone.
(() => {
  const PAUSE = 2000;
  const rows = (part) => part.querySelectorAll("[data-file]");

  function say(place, words) {
    if (place.textContent !== words) place.textContent = words;  // what has not changed is not read out again
  }

  async function look(part, goOn) {
    let answer = null;
    try {
      answer = await (await fetch(part.dataset.held, { headers: { Accept: "application/json" }, credentials: "same-origin" })).json();
    } catch { /* the network is away or somebody signed out: what stands there stays, and the next look may succeed */ }
    if (answer?.states) {
      for (const row of rows(part)) if (answer.states[row.dataset.file]) say(row, answer.states[row.dataset.file]);
      say(part.querySelector("[data-told]"), answer.told);
    }
    if (goOn && (answer === null || answer.checking)) setTimeout(look, PAUSE, part, true);
  }

  for (const part of document.querySelectorAll("[data-held]")) {
    setTimeout(look, PAUSE, part, true);
    part.parentNode.querySelector("[data-look]")?.addEventListener("click", (event) => {
      event.preventDefault();
      look(part, false);
    });
  }
})();
