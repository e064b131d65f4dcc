"""The actions of cases and cycles by name, for buttons, API and command line (interfaces.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import config
from admin.access.actor import Actor
from admin.domain.codes import CaseStage, Deadline, HearingForm, PredecessorForm
from admin.domain.metrics import COUNTS
from admin.domain.refusals import N_, Invalid
from admin.domain.workflow import Facts
from admin.models import Cycle, Review
from admin.operations.actions import REASON, Field, register, register_process
from admin.operations.cases import demotions, department, figures, ratings, reviews, self_assessment
from admin.operations.committee import meetings
from admin.operations.cycles import cycles
from admin.operations.outcome import documents, notices, results
from admin.operations.transaction import Operation
from admin.queries.cases.review_facts import review_facts
from admin.queries.cycles.cycle_facts import cycle_facts

HEARING_FORMS = tuple(HearingForm.labels().items())
PREDECESSOR_FORMS = tuple(PredecessorForm.labels().items())
DEADLINES = tuple(Deadline.labels().items())
CLOSABLE = tuple((stage.value, stage.label) for stage in (CaseStage.SELF_ASSESSMENT, CaseStage.RATING))
REMINDED = (*CLOSABLE, (CaseStage.DEPARTMENT_REVIEW.value, CaseStage.DEPARTMENT_REVIEW.label))
NO_ROW = N_("Name each row by its number, with what is corrected.")
OPTIONAL_REASON = Field("reason", N_("Reason"), "reason", required=False)
Data = Mapping[str, Any]


def _review_facts(op: Operation, record: Review, *, attempt: bool, data: Data) -> Facts:
    known: dict[str, Any] = {"attempt": True, "reason": data.get("reason")} if attempt else {}
    return review_facts(op.session, record, op.actor, op.now, **known)


def _cycle_facts(op: Operation, record: Cycle, *, attempt: bool, data: Data) -> Facts:
    known: dict[str, Any] = {"attempt": True, "reason": data.get("reason")} if attempt else {}
    return cycle_facts(op.session, record, op.actor, **known)


def _review_state(review: Review) -> dict[str, Any]:
    return {"id": review.id, "stage": review.stage, "version": review.version}


def _cycle_state(cycle: Cycle) -> dict[str, Any]:
    return {"id": cycle.id, "year": cycle.year, "kind": cycle.kind, "stage": cycle.stage}


def mapping_of(name: str, given: Any) -> dict[str, dict[str, Any]]:
    """A JSON object of objects, by name; raises `Invalid`."""
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        raise Invalid({name: N_("This is an object with one object for each criterion.")})
    return {str(key): dict(each) for key, each in given.items()}


def _form(data: Data) -> self_assessment.SelfAssessmentInput:
    return self_assessment.SelfAssessmentInput(
        mapping_of("answers", data["answers"]),
        data["summary"] or "",
        data["target_grade"],
        data["ground"],
        data["version"],
    )


def _rating(data: Data) -> ratings.RatingInput:
    return ratings.RatingInput(mapping_of("values", data["values"]), data.get("opinion") or "")


def _save(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
    return self_assessment.save_self_assessment(key, _form(data), actor=actor, now=now)


def _submit(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
    """With answers they are written first; without, the saved draft is handed in."""
    given = _form(data) if data["answers"] is not None else None
    return self_assessment.submit_self_assessment(key, given, actor=actor, now=now)


def _assign(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
    return meetings.assign_to_meeting([key], data["meeting"], actor=actor, now=now)


def deadline_after(day: date) -> datetime:
    """The moment after a company day: what is due on it is in time until its midnight."""
    return datetime.combine(day + timedelta(days=1), time.min, config.current().portal_tz).astimezone(UTC)


def _correct_figure(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
    given = figures.FigureCorrection(data["month"], data["queue"] or "", data["figure"], data["value"])
    return figures.correct_figure(key, given, data["reason"], actor=actor, now=now)


def _extend(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
    return cycles.extend(key, data["deadline"], deadline_after(data["until"]), data["reason"], actor=actor, now=now)


def _correct(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
    given = mapping_of("rows", data["rows"])
    corrections = {_row_number(row): {name: str(text) for name, text in each.items()} for row, each in given.items()}
    if not corrections:
        raise Invalid({"rows": NO_ROW})
    return notices.correct_notice(data["notice"], corrections, data["reason"], actor=actor, now=now)


def _row_number(text: str) -> int:
    """The number of a row as the key of a JSON object; raises `Invalid` where no table can hold it."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid({"rows": NO_ROW})
    return int(text)


def _reasoned(operation: Any) -> Any:
    """An operation that takes the record and a reason."""

    def call(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
        return operation(key, data["reason"], actor=actor, now=now)

    return call


def _bare(operation: Any) -> Any:
    """An operation that takes the record alone."""

    def call(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
        return operation(key, actor=actor, now=now)

    return call


ANSWERS = (
    Field("answers", N_("Answers by criterion"), "json", required=False),
    Field("summary", N_("Summary of the year"), "text", required=False),
    Field("target_grade", N_("Grade applied for"), "text", required=False),
    Field("ground", N_("Ground for promotion"), "text", required=False),
    Field("version", N_("Version that the form was loaded with"), "integer", required=False),
)
VALUES = Field("values", N_("Ratings by criterion"), "json")

register_process("review", Review, _review_facts, state=_review_state)
register_process("cycle", Cycle, _cycle_facts, state=_cycle_state)

register("review", "save_self_assessment", call=_save, fields=ANSWERS)
register("review", "submit_self_assessment", call=_submit, fields=ANSWERS)
register("review", "close_self_assessment", call=_reasoned(self_assessment.close_self_assessment), fields=(REASON,))
register(
    "review",
    "rate_as_peer",
    fields=(VALUES,),
    call=lambda key, data, *, actor, now: ratings.rate_as_peer(key, _rating(data), actor=actor, now=now),
)
register("review", "decline_rating", call=_reasoned(ratings.decline_rating), fields=(REASON,))
register(
    "review",
    "submit_superior_evaluation",
    fields=(VALUES, Field("opinion", N_("Superior's opinion"))),
    call=lambda key, data, *, actor, now: ratings.submit_superior_evaluation(key, _rating(data), actor=actor, now=now),
)
register("review", "return_for_correction", call=_reasoned(department.return_for_correction), fields=(REASON,))
register("review", "close_peer_rating", call=_reasoned(ratings.close_peer_rating), fields=(REASON,))
register(
    "review",
    "attach_predecessor_statement",
    fields=(
        Field("form", N_("What there is"), "choice", choices=PREDECESSOR_FORMS),
        Field("text", N_("The statement, or why it could not be had")),
    ),
    call=lambda key, data, *, actor, now: ratings.attach_predecessor_statement(
        key, data["form"], data["text"], actor=actor, now=now
    ),
)
register(
    "review",
    "correct_figure",
    fields=(
        Field("month", N_("Month (any day of it)"), "date"),
        Field("queue", N_("Queue"), required=False),
        Field("figure", N_("Figure"), "choice", choices=tuple(COUNTS.items())),
        Field("value", N_("Correct value"), "number"),
        REASON,
    ),
    call=_correct_figure,
)
register("review", "withdraw_application", call=_bare(self_assessment.withdraw_application))
register(
    "review",
    "record_hearing",
    fields=(
        Field("form", N_("How the employee was heard"), "choice", choices=HEARING_FORMS),
        Field("text", N_("What the employee said"), required=False),
    ),
    call=lambda key, data, *, actor, now: demotions.record_hearing(
        key, data["form"], data["text"] or "", actor=actor, now=now
    ),
)
register(
    "review",
    "propose",
    fields=(Field("grade", N_("Proposed grade")), OPTIONAL_REASON),
    call=lambda key, data, *, actor, now: department.propose(
        key, data["grade"], data["reason"] or "", actor=actor, now=now
    ),
)
register(
    "review", "assign_to_meeting", call=_assign, fields=(Field("meeting", N_("Number of the meeting"), "integer"),)
)
register("review", "verify_result", call=_bare(results.verify_result))
register("review", "reject_result", call=_reasoned(results.reject_result), fields=(REASON,))
register("review", "close_as_left", call=_reasoned(reviews.close_as_left), fields=(REASON,))

register("cycle", "open", call=_bare(cycles.open_cycle))
register(
    "cycle",
    "extend",
    call=_extend,
    fields=(
        Field("deadline", N_("Which deadline"), "choice", choices=DEADLINES),
        Field("until", N_("Last day"), "date"),
        REASON,
    ),
)
register(
    "cycle",
    "remind",
    fields=(Field("stage", N_("Which stage"), "choice", choices=REMINDED),),
    call=lambda key, data, *, actor, now: cycles.remind(key, data["stage"], actor=actor, now=now),
)
register(
    "cycle",
    "close_stage",
    fields=(Field("stage", N_("Which stage"), "choice", choices=CLOSABLE), REASON),
    call=lambda key, data, *, actor, now: cycles.close_stage(key, data["stage"], data["reason"], actor=actor, now=now),
)
register("cycle", "verify_results", call=_bare(results.verify_results))
register("cycle", "publish_notice", call=_bare(notices.publish_notice))
register(
    "cycle",
    "correct_notice",
    call=_correct,
    fields=(
        Field("notice", N_("Number of the notice's record"), "integer"),
        Field("rows", N_("Corrected rows"), "json"),
        REASON,
    ),
)
register(
    "cycle",
    "issue",
    fields=(Field("effective_on", N_("Effective from"), "date", required=False),),
    call=lambda key, data, *, actor, now: documents.issue(key, actor=actor, now=now, effective_on=data["effective_on"]),
)
register("cycle", "close", call=_bare(cycles.close_cycle))
register("cycle", "cancel", call=_reasoned(cycles.cancel_cycle), fields=(REASON,))
