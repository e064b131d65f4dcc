"""Who gets which answer on the addresses of complaints; as in matrix.py."""

from __future__ import annotations

# fmt: off
ROWS: list[tuple[str, str, str]] = [
    #                                             nobody emp1 sup1 head1 hr  admin mgmt audit officer
    ("GET",  "/complaints/list/",                "in    404  404  404   404 404   200  200   200"),
    ("GET",  "/complaints/show/{absent}",        "in    404  404  404   404 404   404  404   404"),
    ("POST", "/complaints/export",               "in    404  404  404   404 404   200  200   200"),
    ("GET",  "/complaints/look_up/none",         "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/api/v1/complaints/",              "401   404  404  404   404 404   200  200   200"),
    ("GET",  "/api/v1/complaints/{absent}",      "401   404  404  404   404 404   404  404   404"),
    ("GET",  "/api/v1/complaints/{absent}/actions", "401 404 404 404 404 404 404 404 404"),
    ("POST", "/api/v1/complaints/{absent}/actions/close", "401 404 404 404 404 404 404 404 404"),
]
# fmt: on
