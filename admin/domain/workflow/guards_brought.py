"""The conditions whose refusal the facts bring with them: it was found by a query, for the offer as for the act."""

from __future__ import annotations

from collections.abc import Callable

from admin.domain.refusals import Refusal
from admin.domain.workflow.facts import Facts


def _found(fact: str, why: str) -> Callable[[Facts], Refusal | None]:
    """A guard whose refusal the facts bring with them."""

    def given(facts: Facts) -> Refusal | None:
        return facts.get(fact)

    given.__doc__ = why
    return given


FACTS = {
    "parameters_valid": ("version_refusal", "A version that is submitted or promulgated has no fault (1.3.2, 3.2.5)."),
    "enough_votes": ("votes_refusal", "At least three ballots are cast before the chair may close (3.3.4-b)."),
    "panel_complete": ("panel_refusal", "At least three unconflicted members sit on the panel (3.3.5-a)."),
    "quorum_present": (
        "quorum_refusal",
        "Two thirds of the appointed members, rounded up, are present at opening (3.3.4-a).",
    ),
    "stage_closable": ("closing_refusal", "A stage is closed at its deadline, and while a case waits in it (3.3-a)."),
    "something_to_issue": (
        "issue_refusal",
        "A case's own notice is over, nothing is open on it, and it fits the grade file (3.3.5, 3.3.6, 4.3-b).",
    ),
    "cycle_openable": (
        "opening_refusal",
        "Rules, dates and everybody's line are in order before the opening (3.1, 3.3-f).",
    ),
    "notice_lawful": ("notice_refusal", "What is published counts, and fits the grade file (1.2-d, 1.2-f)."),
    "period_countable": (
        "calendar_refusal",
        "The working calendar is confirmed for as long as a notice would run (3.3.5-c).",
    ),
    "scan_attached": ("scan_refusal", "Whoever enters a paper form for somebody attaches its scan first (3.3.1)."),
    "agenda_free": (
        "agenda_refusal",
        "A case is on one agenda at a time, and there is a meeting that takes it (3.3.4).",
    ),
    "recusal_overridable": (
        "override_refusal",
        "A recusal falls by two people, neither of them the member (3.3-e, 3.3-d).",
    ),
    "nothing_rests_on_leave": (
        "leave_refusal",
        "A leave is taken back while nothing rests on it that would stay (1.2-b, 3.2-d).",
    ),
    "nothing_rests_on_import": (
        "undo_refusal",
        "An import is taken back while nothing was changed or came to rest on it since (1.3.1).",
    ),
    "import_unfinished": (
        "finished_refusal",
        "A file is checked and applied until something became of it; then it is uploaded again (1.3.1).",
    ),
    "work_may_stop": (
        "stop_refusal",
        "An act on many is stopped while it runs, unless what it has begun may not stand half done (6.1).",
    ),
    "work_may_be_repeated": (
        "repeat_refusal",
        "Rows that were refused are tried again once the act on many has ended (6.1).",
    ),
    "attendance_known": (
        "completion_refusal",
        "A course date is completed when it is over and attendance is known of everybody (5.2.1).",
    ),
    "course_to_come": ("place_refusal", "An enrolment is withdrawn before the course begins (5.2.1)."),
    "course_begun": ("attendance_refusal", "Attendance is recorded from the first day until completion (5.2.1)."),
    "honours_left": ("award_refusal", "No more honours are awarded in a year than the policy has (5.2.3)."),
    "pay_list_differs": (
        "list_refusal",
        "A pay-change list is corrected where something differs from it by now (5.1).",
    ),
    "document_may_go": (
        "withdrawal_refusal",
        "A document is taken back where no later grade stands on it, and no case has to end first (1.2-f, 4.3-b).",
    ),
    "filing_received": ("filing_refusal", "A filing is received while the notice of the row runs (3.3.5, 3.3.5-c)."),
    "minutes_unsigned": ("signature_refusal", "Chair and secretary sign the minutes once each (3.3.4-a)."),
    "result_sound": ("check_refusal", "A result is confirmed when its check has no fault (6.1.2-a)."),
    "finding_not_adopted": ("return_refusal", "A finding goes back only when the ballot on it did not carry (6.3.2)."),
    "ballot_finding": ("finding_refusal", "A finding is adopted by ballot of members without a stake (6.3.2)."),
    "accused_known": (
        "accused_refusal",
        "Nothing is decided on a complaint before it is found out who is meant (6.3-d).",
    ),
    "accused_seconded": (
        "seconded_refusal",
        "Nothing is found while members are kept from the ballot by one officer's word (6.1-a).",
    ),
    "accused_to_second": ("second_refusal", "Another than whoever named the accused confirms it (6.1-a)."),
    "can_be_confirmed": ("confirmation_refusal", "What was proposed about an account may still be done (6.1-a)."),
    "officer_without_stake": (
        "officer_refusal",
        "Whoever investigates has no stake and has judged nothing (6.3.2, 3.3-e).",
    ),
}
BROUGHT = {name: _found(fact, why) for name, (fact, why) in FACTS.items()}
