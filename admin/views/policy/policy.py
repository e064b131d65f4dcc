"""The policy in the portal: its clauses with their carriers, its parameters, its versions (6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import VersionStanding
from admin.domain.refusals import N_, Invalid
from admin.forms.policy import changed_values, effective_day, typed_values
from admin.models import PolicyVersion, db
from admin.operations.policy import policy
from admin.queries.policy.policy import rulebook_of, version_on
from admin.queries.policy.policy_pages import clauses_page, values_page
from admin.queries.policy.policy_versions import (
    account_names,
    changes_of,
    standings,
    version_numbered,
    versions,
)
from admin.rulebook.difference import Change
from admin.web.acting import actor
from admin.web.clause_pages import is_there, may_open, may_read
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.texts import field_messages, language, stage_label, translated
from admin.web.workflow_view import buttons, timeline

CARRIERS = {
    "enforced": N_("Enforced by a rule"),
    "carried": N_("Carried by a page"),
    "published": N_("Published as text"),
}
TONES = {
    "draft": "plain",
    "submitted": "warn",
    "coming": "warn",
    "in_force": "good",
    "superseded": "plain",
    "withdrawn": "plain",
}
PARTS = {
    "title": N_("Title of the policy"),
    "effective_from": N_("In force from"),
    "chapters": N_("Chapter"),
    "clauses": N_("Clause"),
    "parameters": N_("Parameter"),
    "levels": N_("Level"),
    "grades": N_("Grade of the ladder"),
    "scale": N_("Rating scale"),
    "dimensions": N_("Scorecard"),
    "cases": N_("Worked example"),
}
KINDS = {"added": (N_("added"), "good"), "removed": (N_("removed"), "bad"), "changed": (N_("changed"), "warn")}


class PolicyView(Page):
    """/policy/clauses: what the policy says, and who keeps each promise; for everybody who has signed in."""

    route_base = "/policy"
    default_view = "clauses"

    @route("/clauses")
    def clauses(self) -> str:
        """Every clause in the reader's language; #c-ID leads to one."""
        return self.show_page(
            "policy/clauses.html",
            clauses_page(db.session(), language(), today()),
            title=_("The policy, clause by clause"),
            keepers={key: translated(label) for key, label in CARRIERS.items()},
            pages={"may_open": may_open, "is_there": is_there},
            may_read_values=may_read("PolicyVersionView"),
        )


class PolicyVersionView(Page):
    """/policy/versions and /policy/parameters: for HR, who makes versions, and those who read or promulgate them."""

    route_base = "/policy"
    default_view = "versions"

    @route("/parameters")
    def parameters(self) -> str:
        """What the policy leaves open, and the values that the company has given its word for."""
        return self._parameters({}, {})

    @route("/parameters", access="write", post=True, get=False)
    def confirm(self) -> Response | tuple[str, int]:
        """Confirm one value or all; or make a draft in which the changed values hold."""
        try:
            return self._confirmed_or_drafted()
        except Invalid as error:
            return self._parameters(request.form.to_dict(), field_messages(error)), 422

    def _confirmed_or_drafted(self) -> Response:
        version, who, when = version_on(db.session(), today()), actor(), now()
        book = rulebook_of(version)
        changed = changed_values(typed_values(request.form, book), book, today())
        wanted = request.form.get("confirm", "")
        if not wanted:
            day = effective_day(request.form.get("effective_from", ""), today())
            draft = policy.draft_with(
                changed, effective_from=day, note=request.form.get("note", "").strip(), actor=who, now=when
            )
            flash(_("Version %(number)s is drafted. Look it over and submit it.", number=draft.number), "success")
            return redirect(url_for(".version", number=draft.number))
        if blocked := set(changed) if wanted == "all" else {wanted} & set(changed):
            raise Invalid(
                dict.fromkeys(
                    sorted(blocked),
                    N_("You changed this value. Confirm what is in force, or make a draft of a new version."),
                )
            )
        if wanted == "all":
            count = policy.confirm_all(version.id, on=today(), actor=who, now=when)
            flash(_("%(count)s values are confirmed.", count=count), "success")
        else:
            policy.confirm_parameter(version.id, wanted, on=today(), actor=who, now=when)
            flash(_("The value is confirmed."), "success")
        return redirect(url_for(".parameters"))

    def _parameters(self, typed: dict[str, str], errors: dict[str, str]) -> str:
        return self.show_page(
            "policy/parameters.html",
            values_page(db.session(), actor(), language(), today()),
            title=_("Values of the policy"),
            typed=typed,
            errors=errors,
        )

    @route("/versions")
    def versions(self) -> str:
        """Every version, latest first."""
        rows = versions(db.session())
        names = account_names(db.session(), {row.promulgated_by_id for row in rows})
        stands = standings(db.session(), today())
        return self.show_page(
            "policy/versions.html",
            title=_("Policy versions"),
            rows=rows,
            names=names,
            stages={row.number: stage_of(row, stands) for row in rows},
        )

    @route("/versions/<int:number>")
    def version(self, number: int) -> str:
        """One version: what it changes, who made it, what may be done with it."""
        row = version_numbered(db.session(), number)
        before, changes = changes_of(db.session(), row)
        return self.show_page(
            "policy/version.html",
            title=_("Policy version %(number)s", number=number),
            row=row,
            before=before,
            stage=stage_of(row, standings(db.session(), today())),
            changes=[described(change) for change in changes],
            names=account_names(db.session(), {row.submitted_by_id, row.promulgated_by_id}),
            portal_actions=buttons("policy_version", row.id),
            trail=timeline("policy_version", row.id, actor()),
        )


def stage_of(row: PolicyVersion, stands: Mapping[int, VersionStanding]) -> tuple[str, str]:
    """In words what a version is today, and its tone: its stage until it is promulgated, then what its day makes of it."""
    known = stands.get(row.number)
    return (stage_label(row.stage), TONES[row.stage]) if known is None else (translated(known.label), TONES[known])


def described(change: Change) -> dict[str, Any]:
    """A change as the page shows it: what, which part of it, before and after in the reader's language."""
    lang = language()
    part = translated(PARTS[change.part]) if change.part in PARTS else change.part
    label, tone = KINDS[change.kind]
    return {
        "part": part,
        "name": change.name.get(lang) if change.name else "",
        "id": change.id,
        "field": _field(change),
        "kind": translated(label),
        "tone": tone,
        "before": change.words(change.before, lang),
        "after": change.words(change.after, lang),
        "clause": change.id if change.part == "clauses" else None,
    }


def _field(change: Change) -> str:
    steps = change.field.split()
    if change.part == "parameters" and steps[:1] == ["values"] and len(steps) == 3:
        return _("Value from %(day)s", day=steps[1]) if steps[2] == "value" else _("First day of that value")
    return {"text": _("Wording"), "title": _("Heading")}.get(steps[0], change.field) if steps else ""
