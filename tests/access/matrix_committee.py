"""Meetings of the committee, the result check, appeals and objections: who gets which answer on which address."""

from __future__ import annotations

# fmt: off
ROWS: list[tuple[str, str, str]] = [
    #                                       nobody emp1 sup1 head1 hr  admin mgmt audit officer
    ("GET",  "/meetings/list/",            "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/meetings/add",              "in    404  404  404   200 404   404  404   404"),
    ("POST", "/meetings/add",              "in    404  404  404   422 404   404  404   404"),
    ("GET",  "/meetings/show/{absent}",    "in    404  404  404   302 404   404  302   404"),
    ("POST", "/meetings/export",           "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/meetings/look_up/cycle",    "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/meetings/{absent}",         "in    404  404  404   404 404   404  404   404"),
    ("POST", "/meetings/{absent}/open",    "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/meetings/{absent}/assign",  "in    404  404  404   404 404   404  404   404"),
    ("POST", "/meetings/{absent}/assign",  "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/meetings/{absent}/cases/{absent}", "in 404 404 404 404 404 404 404 404"),
    ("POST", "/meetings/{absent}/cases/{absent}/cast_ballot", "in 404 404 404 404 404 404 404 404"),
    ("POST", "/meetings/{absent}/consent/cast_ballot", "in 404 404 404 404 404 404 404 404"),
    ("POST", "/meetings/{absent}/recusals/{absent}", "in 404 404 404 404 404 404 404 404"),
    ("GET",  "/results/",                  "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/results/{absent}",          "in    404  404  404   404 404   404  404   404"),
    ("POST", "/results/{absent}/verify",   "in    404  404  404   404 404   404  404   404"),
    ("POST", "/results/{absent}/reject/{absent}", "in 404 404 404 404 404 404 404 404"),
    ("GET",  "/appeal/",                   "in    200  200  200   200 200   200  200   200"),
    ("POST", "/appeal/",                   "in    200  200  200   200 200   200  200   200"),
    ("GET",  "/appeal/mine",               "in    200  200  200   200 200   200  200   200"),
    ("GET",  "/appeal/receipt/{absent}",   "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/appeals/list/",             "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/appeals/add",               "in    404  404  404   200 404   404  404   404"),
    ("POST", "/appeals/add",               "in    404  404  404   422 404   404  404   404"),
    ("GET",  "/appeals/show/{absent}",     "in    404  404  404   302 404   404  302   404"),
    ("POST", "/appeals/export",            "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/appeals/look_up/filer",     "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/appeals/panel",             "in    404  404  404   200 404   404  200   404"),
    ("GET",  "/appeals/{absent}",          "in    404  404  404   404 404   404  404   404"),
    ("POST", "/appeals/{absent}/answer",   "in    404  404  404   404 404   404  404   404"),
    ("GET",  "/api/v1/meetings/",          "401   404  404  404   200 404   404  200   404"),
    ("GET",  "/api/v1/meetings/{absent}",  "401   404  404  404   404 404   404  404   404"),
    ("GET",  "/api/v1/meetings/{absent}/actions", "401 404 404 404 404 404 404 404 404"),
    ("POST", "/api/v1/meetings/{absent}/actions/open", "401 404 404 404 404 404 404 404 404"),
    ("GET",  "/api/v1/appeals/",           "401   200  200  200   200 200   200  200   200"),
    ("GET",  "/api/v1/appeals/{absent}",   "401   404  404  404   404 404   404  404   404"),
    ("GET",  "/api/v1/appeals/{absent}/actions", "401 404 404 404 404 404 404 404 404"),
    ("POST", "/api/v1/appeals/{absent}/actions/withdraw", "401 404 404 404 404 404 404 404 404"),
]
# fmt: on
