"""HR writes the next version of the policy in the portal, part by part; two people make it law (6.1)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.models import AnnualRating, ParameterConfirmation, PolicyVersion, db
from tests import factories as make

ENGLISH = {"Accept-Language": "en"}
DAY = {"effective_from": "2027-01-01", "note": "as the works council asked"}
WORDING = "clauses:1.1:text:{}"


def versions(app: Any) -> list[PolicyVersion]:
    with app.app_context(), acting_as(system_actor()):
        return list(db.session.scalars(select(PolicyVersion).order_by(PolicyVersion.number)))


def content(app: Any, number: int = 2) -> Any:
    with app.app_context(), acting_as(system_actor()):
        return db.session.scalar(select(PolicyVersion.content).where(PolicyVersion.number == number))


def seen(client: Any, part: str) -> str:
    page = client.get(f"/policy/versions/2/draft/{part}").text
    return str(re.search(r'name="seen" value="([0-9a-f]{64})"', page)[1])  # type: ignore[index]


def write(client: Any, part: str, **typed: Any) -> Any:
    given = {"seen": seen(client, part), **{name.replace("__", ":"): value for name, value in typed.items()}}
    return client.post(f"/policy/versions/2/draft/{part}", data=given, headers=ENGLISH)


@pytest.fixture
def hr(app: Any, signed_in: Any) -> Any:
    client = signed_in("hr")
    begun = client.post("/policy/versions/1/draft", data=DAY)
    assert begun.status_code == 303 and begun.headers["Location"].endswith("/policy/versions/2/draft")
    return client


def test_a_draft_is_begun_from_a_version_written_in_each_part_and_made_law_by_a_second_person(
    app: Any, hr: Any, signed_in: Any
) -> None:
    assert "Nothing is wrong" in hr.get("/policy/versions/2/draft", headers=ENGLISH).text
    wording = {WORDING.format(lang): f"{words}{{notice_days}}" for lang, words in
               (("zh_hant", "公示"), ("zh_hans", "公示"), ("en", "Shown for "))}  # fmt: skip
    assert write(hr, "clauses/1.1", **wording).status_code == 303
    assert write(hr, "values", parameters__notice_days="7").status_code == 303
    assert write(hr, "ladder", grades__M1__threshold="64.5", grades__M1__en="Intermediate, one").status_code == 303
    place = "dimensions:performance:criteria:"
    weights = {f"{place}satisfaction:weight": "14", f"{place}resolution:weight": "16"}
    assert write(hr, "weights", **weights).status_code == 303
    curve = {f"{place}satisfaction:bands": "3: 0\n4：70\n4.8: 100", f"{place}satisfaction:prior": "40"}
    assert write(hr, "criteria/satisfaction", **curve).status_code == 303
    assert write(hr, "title", title__en="Grade policy, second edition", effective_from="2027-02-01").status_code == 303

    told = hr.get("/policy/versions/2", headers=ENGLISH).text
    for words in ("7 working days", "Shown for", "64.5", "Grade policy, second edition", "as the works council asked"):
        assert words in told, words
    kept = content(app)
    assert kept["effective_from"] == "2027-02-01"
    (notice,) = [each for each in kept["parameters"] if each["id"] == "notice_days"]
    assert notice["values"][-1] == {"from": "2027-02-01", "value": 7}, "the value begins on the version's own day"
    with app.app_context(), acting_as(system_actor()):
        words = db.session.scalars(select(ParameterConfirmation.parameter)).all()
    assert words == ["notice_days"], "what HR types HR has given its word for"

    key = versions(app)[1].id
    assert hr.post(f"/act/policy_version/{key}/submit").status_code == 302
    assert write_again(hr).status_code == 409, "what is submitted is no longer written"
    assert signed_in("management").post(f"/act/policy_version/{key}/promulgate").status_code == 302
    coming = hr.get("/policy/parameters", headers=ENGLISH).text
    assert "2027-02-01" in coming


def write_again(client: Any) -> Any:
    return client.post("/policy/versions/2/draft/values", data={"seen": "", "parameters:notice_days": "8"})


def test_faults_are_kept_named_where_they_stand_and_keep_the_draft_from_being_submitted(app: Any, hr: Any) -> None:
    place = "dimensions:performance:criteria:"
    answer = write(hr, "weights", **{f"{place}satisfaction:weight": "14.99"})
    assert answer.status_code == 303
    page = hr.get("/policy/versions/2/draft", headers=ENGLISH).text
    assert "The criteria of Performance weigh 49.99 together, the dimension 50." in page
    assert "%(" not in page and "of performance weigh" not in page, "a code is said nowhere"
    key = versions(app)[1].id
    assert hr.post(f"/act/policy_version/{key}/submit").status_code == 409

    assert write(hr, "weights", **{f"{place}satisfaction:weight": "15"}).status_code == 303
    assert write(hr, "criteria/satisfaction", **{f"{place}satisfaction:bands": "3: 0\n2: 100"}).status_code == 303
    page = hr.get("/policy/versions/2/draft", headers=ENGLISH).text
    assert page.count("The curve of Customer satisfaction is not in ascending order at 2.") == 2, (
        "also beside the button"
    )
    assert write(hr, "clauses/1.1", **{WORDING.format("en"): "Within {no_such_days}."}).status_code == 303
    page = hr.get("/policy/versions/2/draft/clauses/1.1", headers=ENGLISH).text
    assert "There is no parameter {no_such_days}." in page
    assert write(hr, "ladder", grades__M1__threshold="99").status_code == 303
    assert "fault" in hr.get("/policy/versions/2/draft", headers=ENGLISH).text


@pytest.mark.parametrize(
    ("part", "name", "typed", "words"),
    [
        ("clauses/1.1", WORDING.format("zh_hans"), "   ", "Words are expected here"),
        ("ladder", "grades:M1:threshold", "sixty", "A number is expected here (found: sixty)."),
        ("values", "parameters:notice_days", "0", "cannot be 0"),
        ("values", "parameters:notice_days", "５天", "A whole number is needed here."),
        ("criteria/satisfaction", "dimensions:performance:criteria:satisfaction:bands", "3: 0\n4-70", "4-70"),
        ("criteria/satisfaction", "dimensions:performance:criteria:satisfaction:prior", "1.5", "A whole number"),
        ("criteria/satisfaction", "dimensions:performance:criteria:satisfaction:direction", "up", "Choose one"),
        ("title", "effective_from", "2027-02-30", "day"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_at_its_field_and_nothing_typed_is_lost(
    app: Any, hr: Any, part: str, name: str, typed: str, words: str
) -> None:
    before = content(app)
    answer = write(hr, part, **{name: typed})
    assert answer.status_code == 422
    assert words in answer.text and f'id="f-{name}-error"' in answer.text
    assert name.endswith("direction") or typed.strip() in answer.text  # what a list does not offer, it cannot show
    assert content(app) == before


def test_a_part_that_somebody_else_changed_meanwhile_is_not_overwritten_and_another_one_is_written_beside_it(
    app: Any, hr: Any
) -> None:
    old, ladder = seen(hr, "values"), seen(hr, "ladder")
    assert write(hr, "values", parameters__notice_days="7").status_code == 303
    late = hr.post("/policy/versions/2/draft/values", data={"seen": old, "parameters:notice_days": "9"})
    assert late.status_code == 409
    beside = {"seen": ladder, "grades:M1:threshold": "64"}
    assert hr.post("/policy/versions/2/draft/ladder", data=beside).status_code == 303
    assert "7" in hr.get("/policy/versions/2/draft/values").text


def test_a_draft_that_says_nothing_new_is_not_submitted(app: Any, hr: Any) -> None:
    key = versions(app)[1].id
    answer = hr.post(f"/act/policy_version/{key}/submit", headers=ENGLISH, follow_redirects=True)
    assert versions(app)[1].stage == "draft" and "Nothing differs from the version in force." in answer.text


def test_a_draft_cannot_begin_before_the_version_in_force_and_others_only_read(
    app: Any, hr: Any, signed_in: Any
) -> None:
    assert hr.post("/policy/versions/1/draft", data={"effective_from": "2025-12-31"}).status_code == 409
    management = signed_in("management")
    page = management.get("/policy/versions/2/draft/values")
    assert page.status_code == 200 and '<form method="post" action="/policy/versions/2/draft' not in page.text
    assert management.post("/policy/versions/2/draft/values", data={}).status_code == 404
    assert hr.get("/policy/versions/2/draft/criteria/nobody").status_code == 404
    assert hr.get("/policy/versions/2/draft/nowhere").status_code == 404
    assert signed_in("emp1").get("/policy/versions/2/draft").status_code == 404


def test_a_simulation_says_who_would_be_eligible_and_stores_nothing(app: Any, hr: Any, signed_in: Any) -> None:
    with app.app_context(), acting_as(system_actor()):
        for number, since in (("S-1", date(2025, 6, 1)), ("S-2", date(2022, 1, 1))):
            person = make.employee(number, account=False)
            make.holds(person, "J2", since)
            with make.fixture() as op:
                for year in (2024, 2025):
                    op.add(AnnualRating(employee_id=person.id, year=year, rating="excellent"))
    assert write(hr, "values", parameters__promotion_years_in_grade="1").status_code == 303
    page = hr.post("/policy/versions/2/simulation", headers=ENGLISH)
    assert page.status_code == 200
    (card,) = re.findall(r'id="movers".*?</section>', page.text, re.S)
    assert "S-1" in card and "S-2" not in card, "who is eligible under both does not move"
    others = signed_in("management").post("/policy/versions/2/simulation", headers=ENGLISH)
    assert others.status_code == 200 and "S-1" not in others.text, "names are HR's alone"
    assert hr.post("/policy/versions/1/simulation").status_code == 409
