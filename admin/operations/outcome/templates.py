"""HR's own layout of the formal document: brought, tried with every kind of document, put into use by a second person (3.3.6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.domain.power import CLAUSE as BY_TWO
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.files.apart import tried_apart
from admin.files.uploads import MIMES, Upload
from admin.models import DocumentTemplate, Employee, db
from admin.operations.cases.evidence import keep_file, note_verdict
from admin.operations.numbering import next_after
from admin.operations.people.people import require_hr
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import acting_in
from admin.queries.outcome.templates import samples

CLAUSE = "3.3.6"
ITS_OWN = N_("Another person puts a template into use than the one who uploaded it.")


def bring_template(upload: Upload, *, actor: Actor, now: datetime) -> DocumentTemplate:
    """Keep a version of HR's layout, not yet in use; the same file as the last version is that one.

    It is filled with a sample of every kind of document first. Raises `FileFault` for a field that there is not, a field that
    is missing or a template that cannot be filled, `Invalid` for what is no Word document.
    """
    if upload.mime != MIMES["docx"]:
        raise Invalid({"file": N_("The template must be a Word document (DOCX)")})
    tried_apart(upload.data, samples(db.session(), now))
    db.session().rollback()
    with operation("bring_template", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        version = next_after(op, select(func.max(DocumentTemplate.version)))
        query = select(DocumentTemplate).where(DocumentTemplate.version == version - 1)
        last = op.session.scalars(query.execution_options(unscoped=True)).first()
        if last is not None and last.sha256 == upload.sha256:
            return last
        keep_file(upload)
        note_verdict(op, upload.sha256, True)
        row = op.add(
            DocumentTemplate(
                version=version, name=upload.original_name, sha256=upload.sha256, media_type=upload.mime,
                brought_by_id=actor.user_id or 0, brought_at=now,
            )
        )  # fmt: skip
        others = acting_in(op.session, "hr", op.today) | acting_in(op.session, "management", op.today)
        op.tell(others - {actor.user_id}, "template", "bring", row.id)
    return row


def use_template(template_id: int, *, actor: Actor, now: datetime) -> DocumentTemplate:
    """Documents that are issued from now on take this version; those that are issued keep theirs.

    Raises `Refused` (6.1-a) for whoever brought it: what every document says is never one person's alone.
    """
    with operation("use_template", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(DocumentTemplate, template_id)
        if row.brought_by_id in _accounts(op):
            raise Refused(Refusal(BY_TWO, ITS_OWN))
        if row.in_use:
            return row
        _retire(op)
        row.in_use, row.used_by_id, row.used_at = True, actor.user_id, now
    return row


def retire_template(template_id: int, *, actor: Actor, now: datetime) -> DocumentTemplate:
    """Documents that are issued from now on take the layout that ships; raises `Refused` where it is not in use."""
    with operation("retire_template", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        row = op.find(DocumentTemplate, template_id)
        if not row.in_use:
            raise Refused(Refusal(CLAUSE, N_("This version is not in use.")))
        _retire(op)
    return row


def _retire(op: Operation) -> None:
    for row in op.locked(select(DocumentTemplate).where(DocumentTemplate.in_use)):
        row.in_use = False
    op.session.flush()


def _accounts(op: Operation) -> set[int | None]:
    """The actor's account, and by the person too: an account is one person's, whoever acts with it."""
    mine = select(Employee.user_id).where(Employee.id == op.actor.employee_id)
    return {op.actor.user_id, *op.session.scalars(mine.execution_options(unscoped=True))}
