// A form whose choices are checked by the server as they are made: it answers with the part of the page that says what is missing.
document.querySelectorAll("form[data-check]").forEach((form) => {
  const place = form.querySelector("[data-missing]");
  let newest = 0;
  form.addEventListener("change", async () => {
    const mine = ++newest;
    const given = new URLSearchParams([...new FormData(form)].filter(([name]) => /^(rows|[a-z]+-\d+)$/.test(name)));
    try {
      const answer = await fetch(`${form.dataset.check}?${given}`, { credentials: "same-origin" });
      // An older answer that comes late says nothing of what is chosen now; without one the last stands.
      if (answer.ok && mine === newest) place.innerHTML = await answer.text();
    } catch { /* signed out or without network: the same is asked again when the form is sent */ }
  });
});
