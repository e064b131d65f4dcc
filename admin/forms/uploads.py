"""A file that came with a form, looked into before anything else sees it."""

from __future__ import annotations

import time

from flask import request
from werkzeug.datastructures import FileStorage

from admin.domain.refusals import N_, Invalid
from admin.files.apart import checked_upload
from admin.files.faults import FileFault
from admin.files.uploads import MAX_BYTES, Upload

TOGETHER = 20.0  # seconds for all files of a form: whoever answers waits for them


def uploaded(name: str = "file") -> Upload:
    """The checked file of this field; raises `Invalid` where there is none or it is not accepted."""
    given = request.files.get(name)
    if given is None or not given.filename:
        raise Invalid({name: N_("Choose a file first.")})
    return _checked(name, given)


def uploaded_many(name: str, most: int, limits: Invalid) -> list[Upload]:
    """The checked files of this field, none or several; raises `Invalid` for the first that is not accepted.

    Raises `limits` for more than `most` before any is looked into.
    """
    files = [given for given in request.files.getlist(name) if given.filename]
    if len(files) > most:
        raise limits
    end, checked = time.monotonic() + TOGETHER, []
    for given in files:
        if time.monotonic() > end:
            raise Invalid({name: N_("Checking these files together takes too long; send fewer at once.")})
        checked.append(_checked(name, given))
    return checked


def _checked(name: str, given: FileStorage) -> Upload:
    try:
        return checked_upload(given.filename or "", given.stream.read(MAX_BYTES + 1))
    except FileFault as fault:
        raise Invalid({name: fault.message}, fault.facts) from fault
