"""The committee and its panel as they stand: who sits, what is missing for a lawful bench, which cases are short."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor, acting
from admin.access.scope import visible
from admin.domain.codes import (
    AppealAddressee,
    AppealStage,
    CaseStage,
    Constituency,
    ItemState,
    JudgingAct,
    Office,
)
from admin.domain.refusals import N_, Refusal
from admin.domain.voting import Vacancy, check_panel_bench, committee_gaps, panel_gaps
from admin.models import AgendaItem, Appeal, CommitteeMember, Employee, Review
from admin.queries.cases.review_facts import OPEN_APPEAL
from admin.queries.committee.alike import appeals_alike, cases_alike
from admin.queries.committee.barred import bars_on, holders_of
from admin.queries.committee.committee import (
    as_members,
    chair_of,
    in_term,
    panel_chair_of,
    seats,
    secretaries,
)
from admin.queries.committee.meeting_facts import Sitting, out_of, sitting_on
from admin.queries.cycles.rehearsed import REHEARSED
from admin.queries.policy.rules import ByDay, rules_of, rules_on
from admin.queries.system.chunks import chunks
from admin.queries.system.kinds import Alike, Kinds
from admin.queries.system.paging import Paged, nothing

# What is before the panel, or was addressed to it.
FOR_THE_PANEL = Appeal.stage.in_(OPEN_APPEAL) & or_(
    Appeal.stage == AppealStage.WITH_PANEL, Appeal.addressee == AppealAddressee.PANEL
)


@dataclass(frozen=True)
class ShortAppeal:
    """An open appeal on which too few unconflicted members of the panel sit; told by its number alone (3.3.5-a)."""

    id: int
    number: str
    refusal: Refusal


@dataclass(frozen=True)
class ShortCase:
    """A case that was deferred and that too few could vote on today, and the seat that it lacks (3.3.4-a)."""

    review: Review
    refusal: Refusal
    vacancy: Vacancy

    @property
    def constituency(self) -> Constituency:
        """Of which constituency somebody is needed."""
        return self.vacancy.constituency

    @property
    def office(self) -> Office:
        """As what they would sit on the case."""
        return Office.ALTERNATE if self.vacancy.alternate else Office.MEMBER


@dataclass(frozen=True)
class May:
    """What the reader may do with seats: give them, name the panel, add to a panel that is short."""

    appoint: bool
    name: bool
    add: bool


@dataclass(frozen=True)
class Bodies:
    """The two bodies on a day: seats in their term, those to come, those that ended, and what is missing."""

    committee: Sequence[CommitteeMember]
    secretaries: Sequence[CommitteeMember]
    panel: Sequence[CommitteeMember]
    coming: Sequence[CommitteeMember]
    ended: Sequence[CommitteeMember]
    gaps: Sequence[Refusal]
    panel_gaps: Sequence[Refusal]
    short: Paged[ShortAppeal]
    short_cases: Paged[ShortCase]
    today: date
    panel_minimum: int
    may: May


def employee_numbered(session: Session, number: str) -> int | None:
    """Whom a number names, for those who give seats: also somebody whose file they do not read."""
    # The chair names members of the panel, and does not read the files of the people named.
    query = select(Employee.id).where(Employee.number == number)
    return session.scalars(query.execution_options(unscoped=True)).first()


def bodies_on(session: Session, reader: Actor, today: date, *, appeals: int = 1, cases: int = 1) -> Bodies:
    """Both bodies on a day, for one reader; `appeals`, `cases`: which part of what is short is asked for."""
    rows = session.scalars(
        select(CommitteeMember).options(joinedload(CommitteeMember.employee)).order_by(CommitteeMember.id)
    ).all()
    first, panel = seats(session, today), seats(session, today, panel=True)
    without_vote, minimum = secretaries(session, today), panel_minimum(session, today)
    return Bodies(
        committee=first,
        secretaries=without_vote,
        panel=panel,
        coming=[row for row in rows if row.term_from > today],
        ended=[row for row in rows if row.term_to is not None and row.term_to < today],
        gaps=_gaps(first, without_vote),
        panel_gaps=_panel_gaps(panel, minimum),
        short=short_appeals(session, today, appeals),
        # Whose case it is, is told to whoever fills the seat and to nobody else.
        short_cases=short_cases(session, today, cases) if reader.has("hr") else nothing(),
        today=today,
        panel_minimum=minimum,
        may=May(reader.has("hr"), reader.has("hr", "secretary", "chair"), reader.has("management")),
    )


def _gaps(first: Sequence[CommitteeMember], without_vote: Sequence[CommitteeMember]) -> list[Refusal]:
    gaps = committee_gaps(as_members(first), chair_of(first))
    if not without_vote:
        gaps.append(Refusal("3.3.4-a", N_("The committee has no secretary.")))
    return gaps


def gaps_on(session: Session, today: date, minimum: int, *, beside: Sequence[CommitteeMember] = ()) -> list[Refusal]:
    """Everything that the committee and its panel lack on a day for a lawful bench; `minimum` is the panel's (3.3.4-a, 3.3.5-a).

    `beside`: with these seats, which are no rows yet.
    """
    for place, row in enumerate(beside, 1):
        row.id = -place  # the rules tell seats apart by their numbers
    rows = [*in_term(session, today), *beside]
    panel = [row for row in rows if row.on_panel]
    without_vote = [row for row in rows if row.office == Office.SECRETARY]
    first = [row for row in rows if row not in panel and row not in without_vote]
    return _gaps(first, without_vote) + _panel_gaps(panel, minimum)


def _panel_gaps(panel: Sequence[CommitteeMember], minimum: int) -> list[Refusal]:
    named: dict[Hashable, Constituency] = {row.id: Constituency(row.constituency) for row in panel}
    return panel_gaps(named, panel_chair_of(panel), minimum=minimum)


def panel_minimum(session: Session, today: date) -> int:
    """How many sit on the panel at least, by the law of the day (3.3.5-a)."""
    return int(rules_on(session, today, ByDay.BODY).parameters["panel_minimum"])


def short_appeals(session: Session, today: date, wanted: int = 1) -> Paged[ShortAppeal]:
    """The open appeals on which fewer of the panel sit than are needed; those with the superior wait for nobody yet."""
    which, found = panel_benches(session, today, FOR_THE_PANEL)
    # Past the scope, for whoever gives seats: they learn the number of the appeal and nothing of what it is about.
    short = which.part(session, [kind for kind, bench in found if bench.refusal is not None], wanted)
    shown = ((row, bench.refusal) for row, bench in benches(session, _appeals(session, short.rows), today))
    rows = [ShortAppeal(row.id, row.number, refusal) for row, refusal in shown if refusal is not None]
    return Paged(rows, short.part)


def _appeals(session: Session, numbers: Collection[int]) -> list[Appeal]:
    query = select(Appeal).options(joinedload(Appeal.review)).order_by(Appeal.id).execution_options(unscoped=True)
    return [row for some in chunks(numbers) for row in session.scalars(query.where(Appeal.id.in_(some)))]


def panel_benches(
    session: Session, today: date, *conditions: ColumnElement[bool]
) -> tuple[Kinds, list[tuple[Alike, Bench]]]:
    """The kinds of these appeals, each with the bench that sits on all of its kind."""
    which = appeals_alike(_panel(session, today).values(), *conditions)
    kinds = {kind.first: kind for kind in which.found(session)}
    return which, [(kinds[row.id], bench) for row, bench in benches(session, _appeals(session, kinds), today)]


def _panel(session: Session, today: date) -> dict[int, int]:
    return holders_of(seats(session, today, panel=True))


def deferred_cases() -> tuple[ColumnElement[bool], ...]:
    """The cases that a meeting has put off and that wait for another one."""
    put_off = select(AgendaItem.id).where(AgendaItem.review_id == Review.id, AgendaItem.state == ItemState.DEFERRED)
    return Review.stage == CaseStage.COMMITTEE, Review.cycle_id.not_in(REHEARSED), put_off.exists()


def short_cases(session: Session, today: date, wanted: int = 1) -> Paged[ShortCase]:
    """The deferred cases on which too few of those who have a seat today may vote: another meeting alone is of no help."""
    sitting = sitting_on(session, today)
    which = cases_alike(sitting.holders.values(), visible(acting(), Review), *deferred_cases())
    kinds = {kind.first: kind for kind in which.found(session)}
    query = select(Review).options(joinedload(Review.employee)).order_by(Review.id)
    reviews = [row for some in chunks(kinds) for row in session.scalars(query.where(Review.id.in_(some)))]
    found = which.part(session, [kinds[each.review.id] for each in _short(session, sitting, reviews)], wanted)
    shown = session.scalars(query.where(Review.id.in_(found.rows))).all()
    return Paged(_short(session, sitting, shown), found.part)


def _short(session: Session, sitting: Sitting, reviews: Sequence[Review]) -> list[ShortCase]:
    out, found = out_of(session, sitting, reviews), []
    for review in reviews:
        refusal = sitting.bench_refusal(session, review, out[review.id])
        lacking = sitting.vacancy(session, review, out[review.id])
        if refusal and lacking:
            found.append(ShortCase(review, refusal, lacking))
    return found


@dataclass(frozen=True)
class Bench:
    """Who of the panel sits on an appeal, and why its ballot cannot be held with these."""

    people: frozenset[int]
    refusal: Refusal | None


def benches(session: Session, appeals: Sequence[Appeal], today: date) -> list[tuple[Appeal, Bench]]:
    """Each of these appeals with its bench; a few statements for all, and none where there is no appeal."""
    if not appeals:
        return []
    panel, cases = _panel(session, today), list({row.review_id: row.review for row in appeals}.values())
    bars = bars_on(session, cases, JudgingAct.PANEL_BALLOT, set(panel.values()))
    found = []
    for row in appeals:
        out = bars.out(row.review_id, panel)
        # By the case's own version, while a panel as such is measured by the law of the day.
        minimum = int(rules_of(session, row.review).parameters["panel_minimum"])
        sitting = frozenset(person for seat, person in panel.items() if seat not in out)
        found.append((row, Bench(sitting, check_panel_bench(list(panel), out, minimum=minimum))))
    return found


def why_not_by_management(session: Session, today: date, *, on_panel: bool) -> Refusal | None:
    """Why management may not give this seat: it adds members to a panel that is short, and no other (3.3.5-a)."""
    if not on_panel:
        return Refusal("3.3.5-a", N_("Management appoints members of a panel that is short; HR gives the other seats."))
    # Short as a whole, or short of people without a conflict in some case: either holds an appeal up.
    if (
        len(seats(session, today, panel=True)) < panel_minimum(session, today)
        or short_appeals(session, today).part.count
    ):
        return None
    return Refusal("3.3.5-a", N_("The panel is not short of members: management appoints only where it is."))
