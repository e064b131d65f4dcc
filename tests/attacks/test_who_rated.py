"""Stories of people who want to learn which colleague rated whom, and how (3.2-b, 6.3-d)."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.domain.refusals import Invalid, Refused
from admin.models import Employee, Rating, Review, db
from admin.models.accounts import Role, User
from admin.operations.cases import ratings
from admin.operations.cases.ratings import RatingInput
from admin.operations.cycles import reminding
from admin.operations.policy.policy import draft_with
from admin.rulebook.loader import RulebookError, from_dict, stored
from tests import factories as make
from tests import reviewing
from tests.factories import NOW
from tests.reviewing import HR, OPENED, person
from tests.rulebook.samples import DAY, entry, shipped_data
from tests.states import kept
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")


@kept
def _rated(count: int) -> SimpleNamespace:
    """A case at its ratings: the superior has signed, and so many colleagues."""
    made = reviewing.open_cycle()
    key = made.cases[0]
    reviewing.lock_figures(made.cycle)
    reviewing.hand_in(key, made.agents[0])
    for value, rater in enumerate(reviewing.peers_of(key)[:count], start=1):
        given = {code: {"value": value} for code in reviewing.codes(key, "peers")}
        ratings.rate_as_peer(key, RatingInput(given), actor=person(rater), now=OPENED)
    made.key, made.raters = key, reviewing.peers_of(key)
    return made


def over(made: SimpleNamespace) -> SimpleNamespace:
    """The same with the ratings over: the others have declined."""
    done = select(Rating.rater_id).where(Rating.review_id == made.key, Rating.state == "submitted")
    rated = set(db.session.scalars(done.execution_options(unscoped=True)))
    db.session.rollback()
    for rater in set(made.raters) - rated:
        ratings.decline_rating(made.key, "不熟悉", actor=person(rater), now=OPENED)
    reviewing.evaluate(made.key, made.superior)
    return made


def account(employee_id: int, *roles: str) -> int:
    """The account of somebody, who holds these roles from now on."""
    with make.fixture() as op:
        user = op.get(User, op.get(Employee, employee_id).user_id)
        user.roles = [op.session.scalars(select(Role).where(Role.name == role)).one() for role in ("employee", *roles)]
        return int(user.id)


def office(*roles: str) -> int:
    """The account of somebody outside the case who holds these roles."""
    return int(make.employee(roles=("employee", *roles)).user_id or 0)


def names_of(keys: list[int]) -> set[str]:
    query = select(Employee.name).where(Employee.id.in_(keys)).execution_options(unscoped=True)
    return set(db.session.scalars(query))


def main_of(page: Any) -> str:
    assert page.status_code == 200, page.status
    return str(page.text.partition("<main")[2])


READERS = {"hr": ("hr",), "head": (), "superior": (), "subject": (), "member": ()}


def reader(made: SimpleNamespace, who: str) -> int:
    people = {"head": made.head, "superior": made.superior, "subject": made.agents[0]}
    return account(people[who]) if who in people else office(*READERS[who])


@pytest.mark.parametrize("who", ["hr", "head", "superior", "subject"])
def test_no_page_of_the_case_names_a_rater_or_tells_when_one_rated(app, session, who):
    made = over(_rated(5))
    body = main_of(client_of(app, reader(made, who)).get(f"/reviews/{made.key}"))
    named = {name for name in names_of(made.raters) if name in body}
    assert named == set()
    assert "Rate a colleague" not in body and not re.search(r"同事評價[^<]*</[^>]+>[^<]*\d\d:\d\d", body)


@pytest.mark.parametrize(("count", "shown"), [(0, False), (1, False), (2, False), (3, True), (5, True)])
@pytest.mark.parametrize("who", ["hr", "head"])
def test_a_mean_and_a_count_appear_from_three_on(app, session, who, count, shown):
    made = over(_rated(count))
    body = main_of(client_of(app, reader(made, who)).get(f"/reviews/{made.key}"))
    mean = f"{sum(range(1, 1 + count)) / max(count, 1):.2f} / 5"
    assert (mean in body) == shown or count == 0
    assert bool(re.search(rf"(from|共|自) ?{count}\b", body)) <= shown


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_hr_sees_before_and_after_a_rating_is_the_same_all_day(app, session, clock, count):
    made = _rated(count)
    clock(OPENED - NOW + timedelta(days=1))
    client = client_of(app, office("hr"))
    pages = [f"/reviews/{made.key}", f"/cycles/{made.cycle}/missing/rating", f"/cycles/{made.cycle}"]
    before = [_plain(client, page) for page in pages]
    given = {code: {"value": 1} for code in reviewing.codes(made.key, "peers")}
    rated_at = OPENED + timedelta(days=1, hours=1)
    ratings.rate_as_peer(made.key, RatingInput(given), actor=person(made.raters[count]), now=rated_at)
    assert [_plain(client, page) for page in pages] == before
    clock(OPENED - NOW + timedelta(days=2))
    assert _plain(client, pages[0]) != before[0]


def _plain(client: Any, page: str) -> str:
    """What a page says, without what is made anew at each look."""
    return re.sub(r'<script.*?</script>|value="[^"]*"|nonce=\S+', "#", main_of(client.get(page)), flags=re.S)


def test_hr_sees_who_is_missing_as_one_number_and_reminds_without_knowing_whom(app, session):
    made = _rated(2)
    client = client_of(app, office("hr"))
    body = main_of(client.get(f"/cycles/{made.cycle}/missing/rating"))
    assert not {name for name in names_of(made.raters) if name in body} - names_of([made.superior])
    assert reminding.remind(made.cycle, "rating", colleagues=True, actor=HR, now=OPENED) >= 3


def test_hr_neither_chooses_nor_learns_who_is_drawn_or_released(app, session):
    made = _rated(2)
    client = client_of(app, office("hr"))
    other = reviewing.free_of(made, made.key)
    answers = [
        client.post(f"/reviews/{made.key}/colleagues", data={"reason": "補一位", "number": number})
        for number in (str(other), "nobody")
    ]
    assert [answer.status_code for answer in answers] == [302, 409]  # one was left to be drawn
    assert len(reviewing.peers_of(made.key)) == 6
    assert client.post(f"/reviews/{made.key}/colleagues", data={"reason": "x", "release": "1"}).status_code == 302
    body = main_of(client.get(f"/reviews/{made.key}"))
    assert not {name for name in names_of(reviewing.peers_of(made.key)) if name in body}


def test_whoever_has_left_is_released_first(session):
    made = _rated(2)
    with make.fixture() as op:
        op.get(Employee, made.raters[3]).status = "left"
    assert ratings.release_missing(made.key, "離職", actor=HR, now=OPENED).rater_id == made.raters[3]
    for _ in range(2):
        ratings.release_missing(made.key, "不再等候", actor=HR, now=OPENED)
    with pytest.raises(Refused) as refused:
        ratings.release_missing(made.key, "不再等候", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.2-b"


@pytest.mark.parametrize("roles", [("hr",), ("auditor",), ("admin",), ("management",), ("hr", "management")])
def test_nobody_reads_the_raters_of_their_own_case_whatever_office_they_hold(app, session, roles):
    made = over(_rated(5))
    mine = account(made.agents[0], *roles)
    client, bearer = client_of(app, mine), headers_of(app, mine)
    body = main_of(client.get(f"/reviews/{made.key}"))
    assert not {name for name in names_of(made.raters) if name in body}
    if "auditor" not in roles:
        return
    with_events = app.test_client().get(
        "/api/v1/audit_events/?q=(page_size:100,order_column:id,order_direction:desc)", headers=bearer
    )
    told = with_events.json["result"]
    keys = session.scalars(
        select(Rating.id).where(Rating.review_id == made.key, Rating.kind == "peer").execution_options(unscoped=True)
    ).all()
    assert told and not [row for row in told if row["record_type"] == "ratings" and row["record_id"] in keys]
    about = {row["operation"] for row in told if (row["record_type"], row["record_id"]) == ("reviews", made.key)}
    assert not about & {"rate_as_peer", "decline_rating"}


def test_the_auditor_of_somebody_elses_case_reads_each_rater(app, session):
    made = over(_rated(3))
    body = main_of(client_of(app, office("auditor")).get(f"/reviews/{made.key}"))
    assert all(name in body for name in names_of(made.raters[:3]))


def test_open_work_of_a_leaver_does_not_tell_whom_they_rate(app, session):
    made = _rated(0)
    rater = made.raters[0]
    with make.fixture() as op:
        op.get(Employee, rater).status = "left"
    body = main_of(client_of(app, office("hr")).get(f"/people/{rater}/open-work"))
    subjects = session.scalars(
        select(Review.employee_id).join(Rating, Rating.review_id == Review.id)
        .where(Rating.rater_id == rater, Rating.kind == "peer").execution_options(unscoped=True)
    ).all()  # fmt: skip
    assert subjects and not {name for name in names_of(list(subjects)) if name in body} - names_of([rater])


def test_no_version_asks_fewer_than_three_colleagues_whatever_door_it_comes_by():
    data = shipped_data()
    entry(data, "parameters", "peer_minimum")["values"][0]["value"] = 2
    with pytest.raises(RulebookError, match="peer_minimum"):
        from_dict(data)
    book = stored(data)  # one that was promulgated before this was asked
    assert (book.value("peer_minimum", DAY), book.values(DAY)["peer_minimum"]) == (3, 3)
    assert book.parameter("peer_minimum").allowed == (3, 20) and "3 peer ratings" in book.text("3.2.3", "en", DAY)


def test_hr_drafts_no_version_with_fewer_than_three_colleagues(session):
    make.confirmed_calendar(2026)
    begins = OPENED.date() + timedelta(days=31)
    with pytest.raises(Invalid) as refused:
        draft_with({"peer_minimum": 2}, effective_from=begins, actor=HR, now=OPENED)
    assert set(refused.value.fields) == {"peer_minimum"}
