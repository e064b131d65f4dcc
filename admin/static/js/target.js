// Shows at once what the chosen target grade takes; nothing else on the form moves, so that no text is lost.
// The select carries data-target-url; the server answers the part #target-conditions. Without script the button "check" does it.
const select = document.querySelector("[data-target-url]");

async function show() {
  const url = new URL(select.dataset.targetUrl, location.href);
  url.searchParams.set("grade", select.value);
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#target-conditions");
    if (part) document.querySelector("#target-conditions").replaceWith(part);
  } catch { /* no connection: what is shown stays, the button asks again */ }
}

select?.addEventListener("change", show);
