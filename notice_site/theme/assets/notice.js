/* Days left, the next date of the process, the print button. Everything else works without it. */
"use strict";
document.documentElement.classList.remove("no-js");

const dayIn = (zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());
const daysBetween = (first, last) => Math.round((Date.parse(last) - Date.parse(first)) / 86400000);

for (const place of document.querySelectorAll(".left")) {
  const { ends, last, tz, over, today, one, many } = place.dataset;
  const days = daysBetween(dayIn(tz), last);
  const past = Date.now() >= Date.parse(ends);
  place.textContent = past ? over : days < 1 ? today : days === 1 ? one : many.replace("#", days);
  place.classList.toggle("over", past);
  place.hidden = false;
}

const upcoming = [...document.querySelectorAll(".upcoming span")].find((step) => step.dataset.from >= dayIn(step.dataset.tz));
if (upcoming) {
  upcoming.hidden = false;
  upcoming.parentElement.hidden = false;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
