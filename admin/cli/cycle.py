"""`cycle open|status`, `score` and `replay`: the year's assessment from the command line."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import CaseKind, CaseStage
from admin.domain.refusals import N_, P_, Invalid, NotFound, Refusal, Refused
from admin.models import Cycle, Department, Review, ReviewScore, db
from admin.operations.cases.scoring import score_reviews
from admin.operations.cycles.cycles import CyclePlan, open_cycle, plan_cycle
from admin.operations.transaction import operation
from admin.queries.accounts.actors import actor_named
from admin.queries.cases.replay import on_other_figures, replays
from admin.queries.system.calendar import company_day


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Three commands."""
    cycle = commands.add_parser("cycle", help="plan and open a review cycle, or say how it stands")
    verbs: Any = cycle.add_subparsers(dest="verb", required=True)
    opening = verbs.add_parser("open", help="plan a cycle of a year and open it")
    opening.add_argument("--year", type=int, required=True)
    opening.add_argument("--kind", choices=("regular", "rehearsal"), default="regular")
    opening.add_argument(
        "--department", action="append", default=[], help="code of a department that a rehearsal is of"
    )
    opening.add_argument("--reason", default="", help="why in another month than the policy's")
    opening.add_argument("--as", dest="user", required=True, help="sign-in name of HR's account")
    opening.set_defaults(run=run_open)
    verbs.add_parser("status", help="cases by stage, for each cycle").set_defaults(run=run_status)
    scoring = commands.add_parser("score", help="score the cases of the open cycle that are with their department")
    scoring.set_defaults(run=run_score)
    replaying = commands.add_parser("replay", help="recompute every stored score; any difference is a refusal")
    replaying.set_defaults(run=run_replay)


def run_open(args: argparse.Namespace) -> None:
    """Plan and open."""
    app, now = _app()
    with app.app_context():
        actor = _hr(args.user, app.config["PORTAL"], now)
        cycle = plan_cycle(
            CyclePlan(args.year, args.kind, args.reason, departments=_departments(args.department)),
            actor=actor,
            now=now,
        )
        open_cycle(cycle.id, actor=actor, now=now)
        _print_status()


def _departments(codes: list[str]) -> tuple[int, ...]:
    with acting_as(system_actor("cli")):
        ids = dict(db.session.execute(select(Department.code, Department.id).where(Department.code.in_(codes))).all())
    if missing := [code for code in codes if code not in ids]:
        raise Invalid({"--department": N_("There is no department %(code)s.")}, {"code": missing[0]})
    return tuple(ids[code] for code in codes)


def _hr(user: str, settings: Any, now: datetime) -> Actor:
    with acting_as(system_actor("cli")):
        try:
            actor = actor_named(db.session(), user, today=company_day(now), via="cli")
        except NotFound:
            raise Invalid({"--as": N_("There is no active account %(user)s.")}, {"user": user}) from None
    if not actor.has("hr"):
        raise Refused(Refusal("6.1", N_("HR opens a cycle.")))
    return actor


def run_status(args: argparse.Namespace) -> None:
    """Print how many cases stand at which stage."""
    app, _ = _app()
    with app.app_context():
        _print_status()


def _print_status() -> None:
    with acting_as(system_actor("cli")):
        for cycle in db.session.scalars(select(Cycle).order_by(Cycle.id)):
            counts = db.session.execute(
                select(Review.stage, func.count()).where(Review.cycle_id == cycle.id).group_by(Review.stage)
            )
            stages = ", ".join(f"{stage} {count}" for stage, count in counts)
            print(f"cycle {cycle.name_en} ({cycle.kind}, {cycle.stage}): {stages or 'no cases'}")


def run_score(args: argparse.Namespace) -> None:
    """Score what came to its department without a score, such as by an upgrade; what was scored stays."""
    app, now = _app()
    with app.app_context(), operation("score", actor=system_actor("cli"), now=now, clause="3.2.5") as op:
        waiting = (
            select(Review)
            .join(Cycle)
            .where(Review.stage == CaseStage.DEPARTMENT_REVIEW, Review.kind != CaseKind.DEMOTION)
        )
        # What was scored stays as it was made (3.2-b): a record approved since is no reason to make it anew unseen.
        unscored = ~exists().where(ReviewScore.review_id == Review.id)
        waiting = waiting.where(Cycle.metrics_frozen_at.is_not(None), unscored).order_by(Review.cycle_id, Review.id)
        cases = list(op.session.scalars(waiting))
        for cycle_id in sorted({case.cycle_id for case in cases}):
            score_reviews(op, [case for case in cases if case.cycle_id == cycle_id])
        print(f"score: {len(cases)} cases")


def run_replay(args: argparse.Namespace) -> None:
    """Recompute and name every case that does not come out the same."""
    app, now = _app()
    with app.app_context(), acting_as(system_actor("cli")):
        cases = list(db.session.scalars(select(Review).where(Review.score.is_not(None)).order_by(Review.id)))
        today = company_day(now)
        result, others = replays(db.session(), cases, today), on_other_figures(db.session(), cases)
        wrong = [case for case in cases if not result[case.id] or case.id in others]
    for case in wrong:
        what = (
            "does not come out the same" if not result[case.id] else "was scored on other figures than the locked ones"
        )
        print(f"replay: case {case.id} of employee {case.employee_id} {what}")
    if wrong:
        raise Refused(
            Refusal(
                "1.3.1",
                P_("%(count)s stored score cannot be recomputed.", "%(count)s stored scores cannot be recomputed."),
                {"count": len(wrong)},
            )
        )
    print(f"replay: {len(cases)} scores recomputed, no difference")


def _app() -> tuple[Any, datetime]:
    from admin.app import create_app

    app = create_app()
    return app, app.config["PORTAL"].now()
