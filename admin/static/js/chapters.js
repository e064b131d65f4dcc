// On a phone a long text begins as its chapters: only the one that the address leads to stands open.
const chapters = [...document.querySelectorAll("details.card[id]")];

function lead() {
  const place = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const chapter = place?.closest("details.card[id]");
  if (!chapter) return;
  chapter.open = true;
  place.scrollIntoView();
}

if (matchMedia("(max-width: 760px)").matches) chapters.forEach((each) => { each.open = false; });
addEventListener("hashchange", lead);
lead();
