"""Every long form has what the application form has: it saves itself, two windows are told apart, nothing is lost.

No view has to do anything for it. A form carries by `forms.csrf()` for whom its page was made and which version of its text
that page knew; static/js/autosave.js saves what is typed; a page with a form whose text waits brings it back.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue

from admin.models import db
from admin.operations.newer import NewerVersion
from admin.operations.sending import set_sending
from admin.queries.system.unsent_forms import Unsent, by_name, unsent_forms
from admin.web.acting import current_actor, is_api
from admin.web.errors import another_person, newer_version
from admin.web.keeping import PLACE, fields_kept
from admin.web.refilling import VERSION, SentForm, refilled
from admin.web.sent_back import FORMS, written_by_another

MARK, OWN_DRAFT = f'name="{VERSION}"'.encode(), b"data-autosave-url"


def register(app: Flask) -> None:
    """Look at every form that is sent, and at every page that has a long one; call it after what finds out who asks."""
    app.before_request(_taken_up)
    app.after_request(_brought_back)

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        if request.method == "POST":
            set_sending(())


def _taken_up() -> ResponseReturnValue | None:
    """What was kept of the form that is sent now is erased with what takes it; an old text is not sent over a newer one."""
    if request.method != "POST" or is_api() or request.mimetype not in FORMS:
        return None
    if written_by_another():
        return another_person()
    asking = current_actor()
    if asking is None or VERSION not in request.form or PLACE in request.form:
        return None
    sent = request.form.to_dict(flat=False)
    kept = [each for each in unsent_forms(db.session(), asking, request.path) if each.is_of(sent)]
    if kept and _is_old(kept[-1]):
        return newer_version(NewerVersion(kept[-1].version, kept[-1].saved_at, kept[-1].values))
    set_sending(tuple(each.key for each in kept))
    return None


def _is_old(kept: Unsent) -> bool:
    """Whether another window has saved another text than the one that is sent."""
    known = request.form[VERSION] == str(kept.version) or request.form.get("once", "")[:40] == kept.window
    return not known and by_name(kept.values) != by_name(fields_kept(request.form))


def _brought_back(response: Response) -> Response:
    """A page with the reader's own texts in the forms that wait to be sent."""
    asking = current_actor()
    if request.method != "GET" or response.status_code != 200 or response.mimetype != "text/html" or asking is None:
        return response
    if response.direct_passthrough or not response.is_sequence:
        return response
    if "kept" not in request.args and not _has_long_form(response.get_data()):
        return response
    waiting = unsent_forms(db.session(), asking)
    html = response.get_data(as_text=True)
    for each in waiting:
        html = _with(html, each)
    if waiting:
        response.set_data(html)
    return response


def _has_long_form(page: bytes) -> bool:
    """Whether a form of the page keeps its text here; the application form and the ratings keep it in their records."""
    forms = (each.partition(b"</form>")[0] for each in page.split(b"<form ")[1:])
    return any(MARK in form and b"<textarea" in form and OWN_DRAFT not in form.partition(b">")[0] for form in forms)


def _with(html: str, kept: Unsent) -> str:
    """The page with one kept form in it; where it stood here and stands here no more, its words are at the head."""
    if kept.place not in html and urlsplit(kept.page).path != request.path:
        return html
    block = render_template("parts/unsent.html", kept=kept, typed=[])
    texts = [value for name, value in kept.values if value.strip() and name not in kept.about]
    gone = urlsplit(kept.page).path == request.path
    apart = render_template("parts/unsent.html", kept=kept, typed=texts) if gone else ""
    form = SentForm(kept.place, kept.by_name, block, apart, version=kept.version, kept=kept.about)
    return refilled(html, request.path, form)
