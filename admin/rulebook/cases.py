"""Runs the worked cases of a rulebook against the domain: one small adapter for each rule that has cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from admin.domain import (
    calendar,
    cycles,
    eligibility,
    grade_file,
    grades,
    ratings,
    reassessment,
    scorecard,
    scoring,
    separation,
    service,
    suggestion,
    versions,
)
from admin.domain.refusals import Invalid, Refused
from admin.domain.workflow import Facts, decide
from admin.domain.workflow import guards as workflow_guards
from admin.rulebook.book import Rulebook
from admin.rulebook.case_bodies import BODIES
from admin.rulebook.case_facts import eligibility_facts
from admin.rulebook.case_setting import Adapter, Setting, verdict
from admin.rulebook.content import Case
from admin.rulebook.convert import domain_scorecard

# Worked cases tell company time; any fixed zone does.
ZONE = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class CaseFailure:
    """A case whose rule says something else; `found` holds what it says for the expected entries."""

    case: Case
    found: Mapping[str, Any]


def failures(book: Rulebook) -> list[CaseFailure]:
    """The worked cases that do not come out as they say, or whose rule or facts make no sense (found: `fault`)."""
    found = [(case, _said(case, book)) for case in book.cases]
    return [CaseFailure(case, said) for case, said in found if said != case.expect]


def _said(case: Case, book: Rulebook) -> dict[str, Any]:
    try:
        return work(case, book)
    except (ArithmeticError, AttributeError, Invalid, LookupError, TypeError, ValueError) as error:
        return {"fault": f"{type(error).__name__}: {error}"}


def work(case: Case, book: Rulebook) -> dict[str, Any]:
    """What the rule says to the case's facts, for the entries that the case expects; raises as the facts deserve."""
    parameters = book.values(book.effective_from) | case.given.get("parameters", {})
    ladder = grades.make_ladder(_grades(book), str(parameters["step_order"]))
    try:
        said = ADAPTERS[case.rule](Setting(case.given, parameters, ladder, book))
    except Refused as refused:
        said = verdict(refused.refusal)
    return {key: _plain(said.get(key)) for key in case.expect}


def _grades(book: Rulebook) -> Sequence[grades.Grade]:
    return book.ladder(book.effective_from).grades


def _plain(value: Any) -> Any:
    """A result as it stands in the file: days as text, nothing as `none`."""
    if value is None:
        return "none"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _moment(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZONE).astimezone(UTC)


def _calendar(given: Mapping[str, Any]) -> calendar.WorkingCalendar:
    """2026, Monday to Friday but for the case's holidays and make-up days; no other year is confirmed."""
    days = {date.fromisoformat(day): False for day in given.get("holidays", ())}
    days |= {date.fromisoformat(day): True for day in given.get("makeup_days", ())}
    return calendar.WorkingCalendar(days, frozenset({2026}))


def _grounds(found: eligibility.Eligibility) -> dict[str, Any]:
    conditions = [condition for ground in found.grounds for condition in ground.conditions]
    in_grade = next((condition.by_when for condition in conditions if condition.name == "time_in_grade"), None)
    return {
        "grounds": [ground.number for ground in found.met],
        "eligible": found.eligible,
        "clause": found.blocks[0].clause if found.blocks else None,
        "in_grade_by": in_grade,
    }


def _promotion(setting: Setting) -> dict[str, Any]:
    return _grounds(eligibility.promotion(eligibility_facts(setting.given), setting.parameters, setting.ladder))


def _demotion(setting: Setting) -> dict[str, Any]:
    return _grounds(eligibility.demotion(eligibility_facts(setting.given), setting.parameters, setting.ladder))


def _application(setting: Setting) -> dict[str, Any]:
    facts, target = eligibility_facts(setting.given), setting.given["target"]
    return verdict(eligibility.check_application(facts, target, setting.parameters, setting.ladder))


def _proposal_facts(given: Mapping[str, Any], target: str) -> suggestion.ProposalFacts:
    condition = eligibility.Condition("certificate", bool(given.get("ground_met")), {})
    grounds = (eligibility.Ground(eligibility.PROMOTION, 3, (condition,)),)
    basis = given.get("demotion")
    return suggestion.ProposalFacts(
        present=given["present"],
        score=Decimal(str(given["score"])) if "score" in given else None,
        promotion=eligibility.Eligibility(grounds),
        applied_for=given.get("applied_for"),
        demotion=suggestion.DemotionBasis(basis["ground"], True, basis["proposed"], basis["heard"]) if basis else None,
        thresholds={target: Decimal(given["threshold"])} if "threshold" in given else {},
    )


def _suggest(setting: Setting) -> dict[str, Any]:
    target = setting.given.get("applied_for", "")
    facts = _proposal_facts(setting.given, target)
    return {"grade": suggestion.suggest(facts, setting.ladder, setting.parameters).grade}


def _lawful(setting: Setting) -> dict[str, Any]:
    grade = setting.given["grade"]
    facts = _proposal_facts(setting.given, grade)
    return verdict(suggestion.check_lawful(facts, grade, setting.ladder, setting.parameters))


def _proposal(setting: Setting) -> dict[str, Any]:
    given = setting.given
    facts = replace(_proposal_facts(given, given["grade"]), duty_open=given.get("duty_open", False))
    refusal = suggestion.check_proposal(
        facts, given["grade"], reason=given.get("reason", ""), ladder=setting.ladder, parameters=setting.parameters
    )
    return verdict(refusal)


def _scorecard_faults(setting: Setting) -> dict[str, Any]:
    """A scorecard of one plain criterion for each dimension, with the weights given."""
    curve = scorecard.Curve(((Decimal(0), Decimal(0)), (Decimal(1), Decimal(100))))
    weights = {code: Decimal(weight) for code, weight in setting.given["weights"].items()}
    card = scorecard.Scorecard(
        tuple(scorecard.DimensionWeight(code, weight, "3.2.5") for code, weight in weights.items()),
        tuple(
            scorecard.Criterion(f"only_{code}", code, weight, scorecard.Source.METRIC, curve)
            for code, weight in weights.items()
        ),
    )
    return {"clauses": [fault.clause for fault in scorecard.faults(card, setting.parameters)]}


def _peer_score(setting: Setting) -> dict[str, Any]:
    """The first criterion that peers rate, scored by the ratings given."""
    card = domain_scorecard(setting.book, setting.book.effective_from)
    code = card.rated_by(scorecard.Source.PEERS)[0]
    changed = {"minimum_sample": setting.parameters["peer_minimum"]} | _scale(setting.given)
    criteria = tuple(replace(item, **changed) if item.code == code else item for item in card.criteria)
    given = setting.given["peer_ratings"]
    mean = ratings.average(given)
    readings = [scoring.Reading(mean, len(given))] if mean is not None else []
    score = scoring.score_case(replace(card, criteria=criteria), {code: readings})
    own = next(item for item in score.criteria if item.code == code)
    return {"scored": own.points is not None, "note": own.note.name.lower(), "points": own.points}


def _scale(given: Mapping[str, Any]) -> dict[str, Any]:
    if "scale" not in given:
        return {}
    points = {value: Decimal(percent) for value, percent in enumerate(given["scale"], start=1)}
    return {"scoring": scorecard.RatingPoints(points, dict.fromkeys(points, "–"))}


def _average(setting: Setting) -> dict[str, Any]:
    return {"average": ratings.average(setting.given["ratings"])}


def _place(setting: Setting) -> dict[str, Any]:
    given, opens_on = setting.given, date.fromisoformat(setting.given["opens_on"])
    person = service.PersonFacts(
        in_centre=True,
        management=given.get("management", False),
        hired_on=date.fromisoformat(given["hired_on"]),
        grade=given.get("grade"),
        leave_days=given.get("leave_days", 0),
    )
    place = service.place(person, opens_on, opens_on.year, setting.parameters)
    return {"kind": place.kind, "standing": place.standing, "why": place.why} if place else {"standing": None}


def _leaver(setting: Setting) -> dict[str, Any]:
    days = [date.fromisoformat(setting.given[key]) for key in ("left_on", "effective_on")]
    return verdict(service.check_leaver_issue(*days))


def _entry(setting: Setting) -> dict[str, Any]:
    """A document that moves from `before`, for a file that holds `held` since a day."""
    given = setting.given
    last = grade_file.Entry(given["held"], date.fromisoformat(given["since"]))
    effective = date.fromisoformat(given["effective_on"])
    return verdict(grade_file.check_entry("", given["before"], last, effective))


def _acts(given: Mapping[str, Any], key: str, person: str) -> set[tuple[str, separation.JudgingAct]]:
    return {(person, separation.JudgingAct(name)) for name in given.get(key, ())}


def _may_judge(setting: Setting) -> dict[str, Any]:
    """`deputy_for` lists what the person has done in whose place the actor stands."""
    given = setting.given
    ties = separation.CaseTies(
        "subject", acts=frozenset(_acts(given, "done", "actor") | _acts(given, "deputy_for", "absent"))
    )
    absent = "absent" if "deputy_for" in given else None
    return verdict(separation.may_judge(separation.JudgingAct(given["act"]), "actor", ties, deputy_for=absent))


def _unconflicted(setting: Setting) -> dict[str, Any]:
    """A member of the committee who is to the subject what `member` says."""
    tie: dict[str, Any] = {setting.given["member"]: frozenset({"member"})}
    return verdict(separation.check_unconflicted("member", separation.CaseTies("subject", **tie)))


def _remedy(setting: Setting) -> dict[str, Any]:
    """A case at `stage`, in which whoever was found at fault has done `acts`."""
    acts = [separation.JudgingAct(name) for name in setting.given.get("acts", ())]
    found = reassessment.remedy(setting.given["stage"], acts)
    return {"new_case": found.new_case, "stage": found.stage} if found else {"new_case": False, "stage": None}


def _reason_needed(setting: Setting) -> dict[str, Any]:
    """A proposal to keep the present grade in a department with a limit for its level."""
    given = setting.given
    level = setting.ladder.level_of(given["present"])
    facts = replace(
        _proposal_facts(given, given["present"]), staffing={level: suggestion.Staffing(given["limit"], given["others"])}
    )
    refusal = suggestion.reason_needed(facts, given["present"], setting.ladder, setting.parameters)
    return {"reason": refusal is not None, "clause": refusal.clause if refusal else None}


def _guard(name: str) -> Adapter:
    """A condition of the workflow table, asked about the facts that the case knows."""
    return lambda setting: verdict(workflow_guards.GUARDS[name](Facts("", "", frozenset(), setting.given)))


def _step(process: str, action: str) -> Adapter:
    """A row of the workflow table: may `who` do it at `stage`, with the facts that the case knows?"""

    def adapter(setting: Setting) -> dict[str, Any]:
        given = setting.given
        decide(Facts(process, given["stage"], frozenset({given["who"]}), given), action)
        return verdict(None)

    return adapter


def _notice_end(setting: Setting) -> dict[str, Any]:
    given, count = setting.given, setting.parameters["notice_days"]
    end = calendar.notice_end(_moment(given["published"]), count, ZONE, _calendar(given))
    return {"last_day": calendar.last_day(end, ZONE)}


def _deadline(setting: Setting) -> dict[str, Any]:
    given, count = setting.given, setting.parameters[setting.given["days"]]
    return {
        "last_day": calendar.last_day(calendar.deadline(_moment(given["from"]), count, ZONE, _calendar(given)), ZONE)
    }


def _in_time(setting: Setting) -> dict[str, Any]:
    received, last = (_moment(setting.given[key]) for key in ("received", "last_day"))
    return verdict(calendar.check_in_time(received, last + timedelta(days=1)))


def _month(setting: Setting) -> dict[str, Any]:
    month, expected = setting.given["month"], setting.parameters["assessment_month"]
    return verdict(cycles.check_month(month, expected, setting.given.get("reason", "")))


def _effective(setting: Setting) -> dict[str, Any]:
    days = {key: date.fromisoformat(str(setting.given[key])) for key in ("effective_from", "last")}
    return verdict(versions.check_effective(days["effective_from"], days["last"]))


def _not_over(setting: Setting) -> dict[str, Any]:
    days = [date.fromisoformat(str(setting.given[key])) for key in ("effective_from", "today")]
    return verdict(versions.check_not_over(*days))


def _opening_year(setting: Setting) -> dict[str, Any]:
    return verdict(cycles.check_opening_year(setting.given["year"], date.fromisoformat(setting.given["today"])))


GUARDS_SHOWN = ("all_handed_in", "application_open", "figures_locked", "is_rehearsal", "result_checked")
ADAPTERS: dict[str, Adapter] = {
    **BODIES,
    "calendar.check_in_time": _in_time,
    "calendar.deadline": _deadline,
    "calendar.notice_end": _notice_end,
    "cycles.check_month": _month,
    "cycles.check_opening_year": _opening_year,
    "eligibility.check_application": _application,
    "eligibility.demotion": _demotion,
    "eligibility.promotion": _promotion,
    "grade_file.check_correctable": lambda setting: verdict(
        grade_file.check_correctable("", setting.given["entries"], setting.given["confirmed"])
    ),
    "grade_file.check_entry": _entry,
    "grade_file.check_named_grade": lambda setting: verdict(
        grade_file.check_named_grade(setting.given["named"], setting.given["held"])
    ),
    "grade_file.check_open_case": lambda setting: verdict(grade_file.check_open_case("", setting.given["stage"])),
    "ratings.average": _average,
    "reassessment.remedy": _remedy,
    "scorecard.faults": _scorecard_faults,
    "scoring.score_case": _peer_score,
    "separation.check_unconflicted": _unconflicted,
    "separation.may_judge": _may_judge,
    "service.check_leaver_issue": _leaver,
    "service.check_plain_edit": lambda setting: verdict(service.check_plain_edit(setting.given["changed"])),
    "service.place": _place,
    "suggestion.check_lawful": _lawful,
    "suggestion.check_proposal": _proposal,
    "suggestion.reason_needed": _reason_needed,
    "suggestion.suggest": _suggest,
    "versions.check_effective": _effective,
    "versions.check_not_over": _not_over,
    "workflow.grade_change.approve": _step("grade_change", "approve"),
}
ADAPTERS |= {f"workflow.guards.{name}": _guard(name) for name in GUARDS_SHOWN}
