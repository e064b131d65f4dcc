"""The set-up of a new centre: stops with a rail, heads and posts proposed and confirmed in one table."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace

import pytest

from admin.access.actor import acting_as, system_actor
from admin.models import CommitteeMember, Confirmation, Department, Employee, db
from admin.models.accounts import User
from admin.operations.accounts.accounts import issue_activation_codes
from admin.operations.cycles.cycles import CyclePlan, plan_cycle
from admin.queries.people.heads import CentrePage, Why, centre_page
from tests import factories as make
from tests.factories import NOW

TODAY = NOW.date()


@pytest.fixture
def unled(app, centre) -> SimpleNamespace:
    """The centre of two teams before anything was settled: a team whose manager is above it, one nobody leads."""
    with app.app_context(), make.fixture() as op:
        place = op.get(Department, centre.centre)
        place.head_id, place.in_centre = None, False
        centre.team = op.add(Department(code="T1", name="語音一組", parent_id=place.id)).id
        for person, post in ((centre.head1, "客服中心經理"), (centre.sup1, "組長"), (centre.outsider, "資訊專員")):
            op.get(Employee, person).post = post
        for person in (centre.emp1, centre.emp2):
            op.get(Employee, person).department_id, op.get(Employee, person).post = centre.team, "客服專員"
    return centre


def page_of(app) -> CentrePage:
    with app.app_context(), acting_as(system_actor()):
        return centre_page(db.session(), TODAY, 1, 1)


def line_of(app, key: int):
    return next(line for line in page_of(app).lines if line.id == key)


def test_the_head_proposed_is_whom_most_of_the_department_reports_to(app, unled):
    place, team = line_of(app, unled.centre), line_of(app, unled.team)
    assert place.proposed.id == unled.head1 and place.proposed.why is Why.LEADS
    # Nobody of the team leads it: whoever leads all of it from outside, the nearest first.
    assert team.proposed.why is Why.ABOVE and team.proposed.leads == 2


def test_where_nobody_is_led_the_post_says_who_manages_and_else_nobody_is_proposed(app, unled):
    assert line_of(app, unled.other).proposed is None
    with app.app_context(), make.fixture() as op:
        op.get(Employee, unled.outsider).post = "資訊經理"
    assert line_of(app, unled.other).proposed.why is Why.POST


def test_whoever_assists_a_manager_is_none(app, unled):
    with app.app_context(), make.fixture() as op:
        op.get(Employee, unled.outsider).post = "總經理助理"
    assert line_of(app, unled.other).proposed is None


def test_a_circle_in_the_reporting_line_hangs_nothing(app, unled):
    with app.app_context(), make.fixture() as op:
        op.get(Employee, unled.head1).superior_id = unled.emp1
    assert line_of(app, unled.centre).proposed is not None


def test_what_is_called_a_service_centre_is_proposed_until_something_is_marked(app, unled):
    assert line_of(app, unled.centre).proposed_in and line_of(app, unled.team).with_above
    assert not line_of(app, unled.other).proposed_in
    with app.app_context(), make.fixture() as op:
        op.get(Department, unled.other).in_centre = True
    assert not line_of(app, unled.centre).proposed_in


def inputs(text: str, *wanted: str) -> dict[str, list[str]]:
    """What a page's form would send of these fields if nothing were changed on it."""
    form: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]+>", text):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") == "checkbox" and " checked" not in tag:
            continue
        if found.get("name", "").split("-")[0] in wanted:
            form.setdefault(found["name"], []).append(found.get("value", ""))
    for name, inside in re.findall(r'<select name="([\w-]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        form[name] = re.findall(r'value="([^"]*)" selected', inside)
    return form


def shown(client) -> dict[str, list[str]]:
    text = unescape(client.get("/setup/centre").text)
    return inputs(text, "department", "asked", "head", "centre", "post", "manages")


def test_one_click_confirms_departments_heads_and_posts_and_leads_on(app, unled, signed_in):
    client = signed_in("hr")
    answer = client.post("/setup/centre", data=shown(client))
    assert answer.status_code == 303
    with app.app_context(), acting_as(system_actor()):
        heads = {row.id: (row.head_id, row.in_centre) for row in db.session.query(Department)}
        managing = {row.id for row in db.session.query(Employee) if row.is_management}
    assert heads[unled.centre] == (unled.head1, True)
    assert heads[unled.team][1] and heads[unled.team][0] is not None
    assert managing == {unled.head1}
    # What is said of each person is not asked about by post.
    with app.app_context(), make.fixture() as op:
        op.get(Employee, unled.emp1).is_management = True
    assert "客服專員" not in shown(client).get("post", [])


def test_who_has_left_is_refused_at_the_department_s_own_field_and_nothing_is_done(app, unled, signed_in):
    client = signed_in("hr")
    form = shown(client)
    with app.app_context(), make.fixture() as op:
        person = op.get(Employee, unled.sup1)
        person.status, person.left_on = "left", TODAY
    form[f"head-{unled.team}"] = [str(unled.sup1)]
    answer = client.post("/setup/centre", data=form, headers={"Accept-Language": "en"})
    assert answer.status_code == 422 and "has left" in unescape(answer.text)
    with app.app_context():
        assert db.session.get(Department, unled.centre).head_id is None


def test_the_rail_ticks_a_stop_only_when_it_is_true_and_names_the_present_one(app, centre, signed_in):
    text = unescape(signed_in("hr").get("/setup/centre", headers={"Accept-Language": "en"}).text)
    rail = re.search(r'<ol class="rail".*?</ol>', text, re.DOTALL)[0]
    assert re.findall(r'<li class="(\w+)', rail) == ["next", "now", "next", "next", "done", "next"]
    assert rail.count('aria-current="step"') == 1


def test_the_set_up_leads_to_the_reader_s_next_stop_and_home_when_it_is_over(app, unled, signed_in):
    client = signed_in("hr")
    assert client.get("/setup/").location == "/setup/files"
    with app.app_context(), make.fixture() as op:
        make.holds(op.session.query(Employee).first(), "M1")
    assert client.get("/setup/").location == "/setup/centre"
    with app.app_context(), make.fixture():
        make.open_cycle()
    assert client.get("/setup/").location == "/"


def test_the_last_stop_is_the_plan_and_then_its_preview(app, centre, signed_in):
    client = signed_in("hr")
    assert client.get("/setup/opening").location == "/cycles/plan"
    with app.app_context(), make.fixture():
        make.confirmed_calendar(NOW.year, NOW.year + 1)
    with app.app_context(), acting_as(system_actor()):
        key = plan_cycle(CyclePlan(NOW.year, month_reason="the first one"), actor=system_actor(), now=NOW).id
    assert client.get("/setup/opening").location == f"/cycles/{key}/preview"


def test_sign_ins_are_ticked_when_everybody_could_sign_in_and_not_when_the_one_who_sets_up_has(app, centre, signed_in):
    client = signed_in("hr")
    assert _accounts_done(client)
    with app.app_context(), make.fixture() as op:
        op.get(User, op.get(Employee, centre.emp1).user_id).password = None
    assert not _accounts_done(client)
    with app.app_context(), make.fixture() as op:
        issue_activation_codes([op.get(Employee, centre.emp1).user_id], actor=system_actor("cli"), now=NOW)
    assert _accounts_done(client)


def _accounts_done(client) -> bool:
    text = unescape(client.get("/setup/centre", headers={"Accept-Language": "en"}).text)
    rail = re.search(r'<ol class="rail".*?</ol>', text, re.DOTALL)[0]
    return re.findall(r'<li class="(\w+)', rail)[4] == "done"


@pytest.fixture
def benched(app, centre) -> SimpleNamespace:
    """A centre of whose offices enough people could form a committee and a panel."""
    with app.app_context(), make.fixture() as op:
        hr = op.add(Department(code="HR", name="人力資源處"))
        for number in range(1, 4):
            person = make.employee(f"人資{number}", of=hr)
            centre.__dict__[f"hr{number}"] = person.id
        for number in range(1, 5):
            place = op.add(Department(code=f"R{number}", name=f"部門{number}"))
            place.head_id = make.employee(f"主管{number}", of=place).id
            team = op.add(Department(code=f"C{number}", name=f"語音{number}組", parent_id=centre.centre))
            team.head_id = make.employee(f"經理{number}", of=team).id
    return centre


def seats_shown(client) -> dict[str, str]:
    text = unescape(client.get("/setup/bodies").text)
    found = inputs(text, "rows", "employee", "place", "constituency", "term_from", "term_to")
    return {name: values[0] for name, values in found.items()}


def test_a_lawful_committee_and_panel_are_proposed_and_confirmed_at_once(app, benched, signed_in):
    client = signed_in("hr")
    form = seats_shown(client)
    assert sum(bool(value) for name, value in form.items() if name.startswith("employee-")) == 9
    checked = client.get("/setup/bodies/check", query_string=form, headers={"Accept-Language": "en"})
    assert "meet their rules" in checked.text
    answer = client.post("/setup/bodies", data=form)
    assert answer.status_code == 303, answer.text
    with app.app_context(), acting_as(system_actor()):
        assert db.session.query(CommitteeMember).count() == 0
        (waits,) = db.session.query(Confirmation)
    # It waits for the other office: nothing is ticked, and the flow goes on elsewhere.
    page = unescape(client.get("/setup/bodies", headers={"Accept-Language": "en"}).text)
    assert "Waits for a second person" in page and client.get("/setup/").location != "/setup/bodies"
    second = signed_in("management")
    assert second.post(f"/act/confirmation/{waits.id}/confirm").status_code in (302, 303)
    with app.app_context(), acting_as(system_actor()):
        assert db.session.query(CommitteeMember).count() == 9
    rail = re.search(r'<ol class="rail".*?</ol>', unescape(client.get("/setup/centre").text), re.DOTALL)[0]
    assert re.findall(r'<li class="(\w+)', rail)[2] == "done"


def test_what_is_wrong_is_said_as_it_is_picked_and_at_its_line_when_it_is_sent(app, benched, signed_in):
    client = signed_in("hr")
    form = seats_shown(client)
    twice = form | {"employee-1": form["employee-0"]}
    said = unescape(client.get("/setup/bodies/check", query_string=twice, headers={"Accept-Language": "en"}).text)
    assert "already has a seat" in said
    none = client.get("/setup/bodies/check", query_string={"rows": "3"}, headers={"Accept-Language": "en"})
    assert "no member of the constituency" in none.text and "at least" in none.text
    assert client.post("/setup/bodies", data=twice).status_code == 409
    with app.app_context(), make.fixture() as op:
        gone = op.get(Employee, int(form["employee-2"]))
        gone.status, gone.left_on = "left", TODAY
    answer = client.post("/setup/bodies", data=form, headers={"Accept-Language": "en"})
    assert answer.status_code == 422 and "has left" in unescape(answer.text)
    with app.app_context(), acting_as(system_actor()):
        assert db.session.query(Confirmation).count() == 0
