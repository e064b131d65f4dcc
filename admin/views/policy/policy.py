"""The policy in the portal: its clauses with their carriers, its parameters, its versions (6.1)."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.refusals import N_, Invalid
from admin.forms.policy import changed_values, effective_day, typed_values
from admin.models import db
from admin.operations.policy import policy
from admin.queries.policy.policy import rulebook_of, version_on
from admin.queries.policy.policy_pages import clauses_page, values_page
from admin.queries.policy.policy_versions import account_names, standings, versions
from admin.queries.policy.version_page import version_page
from admin.views.policy.policy_words import stage_of
from admin.web.acting import actor
from admin.web.clause_pages import is_there, may_open, may_read
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.texts import field_messages, language, translated
from admin.web.workflow_view import buttons, timeline

CARRIERS = {
    "enforced": N_("Enforced by a rule"),
    "carried": N_("Carried by a page"),
    "published": N_("Published as text"),
}


class PolicyView(Page):
    """/policy/clauses: what the policy says, and who keeps each promise; for everybody who has signed in."""

    route_base = "/policy"
    default_view = "clauses"

    @route("/clauses")
    def clauses(self) -> str:
        """Every clause in the reader's language; #c-ID leads to one."""
        return self.show_page(
            "policy/clauses.html",
            clauses_page(db.session(), actor(), language(), today()),
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
            flash(
                ngettext("%(count)s value is confirmed.", "%(count)s values are confirmed.", count, count=count),
                "success",
            )
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
            stages={row.number: stage_of(row, stands.get(row.number)) for row in rows},
        )

    @route("/versions/<int:number>")
    def version(self, number: int) -> str:
        """One version: what it changes, who made it, what may be done with it."""
        page = version_page(db.session(), number, actor(), today())
        return self.show_page(
            "policy/version.html",
            page,
            title=_("Policy version %(number)s", number=number),
            portal_actions=buttons("policy_version", page.row.id),
            trail=timeline("policy_version", page.row.id, actor()),
        )
