"""/held-files: how the files stand that a form holds until they are checked."""

from __future__ import annotations

from flask import Response

from admin.forms.uploads import files_shown
from admin.web.page import Page, route


class HeldFileView(Page):
    """Asked by the form's own page, and by hand where no script runs; it names nobody's file."""

    route_base = "/held-files"

    @route("/")
    def index(self) -> Response:
        """Each file of the form by its place in it."""
        return files_shown()
