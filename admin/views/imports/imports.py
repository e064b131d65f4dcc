"""Imports of HR's files in the portal: kind, upload, mapping, preview with faults, apply, report, undo."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import ImportKind
from admin.domain.refusals import NotFound
from admin.files.choices import HowRead
from admin.files.faults import FileFault, Untold
from admin.files.mapping import NO_BANDS, reading_of, require_columns
from admin.files.mapping import Mapping as FileMapping
from admin.files.outline import Outline
from admin.files.workbooks import fault_workbook, template_workbook
from admin.forms import import_reading
from admin.forms import imports as import_words
from admin.forms.import_difference import decided_by, said_of, workbook
from admin.models import Import, db
from admin.operations.imports import imports, imports_checking
from admin.operations.imports.import_kinds import KINDS
from admin.operations.imports.imports_ahead import OPEN_STATES
from admin.operations.imports.imports_kept import encoding_before, file_mapping
from admin.operations.imports.imports_plan import faults_of, notes_of
from admin.operations.imports.imports_reading import stored, too_long
from admin.queries.imports.difference import lines_kept
from admin.queries.imports.import_pages import import_page, imports_page
from admin.queries.imports.imports import employees_known, profiles_of
from admin.queries.imports.undoing import not_given_back
from admin.queries.policy.policy import grades_by_code
from admin.views.imports.one_import import (
    became,
    carried_out,
    download,
    finished,
    outline_in,
    seen,
    table_if_any,
    table_in,
    unless_finished,
)
from admin.views.system import long_work_words
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.sent_back import as_sent, sent_back
from admin.web.texts import file_name, language, translated


def known_kind(kind: str) -> str:
    """The kind; raises `NotFound` for another word."""
    if kind not in KINDS:
        raise NotFound(kind)
    return kind


class ImportView(Page):
    """The wizard, and the list of what came in."""

    route_base = "/imports"

    @route("/")
    def index(self) -> str:
        """The kinds of import, and what was imported before."""
        kind, state = request.args.get("kind", ""), request.args.get("state", "")
        page = imports_page(db.session(), actor(), kind=kind, state=state, number=wanted_part())
        return self.show_page("imports/list.html", page, title=_("Imports"))

    @route("/template/<kind>")
    def template(self, kind: str) -> Response:
        """An empty form of this kind with two made-up rows."""
        return download(template_workbook(known_kind(kind), language()), file_name(_(ImportKind(kind).label)))

    @route("/new/<kind>", access="write", post=True)
    def new(self, kind: str) -> str | Response | tuple[str, int]:
        """What is expected, and the upload."""
        known_kind(kind)
        if request.method == "GET":
            return self._upload_page(kind)
        given, pasted = request.files.get("file"), request.form.get("pasted", "")
        if pasted.strip():
            name, data = _("Pasted cells") + ".tsv", pasted.encode()
        elif given is not None and given.filename:
            name, data = given.filename, given.read()
        else:
            return self._upload_page(kind, _("Choose a file or paste cells first.")), 422
        try:
            row = imports_checking.upload(kind, name, data, actor=actor(), now=now())
        except FileFault as fault:
            return self._upload_page(kind, fault.text(_), pasted), 422
        if not row.report and too_long(row):  # too long to be read while its sender waits
            return carried_out(row.id, "check_import")
        return redirect(url_for("ImportView.mapping", key=row.id), 303)

    def _upload_page(self, kind: str, error: str | None = None, pasted: str = "") -> str:
        page = import_words.UploadPage(kind, import_words.expected(kind, language()), pasted)
        return self.show_page("imports/upload.html", page, title=_(import_words.KIND_LABELS[kind]), error=error)

    @route("/<int:key>/mapping", access="write", post=True)
    def mapping(self, key: int) -> str | Response | tuple[str, int]:
        """Which column is which field, and what the values mean; sending it checks the file."""
        row = seen(key)
        if row.state not in OPEN_STATES:
            return finished(row) if request.method == "GET" else self._begun_again(row)
        if request.method == "GET":
            try:
                return self._mapping_page(row, reading_of(row.mapping), row.mapping)
            except FileFault as fault:  # a long one, which the worker could not read: its page says what to do
                flash(fault.text(_), "danger")
                return redirect(url_for("ImportView.show", key=key))
        # The page says how the file was read that it shows; until it is sent, the import names what was before.
        shown = import_reading.shown_reading(request.form.get("shown", ""))
        try:
            before: Outline | None = outline_in(row, shown)
        except Untold:
            before = None
        except FileFault as fault:  # no page showed this reading: what stands is shown, and why
            return self._mapping_page(row, reading_of(row.mapping), row.mapping, fault.text(_)), 422
        reading = import_reading.reading_from(request.form, shown, before)
        so_far = (
            import_words.mapping_from(request.form, before, row.kind, row.mapping, shown) if before else row.mapping
        )
        if before is None or "reread" in request.form:
            return self._reread(row, reading, before, (shown, so_far))
        try:
            table = before if reading == shown else outline_in(row, reading)
            return self._mapped(row, table, reading)
        except FileFault as fault:
            return self._not_taken(row, shown, so_far, fault.text(_), import_words.by_column(request.form))

    def _begun_again(self, row: Import) -> Response | tuple[str, int]:
        """The columns as they were chosen on a page that was still open when somebody finished its import: for the same file anew."""
        reading = import_reading.shown_reading(request.form.get("shown", ""))
        try:
            chosen = import_words.mapping_from(request.form, outline_in(row, reading), row.kind, row.mapping, reading)
            fresh = imports_checking.upload(row.kind, row.filename, stored(row.sha256), actor=actor(), now=now())
        except FileFault:  # the file is gone, or was never shown so
            return finished(row)
        if too_long(fresh):
            flash(became(row), "warning")
            return self._checked(fresh, chosen)
        error = _(
            "%(became)s Your choices are kept here: check the file with them to see what is left to change.",
            became=became,
        )
        return self._not_taken(fresh, reading, chosen, error, import_words.by_column(request.form))

    def _reread(
        self, row: Import, reading: HowRead, before: Outline | None, shown: tuple[HowRead, Mapping[str, Any]]
    ) -> str | Response | tuple[str, int]:
        """What is in the file when it is read so; a long one is read by the worker. `shown`: what the page showed till now."""
        mapping: dict[str, Any] = {"reading": reading.to_json()}
        if before is not None:
            mapping["options"] = import_words.typed_beside(request.form, before, row.kind)
        if too_long(row):
            return self._checked(row, mapping)
        try:
            return as_sent(self._mapping_page(row, reading, mapping), set(request.form) - {"keep_as"})
        except FileFault as fault:
            return self._not_taken(row, *shown, fault.text(_), import_words.by_column(request.form))

    def _not_taken(
        self, row: Import, reading: HowRead, mapping: Mapping[str, Any], error: str, stays: Collection[str]
    ) -> tuple[str, int]:
        """The page with what was typed on it, and why it is not taken."""
        # What was typed for all rows keeps its field, though a column was chosen for it too: that choice is filled in again.
        typed = (mapping.get("options") or {}).get("constants", {})
        offered = {name: said for name, said in mapping.items() if name not in typed or f"column-{name}" in stays}
        return as_sent(self._mapping_page(row, reading, offered, error), stays), 422

    def _mapped(self, row: Import, table: Outline, reading: HowRead) -> str | Response | tuple[str, int]:
        """Check the file under the columns that the page says."""
        chosen = import_words.mapping_from(request.form, table, row.kind, row.mapping, reading)
        stays = import_words.by_column(request.form)
        kept = {str(each.id): each.mapping for each in profiles_of(db.session(), row.kind)}
        if (profile := request.form.get("profile", "")) in kept:
            chosen = kept[profile] | {"reading": reading.to_json()}
            stays = set(request.form) - {"keep_as"}  # the page shows what was kept, to be gone on with
        whole = file_mapping(row.kind, chosen, FileMapping.from_json(row.kind, table.proposed), table.values_of)
        if import_words.bands_wrong(request.form):
            return self._not_taken(row, reading, chosen, _(NO_BANDS), stays)
        if unsaid := whole.open_values(table.values_of):
            try:  # what is missing is said before anything is asked about what is there
                require_columns(whole, table.headers)
            except FileFault as fault:
                return self._not_taken(row, reading, chosen, fault.text(_), stays)
            words = _(", ").join(value for values in unsaid.values() for value in values[:10])
            error = _("Say first what these words mean: %(words)s", words=words)
            return self._not_taken(row, reading, chosen, error, stays)
        try:
            answer = self._checked(row, chosen)
        except FileFault as fault:
            return self._not_taken(row, reading, chosen, fault.text(_), stays)
        if name := request.form.get("keep_as", "").strip():
            imports_checking.save_profile(row.kind, name, chosen, actor=actor(), now=now())
        return answer

    def _checked(self, row: Import, chosen: dict[str, Any], part: int | None = None) -> Response:
        """Checked under these columns, or left to the worker; `part` of its page is shown again."""
        if not too_long(row):
            imports_checking.check(row.id, chosen, actor=actor(), now=now())
            return redirect(url_for("ImportView.show", key=row.id, decisions=part), 303)
        imports_checking.choose_columns(row.id, chosen, actor=actor(), now=now())
        return carried_out(row.id, "check_import")

    def _mapping_page(self, row: Import, reading: HowRead, mapping: Mapping[str, Any], error: str | None = None) -> str:
        session = db.session()
        try:
            table = outline_in(row, reading)
        except Untold as asked:
            so_far = FileMapping(row.kind, reading=reading)
            page = import_words.undecided_page(row, asked, so_far, encoding_before(session, row.kind))
            error = error or asked.text(_)
        else:
            proposed = FileMapping.from_json(row.kind, table.proposed)
            chosen = file_mapping(row.kind, {**mapping, "reading": reading.to_json()}, proposed, table.values_of)
            names = self._names(row, reading, chosen) if import_words.goes_by_name(chosen) else ()
            page = import_words.columns_page(row, table, chosen, profiles_of(session, row.kind), names)
        shown = json.dumps(page.mapping.reading.to_json())
        return self.show_page("imports/mapping.html", page, title=_("Columns of the file"), error=error, shown=shown)

    def _names(self, row: Import, reading: HowRead, chosen: FileMapping) -> Sequence[tuple[str, str]]:
        """The names that do not tell who is meant; of a long file they are named once it is checked."""
        if too_long(row):
            return ()
        known = {number: person.name for number, person in employees_known(db.session()).items()}
        return import_words.names_untold(table_in(row, reading), chosen, known)

    @route("/<int:key>")
    def show(self, key: int) -> str:
        """Preview before applying, report after."""
        row = seen(key)
        asked = {"group": request.args.get("group", ""), "text": request.args.get("text", "")}
        page = import_page(db.session(), row, actor(), now(), asks=not too_long(row), **asked, number=wanted_part())
        return self.show_page(
            "imports/import.html",
            page,
            title=row.filename,
            faults=import_words.faults_shown(row.report),
            work_words=long_work_words,
            said=said_of(row.report, page.difference, page.grades, wanted_part("decisions"), page.not_given_back),
        )

    @route("/<int:key>/difference")
    def difference(self, key: int) -> Response:
        """Everything that it changes as a workbook."""
        row = seen(key)
        kept, total = lines_kept(db.session(), key), sum((row.report.get("groups") or {}).values())
        lines: Iterable[Sequence[Any]] = kept
        remarks = []
        if len(kept) < total and row.state in OPEN_STATES and not too_long(row):
            _reading, plan = imports_checking.preview(
                row.kind, row.filename, stored(row.sha256), row.mapping, actor=actor(), now=now()
            )
            lines = plan.difference.lines()
        elif len(kept) < total:
            remarks.append(_("The first %(shown)s of %(count)s changes are kept.", shown=len(kept), count=total))
        grades = grades_by_code(db.session()) if row.kind == ImportKind.GRADES else {}
        return download(
            workbook(row.filename, lines, grades, remarks),
            file_name(row.filename.rpartition(".")[0], _("What changes")),
        )

    @route("/<int:key>/decide", access="write", post=True, get=False)
    @unless_finished
    def decide(self, key: int) -> Response:
        """Say what is done of that which the file says by its silence alone; the file is checked again under it."""
        row = seen(key)
        mapping = dict(row.mapping)
        options = mapping.get("options") or {}
        ticks = decided_by(options.get("decided", ()), request.form.getlist("shown"), request.form.getlist("decided"))
        mapping["options"] = {**options, "decided": ticks}
        part = request.form.get("part", "")
        try:
            answer = self._checked(row, mapping, int(part) if part.isdecimal() else None)
        except FileFault as fault:
            if again := sent_back(422, {"said": fault.text(_)}):
                return again
            flash(fault.text(_), "danger")
            return redirect(url_for("ImportView.show", key=key), 303)
        flash(_("Your decisions are kept; below is what the import does under them."), "success")
        return answer

    @route("/<int:key>/faults")
    def faults(self, key: int) -> Response:
        """Every fault by row and column as a workbook, to mend the file by."""
        row = seen(key)
        found_faults, notes = faults_of(row.report), notes_of(row.report)
        if len(found_faults) < row.report.get("counts", {}).get("faults", 0):
            data = stored(row.sha256)
            _reading, plan = imports_checking.preview(
                row.kind, row.filename, data, row.mapping, actor=actor(), now=now()
            )
            found_faults, notes = plan.faults, plan.notes
        return download(
            fault_workbook(row.filename, found_faults, notes, _, None if too_long(row) else table_if_any(row)),
            file_name(row.filename.rpartition(".")[0], _("Faults of the file")),
        )

    @route("/<int:key>/apply", access="write", post=True, get=False)
    @unless_finished
    def apply(self, key: int) -> Response:
        """Apply it whole, or say why not."""
        if too_long(seen(key)):
            return carried_out(key, "apply_import")
        try:
            imports.apply(key, actor=actor(), now=now())
            flash(_("The import was applied."), "success")
        except FileFault as fault:
            flash(fault.text(_), "danger")
        return redirect(url_for("ImportView.show", key=key), 303)

    @route("/<int:key>/undo", access="write", post=True, get=False)
    @unless_finished
    def undo(self, key: int) -> Response:
        """Take it back."""
        if too_long(row := seen(key)):
            return carried_out(key, "undo_import")
        lost = [translated(*each) for each in not_given_back(row)]
        imports.undo(key, actor=actor(), now=now())
        if lost:
            flash(_("The import was taken back, except for this: %(what)s", what=" ".join(lost)), "warning")
        else:
            flash(_("The import was taken back; the portal is as it was before."), "success")
        return redirect(url_for("ImportView.show", key=key), 303)

    @route("/<int:key>/discard", access="write", post=True, get=False)
    @unless_finished
    def discard(self, key: int) -> Response:
        """Put it aside without applying it."""
        imports_checking.discard(key, actor=actor(), now=now())
        flash(_("The import was put aside; nothing was changed."), "success")
        return redirect(url_for("ImportView.index"), 303)

    @route("/<int:key>/check", access="write", post=True, get=False)
    @unless_finished
    def check(self, key: int) -> Response:
        """Look again, after something in the portal was changed."""
        if too_long(seen(key)):
            return carried_out(key, "check_import")
        try:
            imports_checking.check(key, actor=actor(), now=now())
        except FileFault as fault:
            flash(fault.text(_), "danger")
        return redirect(url_for("ImportView.show", key=key), 303)
