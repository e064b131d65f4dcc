// A page that tells how far something is asks again while it runs, and puts the new part in the place of the old one.
const PAUSE = 2000;

async function follow(part) {
  let fresh;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    // Of a page that is about more than the work, all is another once the work has ended.
    if (!fresh && answer.ok && !answer.redirected) return location.reload();
  } catch { fresh = null; }
  // Signed out, or the network is away: what stands there stays, and the next look may succeed.
  if (fresh) { part.replaceWith(fresh); part = fresh; }
  if ("running" in part.dataset) setTimeout(follow, PAUSE, part);
  // "It is being carried out", said when the page came, holds no longer.
  else document.querySelectorAll(".alert:has(> [data-dismiss-alert])").forEach((said) => said.remove());
}

const part = document.querySelector("[data-live][data-running]");
if (part) setTimeout(follow, PAUSE, part);
