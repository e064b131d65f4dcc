"""The home page: what waits for whom, by when; nothing of others; messages in words (interfaces: /)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.on_file import DUTIES
from admin.domain.workflow import TABLE
from admin.models import Employee, EmployeeRecord, Job, Notification, Rating, Review, db
from admin.notifications.messages import MESSAGES, message_of
from admin.operations.outcome import adjustments
from tests import factories as make
from tests.factories import NOW
from tests.web.counting import statements

ENGLISH = {"Accept-Language": "en"}


def page_of(client) -> str:
    answer = client.get("/", headers=ENGLISH)
    assert answer.status_code == 200
    return unescape(answer.text)


@pytest.fixture
def cycle(app, centre):
    """An open cycle with one case at each of three stages."""
    with app.app_context(), make.fixture() as op:
        found = make.open_cycle()
        first, second = (op.get(Employee, key) for key in (centre.emp1, centre.emp2))
        make.review(found, first, stage="self_assessment", head_id=centre.head1)
        case = make.review(found, second, stage="rating", head_id=centre.head1)
        for rater, kind in ((centre.emp1, "peer"), (centre.sup1, "superior")):
            op.add(Rating(review_id=case.id, rater_id=rater, kind=kind, state="asked", values={}))
        third = make.employee(superior=op.get(Employee, centre.sup1))
        make.review(found, third, stage="department_review", head_id=centre.head1)
    return centre


def test_an_employee_finds_the_self_assessment_and_a_colleague_to_rate_with_days_left(signed_in, cycle):
    page = page_of(signed_in("emp1"))
    assert "Your self-assessment" in page
    assert "1 colleague to rate" in page
    assert re.search(r'<span class="pill[^"]*">10 days left</span>', page)
    assert page.count('<a class="btn main"') == 1, "one main action"


def test_a_superior_finds_the_evaluation_and_a_head_the_department_review(signed_in, cycle):
    assert "1 evaluation of your people" in page_of(signed_in("sup1"))
    head = page_of(signed_in("head1"))
    assert "1 case in your department review" in head
    assert "evaluation of your people" not in head


def test_hr_finds_what_blocks_and_how_far_the_cycle_is(signed_in, cycle):
    page = page_of(signed_in("hr"))
    assert "values of the policy are not confirmed" in page
    assert "The working calendar is not confirmed" in page
    assert "Review of 2026" in page
    assert "Progress of the departments" in page


def test_the_heading_and_the_picture_beside_it_name_the_same_stop(app, signed_in, centre):
    with app.app_context(), make.fixture() as op:
        found = make.open_cycle()
        make.review(found, op.get(Employee, centre.emp1), stage="on_notice", head_id=centre.head1)
    page = page_of(signed_in("hr"))
    lead = re.search(r"The 2026 review: ([^.<]+?)(?: until [^.<]+)?\.", page)[1]
    assert re.search(rf'<li[^>]*class="[^"]*now[^"]*"[^>]*>.*?{re.escape(lead)}', page, re.S), lead
    assert lead == "Public notice"


def test_who_sees_no_case_reads_in_the_heading_that_a_notice_runs(app, signed_in, centre):
    with app.app_context(), make.fixture() as op:
        found = make.open_cycle()
        case = make.review(found, op.get(Employee, centre.emp1), stage="on_notice", head_id=centre.head1)
        make.notice(found, [case], ends_at=NOW + timedelta(days=5))
    assert re.search(r"The 2026 review: Public notice until ", page_of(signed_in("admin")))


def test_the_records_that_wait_are_those_that_the_first_page_leads_to(app, signed_in, centre):
    with app.app_context(), make.fixture() as op:
        kind = next(kind for kind, duty in DUTIES.items() if "hr" in duty.approvers)
        for stage, title in (("recorded", "Waits-for-somebody"), ("approved", "Counts-already")):
            given = {"employee_id": centre.emp1, "kind": kind, "title": title, "stage": stage}
            by_hr = {"recorded_by_id": centre.accounts["management"], "recorded_at": NOW, "happened_on": NOW.date()}
            op.add(EmployeeRecord(**given, **by_hr))
    client = signed_in("hr")
    way = re.search(r'href="(/[^"]*_flt_2_stage=recorded)"', page_of(client))
    assert way, page_of(client)
    listed = client.get(way[1], headers=ENGLISH).text
    assert "Waits-for-somebody" in listed and "Counts-already" not in listed


def test_somebody_with_nothing_to_do_is_told_so(signed_in):
    page = page_of(signed_in("outsider"))
    assert "Nothing waits for you" in page
    assert "You have read everything." in page
    assert "Progress of the departments" not in page


def test_management_finds_adjustments_but_not_those_it_proposed(app, signed_in, centre):
    with app.app_context(), make.fixture():
        person = db.session.get(Employee, centre.emp1)
        make.holds(person, "M1")
        hr = make.actor_of(make.employee(roles=("employee", "hr")))
    with app.app_context():
        day = (NOW + timedelta(days=40)).date()
        adjustments.propose_adjustments([adjustments.AdjustmentRow("E3", "M2")], "merged", day, actor=hr, now=NOW)
    page = page_of(signed_in("management"))
    assert "1 adjustment to decide" in page
    assert "Adjustments of grades wait for your decision." in page, "the message in words"


def test_a_deadline_that_is_over_is_said_in_red(app, signed_in, cycle):
    with app.app_context(), make.fixture() as op:
        from admin.models import Cycle

        row = op.session.scalars(select(Cycle)).one()
        row.self_assessment_due = NOW - timedelta(days=2)
    page = page_of(signed_in("emp1"))
    assert re.search(r'<span class="pill bad">\d days overdue</span>', page)
    assert "past its deadline" in page_of(signed_in("hr"))


def test_a_result_on_notice_shows_how_long_one_may_appeal(app, signed_in, cycle):
    with app.app_context(), make.fixture() as op:
        from admin.models import Review

        case = op.session.scalars(select(Review).where(Review.employee_id == cycle.emp1)).one()
        case.stage, case.determined_grade_id = "on_notice", make.grade("J2").id
        make.notice(case.cycle, [case], ends_at=NOW + timedelta(days=3))
    page = page_of(signed_in("emp1"))
    assert "Your result is on notice" in page
    assert "Your result is on notice" not in page_of(signed_in("emp2"))


def tell(app, user_id: int, *kinds: tuple[str, str]) -> None:
    with app.app_context(), make.fixture() as op:
        for process, action in kinds:
            op.tell([user_id], process, action, 1)


def unread(app, user_id: int) -> int:
    with app.app_context(), acting_as(system_actor()):
        query = select(Notification).where(Notification.user_id == user_id, Notification.read_at.is_(None))
        return len(db.session.scalars(query).all())


def test_messages_are_shown_in_words_and_marked_read(app, signed_in, centre):
    client, me = signed_in("hr"), centre.accounts["hr"]
    tell(app, me, ("review", "determine"), ("appeal", "withdraw"))
    page = page_of(client)
    assert "The committee has determined a grade." in page
    keys = re.findall(r'name="message" value="(\d+)"', page)
    assert client.post("/notifications/read", data={"message": keys[0]}).status_code == 302
    assert unread(app, me) == 1
    assert client.post("/notifications/read").status_code == 302
    assert unread(app, me) == 0


def test_nobody_marks_anothers_message_read(app, signed_in, centre):
    me = centre.accounts["hr"]
    tell(app, me, ("review", "determine"))
    with app.app_context(), acting_as(system_actor()):
        key = db.session.scalars(select(Notification.id)).one()
    assert signed_in("management").post("/notifications/read", data={"message": str(key)}).status_code == 302
    assert unread(app, me) == 1


def test_every_row_of_the_table_that_tells_has_a_sentence():
    told = {(row.process, row.action) for row in TABLE if row.tells}
    assert told - set(MESSAGES) == set()


@pytest.mark.parametrize(
    "kind", [("review", "open"), ("review", "put_on_notice"), ("review", "issue"), ("appeal", "acknowledge")]
)
def test_what_is_told_in_bulk_or_at_once_has_a_sentence_too(kind):
    assert kind in MESSAGES


def test_a_kind_without_a_sentence_is_told_by_its_name():
    assert message_of("review", "ask_for_advice") == "Ask for advice"


@pytest.mark.parametrize("name", ["hr", "emp1", "sup1", "head1", "management", "auditor", "complaint_officer", "admin"])
def test_the_page_asks_the_database_little(app, signed_in, cycle, name):
    client = signed_in(name)
    client.get("/")
    with statements(app) as sent:
        page_of(client)
    # What rests on the trail alone is asked for once; an administrator's page says how the portal is.
    assert len(sent) <= {"hr": 14, "admin": 20}.get(name, 13), sent


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Refused: 3.3.5-c: nobody has confirmed 2027", "3.3.5-c: nobody has confirmed 2027"),
        ("UnfitSnapshot: notices.0", "Give this text to the server administrator"),
        (None, "worker is not running"),
    ],
)
def test_a_site_that_is_late_stands_on_hrs_home_with_cause_and_advice_and_turns_health_red(
    signed_in, centre, app, fault, words
):
    since = NOW - timedelta(hours=1)
    with app.app_context(), make.fixture() as op:
        op.add(Job(kind="publish_site", tries=1, fault=fault, due_at=NOW, created_at=since))
    page = page_of(signed_in("hr"))
    assert "The notice site is not up to date" in page and words in page
    assert "notice site is not up to date" not in page_of(signed_in("emp1"))
    health = app.test_client().get("/health")
    assert (health.status_code, health.json["site"]) == (503, "publication overdue")


def test_what_hr_is_asked_for_is_counted_once_until_something_is_written(app, signed_in, cycle):
    client = signed_in("hr")
    page_of(client)
    with statements(app) as again:
        page_of(client)
    with app.app_context(), make.fixture():
        make.employee()
    with statements(app) as anew:
        page_of(client)
    assert len(again) < len(anew), "what was counted before the writing is not said after it"


def test_what_comes_to_wait_for_hr_is_on_the_page_at_once(app, signed_in, cycle):
    client = signed_in("hr")
    assert "1 result to check" not in page_of(client)
    with app.app_context(), make.fixture() as op:
        review = op.session.scalars(select(Review).where(Review.stage == "department_review")).one()
        review.stage = "determined"
    assert "1 result to check" in page_of(client)
