"""/api/v1/imports/: what was imported, in which state, with which result; an applied one is taken back."""

from __future__ import annotations

from admin.api.base import Resource
from admin.models import Import
from admin.web.records import Records


class ApiImports(Resource):
    """Imports; files come in by the portal or the command line."""

    datamodel = Records(Import)
    resource_name = "imports"
    process = "import"
    list_columns = ["id", "kind", "state", "filename", "sha256", "size", "uploaded_at", "applied_at"]
    show_columns = [
        "id",
        "kind",
        "state",
        "filename",
        "sha256",
        "size",
        "uploaded_at",
        "applied_at",
        "mapping",
        "report",
    ]
    search_columns = ["kind", "state", "filename"]
    order_columns = ["id", "kind", "state", "uploaded_at"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
