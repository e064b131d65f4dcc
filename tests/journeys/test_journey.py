"""One review cycle in a real browser, everybody signed in as themselves, from opening to the appellant's document."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from admin.models import AgendaItem, GradeInterval, Meeting, Notice, Rating
from notice_site.release import Place
from tests.journeys import small_centre
from tests.journeys.conftest import portal_in, running
from tests.journeys.long_forms import long_forms_lose_nothing
from tests.journeys.people import Centre, Person
from tests.journeys.small_centre import AGENTS, NUMBERS, PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.slow]
REASON = "Steady work; the score is close to the threshold."


@pytest.fixture(scope="module")
def centre(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    from admin.cli.setup import setup

    live = portal_in(tmp_path_factory.mktemp("journey"), "2026-12-01T09:00:00+08:00")
    with live.inside():
        assert live.app is not None
        setup(live.app)
        small_centre.build(live.now)
    with running(live):
        yield Centre(browser, live)


def test_a_cycle_from_its_opening_to_the_appeal_and_the_document(centre: Centre, tmp_path: Path) -> None:
    hr_marks_a_make_up_saturday(centre)
    hr_plans_and_opens_the_cycle(centre)
    long_forms_lose_nothing(centre)
    an_employee_fills_in_the_form(centre, tmp_path)
    the_others_hand_in_and_hr_closes_the_stage(centre)
    colleagues_and_superior_rate(centre)
    the_head_works_the_table_and_returns_one_case(centre)
    the_committee_meets(centre)
    hr_checks_and_publishes(centre)
    an_employee_finds_the_row_and_appeals(centre)
    the_list_is_gone_after_the_last_full_working_day(centre)
    hr_issues_the_others(centre)
    the_panel_decides_and_the_case_follows(centre)


def hr_marks_a_make_up_saturday(centre: Centre) -> None:
    hr = centre("hr").opens("/calendar/day/2027-01-09")
    hr.page.check("input[name=working][value='1']")
    hr.fills(note="Make-up day").presses("Keep this day").reads("Not confirmed")
    hr.presses("Confirm the year").reads("Confirmed by HR", "Make-up day")


def hr_plans_and_opens_the_cycle(centre: Centre) -> None:
    """Everyone in service is taken in, with outcome kinds and reasons; what blocks the opening is shown; then the snapshot."""
    centre.behind_the_scenes("hr", unset_superior, "kai")
    hr = centre("hr").opens("/cycles/").follows("Plan a review cycle")
    hr.fills(year="2026").presses("Set up and preview")
    hr.reads("The centre has 11 people in service", "Goes through the full process", "Outside the ladder")
    hr.reads("In service too short to be graded")
    hr.reads("What blocks the opening", AGENTS["kai"][1])
    assert hr.page.get_by_role("button", name="Open the cycle").is_disabled()
    preview = hr.page.url.removeprefix(centre.live.url)
    hr.reads("Superior of", "Give these superiors")
    centre.behind_the_scenes("hr", set_superior, "kai", "sup")
    hr.opens(preview).reads("Nothing is outstanding").presses("Open the cycle")
    hr.reads(
        "The cycle is open; everyone has been told.",
        "Not graded, with the reason",
        "Management post, outside the ladder",
    )
    assert centre.stage("new") == "unchanged" and centre.stage("mei") == "self_assessment"


def unset_superior(number: str, **who_and_when: Any) -> None:
    _superior(number, None, **who_and_when)


def set_superior(number: str, superior: str, **who_and_when: Any) -> None:
    _superior(number, superior, **who_and_when)


def _superior(username: str, superior: str | None, **who_and_when: Any) -> None:
    from admin.models import Employee, db
    from admin.operations.transaction import operation

    with operation("fixture", **who_and_when) as op:
        rows = {row.number: row for row in op.session.scalars(select(Employee))}
        rows[NUMBERS[username]].superior_id = rows[NUMBERS[superior]].id if superior else None
    db.session.remove()


def an_employee_fills_in_the_form(centre: Centre, tmp_path: Path) -> None:
    """All criteria, a draft that is kept, a file as evidence, a target grade with live eligibility."""
    mei = centre("mei").opens("/").reads("self-assessment")
    mei.opens(f"/self_assessment/{centre.case('mei')}").reads("Present grade: Intermediate agent 1")
    mei.page.select_option("[name=target_grade]", "M2")
    mei.reads("You can apply", "A ground is met today.")
    mei.fills(ground="1", summary="A year of difficult calls, most of them closed.")
    mei.presses("Save and check this grade").reads("You can apply")
    mei.opens(f"/self_assessment/{centre.case('mei')}")
    assert mei.page.input_value("[name=summary]") == "A year of difficult calls, most of them closed."
    mei.presses("Submit the self-assessment").reads("13 criteria have no self rating yet.")
    evidence = tmp_path / "thanks.txt"
    evidence.write_text("Thank you, Ms Wang.")
    mei.page.set_input_files("[name=file]", str(evidence))
    mei.presses("Attach the file").reads("thanks.txt")
    mei.opens(f"/self_assessment/{centre.case('mei')}").rates(5)
    mei.presses("Submit the self-assessment").reads(
        "You do not need to do anything else now.", "your superior, reads it and evaluates"
    )
    assert centre.stage("mei") == "rating"


def the_others_hand_in_and_hr_closes_the_stage(centre: Centre) -> None:
    """Ting hands nothing in: after the deadline HR closes the stage and her case goes on, marked."""
    for username, target in (("jun", "M1"), ("hao", None), ("yun", None), ("kai", None)):
        hand_in(centre, username, target)
    centre.at("2026-12-17T09:00:00")
    hr = centre("hr").opens("/cycles/1").reads("1 overdue")
    hr.page.click('a[href*="close_stage"][href*="self_assessment"]')
    hr.fills(reason="The deadline is over.").presses("Close the stage: 1 case")
    hr.reads("The stage is closed; 1 case went on or was marked.")
    hr.opens(f"/reviews/{centre.case('ting')}").reads("Without a self-assessment", "The case went on without it")


def hand_in(centre: Centre, username: str, target: str | None) -> None:
    from admin.operations.cases.self_assessment import SelfAssessmentInput, submit_self_assessment

    given = {code: {"value": 4, "text": ""} for code in criteria(centre, "self")}
    form = SelfAssessmentInput(given, "A steady year.", target, "1" if target else None)
    centre.behind_the_scenes(username, submit_self_assessment, centre.case(username), form)


def criteria(centre: Centre, who: str) -> list[str]:
    from admin.queries.cycles import roll

    with centre.live.inside() as session:
        return list(roll.criteria_of(session, 1)[who])


def colleagues_and_superior_rate(centre: Centre) -> None:
    """Three colleagues rate Mei on the screen, the superior signs what he read; the other cases likewise behind it."""
    case = centre.case("mei")
    asked = peers(centre, case)
    for username in asked[:3]:
        person = centre(username).opens("/ratings/").reads(AGENTS["mei"][1])
        person.opens(f"/ratings/{case}").does_not_read("difficult calls").rates(4)
        person.presses("Sign the rating").reads("Your rating is signed")
    for username in asked[3:]:
        rate(centre, username, case)
    sup = centre("sup").opens("/evaluations/").reads(AGENTS["mei"][1])
    sup.opens(f"/evaluations/{case}").reads("difficult calls", "thanks.txt").rates(5)
    sup.fills(opinion="The best of the team this year.").presses("Read and sign")
    sup.reads("What you sign")
    sup.presses("Sign the evaluation").opens(f"/reviews/{case}").reads(
        "Signed by 黃志明", signature_of(centre, case)[:12]
    )
    for username in ("jun", "ting", "hao", "yun", "kai"):
        for peer in peers(centre, centre.case(username)):
            rate(centre, peer, centre.case(username))
        evaluate(centre, username)
    assert centre.stage("mei") == centre.stage("ting") == "department_review"


def signature_of(centre: Centre, case: int) -> str:
    """The signature of the superior's evaluation: over what was signed, by whom and when."""
    from admin.operations.cases.ratings import signed_rating
    from admin.operations.cases.review_steps import signature

    with centre.live.inside() as session:
        row = session.scalar(select(Rating).where(Rating.review_id == case, Rating.kind == "superior"))
        assert row.signature == signature(signed_rating(row)) and row.opinion == "The best of the team this year."
        return str(row.signature)


def peers(centre: Centre, case: int) -> list[str]:
    with centre.live.inside() as session:
        rows = session.scalars(
            select(Rating).where(Rating.review_id == case, Rating.kind == "peer", Rating.state == "asked")
        )
        return [small_centre.USERNAMES[row.rater.number] for row in rows]


def rate(centre: Centre, username: str, case: int) -> None:
    from admin.operations.cases.ratings import RatingInput, rate_as_peer

    values = {code: {"value": 4} for code in criteria(centre, "peers")}
    centre.behind_the_scenes(username, rate_as_peer, case, RatingInput(values))


def evaluate(centre: Centre, username: str) -> None:
    from admin.operations.cases.ratings import RatingInput, submit_superior_evaluation

    values = {code: {"value": 5 if username == "jun" else 4} for code in criteria(centre, "superior")}
    given = RatingInput(values, "Reliable.")
    centre.behind_the_scenes("sup", submit_superior_evaluation, centre.case(username), given)


def the_head_works_the_table_and_returns_one_case(centre: Centre) -> None:
    centre.at("2026-12-18T09:00:00")
    head = (
        centre("head").opens("/department/").reads(*(name for _number, name, grade, *_rest in AGENTS.values() if grade))
    )
    head.opens(f"/reviews/{centre.case('hao')}")
    head.presses("Return for correction").fills(reason="Which calls does the opinion rest on?")
    head.presses("Return for correction", "dialog[open]")
    assert centre.stage("hao") == "rating"
    evaluate(centre, "hao")
    head.opens("/department/")
    propose(head, centre.case("jun"), "J3", "", refused=True)
    propose(head, centre.case("jun"), "J3", REASON)
    for username in ("mei", "ting", "hao", "yun", "kai"):
        head.page.locator(f"#row-{centre.case(username)} button").click()
        head.page.locator(f"#row-{centre.case(username)} [data-state] .pill.good").wait_for()
    head.opens("/department/").presses("Send the saved proposals").reads(
        "6 proposals are sent to the review committee."
    )


def propose(head: Person, case: int, grade: str, reason: str, refused: bool = False) -> None:
    row = head.page.locator(f"#row-{case}")
    row.locator("select").select_option(grade)
    row.locator("input[name=reason]").fill(reason)
    row.locator("button").click()
    row.locator("[data-state] .why.bad" if refused else "[data-state] .pill.good").wait_for()


def the_committee_meets(centre: Centre) -> None:
    """Three constituencies, chair and secretary; one member is conflicted; ballots; what is carried is determined."""
    centre.at("2027-01-04T09:00:00")
    secretary = centre("secretary").opens("/meetings/add").finds("cycle", "2026")
    secretary.fills(scheduled_at="2027-01-05T10:00").presses("Save the changes").reads("2027-01-05 10:00")
    meeting = centre.ask(select(Meeting.id))
    secretary.opens(f"/meetings/{meeting}/assign").reads(*(AGENTS[name][1] for name in ("mei", "jun", "ting")))
    secretary.presses("Put the ticked cases on the agenda").reads("6 cases were put on the agenda.", "By consent:")

    centre.at("2027-01-05T10:00:00")
    centre("chair").opens(f"/meetings/{meeting}").presses("Open the meeting").reads("The meeting is open.", "Quorum4")
    mei = centre.ask(select(AgendaItem.id).where(AgendaItem.review_id == centre.case("mei")))
    conflicted = centre("member4").opens(f"/meetings/{meeting}/cases/{mei}").reads("Ballots cast: 0 of 5.")
    conflicted.presses("Declare a conflict").fills(ground="kin", reason="She is my cousin.").presses(
        "Declare", "dialog[open]", exact=True
    )
    conflicted.reads("You are out of this case.").does_not_read(AGENTS["mei"][1])
    conflicted.opens(f"/meetings/{meeting}/cases/{mei}", status=404)
    vote = {"review": centre.case("mei"), "in_favour": True}
    answer = conflicted.context.request.post(
        f"{centre.live.url}/api/v1/meetings/{meeting}/actions/cast_ballot", data=vote, headers=conflicted.bearer()
    )
    assert (answer.status, answer.json()["clause"]) == (409, "3.3-e")

    for username in ("member1", "deputy", "member3", "chair"):
        member = centre(username).opens(f"/meetings/{meeting}/cases/{mei}").reads("of 4.")
        member.presses("For the motion").reads("You voted for the motion.")
    centre("chair").presses("Close the ballot").opens(f"/meetings/{meeting}/cases/{mei}").reads("4 for, 0 against")
    assert centre.stage("mei") == "determined"
    settle_the_rest(centre, meeting)
    centre("chair").opens(f"/meetings/{meeting}").presses("End the meeting")
    for username in ("chair", "secretary"):
        centre(username).opens(f"/meetings/{meeting}").presses("Sign the minutes")
    centre("secretary").reads("Minutes signed")


def settle_the_rest(centre: Centre, meeting: int) -> None:
    """The consent agenda by one ballot each on the screen; the other cases behind it."""
    from admin.operations.committee.ballots import cast_ballot, close_ballot

    for username in ("member1", "deputy", "member3", "chair"):
        centre(username).opens(f"/meetings/{meeting}").presses("For all of them")
    centre("chair").opens(f"/meetings/{meeting}").presses("Close the consent ballot")
    with centre.live.inside() as session:
        open_items = list(session.scalars(select(AgendaItem.review_id).where(AgendaItem.state == "pending")))
    assert centre.case("ting") in open_items  # without a self-assessment it never goes by consent
    for review in open_items:
        for username in ("member1", "deputy", "member3", "member4", "chair"):
            centre.behind_the_scenes(username, cast_ballot, meeting, review_id=review, in_favour=True)
        centre.behind_the_scenes("chair", close_ballot, meeting, review_id=review)


def hr_checks_and_publishes(centre: Centre) -> None:
    centre.at("2027-01-07T10:00:00")
    hr = centre("hr").opens("/results/1").reads("in order").presses("Check ")
    hr.reads("6 results are confirmed; 0 need attention.")
    hr.opens("/cycles/1").presses("Publish the notice").reads("is being published")
    centre.live.tick()
    hr.opens("/cycles/1").reads("2027-01-13")  # five full working days from the 8th, the Saturday of the 9th among them


def notice_address(centre: Centre) -> str:
    return f"/notice/en/notices/{centre.ask(select(Notice.number).order_by(Notice.id))}/"


def an_employee_finds_the_row_and_appeals(centre: Centre) -> None:
    """From the public site, without a session, by the row's own link, through the sign-in, to the prefilled form."""
    centre.at("2027-01-08T09:00:00")
    jun = centre.signed_in["jun"] = Person(centre.browser, centre.live, "jun", PASSWORD)
    jun.opens(notice_address(centre)).page.wait_for_selector("#look[data-ready]")
    jun.page.fill("#find", "E12")
    jun.page.locator("tbody tr:has-text('陳俊')").get_by_role("link", name="Appeal").click()
    jun.page.wait_for_load_state()
    jun.sign_in()
    jun.reads("Appeal against my result", "E12 陳俊", "Junior agent 3", "2027-01-13")
    jun.fills(ground="figures", text="The suggestion was one grade higher; the reason given is not mine.").presses(
        "File the appeal"
    )
    jun.reads("This is your receipt.", "Until it is decided the result is not issued.")
    assert centre.stage("jun") == "appealed" and centre.stage("mei") == "on_notice"
    centre("panel1").opens("/appeals/panel").reads("陳俊")


def the_list_is_gone_after_the_last_full_working_day(centre: Centre) -> None:
    """The make-up Saturday counts: the period ends with the 13th. Then URL and disk have no name any more."""
    mei, address = centre("mei"), notice_address(centre)
    centre.at("2027-01-13T23:59:59")
    assert "王小美" in mei.opens(address).page.content() and files_with(centre, "王小美")
    centre.at("2027-01-14T00:00:00")
    assert "王小美" not in mei.opens(address).page.content()
    assert files_with(centre, "王小美") == files_with(centre, "陳俊") == []


def files_with(centre: Centre, name: str) -> list[str]:
    """Files of the site, live or kept, that hold a name, also as JSON escapes it."""
    words = (name.encode(), json.dumps(name)[1:-1].encode())
    places = (
        Place.of(centre.live.folder).public.parent,
        centre.live.folder / "releases",
        centre.live.folder / "snapshots",
    )
    files = {path for place in places if place.is_dir() for path in place.rglob("*") if path.is_file()}
    kept = {path for path in files if path.suffix not in (".sqlite3", ".log") and "sqlite3" not in path.name}
    return sorted(str(path) for path in kept if any(word in path.read_bytes() for word in words))


def hr_issues_the_others(centre: Centre) -> None:
    centre.at("2027-01-14T09:00:00")
    hr = centre("hr").opens("/cycles/1").presses("Issue the document").reads("客服職級〔2027〕1 號 is issued.")
    centre.live.tick()
    page = hr.opens("/documents/show/1").reads("王小美").does_not_read("陳俊")
    document = page.downloads("Download the document", role="link")
    text = zipfile.ZipFile(io.BytesIO(document)).read("word/document.xml").decode()
    assert "王小美" in text and "陳俊" not in text
    assert centre.stage("mei") == centre.stage("ting") == "issued" and centre.stage("jun") == "appealed"
    centre("mei").opens("/files/").reads("Intermediate agent 2", "客服職級〔2027〕1 號", "2027-02-01")
    with centre.live.inside() as session:
        held = session.scalars(
            select(GradeInterval).where(GradeInterval.employee.has(number="E11")).order_by(GradeInterval.valid_from)
        )
        assert [(row.grade.code, row.valid_from.isoformat(), row.valid_to and row.valid_to.isoformat()) for row in held] == [
            ("M1", "2023-01-01", "2027-02-01"), ("M2", "2027-02-01", None),
        ]  # fmt: skip


def the_panel_decides_and_the_case_follows(centre: Centre) -> None:
    """Everybody on the panel casts a ballot with a reason, its chair closes; the fixed grade goes on a notice of its own."""
    centre.at("2027-01-18T10:00:00")
    for username in ("panel2", "director", "panel1"):
        member = centre(username).opens("/appeals/1").reads("The suggestion was one grade higher")
        member.fills(result="grade_fixed", grade="M1", reason="The ground is met and the threshold reached.")
        member.presses("Cast a ballot").reads("Your ballot is cast.")
    chair = centre("panel1").opens("/appeals/1").reads("Ballots cast: 3 of 3.").presses("Close the ballot")
    chair.fills(reason="The ground is met.").presses("Close the ballot", "dialog[open]")
    centre("jun").opens("/appeals/1").reads("Decision of the appeal panel", "Intermediate agent 1")
    assert centre.stage("jun") == "checked"

    centre("hr").opens("/cycles/1").presses("Publish the notice").reads("is being published")
    centre.live.tick()
    again = f"/notice/en/notices/{centre.ask(select(Notice.number).order_by(Notice.id.desc()))}/"
    page = centre("jun").opens(again).page.content()
    assert "陳俊" in page and "王小美" not in page
    centre.at("2027-01-26T09:00:00")
    hr = centre("hr").opens("/cycles/1").presses("Issue the document").reads("客服職級〔2027〕2 號 is issued.", "陳俊")
    hr.does_not_read("王小美")
    assert centre.stage("jun") == "issued"
    centre("jun").opens("/files/").reads("Intermediate agent 1", "客服職級〔2027〕2 號")
    assert files_with(centre, "陳俊") == []
