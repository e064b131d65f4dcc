"""Meetings of the review committee: the list, the meeting's page, a case's packet, the assignment (3.3.4)."""

from __future__ import annotations

import io
from datetime import UTC
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.views import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.codes import ItemState, MeetingStage
from admin.domain.refusals import N_, Invalid, NotFound
from admin.files.minutes import render_minutes
from admin.jobs.rendering import minutes_path, print_minutes, render_meeting_minutes
from admin.models import Meeting, db
from admin.operations import acts
from admin.operations.committee.assigning import assign_to_meeting
from admin.operations.committee.meetings import GROUNDS, plan_meeting
from admin.operations.system.served import kept_file
from admin.operations.transaction import operation
from admin.queries.committee.meetings import assignable, hidden_from, next_to_decide, ticked_of
from admin.queries.committee.minutes import minutes_context
from admin.queries.committee.rooms import item_of, packet, room
from admin.views.cases.case_words import flags_of
from admin.views.cases.score_words import by_dimension, criteria_rows
from admin.views.outcome.documents import DOCX, PDF
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.exporting import ticked_workbook
from admin.web.many import Rows, on_many
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import Records, number_of, numbers_of, visible_row
from admin.web.texts import field_messages, file_name, name_of, translated
from admin.web.workflow_view import WorkflowModelView, buttons, timeline

WHOLE_MEETING = ("reschedule", "cancel", "adjourn", "sign_minutes")
FIELDS = {"cycle": "cycle_id"}


class MeetingView(WorkflowModelView):
    """The list of meetings; a row leads to the meeting's own page."""

    process = "meeting"
    datamodel = Records(Meeting)
    route_base = "/meetings"
    list_title, show_title = lazy("Meetings of the committee"), lazy("Meeting of the committee")
    add_title, edit_title = lazy("Plan a meeting"), lazy("Change a meeting")
    label_columns = {
        "number": lazy("Number of the meeting"),
        "cycle": lazy("Review cycle"),
        "stage": lazy("Stage of the meeting"),
        "scheduled_at": lazy("Planned for"),
        "opened_at": lazy("Opened at"),
        "closed_at": lazy("Ended at"),
        "quorum": lazy("Quorum"),
        "appointed": lazy("Appointed members"),
    }
    choices = {"stage": MeetingStage.labels()}
    list_columns = ["number", "cycle", "stage", "scheduled_at", "opened_at", "closed_at"]
    show_columns = [*list_columns, "appointed", "quorum"]
    search_columns = ["number", "stage", "cycle"]
    order_columns = ["number", "scheduled_at", "stage"]
    add_columns = ["cycle", "scheduled_at"]
    edit_columns: list[str] = []
    base_order = ("scheduled_at", "desc")

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Meeting:
        """Planning is an operation of its own."""
        if missing := [name for name in self.add_columns if data.get(FIELDS.get(name, name)) is None]:
            raise Invalid(dict.fromkeys(missing, N_("This is needed.")))
        return plan_meeting(data["cycle_id"], data["scheduled_at"].astimezone(UTC), **who_and_when)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Response:
        """The meeting's own page."""
        return redirect(url_for("MeetingRoomView.index", meeting_id=number_of(pk) or 0))


class MeetingRoomView(Page):
    """A meeting as its members, its chair, its secretary and HR work with it."""

    route_base = "/meetings"

    @route("/<int:meeting_id>", asks="meeting.open")
    def index(self, meeting_id: int) -> str:
        """Agenda, attendance, quorum, conflicts, the consent agenda and the chair's controls."""
        meeting, me = _meeting(meeting_id), actor()
        which = request.args.get("show", "individual")
        offered = {each["name"]: each for each in buttons("meeting", meeting.id)}
        return self.show_page(
            "committee/meetings/meeting.html",
            room(db.session(), meeting, me, today(), which=which, page=wanted_part(), out=wanted_part("recusals")),
            title=meeting.number,
            offered=offered,
            buttons=[each for name, each in offered.items() if name in WHOLE_MEETING],
            trail=timeline("meeting", meeting.id, me),
        )

    @route("/<int:meeting_id>/cases/<int:item_id>")
    def packet(self, meeting_id: int, item_id: int) -> str:
        """One case: outline, marks, ballot; n and p lead to the next and the previous one."""
        return self._packet(meeting_id, item_id, {})

    def _packet(self, meeting_id: int, item_id: int, errors: dict[str, str]) -> str:
        page = packet(db.session(), _meeting(meeting_id), item_id, actor(), today())
        return self.show_page(
            "committee/meetings/packet.html",
            page,
            title=str(page.review.employee),
            errors=errors,
            dimensions=by_dimension(criteria_rows(page.explanation, page.criteria)) if page.explanation else [],
            conflicts=[(key, translated(text)) for key, text in GROUNDS.items()],
        )

    @route("/<int:meeting_id>/cases/<int:item_id>/<action>", access="write", post=True, get=False)
    def act_on_case(self, meeting_id: int, item_id: int, action: str) -> Response | tuple[str, int]:
        """Carry an action on one case out; a wrong input shows the packet again, with what was wrong."""
        item = item_of(db.session(), meeting_id, item_id)
        data = {
            **request.form.to_dict(),
            "item": item.id,
            "review": item.review_id if action == "declare_conflict" else None,
        }
        try:
            acts.perform("meeting", meeting_id, action, data, actor=actor(), now=now())
        except Invalid as error:
            return self._packet(meeting_id, item_id, field_messages(error)), 422
        flash(_done(action), "success")
        if action == "declare_conflict":
            return redirect(url_for("MeetingRoomView.index", meeting_id=meeting_id))
        if action == "close_ballot":
            return redirect(self._after_closing(meeting_id, item_id))
        return redirect(url_for("MeetingRoomView.packet", meeting_id=meeting_id, item_id=item_id))

    def _after_closing(self, meeting_id: int, item_id: int) -> str:
        """The chair goes on with the next case; one whose motion was not carried waits for another motion, and stays in sight."""
        session = db.session()
        if item_of(session, meeting_id, item_id).state == ItemState.PENDING:
            return url_for("MeetingRoomView.packet", meeting_id=meeting_id, item_id=item_id)
        following = next_to_decide(session, _meeting(meeting_id), item_id)
        if following is None:
            flash(_("Every case that goes one by one is decided."), "success")
            return url_for("MeetingRoomView.index", meeting_id=meeting_id)
        return url_for("MeetingRoomView.packet", meeting_id=meeting_id, item_id=following)

    @route("/<int:meeting_id>/consent/<action>", access="write", post=True, get=False)
    def consent(self, meeting_id: int, action: str) -> Response:
        """One ballot for the whole consent agenda, or its closing."""
        data = {**request.form.to_dict(), "consent": True}
        acts.perform("meeting", meeting_id, action, data, actor=actor(), now=now())
        flash(_done(action), "success")
        return redirect(url_for("MeetingRoomView.index", meeting_id=meeting_id, show="consent"))

    @route("/<int:meeting_id>/complete", access="write", post=True, get=False)
    def close_complete(self, meeting_id: int) -> Response:
        """The chair closes every ballot on which all have voted; what lacks votes is named and stays."""
        here = url_for("MeetingRoomView.index", meeting_id=meeting_id)
        return on_many("meeting", meeting_id, "close_complete_ballots", {}, _tell_closed, here)

    @route("/<int:meeting_id>/open", access="write", post=True, get=False)
    def open(self, meeting_id: int) -> Response:
        """The chair opens with those ticked as present."""
        present = numbers_of(request.form.getlist("present"))
        acts.perform("meeting", meeting_id, "open", {"present": present}, actor=actor(), now=now())
        flash(_("The meeting is open."), "success")
        return redirect(url_for("MeetingRoomView.index", meeting_id=meeting_id))

    @route("/<int:meeting_id>/recusals/<int:recusal_id>", access="write", post=True, get=False)
    def override(self, meeting_id: int, recusal_id: int) -> Response:
        """Propose or confirm that a recusal is overridden."""
        data = {"recusal": recusal_id, "reason": request.form.get("reason", "")}
        acts.perform("meeting", meeting_id, "override_recusal", data, actor=actor(), now=now())
        flash(_("Recorded: a recusal is lifted when a second person confirms it."), "success")
        return redirect(url_for("MeetingRoomView.index", meeting_id=meeting_id))

    @route("/<int:meeting_id>/minutes", post=True, get=False)
    def minutes(self, meeting_id: int) -> Response:
        """The signed minutes (DOCX or PDF); for a recused member an extract without the cases they are recused from (3.3-e)."""
        meeting, session = _meeting(meeting_id), db.session()
        if meeting.minutes_sha256 is None:
            raise NotFound("Minutes")
        hidden, number, path = hidden_from(session, meeting, actor()), meeting.number, minutes_path(meeting_id)
        sha256, kind = meeting.minutes_sha256, "pdf" if request.form.get("kind") == "pdf" else "docx"
        if kind == "pdf":
            data = print_minutes(meeting_id, hidden, actor=actor())
        elif hidden:
            data = render_minutes(minutes_context(session, meeting, hidden))
        else:
            if not path.is_file():
                render_meeting_minutes(meeting_id, actor=actor(), now=now())
            data = kept_file(path, sha256, meeting_id, now=now())
        with operation("download_minutes", actor=actor(), now=now(), clause="3.3.4") as op:
            op.note("export", "meetings", meeting_id, {})
        return send_file(
            io.BytesIO(data),
            mimetype=DOCX if kind == "docx" else PDF,
            as_attachment=True,
            download_name=file_name(number, kind=kind),
        )

    @route("/<int:meeting_id>/assign", access="assign", post=True)
    def assign(self, meeting_id: int) -> Response | str:
        """The secretary's page: which cases go on this meeting's agenda."""
        meeting, ticked = _meeting(meeting_id), numbers_of(request.form.getlist("review"))
        if request.method == "POST":
            here = url_for("MeetingRoomView.index", meeting_id=meeting_id)
            if "xlsx" in request.form:
                return _ticked_cases(meeting, None if "all" in request.form else ticked)
            if "all" in request.form:
                return on_many("meeting", meeting.id, "put_on_agenda", {}, _tell_put, here)
            if not ticked:
                raise Invalid({"review": N_("Tick at least one case.")})
            items = assign_to_meeting(ticked, meeting.id, actor=actor(), now=now())
            flash(
                ngettext(
                    "%(count)s case was put on the agenda.",
                    "%(count)s cases were put on the agenda.",
                    len(items),
                    count=len(items),
                ),
                "success",
            )
            return redirect(here)
        return self.show_page(
            "committee/meetings/assign.html",
            title=_("Put cases on the agenda"),
            meeting=meeting,
            found=assignable(db.session(), meeting.cycle_id, actor(), wanted_part()),
        )


def _ticked_cases(meeting: Meeting, ticked: list[int] | None) -> Response:
    """The ticked cases as a workbook, with the columns of the page; those that are not the reader's are left out."""
    rows = ticked_of(db.session(), meeting.cycle_id, ticked)
    if not rows:
        raise NotFound("Review")
    headers = [
        _("Employee number"), _("Employee's name"), _("Department"), _("Present grade"), _("Proposed grade"),
        _("Points to note"),
    ]  # fmt: skip
    cells = [
        [
            row.employee.number, row.employee.name, row.department.name, name_of(row.present_grade),
            name_of(row.proposed_grade), _(", ").join(flags_of(row)),
        ]
        for row in rows
    ]  # fmt: skip
    return ticked_workbook("reviews", _("Cases without an agenda"), headers, cells)


def _tell_put(rows: Rows) -> None:
    flash(
        ngettext(
            "%(count)s case was put on the agenda.",
            "%(count)s cases were put on the agenda.",
            rows["done"],
            count=rows["done"],
        ),
        "success" if rows["done"] else "warning",
    )


def _tell_closed(rows: Rows) -> None:
    flash(
        ngettext("%(count)s ballot is closed.", "%(count)s ballots are closed.", rows["done"], count=rows["done"]),
        "success" if rows["done"] else "warning",
    )


def _meeting(key: int) -> Meeting:
    meeting = visible_row(Meeting, key)
    if meeting is None:
        raise NotFound("Meeting")
    return meeting


def _done(action: str) -> str:
    texts = {
        "cast_ballot": _("Your ballot is cast."),
        "close_ballot": _("The ballot is closed."),
        "premark": _("Your mark is saved; no one else sees it."),
        "declare_conflict": _("You are out of this case."),
        "take_off_agenda": _("The case is off the agenda and waits for another meeting."),
        "move_grade": _("Another grade has been moved; the committee votes on it."),
        "pull_from_consent": _("The case is voted on individually."),
    }
    return texts.get(action, _("Done."))
