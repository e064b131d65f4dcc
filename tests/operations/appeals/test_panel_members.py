"""Who sits on an appeal while it is before the panel: what comes about after the referral counts as well (3.3-d, 3.3-e, 3.3.5-a)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Refused
from admin.models import (
    Employee,
    HistoryStep,
    Notification,
    PanelBallot,
    Recusal,
)
from admin.operations import acts
from admin.operations.appeals import members, panel
from admin.queries.committee.bodies import short_appeals, why_not_by_management
from admin.queries.system.home import home
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.operations.appealing import adopts_a_finding, filed, on_notice, vote

pytestmark = pytest.mark.usefixtures("session")
TODAY = NOW.date()


def tasks(who: Actor) -> dict[str, int]:
    """What waits on somebody's first page, by kind."""
    with acting_as(who):
        return {task.kind: task.count for task in home(make.db.session(), who, NOW, TODAY).tasks}


def offered(appeal, who: Actor) -> set[str]:
    return {each.action for each in acts.offered("appeal", appeal.id, who, NOW) if each.allowed}


def told(who: Actor) -> list[str]:
    query = select(Notification.action).where(Notification.user_id == who.user_id).order_by(Notification.id)
    return list(make.db.session.scalars(query.execution_options(unscoped=True)))


def test_whoever_has_adopted_a_finding_on_the_case_sits_on_it_no_more_and_the_next_presides():
    case = on_notice(panel_size=4)
    appeal = filed(case)
    chair, *others = case.panel
    assert tasks(chair)["panel_cases"] == 1
    adopts_a_finding(case.review, chair)
    with pytest.raises(Refused) as refused:
        panel.cast_ballot(appeal.id, "dismissed", "reason", actor=chair, now=NOW)
    assert refused.value.refusal.clause == "3.3-d"
    assert "panel_cases" not in tasks(chair) and tasks(others[0])["panel_cases"] == 1
    for member in others:
        panel.cast_ballot(appeal.id, "dismissed", "reason", actor=member, now=NOW)
    assert ["close_ballot" in offered(appeal, who) for who in case.panel] == [False, True, False, False]
    panel.close_ballot(appeal.id, "The week is in the import.", actor=others[0], now=NOW)
    assert (appeal.result, case.review.stage) == ("dismissed", "on_notice")


def test_a_panel_that_has_become_short_is_named_to_management_which_appoints_to_it(session):
    case = on_notice()
    boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
    appeal = filed(case)
    assert "panels_short" not in tasks(boss)
    adopts_a_finding(case.review, case.panel[0], case.panel[1])
    assert tasks(boss)["panels_short"] == 1
    with acting_as(boss):
        assert [short.number for short in short_appeals(session, TODAY).rows] == [appeal.number]
        assert why_not_by_management(session, TODAY, on_panel=True) is None
    for member in case.panel:
        assert "panel_cases" not in tasks(member) and "cast_ballot" not in offered(appeal, member)
    for number in (1, 2):
        person = make.employee(f"New {number}")
        as_confirmed(members.appoint_to_panel, appeal.id, person.number, "centre_management", actor=boss, now=NOW)
        case.panel.append(make.actor_of(person))
    assert "panels_short" not in tasks(boss)
    for member in case.panel[2:]:
        panel.cast_ballot(appeal.id, "dismissed", "reason", actor=member, now=NOW)
    panel.close_ballot(appeal.id, "It stands.", actor=case.panel[2], now=NOW)
    assert case.review.stage == "on_notice"


def test_management_appoints_nobody_whose_ballot_on_the_appeal_would_be_refused(session):
    """Neither the one who filed it, nor the superior, nor whoever is out already: the seat would help nobody (3.3.5-a)."""
    case = on_notice()
    boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
    appeal = filed(case)
    adopts_a_finding(case.review, case.panel[0], case.panel[1])
    with acting_as(system_actor()):
        bound = [session.get(Employee, key) for key in (appeal.filer_id, case.review.superior_id)]
        numbers = [person.number for person in bound]
    for number in numbers:
        with pytest.raises(Refused) as refused:
            as_confirmed(members.appoint_to_panel, appeal.id, number, "centre_management", actor=boss, now=NOW)
        assert refused.value.refusal.clause == "3.3.5-a" and refused.value.refusal.facts == {"number": number}
    assert tasks(boss)["panels_short"] == 1


def test_timed_work_writes_down_who_is_out_of_an_appeal_and_tells_management_once(session):
    """So that a member finds the case no more, and two people may lift what may be lifted (3.3-e)."""
    case = on_notice()
    boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
    filed(case)
    assert members.renew_panels(actor=system_actor(), now=NOW) == 0 and told(boss) == []
    adopts_a_finding(case.review, case.panel[0])
    assert [members.renew_panels(actor=system_actor(), now=NOW) for _ in range(2)] == [1, 0]
    found = session.scalars(select(Recusal).execution_options(unscoped=True)).all()
    assert [(row.employee_id, row.ground) for row in found] == [(case.panel[0].employee_id, "other_act")]
    assert told(boss) == ["panel_short"]


def test_a_ballot_counts_no_more_once_its_member_leads_the_employee():
    case = on_notice(panel_size=4)
    appeal = filed(case)
    vote(case, appeal, "dismissed", "dismissed", "dismissed")
    with make.fixture() as op:
        op.get(Employee, case.subject.employee_id).superior_id = case.panel[1].employee_id
    with pytest.raises(Refused) as refused:
        panel.close_ballot(appeal.id, "It stands.", actor=case.panel[0], now=NOW)
    assert refused.value.refusal.clause == "3.3.4-b"
    panel.cast_ballot(appeal.id, "dismissed", "reason", actor=case.panel[3], now=NOW)
    panel.close_ballot(appeal.id, "It stands.", actor=case.panel[0], now=NOW)
    assert case.review.stage == "on_notice"


def test_whose_ballot_did_not_count_is_on_record_when_the_panel_has_decided(session):
    case = on_notice(panel_size=4)
    appeal = filed(case)
    vote(case, appeal, *["dismissed"] * 4)
    with make.fixture() as op:
        op.get(Employee, case.subject.employee_id).superior_id = case.panel[1].employee_id
    panel.close_ballot(appeal.id, "It stands.", actor=case.panel[0], now=NOW)
    found = session.scalars(select(Recusal).execution_options(unscoped=True)).all()
    assert [(row.employee_id, row.ground) for row in found] == [(case.panel[1].employee_id, "superior")]
    assert len(session.scalars(select(PanelBallot).execution_options(unscoped=True)).all()) == 4
    assert session.scalars(select(HistoryStep).where(HistoryStep.action == "close_ballot")).all()


def test_whoever_evaluated_a_case_that_was_sent_back_does_not_sit_on_it_when_it_returns():
    case = on_notice(panel_size=4)
    appeal = filed(case)
    vote(case, appeal, *["remit_to_rating"] * 3)
    panel.close_ballot(appeal.id, "Rate May anew.", actor=case.panel[0], now=NOW)
    with make.fixture() as op:
        make.signed_rating(case.review, op.get(Employee, case.panel[3].employee_id), "superior")
        case.review.stage = "committee"
        op.session.flush()
        panel.resume(op, case.review)
    assert ["panel_cases" in tasks(who) for who in case.panel] == [True, True, True, False]
