"""Complaints in the portal: a list by number, a page that shows each reader what is theirs to read (6.3.1, 6.3.2)."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from flask import send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.calendar import last_day
from admin.domain.codes import ComplaintStage, ComplaintSubject, PartyRole, Receivers
from admin.domain.refusals import N_, NotFound
from admin.domain.workflow import Decision
from admin.models import Complaint, db
from admin.operations import acts
from admin.operations.complaints.complaint_findings import VOTES
from admin.operations.system.audit import note_reading
from admin.operations.transaction import operation
from admin.queries.cases.reassessments import orders_on
from admin.queries.complaints.complaints import (
    ComplaintContent,
    content_for,
    file_bytes,
    officer_candidates,
    officer_gone,
    reads_content,
    waiting,
)
from admin.queries.complaints.recognised import NAMED_ALONE
from admin.queries.complaints.voters import votes_minimum
from admin.queries.system.calendar import company_day
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.context import badge
from admin.web.page import Page, route
from admin.web.records import Records, visible_row
from admin.web.texts import (
    action_label,
    as_text,
    consequence,
    day,
    moment,
    name_of,
    refusal_text,
    stage_label,
    translated,
)
from admin.web.workflow_view import WorkflowModelView, timeline

WRITTEN_LABELS = {
    "content": N_("What happened"),
    "accused": N_("Who is concerned"),
    "period": N_("Which assessment or case"),
    "happened": N_("When it happened"),
    "evidence": N_("What could prove it"),
}
COMPLAINT_STAGES = ComplaintStage.labels()
TURNS = {
    "received": N_("A complaint officer reads it and acknowledges it."),
    "acknowledged": N_("Chair or secretary appoint an investigating officer without a stake."),
    "assigned": N_("The officer investigates, may ask the complainant, and records the finding."),
    "found": N_("At least %(least)s people without a part in it vote on the finding; more for than against adopt it."),
    "closed": N_("Closed."),
}
BY_MANAGEMENT = N_(
    "The complaint is about the committee, or too few members are without a stake: management appoints "
    "and closes; a ballot decides."
)
CLOSING = N_("Close the complaint with this finding? The complainant can see the outcome with the receipt code.")


def last(end: datetime | None) -> str:
    """The last day of a period, which ends at the midnight after it."""
    return day(last_day(end, settings().portal_tz) if end else None)


def on_day(when: datetime | None) -> str:
    """The day of something that happened; more is not told (6.3-d)."""
    return day(company_day(when) if when else None)


class ComplaintView(WorkflowModelView):
    """Complaints by number; content stands on the page alone, for whoever may read it."""

    process = "complaint"
    datamodel = Records(Complaint)
    route_base = "/complaints"
    list_title, show_title = lazy("Complaints and reports"), lazy("Complaint")
    add_title, edit_title = lazy("Add a complaint"), lazy("Change a complaint")
    label_columns = {
        "number": lazy("Number of the complaint"), "stage": lazy("Stage of the complaint"),
        "received_at": lazy("Received at"), "acknowledge_due": lazy("To acknowledge by"),
        "acknowledged_at": lazy("Acknowledged at"), "answer_due": lazy("To answer by"), "closed_at": lazy("Closed at"),
    }  # fmt: skip
    choices = {"stage": COMPLAINT_STAGES}
    list_columns = ["number", "stage", "received_at", "acknowledge_due", "answer_due", "closed_at"]
    show_columns = ["number", "stage", "received_at", "acknowledge_due", "acknowledged_at", "answer_due", "closed_at"]
    search_columns = ["number", "stage"]
    order_columns = ["number", "received_at", "answer_due"]
    base_order = ("received_at", "desc")
    show_template = "complaints/complaint.html"
    formatters_columns = {
        "acknowledge_due": last, "answer_due": last, "received_at": on_day, "acknowledged_at": on_day, "closed_at": on_day,
    }  # fmt: skip

    def show_context(self, item: Complaint) -> dict[str, Any]:
        """What this reader may read, and what they may do."""
        reader = actor()
        if reads_content(item, reader):
            note_reading("read_complaint", "complaints", item.id, clause="6.3.2", actor=reader, now=now())
        read = content_for(item, reader)
        offered = acts.offered("complaint", item.id, reader, now())
        allowed = {each.action for each in offered if each.allowed}
        least = votes_minimum(db.session(), today())
        return {
            "read": read, "facts": self._facts(item), "written": _written(read), "messages": _messages(read),
            "turn": _turn(item, least), "least": least,
            "accused_numbers": ", ".join(row.employee.number for row in item.parties if row.role == PartyRole.ACCUSED),
            "to_confirm": [str(row.employee) for row in item.parties if row.reason == NAMED_ALONE]
            if "confirm_accused" in allowed else [],
            "concerns": [translated(Receivers.labels()[each]) for each in read.concerns],
            "late": _late(item), "stage": stage_label(item.stage), "allowed": allowed, "barred": _barred(offered),
            "consequence_of": lambda name: consequence("complaint", name),
            "act_url": lambda name: url_for("ActView.act", process="complaint", record_id=item.id, action=name),
            "act_label": action_label, "officers": self._officers(item) if "assign" in allowed else [],
            "votes": [(value, translated(label)) for value, label in VOTES],
            "closing": _(CLOSING), "again": _again(item) if read.finding else [],
            "trail": timeline("complaint", item.id, reader),
            "files": [
                (each, url_for("ComplaintFileView.download", complaint_id=item.id, file_id=each.id))
                for each in read.files
            ],
            "here": url_for(".show", pk=item.id),
        }  # fmt: skip

    def _facts(self, item: Complaint) -> list[tuple[str, str]]:
        names = [name for name in self.show_columns if name not in ("number", "stage")]
        written = {name: self.formatters_columns.get(name, as_text)(getattr(item, name)) for name in names}
        return [(str(self.label_columns[name]), text) for name, text in written.items()]

    def _officers(self, item: Complaint) -> list[tuple[str, str]]:
        found = officer_candidates(db.session(), item, today())
        return [("", _("Please choose")), *((row.number, name_of(row)) for row in found)]


def _turn(item: Complaint, least: int) -> str:
    """What happens next and who does it; `least` is how many vote on a finding at least."""
    if officer_gone(db.session(), item):
        return _("The officer who investigates has left: another one is to be appointed.")
    by_management = item.to_management and item.stage != ComplaintStage.CLOSED
    return translated(BY_MANAGEMENT if by_management else TURNS[item.stage], {"least": least})


class ComplaintFileView(Page):
    """A file that came with a complaint, for whoever reads its content; taking it is an event of the audit trail."""

    route_base = "/complaints"
    default_view = "download"

    @route("/<int:complaint_id>/files/<int:file_id>", post=True, get=False)
    def download(self, complaint_id: int, file_id: int) -> Response:
        """The file, opened in memory, as a download only."""
        item = visible_row(Complaint, complaint_id)
        opened = file_bytes(db.session(), item, file_id, actor()) if item is not None else None
        if opened is None:
            raise NotFound(f"ComplaintFile {file_id}")
        with operation("download_complaint_file", actor=actor(), now=now(), clause="6.3.1") as op:
            op.note("export", "complaints", complaint_id, {})
        name, data = opened
        return send_file(io.BytesIO(data), mimetype="application/octet-stream", as_attachment=True, download_name=name)


def _again(item: Complaint) -> list[str]:
    """What became of the cases that a breach has assessed again."""
    rows = []
    for row in orders_on(db.session(), [case.review_id for case in item.cases]) if item.breach else []:
        state = (
            _("to be begun by HR by %(day)s", day=last(row.due))
            if row.case is None
            else _("begun on %(day)s, now: %(stage)s", day=moment(row.begun_at), stage=stage_label(row.case.stage))
        )
        rows.append(_("%(employee)s: %(state)s", employee=row.review.employee, state=state))
    return rows


def _written(read: ComplaintContent) -> list[tuple[str, str]]:
    kind = [(_("What it is about"), translated(ComplaintSubject.labels()[read.subject]))] if read.subject else []
    return kind + [(translated(WRITTEN_LABELS[name]), text) for name, text in read.written]


def _messages(read: ComplaintContent) -> list[dict[str, Any]]:
    return [{"mine": not row.from_complainant, "text": row.text, "when": on_day(row.sent_at)} for row in read.messages]


def _late(item: Complaint) -> str:
    if item.stage == ComplaintStage.RECEIVED and now() >= item.acknowledge_due:
        return _("The time to acknowledge it is over.")
    return (
        _("The time to answer it is over.") if item.stage != ComplaintStage.CLOSED and now() >= item.answer_due else ""
    )


def _barred(offered: list[Decision]) -> list[dict[str, Any]]:
    """The refused acts with their reasons, as the buttons' macro shows them."""
    return [
        {
            "name": each.action, "label": action_label(each.action), "allowed": False,
            "refusals": [{"clause": one.clause, "text": refusal_text(one)} for one in each.refusals],
        }
        for each in offered if not each.allowed
    ]  # fmt: skip


badge("ComplaintView", lambda: waiting(db.session(), actor()))
