"""Whatever is malformed is refused, with file, line and entry; whatever is well-formed survives every round trip."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from admin.domain.refusals import Invalid, Refused
from admin.rulebook.loader import SHIPPED, RulebookError, dump, from_dict, load, shipped
from tests.rulebook.samples import Damage, entry, fault_in, fault_of, shipped_data


def test_the_folder_and_its_one_file_form_are_the_same_rulebook():
    assert load(dump(shipped())) == shipped()


def test_a_rulebook_survives_the_database_as_json():
    again = from_dict(json.loads(shipped().canonical()))
    assert again == shipped()
    assert again.sha256 == shipped().sha256


def test_comments_and_layout_do_not_change_the_hash():
    assert load("# read aloud\n" + dump(shipped())).sha256 == shipped().sha256


def test_one_changed_word_changes_the_hash():
    data = shipped_data()
    entry(data, "clauses", "1.1")["text"]["en"] += " Really."
    assert from_dict(data).sha256 != shipped().sha256


def test_a_single_file_is_read_as_a_path(tmp_path: Path):
    file = tmp_path / "policy.yaml"
    file.write_text(dump(shipped()), encoding="utf-8")
    assert load(file) == shipped()


def test_a_byte_order_mark_is_no_fault(tmp_path: Path):
    file = tmp_path / "policy.yaml"
    file.write_text(dump(shipped()), encoding="utf-8-sig")
    assert load(file) == shipped()


def test_another_encoding_is_refused_by_name(tmp_path: Path):
    (tmp_path / "policy.yaml").write_bytes("title: 職級".encode("big5"))
    with pytest.raises(RulebookError, match=r"policy\.yaml: The file is not in UTF-8"):
        load(tmp_path)


def test_a_fault_in_a_folder_names_its_file_and_line(tmp_path: Path):
    for file in SHIPPED.glob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("range: [1, 60]", "range: [1, many]", 1)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError, match=r"parameters.yaml:\d+: parameters notice_days range 2: A whole number"):
        load(tmp_path)


def test_one_part_in_two_files_is_refused_unless_it_is_a_list(tmp_path: Path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("version: 1\n", encoding="utf-8")
    with pytest.raises(RulebookError, match=r"b\.yaml:1: “version” is in two files"):
        load(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path):
    with pytest.raises(RulebookError, match="holds no YAML file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "line:3: “a” appears twice"),
        ("clauses:\n  - id: 3.10\n", "line:2: Put the id 3.10 in quotation marks"),
        ("clauses:\n  - id: 3.3-a\n", "Put the id 3.3-a in quotation marks"),
        ("parameters:\n  - clause: 3.1\n", "Put the id 3.1 in quotation marks"),
        ("a: yes\n", "line:1: Put “yes” in quotation marks"),
        ("a: On\n", "Put “On” in quotation marks"),
        ("a: True\n", "Put “True” in quotation marks"),
        ("a:\n", "“a” is empty"),
        ("a: ~\n", "“a” is empty"),
        ("a: null\n", "“a” is empty"),
        ("a: &x 1\nb: *x\n", "anchors and aliases"),
        ("a: !!python/object:os.system 1\n", "Tags"),
        ("a: 1\n---\nb: 2\n", "One file holds one document only"),
        ("- 1\n", "not a list of named parts"),
        ("just words\n", "not a list of named parts"),
        ("", "not a list of named parts"),
        ("{[1]: 2}\n", "A name must be plain text"),
        ("a: [1\n", "This is not YAML"),
        ("a: \x00\n", "This is not YAML"),
        ("a: " + "[" * 30 + "]" * 30, "Nested deeper"),
        ("a: " + "x" * 2_000_001, "larger than"),
    ],
)
def test_yaml_that_could_be_misread_is_refused(text: str, said: str):
    assert said in fault_in(text)


def _set(part: str, name: str, **values: object) -> Damage:
    return lambda data: entry(data, part, name).update(values)


def _drop(part: str, name: str, key: str) -> Damage:
    return lambda data: entry(data, part, name).pop(key)


def _value(value: object, since: str = "2026-01-01") -> dict[str, object]:
    return {"values": [{"from": since, "value": value}]}


def _criterion(name: str, **values: object) -> Damage:
    def damage(data: dict) -> None:
        listed = [criterion for dimension in data["dimensions"] for criterion in dimension["criteria"]]
        next(criterion for criterion in listed if criterion["id"] == name).update(values)

    return damage


DAMAGES: list[tuple[str, Damage, str]] = [
    ("unknown part", lambda data: data.update(extra=1), "extra: There is no such entry"),
    ("missing part", lambda data: data.pop("grades"), "“grades” is missing"),
    ("empty part", lambda data: data.update(grades=[]), "grades: This part is empty"),
    ("version in words", lambda data: data.update(version="one"), "version: A whole number"),
    ("impossible day", lambda data: data.update(effective_from="2026-02-30"), "A day such as 2026-01-31"),
    ("unknown key", _set("clauses", "3.1", note="x"), "clauses 3.1 note: There is no such entry"),
    (
        "no English",
        lambda data: entry(data, "clauses", "3.1")["text"].pop("en"),
        "clauses 3.1 text en: “en” is missing",
    ),
    (
        "blank text",
        lambda data: entry(data, "clauses", "3.1")["text"].update(en=" "),
        "3.1 text en: Words are expected",
    ),
    ("no Simplified name", _drop("grades", "M2", "zh_hans"), "grades M2 zh_hans: “zh_hans” is missing"),
    ("unknown carrier", _set("clauses", "3.1", carrier="wished"), "“wished” is not one of"),
    ("enforced by nothing", _drop("clauses", "3.1", "rule"), "An enforced clause names the rule"),
    ("carried nowhere", _drop("clauses", "1.3.3", "page"), "A carried clause names the page"),
    ("published with a rule", _set("clauses", "1.1", rule="voting.tally"), "only published has no rule"),
    ("id twice", lambda data: data["clauses"].append(entry(data, "clauses", "3.1")), "3.1 appears more than once"),
    ("impossible id", _set("clauses", "3.1", id="3,1"), "3,1 is not a possible id"),
    ("no such chapter", _set("clauses", "3.1", id="9.1"), "There is no chapter 9"),
    ("clause not in quotes", _set("parameters", "notice_days", clause=3.1), "Words are expected here"),
    (
        "unknown placeholder",
        lambda data: entry(data, "clauses", "3.1")["text"].update(en="In {month}."),
        "There is no parameter {month}",
    ),
    (
        "placeholder in one language only",
        lambda data: entry(data, "clauses", "3.1")["text"].update(en="In winter."),
        "The languages do not name the same parameters",
    ),
    (
        "stray brace",
        lambda data: entry(data, "clauses", "3.1")["text"].update(en="In {assessment_month} {."),
        "Braces are for the names of parameters only",
    ),
    ("parameter of no clause", _set("parameters", "notice_days", clause="3.9"), "There is no clause 3.9"),
    (
        "number out of range",
        _set("parameters", "notice_days", **_value(61)),
        "notice_days cannot be 61 (allowed: 1–60)",
    ),
    ("number that is true", _set("parameters", "notice_days", **_value(True)), "A whole number is expected"),
    ("thirteenth month", _set("parameters", "assessment_month", **_value(13)), "assessment_month cannot be 13"),
    ("unknown choice", _set("parameters", "step_order", **_value("sideways")), "step_order cannot be sideways"),
    ("no value yet", _set("parameters", "notice_days", **_value(5, "2026-06-01")), "There is no value for 2026-01-01"),
    ("no value at all", _set("parameters", "notice_days", values=[]), "There is no value for 2026-01-01"),
    (
        "days out of order",
        lambda data: entry(data, "parameters", "notice_days")["values"].append({"from": "2025-01-01", "value": 4}),
        "The dated values follow each other",
    ),
    (
        "number without unit",
        _drop("parameters", "notice_days", "unit"),
        "parameters notice_days unit: “unit” is missing",
    ),
    ("month with range", _set("parameters", "assessment_month", range=[1, 12]), "of type month has no “range”"),
    ("blank in words", _set("parameters", "notice_days", blank="maybe"), "true or false is expected"),
    ("unprinted parameter", _set("parameters", "notice_days", id="days"), "No clause prints {days}"),
    ("no such level", _set("grades", "M2", level="middling"), "There is no level middling"),
    ("step twice", _set("grades", "M2", step=1), "The ladder is faulty"),
    ("no threshold", _drop("grades", "M2", "threshold"), "M2 has no threshold"),
    ("threshold over 100", _set("grades", "M2", threshold=101), "must be between 0 and 100"),
    ("weights not 100", _set("parameters", "weight_ability", **_value(24)), "add up to 99, not to 100"),
    ("weight of a criterion", _criterion("volume", weight=9), "weigh 49 together"),
    ("seniority over its cap", _set("parameters", "seniority_cap", **_value(9)), "Seniority weighs 10"),
    ("unknown source", _criterion("volume", source="hearsay"), "“hearsay” is not one of"),
    ("bands against direction", _criterion("volume", direction="lower"), "go against its direction"),
    ("bands out of order", _criterion("volume", bands=[[2, 0], [1, 100]]), "not in ascending order"),
    ("band of three", _criterion("volume", bands=[[1, 2, 3]]), "Exactly 2 values"),
    ("no bands", _criterion("volume", bands=[]), "scored by the scale, any other by its bands"),
    ("anchors missing", _criterion("knowledge", anchors=[]), "one behaviour anchor for each value"),
    ("share of peers missing", _criterion("knowledge", source="superior_and_peers"), "states the peers' share"),
    ("plain figure per 100", _criterion("volume", per=100), "Only a rate is shown per 100"),
    ("unknown weight", lambda data: data["dimensions"][0].update(weight="heavy"), "There is no parameter {heavy}"),
    ("needed parameter gone", lambda data: data["parameters"].pop(1), "The parameter notice_days is missing"),
    (
        "needed parameter of another type",
        _set("parameters", "notice_days", type="month"),
        "notice_days must be of the type int",
    ),
    (
        "choice that nobody carries out",
        lambda data: entry(data, "parameters", "notice_demotions")["choices"][0].update(value="shouted"),
        "does not know how to carry out “shouted”",
    ),
    ("dimension of no clause", lambda data: data["dimensions"][0].update(clause="9.9"), "There is no clause 9.9"),
    ("criterion with a blank", _criterion("volume", id="the volume"), "the volume is not a possible id"),
    ("not a number", _criterion("volume", weight=float("nan")), "A number is expected"),
    ("endless number", _criterion("volume", weight=float("inf")), "A number is expected"),
    ("huge number", _criterion("volume", prior=10**30), "A whole number is expected"),
    ("half a character", lambda data: entry(data, "clauses", "1.1")["text"].update(en="\ud800"), "Words are expected"),
    ("control character", lambda data: entry(data, "clauses", "1.1")["text"].update(en="a\x00"), "Words are expected"),
    ("case of no clause", lambda data: data["cases"][0].update(clause="9.9"), "There is no clause 9.9"),
    ("case without facts", lambda data: data["cases"][0].update(given="none"), "Named entries are expected"),
    ("list that is none", lambda data: data.update(clauses="none"), "clauses: A list is expected"),
]


@pytest.mark.parametrize(("damage", "said"), [row[1:] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_a_malformed_rulebook_is_refused_with_the_place(damage: Damage, said: str):
    assert said in fault_of(damage)


def test_all_faults_are_named_at_once():
    def damage(data: dict) -> None:
        entry(data, "clauses", "3.1")["text"].pop("en")
        entry(data, "grades", "M2").pop("zh_hans")

    assert len(fault_of(damage).splitlines()) == 2


def test_a_fault_can_be_told_in_another_language():
    with pytest.raises(RulebookError) as raised:
        load("a: yes\n")
    assert raised.value.faults[0].text(lambda words: "請加引號：%(value)s") == "line:1: 請加引號：yes"


def test_a_malformed_rulebook_is_wrong_input_by_entry():
    data = shipped_data()
    entry(data, "grades", "M2").pop("zh_hans")
    with pytest.raises(Invalid) as raised:
        from_dict(data)
    assert raised.value.text("grades M2 zh_hans") == "grades M2 zh_hans: “zh_hans” is missing."


def test_a_later_value_holds_from_its_day_and_the_earlier_one_before():
    data = shipped_data()
    entry(data, "parameters", "notice_days")["values"].append({"from": "2027-01-01", "value": 7})
    book = from_dict(data)
    assert [book.value("notice_days", day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [5, 7]
    assert "for 7 working days" in book.text("3.3.5", "en", date(2027, 6, 1))


def test_weights_that_go_wrong_on_a_later_day_are_found():
    def damage(data: dict) -> None:
        entry(data, "parameters", "seniority_cap")["values"].append({"from": "2028-01-01", "value": 5})

    assert "Seniority weighs 10" in fault_of(damage)


def test_a_day_before_the_first_value_is_refused():
    with pytest.raises(Refused, match="no value for notice_days on 2025-12-31"):
        shipped().value("notice_days", date(2025, 12, 31))


def test_turning_the_step_order_turns_the_ladder():
    data = shipped_data()
    entry(data, "parameters", "step_order").update(_value("first_highest"))
    entry(data, "grades", "J1")["threshold"] = 60
    assert from_dict(data).ladder(date(2026, 6, 1)).codes[:4] == ("J3", "J2", "J1", "M3")
