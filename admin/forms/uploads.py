"""Files that came with a form, looked into before anything else sees them.

Whoever answers waits a breath for their check. Where it takes longer the form comes back as it was filled in, with the files
held for it under words that it carries unseen; sent again it needs no file chosen, and hands in what has passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.file import FileRequired
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from admin.access.actor import acting
from admin.domain.codes import HeldState
from admin.domain.refusals import N_, Invalid
from admin.files.apart import NotYet, checked_upload
from admin.files.faults import FileFault
from admin.files.uploads import MAX_BYTES, Upload
from admin.operations.system.held_files import BeingChecked, WaitingFile, held_upload, hold, sent_again, states_of
from admin.web.refilling import HELD

NOT_KEPT = N_("No longer kept: choose it again")
LOOKED_AT = N_("All of them have been checked: send the form again.")
_NOTED = "admin.held_files"  # where the request remembers them for the page that it is answered with


def register(app: Flask) -> None:
    """Let every form carry the files that are held for it, and every file field say how they stand."""
    app.jinja_env.globals |= {
        "held_files": held_files, "held_marks": held_marks, "held_states": HeldState.labels(), "held_page": held_page,
    }  # fmt: skip


def uploaded(name: str = "file") -> Upload:
    """The checked file of this field.

    Raises `Invalid` where there is none or it is not accepted, `BeingChecked` where that is not known yet.
    """
    given = [each for each in request.files.getlist(name)[:1] if each.filename]
    found = _checked(name, given)
    if not found:
        raise Invalid({name: N_("Choose a file first.")})
    return found[0]


def uploaded_many(name: str, most: int, limits: Invalid) -> list[Upload]:
    """The checked files of this field, none or several. Raises as `uploaded` does.

    Raises `limits` for more than `most` before any is looked into.
    """
    files = [given for given in request.files.getlist(name) if given.filename]
    if len(files) > most:
        raise limits
    return _checked(name, files)


def _checked(name: str, given: Sequence[FileStorage]) -> list[Upload]:
    """Those that were chosen now; where none were, those that the form holds from before."""
    if not given:
        return _held_before(name)
    try:
        pairs = [_looked_into(each) for each in given]
        if None not in [upload for _file, upload in pairs]:
            return [upload for _file, upload in pairs if upload is not None]
        # One that has passed waits for the others.
        held = [hold(*file, _sender(), passed=upload, now=_now()) for file, upload in pairs]
    except FileFault as fault:
        raise Invalid({name: fault.message}, fault.facts) from fault
    _note(name, held)
    raise BeingChecked(name, held)


def _held_before(name: str) -> list[Upload]:
    """What has passed of the files that the form holds; where it comes back all the same, it goes on holding them."""
    held, uploads, refused = [], [], None
    for token in _named(name):
        try:
            file, upload = held_upload(token)
        except FileFault as fault:
            refused = Invalid({name: fault.message}, fault.facts)
            continue
        held.append(file)
        uploads += [upload] if upload is not None else []
    _note(name, held)
    if refused is not None:
        raise refused
    if len(uploads) < len(held):
        raise BeingChecked(name, held)
    return uploads


def _note(name: str, held: Sequence[WaitingFile]) -> None:
    request.environ[_NOTED] = {name: held}


def _looked_into(given: FileStorage) -> tuple[tuple[str, bytes], Upload | None]:
    """Name and bytes, and the file checked, now or when it was sent before; None where that takes longer."""
    file = given.filename or "", given.stream.read(MAX_BYTES + 1)
    try:
        return file, checked_upload(*file)
    except NotYet:
        known = sent_again(*file, sender) if (sender := _sender()) is not None else None
        return file, known[1] if known is not None else None


def _now() -> datetime:
    return current_app.config["PORTAL"].now()


def _sender() -> int | None:
    asking = acting()
    return asking.user_id if asking is not None else None


def _named(name: str) -> list[str]:
    """The words of the files that the form holds for this field."""
    words = (each.partition(":") for each in request.form.get(HELD, "").split())
    return [token for place, _, token in words if place == name]


def held_files(name: str) -> list[WaitingFile]:
    """The files that the form that is shown again holds for a field."""
    return request.environ.get(_NOTED, {}).get(name, [])


def held_marks() -> Markup:
    """What a form carries unseen to name the files that are held for it; nothing where there are none."""
    words = [f"{name}:{each.token}" for name, held in request.environ.get(_NOTED, {}).items() for each in held]
    return Markup('<input type="hidden" name="{}" value="{}">').format(HELD, " ".join(words)) if words else Markup("")


def held_page(files: Sequence[WaitingFile]) -> str:
    """The address that says how these files stand: in the part of the product that is asked."""
    endpoint = "report.files" if "report" in current_app.blueprints else "HeldFileView.index"
    return url_for(endpoint, of=" ".join(each.mark for each in files), lang=request.args.get("lang"))


def files_shown() -> Response:
    """How the files stand whose marks the address names: a page that looks again by itself, or JSON for a script."""
    labels = HeldState.labels()
    asked = states_of(request.args.get("of", "").split())
    found = [(mark, state, _(labels[state]) if state else _(NOT_KEPT)) for mark, state in asked]
    going = any(state == HeldState.CHECKING for _mark, state, _told in found)
    told = _(LOOKED_AT) if not going else ""
    if request.accept_mimetypes.best == "application/json":
        states = {mark: told for mark, _state, told in found}
        return make_response({"states": states, "checking": going, "told": told}, {"Cache-Control": "no-store"})
    template = "report/files.html" if "report" in current_app.blueprints else "system/held_files.html"
    page = render_template(template, title=_("Files that are being checked"), found=found, checking=going, told=told)
    return make_response(page, {"Cache-Control": "no-store"})


class FileAsked(FileRequired):
    """A file that is chosen now, or that the form holds from before."""

    def __call__(self, form: Any, field: Any) -> None:
        if not _named(field.name):
            super().__call__(form, field)
