// How many questions of a form with rating scales have an answer, counted as one answers: data-filled="# of 13".
document.querySelectorAll("[data-filled]").forEach((place) => {
  const form = place.closest("form");
  form.addEventListener("change", () => {
    place.textContent = place.dataset.filled.replace("#", form.querySelectorAll("input[type=radio]:checked").length);
  });
});
