"""Appeals and objections: the form that the notice site links to, one's own, the panel's and HR's pages (3.3.5)."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.views import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf.file import FileField
from sqlalchemy.orm import Query
from werkzeug.wrappers import Response

from admin.access.actor import Actor
from admin.domain.codes import AppealStage, NoticeKind
from admin.domain.refusals import N_, Invalid, NotFound, Refusal
from admin.forms.uploads import FileAsked, uploaded
from admin.models import Appeal, NoticeRow, db
from admin.operations import acts
from admin.operations.appeals.appeals import AppealInput, correct_entry, file_appeal
from admin.operations.cases.evidence import kept_at
from admin.operations.system.audit import note_reading
from admin.operations.system.served import kept_file
from admin.queries.appeals.appeal_facts import why_not_corrected
from admin.queries.appeals.appeal_pages import appeal_form, appeal_page, is_own
from admin.queries.appeals.appeals import (
    before_panel,
    count_to_answer,
    count_to_vote,
    filer_known,
    knows_filer,
    mine,
    own_rows,
    row_on_notice,
    rows_to_object,
    to_answer,
)
from admin.queries.appeals.filings import latest_row
from admin.queries.appeals.served import is_against_served
from admin.views.appeals.appeal_words import (
    ADDRESSEES,
    GROUNDS,
    KINDS,
    RESULTS,
    appeal_listed,
    appeal_shown,
    last_day_shown,
    printed,
)
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.context import badge, stand_under
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import Records, number_of, visible_row
from admin.web.texts import field_messages, label_of
from admin.web.workflow_view import WorkflowModelView, buttons

APPEAL_STAGES = AppealStage.labels()
OWN_FORM = {
    "cast_ballot": N_("Your ballot is cast."),
    "answer": N_("Your answer is with the person who filed."),
    "override_recusal": N_("Recorded: a recusal is lifted when a second person confirms it."),
}


class AppealFormView(Page):
    """/appeal/: an appeal against one's own result, or an objection to a colleague's."""

    route_base = "/appeal"
    default_view = "mine"

    @route("/", access="write", post=True)
    def index(self) -> Response | str:
        """The form, prefilled from the notice row; after filing the receipt with its deadline."""
        row = _row()
        if row is None:
            return self._choose()
        if (last := latest_row(db.session(), row.review_id)) is not None and last.id != row.id:
            flash(_("This row was replaced; this is the one in its place."), "info")
            return redirect(printed(last)["url"])
        if request.method == "GET":
            return self._form(row)
        given = AppealInput(
            request.form.get("ground", ""), request.form.get("text", ""), request.form.get("addressee", "panel")
        )
        appeal = file_appeal(row.id, given, actor=actor(), now=now())
        return redirect(url_for("AppealFormView.receipt", appeal_id=appeal.id))

    @route("/object", access="write")
    def object(self) -> Response | str:
        """Whom an objection concerns: the printed row that the address names, or one found by number or name."""
        if row := request.args.get("row"):
            return redirect(url_for("AppealFormView.index", row=row, notice=request.args.get("notice")))
        words = request.args.get("q", "").strip()
        rows = rows_to_object(db.session(), actor(), words, now()) if words else []
        return self.show_page(
            "appeals/object.html", title=_("Object to a result"), sought=words, rows=[printed(row) for row in rows]
        )

    def _choose(self) -> str:
        """One's own results on notice; the form at once where the address names a notice with just one of them."""
        rows, notice = own_rows(db.session(), actor()), request.args.get("notice")
        named = [row for row in rows if row.notice.number == notice]
        if len(named) == 1:
            return self._form(named[0])
        return self.show_page("appeals/choose.html", title=_("Appeal or object"), rows=[printed(row) for row in rows])

    def _form(self, row: NoticeRow) -> str:
        page = appeal_form(db.session(), row, actor(), now())
        title = _("Appeal against my result") if page.own else _("Object to a result")
        return self.show_page("appeals/form.html", page, title=title)

    @route("/receipt/<int:appeal_id>")
    def receipt(self, appeal_id: int) -> str:
        """The receipt: number, time of receipt, and by when the answer comes."""
        appeal = _appeal(appeal_id)
        if appeal.filer_id != actor().employee_id:
            raise NotFound("Appeal")
        served = is_against_served(db.session(), appeal)
        shown = appeal_shown(appeal, actor())
        return self.show_page("appeals/receipt.html", title=_("Received"), appeal=shown, served=served)

    @route("/mine")
    def mine(self) -> str:
        """What I filed, what was filed about my result, and what waits for me as superior."""
        me = actor()
        own, waiting = mine(db.session(), me, wanted_part()), to_answer(db.session(), me, wanted_part("waiting"))
        return self.show_page(
            "appeals/mine.html",
            own,
            title=_("My appeals and objections"),
            filed=[appeal_listed(each, me) for each in own.rows],
            waiting=[appeal_listed(each, me) for each in waiting.rows],
            waiting_part=waiting.part,
        )


class WithKnownFilers(Records):
    """Appeals whose filer the reader may know: the list names them. The others have their own page (3.3.5-b)."""

    def scoped(self) -> Query[Any]:
        """Those, in the reader's scope."""
        return super().scoped().filter(filer_known(actor()))


class AppealView(WorkflowModelView):
    """The list of appeals and objections for HR, the panel and auditors; HR enters paper ones here."""

    process = "appeal"
    datamodel = WithKnownFilers(Appeal)
    route_base = "/appeals"
    list_title, show_title = lazy("Appeals and objections"), lazy("Appeal or objection")
    add_title, edit_title = lazy("Enter a paper appeal"), lazy("Correct a paper appeal")
    label_columns = {
        "number": lazy("Number of the appeal"),
        "kind": lazy("Appeal or objection"),
        "stage": lazy("Stage of the appeal"),
        "ground": lazy("Ground"),
        "addressee": lazy("Addressed to"),
        "filer": lazy("Filed by"),
        "review": lazy("Case"),
        "received_at": lazy("Received at"),
        "answer_due": lazy("To be answered by"),
        "result": lazy("Decision"),
        "notice_row": lazy("Row of the notice"),
        "text": lazy("What is wrong with the result"),
    }
    choices = {"kind": KINDS, "stage": APPEAL_STAGES, "ground": GROUNDS, "addressee": ADDRESSEES, "result": RESULTS}
    list_columns = ["number", "kind", "stage", "ground", "addressee", "filer", "received_at", "answer_due", "result"]
    show_columns = list_columns
    search_columns = ["number", "kind", "stage", "ground", "addressee", "result"]
    order_columns = ["number", "received_at", "answer_due", "stage"]
    add_columns = ["notice_row", "filer", "ground", "addressee", "text"]
    edit_columns = ["ground", "text"]
    asks_why = {"edit": lazy("Reason for the change")}
    base_order = ("answer_due", "asc")
    formatters_columns = {"answer_due": lambda due: last_day_shown(due)}

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Appeal:
        """HR files for somebody who handed in paper; the time of receipt is now."""
        given = AppealInput(
            data["ground"], data["text"] or "", data["addressee"], filer_id=data["filer_id"], scan=uploaded("scan")
        )
        return file_appeal(data["notice_row_id"], given, **who_and_when)

    def _init_forms(self) -> None:
        super()._init_forms()
        scan = FileField(lazy("Scan of the signed paper form"), [FileAsked()])
        self.add_form = type("ScannedForm", (self.add_form,), {"scan": scan})

    def _get_add_widget(self, form: Any, exclude_cols: Any = None, widgets: Any = None) -> dict[str, Any]:
        return (widgets or {}) | {"add": self._with_reason("add", self.add_widget, form, [*self.add_columns, "scan"])}

    def why_fixed(self, item: Appeal) -> Refusal | None:
        """Only what HR entered from paper is corrected, before anybody has voted on it (3.3.5-b)."""
        return why_not_corrected(db.session(), item)

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Appeal:
        """Correct what was copied wrongly from the paper, with the reason."""
        reason = request.form.get("reason", "")
        return correct_entry(key, data["ground"], data["text"] or "", reason, seen=seen or "", **who_and_when)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Response:
        """The appeal's own page."""
        return redirect(url_for("AppealPageView.index", appeal_id=number_of(pk) or 0))


class AppealPageView(Page):
    """One appeal, for everybody whom it concerns: each sees what is theirs to see, and what they may do."""

    route_base = "/appeals"

    @route("/<int:appeal_id>")
    def index(self, appeal_id: int) -> str:
        """The appeal with its deadlines, texts, decision and actions."""
        return self._show(_appeal(appeal_id), {})

    def _show(self, appeal: Appeal, errors: dict[str, str]) -> str:
        me = actor()
        return self.show_page(
            "appeals/appeal.html",
            appeal_page(db.session(), appeal, me, today(), request.form),
            title=f"{label_of(KINDS, appeal.kind)} {appeal.number}",
            crumb=_way_back(me),
            offered={each["name"]: each for each in buttons("appeal", appeal.id)},
            errors=errors,
        )

    @route("/<int:appeal_id>/<action>", access="write", post=True, get=False)
    def act(self, appeal_id: int, action: str) -> Response | tuple[str, int]:
        """The superior's answer, the panel's ballot, a recusal lifted: what has a form of its own on the page."""
        if action not in OWN_FORM:
            raise NotFound(action)
        try:
            acts.perform("appeal", appeal_id, action, request.form.to_dict(), actor=actor(), now=now())
        except Invalid as error:
            return self._show(_appeal(appeal_id), field_messages(error)), 422
        flash(_(OWN_FORM[action]), "success")
        return redirect(url_for("AppealPageView.index", appeal_id=appeal_id))

    @route("/<int:appeal_id>/scan", post=True, get=False)
    def scan(self, appeal_id: int) -> Response:
        """The scan of a paper form, for whoever may know who filed it; as a download only."""
        appeal = _appeal(appeal_id)
        if appeal.scan_sha256 is None or not knows_filer(actor(), appeal):
            raise NotFound("scan")
        data = kept_file(
            kept_at(appeal.scan_sha256, appeal.scan_media_type or ""), appeal.scan_sha256, appeal.id, now=now()
        )
        note_reading("read_evidence", "appeals", appeal.id, clause="3.3.5-e", actor=actor(), now=now())
        return send_file(
            io.BytesIO(data), mimetype="application/octet-stream", as_attachment=True, download_name=appeal.scan_name
        )

    @route("/panel", access="panel")
    def panel(self) -> str:
        """What is before the panel."""
        me, found = actor(), before_panel(db.session(), wanted_part())
        return self.show_page(
            "appeals/panel.html",
            title=_("Before the appeal panel"),
            rows=[appeal_listed(each, me) for each in found.rows],
            part=found.part,
        )


def _appeal(key: int) -> Appeal:
    appeal = visible_row(Appeal, key)
    if appeal is None:
        raise NotFound("Appeal")
    return appeal


def _way_back(me: Actor) -> tuple[str, str]:
    """The list from which the reader came: the panel's, the office's, or one's own."""
    if me.has("panel_member", "panel_chair"):
        stand_under("AppealView")
        return _("Before the appeal panel"), url_for("AppealPageView.panel")
    if me.has("hr", "auditor"):
        stand_under("AppealView")
        return _("Appeals and objections"), url_for("AppealView.list")
    stand_under("AppealFormView")
    return _("My appeals and objections"), url_for("AppealFormView.mine")


def _row() -> NoticeRow | None:
    """The row that the address names, None where it names only the notice; a wrong one is not found."""
    key = number_of(request.values.get("row"))
    if not request.values.get("row"):
        return None
    row = row_on_notice(db.session(), request.values.get("notice", ""), key or 0)
    if row is None or (row.notice.kind == NoticeKind.PERSONAL and not is_own(row, actor())):
        raise NotFound("NoticeRow")
    return row


badge("AppealFormView", lambda: count_to_answer(db.session(), actor()), "superior")
badge("AppealView", lambda: count_to_vote(db.session(), actor()), "panel_member", "panel_chair")
