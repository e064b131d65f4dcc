"""Every act × everybody: what somebody is not shown is not there for any act of theirs, whatever its state (3.3-g)."""

from __future__ import annotations

import pytest

from admin.access.permissions import SHOWN_ON
from admin.cli.act import PROCESSES
from admin.operations import acts
from tests.access.asking import ask
from tests.access.world import PEOPLE, World

# Where a record of each procedure is shown: its page, and its resource for programs.
SHOWN = {
    "appeal": ("appeal", "/appeals/{appeal}", "appeals"),
    "candidate": ("candidate", "/nominations/show/{candidate}", "candidates"),
    "committee_member": ("seat_member", None, "committee_members"),
    "complaint": ("complaint", "/complaints/show/{complaint}", "complaints"),
    "confirmation": ("confirmation", None, "confirmations"),
    "course_session": ("course_date", "/training/{course_date}", "course_sessions"),
    "cycle": ("cycle", "/cycles/{cycle}", "cycles"),
    "department": ("department", "/departments/show/{department}", "departments"),
    "document_withdrawal": ("withdrawal", "/withdrawals/{withdrawal}", "document_withdrawals"),
    "employee": ("employee", None, "employees"),
    "employee_record": ("record", None, "employee_records"),
    "enrolment": ("enrolment", None, "enrolments"),
    "grade_change": ("change", None, "grade_changes"),
    "honour": ("honour", None, "honours"),
    "import": ("import", None, "imports"),
    "long_work": ("long_work", "/long-work/{long_work}", "long_works"),
    "meeting": ("meeting", "/meetings/{meeting}", "meetings"),
    "pay_list": ("pay_list", "/pay_lists/show/{pay_list}", "pay_lists"),
    "policy_version": ("version", "/policy/versions/{number_version}", "policy_versions"),
    "review": ("case_foreign", None, "reviews"),
    "takeover_correction": ("correction", None, "takeover_corrections"),
}


def test_every_procedure_says_where_its_records_are_shown() -> None:
    assert set(SHOWN_ON) == set(acts.processes()) == set(PROCESSES.values()) and set(SHOWN_ON) - set(SHOWN) == {
        "notice_row"  # on the form that everybody files by
    }


@pytest.mark.parametrize("process", SHOWN)
def test_no_act_tells_of_a_record_that_is_shown_to_its_actor_nowhere(
    standing: World, without_tokens: None, process: str
) -> None:
    key, page, resource = SHOWN[process]
    actions = acts.actions_of(process)
    told, hidden = {}, 0
    for person in PEOPLE[1:]:
        at_api = ask(standing, "GET", f"/api/v1/{resource}/{{{key}}}", person).status
        on_page = ask(standing, "GET", page, person).status if page else at_api
        doors = {f"/api/v1/{resource}/{{{key}}}/actions/": at_api, f"/act/{process}/{{{key}}}/": on_page}
        for door in (door for door, shown in doors.items() if shown == "404"):
            hidden += 1
            got = {action: ask(standing, "POST", door + action, person).status for action in actions}
            told |= {(person, door, action): status for action, status in got.items() if status != "404"}
    assert told == {} and (hidden or process in ("department", "course_session"))
