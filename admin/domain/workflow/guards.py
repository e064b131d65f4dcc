"""The conditions that stand in the table's "only if" column; each returns nothing or a refusal with its clause."""

from __future__ import annotations

from collections.abc import Callable

from admin.domain.refusals import N_, P_, Refusal
from admin.domain.workflow.facts import Facts
from admin.domain.workflow.guards_brought import BROUGHT
from admin.domain.workflow.guards_of_bodies import OF_BODIES
from admin.domain.workflow.guards_of_demotion import OF_DEMOTION
from admin.domain.workflow.guards_of_ending import OF_ENDING

Guard = Callable[[Facts], Refusal | None]
GUARDS: dict[str, Guard] = {each.__name__: each for each in (*OF_BODIES, *OF_DEMOTION, *OF_ENDING)} | BROUGHT


def guard(function: Guard) -> Guard:
    """Register a guard under its own name, which is the name the table uses."""
    GUARDS[function.__name__] = function
    return function


@guard
def not_judged_otherwise(facts: Facts) -> Refusal | None:
    """Nobody does two kinds of judging acts on one case, nor one on their own case (3.3-d)."""
    return facts.get("separation")


@guard
def reason_given(facts: Facts) -> Refusal | None:
    """The act needs a reason in words; an offered action shows the field, so only an attempt is refused."""
    if not facts.get("attempt") or str(facts.get("reason") or "").strip():
        return None
    return Refusal("1.3.1", N_("Give a reason: it is recorded with the action."))


@guard
def self_assessment_complete(facts: Facts) -> Refusal | None:
    """Every criterion that asks for a self rating has one (3.3.1)."""
    missing = facts.get("self_ratings_missing", 0)
    if not missing:
        return None
    return Refusal(
        "3.3.1",
        P_("%(missing)s criterion has no self rating yet.", "%(missing)s criteria have no self rating yet."),
        {"missing": missing},
    )


@guard
def application_lawful(facts: Facts) -> Refusal | None:
    """A promotion applied for needs a met ground and at most the allowed number of steps (4.1.1)."""
    return facts.get("application_refusal")


@guard
def predecessor_stated(facts: Facts) -> Refusal | None:
    """A superior who is new evaluates with the predecessor's statement attached (3.3-f)."""
    if not facts.get("predecessor_missing"):
        return None
    text = N_("The superior has led this employee for too short a time; HR first attaches the predecessor's statement.")
    return Refusal("3.3-f", text)


@guard
def superior_is_new(facts: Facts) -> Refusal | None:
    """A predecessor's statement is asked for only where the superior is new (3.3-f)."""
    if facts.get("superior_is_new"):
        return None
    return Refusal("3.3-f", N_("The superior has led this employee long enough; no predecessor's statement is needed."))


@guard
def figures_frozen(facts: Facts) -> Refusal | None:
    """Until the figures are frozen an import corrects them; afterwards a recorded act (3.2-a)."""
    if facts.get("figures_frozen"):
        return None
    return Refusal("3.2-a", N_("The figures are not locked yet; correct them with an import."))


@guard
def figures_locked(facts: Facts) -> Refusal | None:
    """No score is made before the figures are locked, once and for the whole cycle (3.2-a2)."""
    if facts.get("figures_locked"):
        return None
    text = N_("The score is calculated when the figures are locked for the whole cycle, after %(day)s.")
    return Refusal("3.2-a2", text, {"day": facts.get("figures_day", "–")})


@guard
def figures_open(facts: Facts) -> Refusal | None:
    """Figures are locked once (3.2-a2)."""
    if not facts.get("figures_locked"):
        return None
    return Refusal("3.2-a2", N_("The figures of this cycle have already been locked."))


@guard
def all_handed_in(facts: Facts) -> Refusal | None:
    """Before the self-assessment deadline figures are locked once all have handed in (3.2-a2)."""
    if not facts.get("handing_in") or facts.get("lock_due"):
        return None
    text = P_(
        "%(count)s employee has not submitted yet; the figures are locked after %(day)s.",
        "%(count)s employees have not submitted yet; the figures are locked after %(day)s.",
    )
    return Refusal("3.2-a2", text, {"count": facts.get("handing_in"), "day": facts.get("figures_day", "–")})


@guard
def off_the_agenda(facts: Facts) -> Refusal | None:
    """What a meeting is about to decide on is not changed under its hands (3.2-a)."""
    if not facts.get("on_the_agenda"):
        return None
    text = N_("The case is on a meeting's agenda; its figures are corrected when the result has been sent back.")
    return Refusal("3.2-a", text)


@guard
def score_unsound(facts: Facts) -> Refusal | None:
    """A score is made once; again only where it does not hold against the locked figures or its own replay (3.2-a2)."""
    if facts.get("score_unsound"):
        return None
    return Refusal("3.2-a2", N_("The score comes out the same on the locked figures; there is nothing to make again."))


@guard
def stage_over(facts: Facts) -> Refusal | None:
    """A stage is closed at its deadline, not before: until then the time is the people's (3.3-a)."""
    if not facts.get("stage_until"):
        return None
    text = N_("The stage runs until %(due)s; it can be closed then.")
    return Refusal("3.3-a", text, {"due": facts.get("stage_until")})


@guard
def somebody_waited_for(facts: Facts) -> Refusal | None:
    """Somebody is reminded only while a case waits for people, at the stage that is named where one is (6.1)."""
    stage = facts.get("waited_for_at")
    waiting = (stage,) if stage else ("self_assessment", "rating", "department_review")
    if any(facts.get("stages", {}).get(stage) for stage in waiting):
        return None
    if stage:
        return Refusal("6.1", N_("No cases are waiting in this stage."))
    return Refusal("6.1", N_("No case waits for an employee, a rater or a department now."))


@guard
def notice_runs(facts: Facts) -> Refusal | None:
    """A list is corrected while its period runs (3.3.5-c)."""
    if facts.get("notices_running", 0):
        return None
    return Refusal("3.3.5-c", N_("Only a notice whose period runs can be corrected."))


@guard
def peers_have_time(facts: Facts) -> Refusal | None:
    """A colleague rates while the colleagues' time runs: until its deadline, or until HR has ended it (3.3-a)."""
    if not facts.get("peer_time_over"):
        return None
    return Refusal("3.3-a", N_("The colleagues' time to rate is over."))


@guard
def ratings_over(facts: Facts) -> Refusal | None:
    """The superior has signed, and the peers are complete or their time is over, whichever is last (3.3-a)."""
    # The superior first: while that signature is missing, no number of colleagues completes the ratings.
    if not facts.get("superior_signed"):
        return Refusal("3.3.2", N_("The superior has not signed the evaluation yet."))
    if facts.get("peers_open", 0) and not facts.get("peer_time_over"):
        return Refusal(
            "3.2-b",
            P_("%(open)s colleague has not rated yet.", "%(open)s colleagues have not rated yet."),
            {"open": facts.get("peers_open")},
        )
    return None


@guard
def superior_has_not_signed(facts: Facts) -> Refusal | None:
    """A case goes back to the employee only before the superior's own signature (3.3.2)."""
    if facts.get("superior_signed"):
        return Refusal("3.3.2", N_("The evaluation is signed; the department head can return the case."))
    return None


@guard
def proposal_lawful(facts: Facts) -> Refusal | None:
    """The proposed grade is one that the case allows, with a reason where one is due (3.3.3-a)."""
    return facts.get("proposal_refusal")


@guard
def present_grade_on_file(facts: Facts) -> Refusal | None:
    """The case's present grade is the grade file's; otherwise the case goes no further (1.2-f)."""
    return facts.get("file_refusal")


@guard
def present_grade_off_file(facts: Facts) -> Refusal | None:
    """The grade file's grade is taken over only into a case that has another (1.2-f)."""
    if facts.get("file_refusal"):
        return None
    return Refusal("1.2-f", N_("The present grade of this case is the grade file's already."))


@guard
def enters_the_file(facts: Facts) -> Refusal | None:
    """What would be entered fits the file, and no case of the person stands against it (1.2-f, 1.2-d, 4.3-b, 6.3-a)."""
    return facts.get("entry_refusal")


@guard
def takeover_correctable(facts: Facts) -> Refusal | None:
    """A takeover is put right only while no document stands on it (1.2-f)."""
    return facts.get("correction_refusal")


@guard
def demotion_proposed(facts: Facts) -> Refusal | None:
    """Somebody is heard before a demotion, so there is one that was proposed (4.2-a)."""
    if facts.get("is_demotion"):
        return None
    return Refusal("4.2-a", N_("No demotion is proposed in this case."))


@guard
def hearing_recorded(facts: Facts) -> Refusal | None:
    """Whoever was heard adds to what was written down of it, so that something was (4.2-a)."""
    if facts.get("hearing_recorded"):
        return None
    return Refusal("4.2-a", N_("No hearing is written down in this case yet."))


@guard
def hearing_held(facts: Facts) -> Refusal | None:
    """Before a ballot on a demotion the employee was heard, or the offer was not taken up (4.2-a)."""
    if facts.get("is_demotion") and not facts.get("heard"):
        return Refusal("4.2-a", N_("The employee must be heard before the ballot on a demotion."))
    return None


@guard
def application_open(facts: Facts) -> Refusal | None:
    """There is an application for promotion to withdraw (3.3-b)."""
    if facts.get("applied"):
        return None
    return Refusal("3.3-b", N_("There is no application for promotion to withdraw."))


@guard
def notice_over(facts: Facts) -> Refusal | None:
    """The notice period has ended (3.3.5, 3.3.5-c)."""
    if facts.get("notice_over"):
        return None
    if facts.get("notice_until", "–") == "–":
        return Refusal("3.3.5", N_("No result is on public notice yet."))
    return Refusal("3.3.5", N_("The notice period runs until %(until)s."), {"until": facts.get("notice_until", "–")})


@guard
def nothing_open(facts: Facts) -> Refusal | None:
    """No appeal or objection is open on the case (3.3.6)."""
    if not facts.get("open_appeals", 0):
        return None
    return Refusal(
        "3.3.6",
        P_("%(count)s appeal or objection is still open.", "%(count)s appeals or objections are still open."),
        {"count": facts.get("open_appeals")},
    )


@guard
def result_checked(facts: Facts) -> Refusal | None:
    """An unchecked result cannot be published (6.1.2-a)."""
    unchecked = facts.get("unchecked", 0)
    if not unchecked:
        return None
    return Refusal(
        "6.1.2-a",
        P_("%(count)s result is not checked yet.", "%(count)s results are not checked yet."),
        {"count": unchecked},
    )


@guard
def result_waits(facts: Facts) -> Refusal | None:
    """There is a result to check (6.1.2-a)."""
    if facts.get("determined", 0):
        return None
    return Refusal("6.1.2-a", N_("No results are waiting for the check."))


@guard
def checked_waits(facts: Facts) -> Refusal | None:
    """There is a checked result to put on notice (3.3.5)."""
    if facts.get("checked", 0):
        return None
    return Refusal("3.3.5", N_("No checked results are waiting for a notice."))


@guard
def not_conflicted(facts: Facts) -> Refusal | None:
    """A conflicted member neither votes nor counts (3.3-e)."""
    return facts.get("conflict_refusal")


@guard
def sits_on_case(facts: Facts) -> Refusal | None:
    """Only a present member with a seat on the case votes, and the case needs a lawful bench (3.3.4-a)."""
    return facts.get("bench_refusal")


@guard
def motion_lawful(facts: Facts) -> Refusal | None:
    """The grade that is moved or fixed is one that the case allows (3.3.3-a, 3.3.4-b, 3.3.5-b)."""
    return facts.get("motion_refusal")


@guard
def has_not_voted(facts: Facts) -> Refusal | None:
    """Everyone casts one ballot (3.3.4-b)."""
    if facts.get("has_voted"):
        return Refusal("3.3.4-b", N_("You have already cast your ballot on this motion."))
    return None


@guard
def ballot_open(facts: Facts) -> Refusal | None:
    """A ballot is cast only while the motion is open (3.3.4-b)."""
    if facts.get("ballot_open", True):
        return None
    return Refusal("3.3.4-b", N_("The ballot on this motion is closed."))


@guard
def on_agenda(facts: Facts) -> Refusal | None:
    """A case that was taken off an agenda is not before this meeting any more (3.3.4)."""
    return Refusal("3.3.4", N_("The case was taken off this agenda already.")) if facts.get("taken_off") else None


@guard
def agenda_finished(facts: Facts) -> Refusal | None:
    """A meeting ends when no case stands between a motion and its ballot's close (3.3.4-a)."""
    if facts.get("items_open", 0):
        return Refusal(
            "3.3.4-a",
            P_(
                "%(count)s case is being voted on; close its ballot first.",
                "%(count)s cases are being voted on; close their ballots first.",
            ),
            {"count": facts.get("items_open")},
        )
    return None


@guard
def another_person(facts: Facts) -> Refusal | None:
    """Whoever proposed does not approve (4.1-a, 4.3)."""
    if facts.get("is_proposer"):
        return Refusal(
            str(facts.get("another_person_clause", "4.1-a")),
            N_("The person who proposed or recorded this cannot approve it."),
        )
    return None


@guard
def no_case_open(facts: Facts) -> Refusal | None:
    """A cycle closes when none of its cases is open (3.3.6)."""
    if facts.get("cases_open", 0):
        return Refusal(
            "3.3.6",
            P_("%(count)s case is still open.", "%(count)s cases are still open."),
            {"count": facts.get("cases_open")},
        )
    return None


@guard
def has_left(facts: Facts) -> Refusal | None:
    """Only a leaver's case closes as left (1.2-d)."""
    if facts.get("has_left"):
        return None
    return Refusal("1.2-d", N_("The employee is in service; a case is closed as left when the leaving date has come."))
