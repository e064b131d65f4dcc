"""A case in words: what pages about cases share, made from facts in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from admin.access.actor import Actor
from admin.domain.codes import (
    CaseKind,
    CaseOutcome,
    CaseStage,
    CycleKind,
    Dimension,
    Flag,
    PerformanceRating,
    RecordKind,
    Source,
)
from admin.domain.eligibility import Eligibility, conditions_of
from admin.domain.ratings import check_shown
from admin.domain.refusals import N_, Refusal
from admin.domain.workflow.labels import RELATIONS
from admin.models import Cycle, Grade, Notice, Review
from admin.queries.cases.figures import Figure
from admin.queries.cases.process import Happening, Step, notice_name
from admin.queries.cases.workspace import ChainStep, Workspace
from admin.queries.policy.cards import KeptCriterion
from admin.web.clause_pages import way_on
from admin.web.texts import (
    EMPTY,
    acting_name,
    action_label,
    as_text,
    day,
    label_of,
    language,
    name_of,
    refusal_text,
    translated,
)

FLAGS = Flag.labels()
OUTCOMES = CaseOutcome.labels()
KINDS = CaseKind.labels()
DIMENSIONS = Dimension.labels()
SOURCES = Source.labels()
RATINGS = PerformanceRating.labels()
RECORDS = RecordKind.labels()
GROUNDS_UP = {
    1: N_("Time in the present grade and excellent ratings"),
    2: N_("Standing out, with a major contribution"),
    3: N_("A certificate or qualification related to the work"),
}
GROUNDS_DOWN = {
    1: N_("Consecutive years rated unsatisfactory"),
    2: N_("A serious breach of company rules"),
    3: N_("Not up to the present grade after training and change of post"),
}
CONDITIONS = {
    "time_in_grade": N_("%(needed_years)s years in the present grade"),
    "excellent_ratings": N_("Excellent performance ratings in the last %(needed_years)s years"),
    "contribution": N_("A major contribution, recorded and approved"),
    "certificate": N_("A certificate related to the work, approved"),
    "unqualified_ratings": N_("%(needed_years)s consecutive years rated unsatisfactory"),
    "breach": N_("A serious breach, recorded and approved"),
    "training": N_("Training taken part in, on record"),
    "post_change": N_("Change of post, on record"),
    "inadequate_after_both": N_("An assessment after both that finds the person not up to the grade"),
}
SCALE = {
    1: N_("Clearly short of it"),
    2: N_("Sometimes short of it"),
    3: N_("Meets the standard"),
    4: N_("Often exceeds it"),
    5: N_("Sets the example"),
}
RATING_TONES = {
    PerformanceRating.EXCELLENT: "good",
    PerformanceRating.GOOD: "",
    PerformanceRating.QUALIFIED: "plain",
    PerformanceRating.UNQUALIFIED: "bad",
    PerformanceRating.UNRATED: "plain",
}
SHARED_NAME = re.compile(r"\s*[（(][^（）()]*[）)]$")
HIDDEN_REASONS = ("propose", "determine", "reject_result", "verify_result", "return_to_panel")


def grade_name(grade: Grade | None) -> str:
    """A grade in the reader's language."""
    return name_of(grade) if grade is not None else EMPTY


def grade_before(review: Review) -> Grade | None:
    """From which grade the result moves: the present one, or the earlier result where the case assesses it again (6.3-a)."""
    earlier = review.reassesses.determined_grade if review.reassesses is not None else None
    return earlier or review.present_grade


def flags_of(review: Review) -> list[str]:
    """What readers of the case are to notice."""
    missing = [Flag.MISSING_SELF_ASSESSMENT] if review.self_assessment_missing else []
    flags = dict.fromkeys(str(each) for each in [*review.individual_reasons, *missing])
    return [_(FLAGS.get(each, each)) for each in flags]


def case_title(review: Review) -> str:
    """What a case is called."""
    name, _dot, _whose = name_of(review.cycle).partition(" · ")
    if review.kind == CaseKind.ANNUAL:
        return _("%(cycle)s review", cycle=name)
    return _("%(cycle)s %(kind)s", cycle=name, kind=_(KINDS[review.kind]))


ARROWS = {"promotion": "↑", "demotion": "↓", "unchanged": "", "initial": ""}


def cycle_in_words(cycle: Cycle) -> str:
    """A cycle's name, and whether it is a rehearsal."""
    name, rehearsal = name_of(cycle), _("Rehearsal")
    said = cycle.kind != CycleKind.REHEARSAL or rehearsal.casefold() in name.casefold()
    return name if said else _("%(name)s (rehearsal)", name=name)


def open_case_in_words(review: Review | None) -> str:
    """A running case as a list shows it: by its stage."""
    return "" if review is None else label_of(CaseStage.labels(), review.stage)


def is_rehearsal(review: Review) -> bool:
    """Whether the case is only tried out: nothing of it counts or is published."""
    return review.cycle.kind == CycleKind.REHEARSAL


def notice_title(notice: Notice | None) -> str:
    """What the notice of a case is called, by its kind."""
    return _(notice_name(notice))


def rail_steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The stops as page.rail shows them."""
    return [{"label": _(each.label), "state": each.state, "late": each.late, "note": _note(each)} for each in steps]


def _note(step: Step) -> str | None:
    if step.until is None or step.state == "skipped":
        return None
    return _("overdue since %(day)s", day=day(step.until)) if step.late else _("until %(day)s", day=day(step.until))


def next_block(found: Happening, review: Review, peers: Mapping[str, int]) -> dict[str, Any]:
    """What happens next, as page.what_next shows it."""
    may = [action_label(action) for action in found.may]
    by_when = day(found.by_when) if found.by_when else None
    return {
        "now": _(found.now),
        "next": _(found.next) if found.next else None,
        "who": _(", ").join(_person(who, review, peers) for who in found.turn) or None,
        "by_when": _("%(day)s (overdue)", day=by_when) if found.late and by_when else by_when,
        "readers": _(found.readers) if found.readers else None,
        "may": _(", ").join(may) or _("Nothing at this stage; you will be told when it is your turn."),
    }


def _person(who: str, review: Review, peers: Mapping[str, int]) -> str:
    line = {name: (getattr(review, name), getattr(review, f"{name}_for")) for name in ("superior", "head")}
    people = {"subject": (review.employee, None), **line}
    person, place = people.get(who, (None, None))
    if person is not None:
        return f"{_(RELATIONS[who])} {acting_name(person.name, place.name if place else None)}"
    if who == "peer" and any(peers.values()):
        done, asked = peers.get("submitted", 0), sum(peers.values()) - peers.get("declined", 0)
        if check_shown(done):
            return _("the colleagues")
        return _("the colleagues (%(done)s of %(asked)s have rated)", done=done, asked=asked)
    return _(RELATIONS[who])


def chain_rows(steps: Sequence[ChainStep]) -> list[dict[str, Any]]:
    """How the grade came about, as page.chain shows it."""
    return [
        {
            "step": _(each.step),
            "value": " · ".join(
                part
                for part in (translated(each.value, each.facts), grade_name(each.grade) if each.grade else "")
                if part
            ),
            "actor": each.actor and acting_name(_(each.actor), each.in_place_of.name if each.in_place_of else None),
            "time": as_text(each.at) if each.at else "",
            "reason": _("The case went on without it (3.3-a).") if each.reason == "3.3-a" else each.reason,
            "changed": each.changed,
        }
        for each in steps
    ]


def conditions_shown(grounds: Sequence[Mapping[str, Any]], titles: Mapping[int, str]) -> list[dict[str, Any]]:
    """Grounds with their conditions: met or not, facts, and by when it would be (4.1.1, 4.2.1)."""
    return [
        {
            "title": _(titles[ground["number"]]),
            "number": ground["number"],
            "met": ground["met"],
            "clause": ground["clause"],
            "conditions": [_condition(each) for each in ground["conditions"]],
        }
        for ground in grounds
    ]


def grounds_shown(found: Eligibility, titles: Mapping[int, str]) -> list[dict[str, Any]]:
    """The grounds of a clause as they stand for somebody today."""
    return conditions_shown(conditions_of(found), titles)


def _condition(condition: Mapping[str, Any]) -> dict[str, Any]:
    facts = dict(condition["facts"])
    return {
        "met": condition["met"],
        "text": translated(CONDITIONS.get(condition["name"], condition["name"]), facts),
        "facts": _facts_shown(condition["name"], facts),
        "by_when": _by_when(condition),
    }


def _facts_shown(name: str, facts: Mapping[str, Any]) -> str:
    if name == "time_in_grade":
        return (
            _("In this grade since %(since)s.", since=facts["since"])
            if facts.get("since")
            else _("No grade is on file.")
        )
    if "years" in facts:
        years = _(", ").join(str(year) for year in sorted(facts["years"]))
        return _("On file: %(years)s.", years=years) if years else _("No such year on file running up to the last one.")
    if "approved" in facts:
        named = _(", ").join(facts.get("references", ()))
        counted = _(
            "%(approved)s approved of %(recorded)s recorded.", approved=facts["approved"], recorded=facts["recorded"]
        )
        return f"{counted} {named}".strip()
    return ""


def _by_when(condition: Mapping[str, Any]) -> str | None:
    if condition["met"]:
        return None
    if condition.get("by_year"):
        return _("Can be met in the %(year)s cycle at the earliest.", year=condition["by_year"])
    if condition.get("by_when"):
        return _("Met on %(day)s.", day=condition["by_when"])
    return None


def suggestion_shown(found: Workspace, thresholds: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """The conditions of the suggested grade, each met or not (3.3.3-a)."""
    review, score = found.review, found.score
    if score is None:
        return []
    applied = review.target_grade_id is not None and review.application_withdrawn_at is None
    rows = [
        {
            "met": applied,
            "text": _("A promotion was applied for"),
            "clause": "4.1.2",
            "facts": _("Applied for: %(grade)s.", grade=grade_name(review.target_grade))
            if applied
            else _("There is no valid application: the grade stays."),
        }
    ]
    if applied and review.target_grade is not None:
        met = [ground["number"] for ground in score.explanation.get("promotion", ()) if ground["met"]]
        needed = thresholds.get(review.target_grade.code, Decimal(0))
        rows += [
            {
                "met": bool(met),
                "text": _("Any one ground for promotion is met"),
                "clause": "4.1.1",
                "facts": _(", ").join(_(GROUNDS_UP[number]) for number in met) or _("None of the three."),
            },
            {
                "met": review.score is not None and review.score >= needed,
                "text": _("The score reaches the target's threshold"),
                "clause": "3.3.3-a",
                "facts": _("%(score)s of at least %(needed)s.", score=number(review.score), needed=number(needed)),
            },
        ]
    return rows


def number(value: Any, places: int = 2) -> str:
    """A figure as it is printed."""
    if value in (None, ""):
        return EMPTY
    try:
        return f"{Decimal(str(value)):.{places}f}"
    except InvalidOperation:
        return str(value)


def figure(criterion: KeptCriterion, value: Any) -> str:
    """A criterion's value in its own unit."""
    if value in (None, ""):
        return EMPTY
    unit = (criterion.texts or {}).get("unit", {}).get(language(), "")
    if criterion.source in (Source.SUPERIOR, Source.PEERS):
        return f"{number(value)} / 5"
    return f"{number(Decimal(str(value)) * criterion.per)} {unit}".strip()


def interval(found: Figure) -> str | None:
    """The 95 % interval of a figure, where it has one."""
    low, high = found.score.low, found.score.high
    return None if low is None or high is None else f"{figure(found.criterion, low)} – {figure(found.criterion, high)}"


def in_own_language(text: Mapping[str, str]) -> str | None:
    """A text of the rulebook in the reader's language."""
    return text.get(language())


def weight(value: Any) -> str:
    """A weight without needless decimals."""
    return f"{Decimal(str(value)).normalize():f}"


def own_name(criterion: KeptCriterion) -> str:
    """A criterion's name on a form where only one side answers: what superior and colleagues share is one thing there."""
    name = name_of(criterion)
    return SHARED_NAME.sub("", name) if criterion.code.endswith((".superior", ".peers")) else name


def names_of(criteria: Sequence[KeptCriterion]) -> dict[str, str]:
    """What the criteria are called on a form, by code."""
    return {row.code: own_name(row) for row in criteria}


def help_of(criterion: KeptCriterion) -> str:
    """What a criterion means."""
    return (criterion.texts or {}).get("help", {}).get(language(), "")


def anchors_of(criterion: KeptCriterion) -> dict[int, str]:
    """The behaviour beside each value of the scale; the general scale where a criterion has none of its own."""
    own = (criterion.texts or {}).get("anchors") or {}
    return {value: own.get(str(value), {}).get(language(), "") for value in SCALE}


def scale_names() -> dict[int, str]:
    """The short name beside each value."""
    return {value: _(text) for value, text in SCALE.items()}


def places_of(errors: Mapping[str, str]) -> dict[str, str]:
    """Where on the form a faulty field stands: a criterion's scale, else the field itself."""
    fields = ("scan", "target_grade", "ground", "summary", "opinion")
    return {f"f-{name}" if name in fields else f"f-value.{name}": text for name, text in errors.items()}


def named(facts: Mapping[str, Any], grades: Mapping[str, Grade]) -> dict[str, Any]:
    """Facts with grades by their name instead of their code."""
    return {
        key: name_of(grades[value]) if isinstance(value, str) and value in grades else value
        for key, value in facts.items()
    }


def refused(refusal: Refusal, grades: Mapping[str, Grade]) -> str:
    """Why not, with grades by their name."""
    return translated(refusal.reason, named(refusal.facts, grades))


def grades_on(review: Review) -> dict[str, Grade]:
    """The grades that stand on a case, by code."""
    rows = (
        review.present_grade,
        review.target_grade,
        review.suggested_grade,
        review.proposed_grade,
        review.determined_grade,
    )
    return {row.code: row for row in rows if row is not None}


def refusals_shown(refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
    """Refusals as buttons show them, each with the page that puts it right, where the reader may open that."""
    found = [(each, way_on(each.facts.get("page"))) for each in refusals]
    return [{"clause": each.clause, "text": refusal_text(each), "way": way} for each, way in found]


def sees_decisions(found: Workspace, reader: Actor) -> bool:
    """Whether the reader may read the reasons of proposal and determination: the bodies and HR, or once on notice."""
    shown = (CaseStage.ON_NOTICE, CaseStage.APPEALED, CaseStage.ISSUED)
    return found.relation not in ("subject", "superior") or found.review.stage in shown
