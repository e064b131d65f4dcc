"""The shipped policy: complete, in three languages, every number printed is one that is enforced, all examples true."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from admin.domain.workflow import guards, transitions
from admin.rulebook.cases import ADAPTERS, failures
from admin.rulebook.checks import change_days
from admin.rulebook.content import LANGUAGES, Clause, Text
from admin.rulebook.convert import domain_scorecard
from admin.rulebook.loader import SHIPPED, from_dict, load, shipped
from tests.rulebook.samples import DAY


def _ids(words: str) -> list[str]:
    return words.split()


POLICY = _ids("""
1.1 1.2 1.3.1 1.3.2 1.3.3 1.3.4 2.1 2.2 3.1 3.2.1 3.2.2 3.2.3 3.2.4 3.2.5 3.3.1 3.3.2 3.3.3 3.3.4 3.3.5 3.3.6
4.1.1 4.1.2 4.2.1 4.2.2 4.3 5.1 5.2.1 5.2.2 5.2.3 6.1 6.2 6.3.1 6.3.2 6.3.3 7
""")
OURS = _ids("""
1.2-a 1.2-b 1.2-c 1.2-d 1.2-e 1.2-f 1.2-g 3.3-a 3.3-b 3.3-c 3.3-d 3.3-e 3.3-f 3.3-g 3.2-a 3.2-a2 3.2-b 3.2-c 3.2-d
3.3.3-a 3.3.3-b 4.1-a 3.3.4-a 3.3.4-b 3.3.4-c 6.1-c 6.1.2-a 3.3.5-a 3.3.5-b 3.3.5-c 3.3.5-d 3.3.5-e 4.2-a 4.3-a
4.3-b 6.1-a 6.1-b 6.3-a 6.3-b 6.3-c 6.3-d
""")
ENFORCED = _ids("1.2 1.3.1 1.3.2 3.1 4.1.1 4.1.2 4.2.1 4.2.2")
EXAMPLES = {
    "assessment_month": 12, "notice_days": 5, "promotion_years_in_grade": 2, "promotion_excellent_years": 2,
    "demotion_unqualified_years": 2, "promotion_max_steps": 1, "step_order": "first_lowest", "peer_minimum": 3,
    "seniority_cap": 10, "short_service_months": 3, "notice_name_style": "full", "notice_demotions": "served",
    "weight_performance": 50, "weight_ability": 25, "weight_attitude": 15, "weight_seniority": 10,
    "peers_proposed": 5, "appeal_answer_days": 15, "superior_answer_days": 5, "statement_days": 5,
    "panel_minimum": 3, "case_minimum_members": 3, "votes_minimum": 3, "complaint_acknowledge_days": 3,
    "complaint_answer_days": 30, "complaint_retention_months": 36, "predecessor_months": 3, "watch_cycles": 2,
    "honours_a_year": 10, "training_need_percent": 60,
    "follow_up_first_days": 30, "follow_up_second_days": 90, "follow_up_third_days": 180,
}  # fmt: skip
BLANKS = {
    "assessment_month", "notice_days", "promotion_years_in_grade", "promotion_excellent_years",
    "demotion_unqualified_years",
}  # fmt: skip
CITED = re.compile(r'(?:Refusal|refuse|Suggestion|Place)\([^"]*"(\d[\w.-]*)"|= "(\d(?:\.\d+)+(?:-[a-z]\d?)?)"')
DOMAIN = Path(__file__).parents[2] / "admin" / "domain"

BOOK = shipped()
TEXTS: list[tuple[str, Text]] = [
    *((f"clause {clause.id} title", clause.title) for clause in BOOK.clauses),
    *((f"clause {clause.id}", clause.text) for clause in BOOK.clauses),
    *((f"parameter {parameter.id}", parameter.name) for parameter in BOOK.parameters),
    *((f"parameter {parameter.id} help", parameter.help) for parameter in BOOK.parameters),
    *((f"level {level.id}", level.duties) for level in BOOK.levels),
    *((f"grade {grade.id}", grade.name) for grade in BOOK.grades),
    *((f"criterion {criterion.id}", criterion.name) for criterion in BOOK.scorecard.criteria),
    *((f"{c.id} {anchor.value}", anchor.text) for c in BOOK.scorecard.criteria for anchor in c.anchors),
    *((f"case {case.says.en}", case.says) for case in BOOK.cases),
]


def test_every_clause_of_the_policy_and_every_rule_of_ours_is_there_once():
    assert sorted(clause.id for clause in BOOK.clauses) == sorted(POLICY + OURS)


def test_rules_of_ours_say_so():
    assert {clause.id for clause in BOOK.clauses if clause.origin == "ours"} == {*OURS, "7"}


@pytest.mark.parametrize("clause", ENFORCED)
def test_what_the_policy_wants_enforced_is_enforced(clause: str):
    assert BOOK.clause(clause).carrier == "enforced"


def test_each_chapter_prints_all_its_clauses_once():
    printed = [clause.id for chapter in BOOK.chapters for clause in BOOK.of_chapter(chapter.id)]
    assert sorted(printed) == sorted(POLICY + OURS)


def test_a_rule_of_ours_is_printed_below_the_clause_it_serves():
    printed = [clause.id for clause in BOOK.of_chapter("3")]
    assert printed.index("3.3.5-a") == printed.index("3.3.5") + 1


@pytest.mark.parametrize("clause", [c for c in BOOK.clauses if c.rule], ids=lambda clause: clause.id)
def test_the_rule_that_a_clause_names_exists(clause: Clause):
    assert _exists(str(clause.rule)), clause.rule


def _exists(rule: str) -> bool:
    """A function or class of the domain, a guard of the workflow, or a row (process, action) of its table."""
    module, _, name = rule.partition(".")
    if module != "workflow":
        return hasattr(importlib.import_module(f"admin.domain.{module}"), name)
    process, _, action = name.partition(".")
    if process == "guards":
        return action in guards.GUARDS
    return (process, action) in {(row.process, row.action) for row in transitions.TABLE}


def test_every_clause_that_the_domain_cites_is_in_the_policy():
    sources = [path.read_text(encoding="utf-8") for path in DOMAIN.rglob("*.py")]
    cited = {one or other for source in sources for one, other in CITED.findall(source)}
    cited |= {row.clause for row in transitions.TABLE}
    assert cited - set(POLICY + OURS) == set()
    assert len(cited) > 20


def test_the_shipped_examples_are_those_of_the_rules():
    assert BOOK.values(DAY) == EXAMPLES


def test_the_blanks_are_those_that_the_policy_leaves_to_the_company():
    assert {parameter.id for parameter in BOOK.parameters if parameter.blank} == BLANKS


def test_every_parameter_is_printed_and_everything_printed_is_a_parameter():
    printed = {name for clause in BOOK.clauses for name in clause.text.placeholders("zh_hant")}
    assert printed == {parameter.id for parameter in BOOK.parameters}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_placeholder_is_left_in_a_printed_clause(lang: str):
    assert not [clause.id for clause in BOOK.clauses if "{" in BOOK.text(clause.id, lang, DAY)]


def test_numbers_print_with_their_unit():
    assert "公示 5 個工作日" in BOOK.text("3.3.5", "zh_hant", DAY)
    assert "公示 5 个工作日" in BOOK.text("3.3.5", "zh_hans", DAY)
    assert "for 5 working days" in BOOK.text("3.3.5", "en", DAY)


def test_months_and_choices_print_as_words():
    assert "12 月" in BOOK.text("3.1", "zh_hant", DAY)
    assert "in December" in BOOK.text("3.1", "en", DAY)
    assert "一級最低" in BOOK.text("2.1", "zh_hant", DAY)


def test_one_of_something_is_singular_in_english():
    assert "at most 1 step," in BOOK.text("4.1.2", "en", DAY)


def test_english_is_not_a_copy_of_chinese_nor_the_other_way_round():
    han = re.compile(r"[\u4e00-\u9fff]")
    assert not [name for name, text in TEXTS if han.search(text.en)]
    assert not [name for name, text in TEXTS if not han.search(text.zh_hant) or not han.search(text.zh_hans)]


def test_simplified_text_holds_no_traditional_characters_and_the_reverse():
    traditional, simplified = (
        set("職級評審員會績標權條規時間個們對應經過學習與為開關進"),
        set("职级评审员会绩标权条规时间个们对应经过学习与为开关进"),
    )
    only_traditional, only_simplified = traditional - simplified, simplified - traditional
    assert not [name for name, text in TEXTS if only_traditional & set(text.zh_hans)]
    assert not [name for name, text in TEXTS if only_simplified & set(text.zh_hant)]


def test_long_texts_differ_between_the_two_scripts():
    copies = [name for name, text in TEXTS if len(text.zh_hant) > 16 and text.zh_hant == text.zh_hans]
    assert copies == []


def test_the_ladder_has_eleven_grades_from_junior_one_to_expert_two():
    assert BOOK.ladder(DAY).codes == ("J1", "J2", "J3", "M1", "M2", "M3", "S1", "S2", "S3", "E1", "E2")
    assert BOOK.grade("M2").name.zh_hant == "中級客服二級"


def test_every_promotion_asks_for_more_than_the_one_before():
    thresholds = [BOOK.thresholds[code] for code in BOOK.ladder(DAY).codes[1:]]
    assert thresholds == sorted(set(thresholds))


def test_the_scorecard_weighs_a_hundred_and_performance_leads():
    weights = {d.id: sum(c.weight for c in d.criteria) for d in BOOK.dimensions}
    assert weights == {"performance": 50, "ability": 25, "attitude": 15, "seniority": 10}


def test_the_domain_takes_the_scorecard_with_the_same_total():
    card = domain_scorecard(BOOK, DAY)
    assert sum(criterion.weight for criterion in card.criteria) == 100
    assert {"responsibility.superior", "responsibility.peers"} <= {criterion.code for criterion in card.criteria}


def test_the_parts_of_a_criterion_that_two_rate_are_named_apart():
    criterion = next(criterion for criterion in BOOK.scorecard.criteria if criterion.id == "responsibility")
    assert [part.name.zh_hant for part in criterion.parts] == ["責任感（上級評價）", "責任感（同事評價）"]
    assert [part.weight for part in criterion.parts] == [3, 2]


def test_a_rate_shown_in_percent_is_scored_as_a_share():
    knots = domain_scorecard(BOOK, DAY).criterion("resolution").scoring.knots
    assert [float(value) for value, _ in knots] == [0.6, 0.75, 0.85, 0.92, 0.96]


def test_attitude_is_rated_by_superiors_and_colleagues():
    attitude = next(dimension for dimension in BOOK.dimensions if dimension.id == "attitude")
    assert {criterion.source for criterion in attitude.criteria} == {"superior_and_peers"}


def test_every_worked_case_comes_out_as_it_says():
    assert [(f.case.says.en, f.case.expect, dict(f.found)) for f in failures(BOOK)] == []


def test_a_case_that_is_untrue_is_found():
    case = next(case for case in BOOK.cases if case.rule == "voting.tally")
    untrue = replace(case, expect={"outcome": "rejected"})
    (failure,) = failures(replace(BOOK, cases=(case, untrue)))
    assert failure.case is untrue
    assert failure.found == {"outcome": "carried"}


@pytest.mark.parametrize("change", [{"rule": "voting.guess"}, {"given": {}}, {"given": {"for": "many", "against": 0}}])
def test_a_case_whose_rule_or_facts_make_no_sense_is_a_failure(change: dict[str, Any]):
    case = next(case for case in BOOK.cases if case.rule == "voting.tally")
    (failure,) = failures(replace(BOOK, cases=(replace(case, **change),)))
    assert "fault" in failure.found


def test_every_adapter_has_a_case():
    assert set(ADAPTERS) == {case.rule for case in BOOK.cases}


def test_a_version_has_one_set_of_values_until_a_date_changes_one():
    assert change_days(BOOK) == [date(2026, 1, 1)]


def test_reading_the_same_files_again_gives_the_same_hash():
    assert load(SHIPPED).sha256 == BOOK.sha256


def test_the_order_of_keys_does_not_change_the_hash():
    assert from_dict(dict(reversed(BOOK.to_dict().items()))).sha256 == BOOK.sha256
