"""Questions about the policy: asked by anyone, answered by HR, published without a name once HR says so (6.2)."""

from __future__ import annotations

import re
from datetime import datetime

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models import Employee, PolicyQuestion
from admin.operations.people.people import require_hr
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import acting_in
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.policy.rules import ByDay, rules_on

CLAUSE, PROCESS = "6.2", "policy_question"
LONGEST = 4000


def ask_about_policy(text: str, clause: str = "", *, actor: Actor, now: datetime) -> PolicyQuestion:
    """Ask HR about the policy, or one clause of it. Raises `NotFound` without an employee, `Invalid`."""
    with operation("ask_about_policy", actor=actor, now=now, clause=CLAUSE) as op:
        if actor.employee_id is None:
            raise NotFound("an employee is needed to ask")
        words, about = _words("text", text), clause.strip()
        if about and about not in {each.id for each in rules_on(op.session, op.today, ByDay.PRINTED).book.clauses}:
            raise Invalid({"clause": N_("The policy has no such clause.")})
        row = op.add(PolicyQuestion(employee_id=actor.employee_id, clause=about, text=words, asked_at=now))
        op.tell(acting_in(op.session, "hr", op.today), PROCESS, "ask", row.id)
    return row


def answer_about_policy(question_id: int, text: str, *, actor: Actor, now: datetime) -> PolicyQuestion:
    """HR answers, once; the one who asked is told.

    Raises `Refused` (3.3-d) for one's own question, (6.2) for one that is answered, `Invalid`.
    """
    with operation("answer_about_policy", actor=actor, now=now, clause=CLAUSE) as op:
        row = _of_another(op, question_id)
        if row.answered_at is not None:
            raise Refused(Refusal(CLAUSE, N_("This question is answered already.")))
        row.answer, row.answered_at, row.answered_by_id = _words("text", text), now, actor.user_id
        op.tell([op.get(Employee, row.employee_id).user_id], PROCESS, "answer", row.id)
    return row


def publish_question(question_id: int, question: str, answer: str, *, actor: Actor, now: datetime) -> PolicyQuestion:
    """HR publishes a question with its answer for everyone, in words that name nobody; published again it corrects them.

    Raises `Refused` (6.2) before it is answered and where the words name whoever asked, `Invalid`.
    """
    with operation("publish_question", actor=actor, now=now, clause=CLAUSE) as op:
        row = _of_another(op, question_id)
        if row.answered_at is None:
            raise Refused(Refusal(CLAUSE, N_("Answer the question first.")))
        asked, said = _words("question", question), _words("answer", answer)
        person = op.get(Employee, row.employee_id)
        named = {
            name: N_("This names the person who asked. Take the name and number out.")
            for name, words in (("question", asked), ("answer", said))
            if _names(person.name, words) or _names(person.number, words)
        }
        if named:
            raise Invalid(named)
        row.published_question, row.published_answer, row.published_at = asked, said, now
    return row


def unpublish_question(question_id: int, *, actor: Actor, now: datetime) -> PolicyQuestion:
    """HR takes what was published down; question and answer stay with whoever asked."""
    with operation("unpublish_question", actor=actor, now=now, clause=CLAUSE) as op:
        row = _of_another(op, question_id)
        if row.published_at is None:
            raise Refused(Refusal(CLAUSE, N_("This question is not published.")))
        row.published_question = row.published_answer = row.published_at = None
    return row


def _of_another(op: Operation, question_id: int) -> PolicyQuestion:
    require_hr(op)
    row = op.find(PolicyQuestion, question_id)
    if own := why_not_ones_own(row.employee_id, op.actor):
        raise Refused(own)
    return row


def _names(name: str, words: str) -> bool:
    """Whether a text holds a name as a word of its own; Han characters stand without a space around them."""
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", words, re.IGNORECASE) is not None


def _words(name: str, given: str) -> str:
    words = given.strip()
    if not words:
        raise Invalid({name: N_("This is needed.")})
    if len(words) > LONGEST:
        raise Invalid({name: N_("At most %(most)s characters.")}, {"most": LONGEST})
    return words
