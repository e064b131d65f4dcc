"""Who gets which answer: imports, grades to take over, grade files, keeping people's files."""

from __future__ import annotations

# fmt: off
ROWS: list[tuple[str, str, str]] = [
    #                                              nobody emp1 sup1 head1 hr  admin mgmt audit officer
    ("GET",  "/imports/",                         "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/imports/new/employees",            "in    404  404  404   200 404   404  404   404"),
    ("POST", "/imports/new/employees",            "in    404  404  404   422 404   404  404   404"),
    ("GET",  "/imports/template/employees",       "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/imports/{absent}",                 "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/imports/{absent}/mapping",         "in    404  404  404   404 404   404  404   404"),
    ("POST", "/imports/{absent}/mapping",         "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/imports/{absent}/faults",          "in    404  404  404   404 404   404  404   404"),
    ("POST", "/imports/{absent}/check",           "in    404  404  404   404 404   404  404   404"),
    ("POST", "/imports/{absent}/apply",           "in    404  404  404   404 404   404  404   404"),
    ("POST", "/imports/{absent}/undo",            "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/imports/{absent}/logins",          "in    404  404  404   404 404   404  404   404"),
    ("POST", "/imports/{absent}/logins",          "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/imports/{absent}/accounts",        "in    404  404  404   404 404   404  404   404"),
    ("POST", "/imports/{absent}/accounts",        "in    404  404  404   404 404   404  404   404"),
    ("POST", "/imports/{absent}/codes",           "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/takeovers/",                       "in    404  404  404   200 404   200  200   404"),
    ("POST", "/takeovers/none/approve",           "in    404  404  404   404 404   404  404   404"),
    ("POST", "/takeovers/none/reject",            "in    404  404  404   404 404   422  404   404"),
    ("GET",  "/files/",                           "in    200  200  200   200 200   200  200   200"),
    ("GET",  "/files/E3",                         "in    200  200  200   200 404   404  200   404"),
    ("GET",  "/files/E5",                         "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/files/{absent}",                   "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/files/E3/export",                  "in    200  200  200   200 404   404  200   404"),
    ("POST", "/files/E5/records",                 "in    404  404  404   422 404   404  422   404"),
    ("POST", "/files/E5/records/{absent}",        "in    404  404  404   422 404   404  422   404"),
    ("GET",  "/people/",                          "in    404  404  404   200 404   404  404   404"),
    ("POST", "/people/superiors",                 "in    404  404  404   422 404   404  404   404"),
    ("POST", "/people/leave",                     "in    404  404  404   422 404   404  404   404"),
    ("POST", "/people/leave/{absent}/end",        "in    404  404  404   422 404   404  404   404"),
    ("POST", "/people/left",                      "in    404  404  404   422 404   404  404   404"),
    ("POST", "/people/centre/{absent}",           "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/api/v1/imports/",                  "401   404  404  404   200 404   404  200   404"),
    ("GET",  "/api/v1/imports/{absent}",          "401   404  404  404   404 404   404  404   404"),
]
# fmt: on
