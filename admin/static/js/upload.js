// A file on its way: shows how much has arrived, then goes where the server redirects (a refusal is shown in place).
// Without scripts the form posts by itself.
function send(form) {
  const box = form.querySelector("[data-progress]");
  const [meter, text] = [box.querySelector("progress"), box.querySelector("p")];
  const button = form.querySelector("button:not([type=button])");
  const request = new XMLHttpRequest();
  const failed = () => { text.textContent = text.dataset.failed; button.disabled = false; delete form.dataset.sent; };
  request.upload.addEventListener("progress", (event) => {
    meter.value = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
    text.textContent = meter.value < 100 ? `${text.dataset.uploading} ${meter.value}%` : text.dataset.checking;
  });
  request.addEventListener("error", failed);
  request.addEventListener("load", () => {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
    if (request.status < 400) follow(request.responseURL + form.dataset.upload, answer);
    else if (answer) document.querySelector("main").replaceWith(answer);
    else failed();
  });
  box.hidden = false;
  button.disabled = true;
  request.open("POST", form.action);
  request.send(new FormData(form));
}

// The answer that came here has used up the server's messages; they are kept for the page that is opened now.
function follow(address, answer) {
  sessionStorage.setItem("told", [...(answer?.querySelectorAll(":scope > .alert:has([data-dismiss-alert])") ?? [])].map((each) => each.outerHTML).join(""));
  if (address.split("#")[0] !== location.href.split("#")[0]) return location.assign(address);
  history.replaceState(null, "", address);
  location.reload();
}

document.querySelectorAll("form[data-upload]").forEach((form) => form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(form);
}));
