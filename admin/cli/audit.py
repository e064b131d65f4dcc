"""`audit verify` holds the audit trail against its chain and the rows against it; `audit export` writes it to a file."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from sqlalchemy.orm import Session

import config
from admin.access.actor import system_actor
from admin.domain.merkle import Frontier
from admin.domain.refusals import N_, P_, Invalid, Refusal, Refused
from admin.domain.witness import faults_of, standing_so_far
from admin.files.heads import HEADS, read, signed
from admin.files.seal_mark import MARK, VERIFIED, SealMark, read_mark, write_mark
from admin.files.whole import whole
from admin.jobs.rendering import altered_documents
from admin.models import db
from admin.models.event_form import EVENT_KEY, event_key
from admin.operations.system.audit import note_export, seal
from admin.operations.system.marks import mark_fault
from admin.operations.system.witness import open_line, rotate_key
from admin.queries.outcome.documents import printed_heads
from admin.queries.system.audit_chain import (
    ChainFault,
    Head,
    Row,
    chained_events,
    exported,
    frontier,
    frontier_at,
    verify,
)
from admin.queries.system.audit_rows import departures
from admin.queries.system.audit_sign_ins import SignIns, sign_ins_of
from admin.queries.system.witness import remembered, root_or_none
from notice_site.site import current_release

SHOWN = 50


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One command with two verbs."""
    parser = commands.add_parser("audit", help="verify or export the audit trail")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verifying = verbs.add_parser(
        "verify", help="recompute the chain, hold it against the published head, and the rows against it"
    )
    verifying.add_argument("--file", type=Path, help="verify an exported trail instead, without any database")
    verifying.add_argument(
        "--head", type=Path, action="append", default=[], help="a head.json that was published; may be repeated"
    )
    verifying.add_argument("--events-only", action="store_true", help="leave out the rows and the documents' files")
    verifying.add_argument(
        "--since-last",
        action="store_true",
        help="look only at events sealed since everything was verified last; for a trail of millions, between whole ones",
    )
    verifying.set_defaults(run=run_verify)
    exporting = verbs.add_parser("export", help="write every event with its link, one JSON object a line")
    exporting.add_argument("--out", type=Path, required=True, help="the file to write")
    exporting.set_defaults(run=run_export)
    lining = verbs.add_parser(
        "new-line", help="an older state was restored on purpose: publish heads from it, with the reason beside them"
    )
    lining.add_argument("--reason", required=True, help="why; everybody who reads the heads reads it")
    lining.set_defaults(run=run_new_line)
    rotating = verbs.add_parser("rotate-key", help="sign the published heads with a new key from here on")
    rotating.add_argument("--reason", required=True, help="why; everybody who reads the heads reads it")
    rotating.add_argument("--lost", action="store_true", help="the old key is gone and cannot vouch for the new one")
    rotating.set_defaults(run=run_rotate_key)


def run_verify(args: argparse.Namespace) -> None:
    """Say what was verified; raises `Refused` (6.3.3) where something does not hold."""
    heads = [read_head(path) for path in args.head]
    if args.file is not None:
        if args.since_last:
            raise Invalid({"--since-last": N_("An exported trail is verified whole; leave one of the two out.")})
        report(verify_events(read_export(args.file), heads)[0])
        return
    from admin.app import create_app

    app = create_app()
    with app.app_context():
        var_dir = config.current().var_dir
        key = event_key(keys) if (keys := var_dir / "keys").joinpath(EVENT_KEY).is_file() else None
        if key is None:
            print(f"audit: {EVENT_KEY} is not in VAR_DIR/keys: nobody can say which events this portal wrote")
        last = verified_before(db.session(), var_dir) if args.since_last and key is not None else None
        heads += [*published_heads(), *printed_heads(db.session())]
        found = None if key is None else sign_ins_of(db.session(), key, with_demo=not config.current().production)
        faults, tree = verify_events(
            chained_events(db.session(), last.size if last else 0),
            heads if last is None else [head for head in heads if head.sequence > last.size],
            key,
            found,
            last,
        )
        if last is not None:
            faults += earlier_heads(db.session(), heads, last.size)
        faults += list_faults(db.session())
        if what := tree_fault(db.session(), var_dir):
            faults.append(ChainFault(MARK, what))
        if not args.events_only and last is None:
            faults += [*departures(db.session()), *altered_documents(db.session())]
        report(faults)
        whole_and_held = last is None and not args.events_only and key is not None
        if whole_and_held or last is not None:
            moment = app.config["PORTAL"].now().isoformat(timespec="seconds")
            write_mark(var_dir, SealMark(tree.size, tree.root().hex(), moment), VERIFIED)


def tree_fault(session: Session, var_dir: Path) -> str | None:
    """Why the tree that the seals keep does not go on from the last mark; None where it does."""
    try:
        what = mark_fault(session, var_dir, frontier(session))
        if what is not None:
            session.rollback()  # a long look sees the trail as it was when it began, and the mark as it is: look anew
            what = mark_fault(session, var_dir, frontier(session))
        return what
    except Refused as gone:
        return gone.refusal.text()


def verified_before(session: Session, var_dir: Path) -> Frontier | None:
    """The tree when all of it was verified last, and a line that says what is left out; None where all is to be looked at."""
    try:
        mark = read_mark(var_dir, VERIFIED)
    except ValueError:
        mark = None
        print(f"audit: something else than the portal has written {VERIFIED}: everything is looked at")
    else:
        if mark is None:
            print("audit: nothing was verified before: everything is looked at")
    if mark is None:
        return None
    try:
        tree = frontier_at(session, mark.sequence)
    except Refused:
        tree = Frontier()
    if tree.size != mark.sequence or tree.root().hex() != mark.sha256:
        what = f"the trail up to {mark.sequence} was rebuilt after it was verified at {mark.at}"
        report([ChainFault(VERIFIED, what)])
    print(
        f"audit: up to link {mark.sequence} all was verified by {mark.at}; what was changed in it since, and rows and "
        "documents, are looked at without --since-last"
    )
    return tree


def earlier_heads(session: Session, heads: list[Head], size: int) -> Iterator[ChainFault]:
    """Published heads of the part that is not looked at again, held against the nodes that are kept."""
    for head in heads:
        if head.sequence <= size and not head.linear and root_or_none(session, head.sequence) != head.sha256:
            yield ChainFault(
                f"published head {head.sequence}", "the chain up to here was rebuilt after it was published"
            )


def published_heads() -> list[Head]:
    """The heads of the running line, and one that was published before there was a list of them."""
    var_dir = config.current().var_dir
    lines, live = read(var_dir), current_release(var_dir)
    if not lines and live is not None and (live.path / "head.json").is_file():
        return [read_head(live.path / "head.json")]
    # What follows a line that is none is no list any more; `list_faults` names that line.
    heads = standing_so_far(lines).heads
    return [Head(each.sequence, each.sha256, datetime.fromisoformat(each.at)) for each in heads]


def list_faults(session: Session) -> Iterator[ChainFault]:
    """What does not hold in the list of published heads: lines, signatures, and its copy in the database."""
    lines = read(config.current().var_dir)
    for number, what in faults_of(lines, signed):
        yield ChainFault(f"{HEADS}, line {number}", what)
    for number, pair in enumerate(zip_longest(lines, remembered(session)), start=1):
        if pair[0] != pair[1]:
            yield ChainFault(f"{HEADS}, line {number}", "is not the same beside the notice site and in the database")
            break


def run_new_line(args: argparse.Namespace) -> None:
    """Go on publishing after an older state was restored by other means than `restore`."""
    from admin.app import create_app

    app = create_app()
    with app.app_context():
        goes_on = open_line(args.reason, actor=system_actor("cli"), now=app.config["PORTAL"].now())
    print(f"audit: heads go on from {goes_on.short() if goes_on else 'the beginning'}; the reason stands beside them")


def run_rotate_key(args: argparse.Namespace) -> None:
    """Make a new key for the heads, in the place of the old one."""
    from admin.app import create_app

    app = create_app()
    with app.app_context():
        public = rotate_key(args.reason, lost=args.lost, actor=system_actor("cli"), now=app.config["PORTAL"].now())
    print(f"audit: heads are signed by {public} from here on; keep VAR_DIR/keys/head_key safe, apart from the database")


def verify_events(
    rows: Iterable[Row],
    heads: list[Head],
    key: bytes | None = None,
    sign_ins: SignIns | None = None,
    verified: Frontier | None = None,
) -> tuple[list[ChainFault], Frontier]:
    """Verify the chain, and say how many events it holds; its faults, and the tree that it came to."""
    began = time.monotonic()
    verdict = verify(rows, heads, key, sign_ins, verified)
    print(
        f"audit: {verdict.events} events, {verdict.sealed} sealed, head {verdict.head}, "
        f"{len(heads)} published heads compared, {time.monotonic() - began:.1f} s"
    )
    if sign_ins is not None:
        print(
            f"audit: {sign_ins.count} sign-ins; {sign_ins.at_the_machine} events in somebody's name by the command line"
        )
    return verdict.faults, verdict.tree


def report(faults: list[ChainFault]) -> None:
    """Name every fault, the first fifty in full; raises `Refused` where there is one."""
    for fault in faults[:SHOWN]:
        print(f"audit: {fault}")
    if faults:
        raise Refused(
            Refusal(
                "6.3.3",
                P_(
                    "The audit trail does not hold: %(count)s fault.",
                    "The audit trail does not hold: %(count)s faults.",
                ),
                {"count": len(faults)},
            )
        )
    print("audit: everything holds")


def read_head(path: Path) -> Head:
    """A published head; raises `Invalid`."""
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        at, linear = datetime.fromisoformat(head["at"]), "kind" not in head  # from before there was a list of them
        return Head(int(head["sequence"]), str(head["sha256"]), at, linear)
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid({str(path): N_("is not a published head of the audit chain")}) from error


def read_export(path: Path) -> Iterator[Row]:
    """The lines of an exported trail; raises `Invalid` naming the first that is none."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                row["sequence"], row["nodes"], row["content_hash"], row["changes"]
            except (ValueError, KeyError, TypeError) as error:
                raise Invalid({f"{path}, line {number}": N_("is not an exported event")}) from error
            yield row


def run_export(args: argparse.Namespace) -> None:
    """Seal what is there, write it, and note that it was written."""
    from admin.app import create_app

    app = create_app()
    with app.app_context():
        now, actor = app.config["PORTAL"].now(), system_actor("cli")
        seal(actor=actor, now=now)
        count = 0
        with whole(args.out) as out:  # half an export would verify as a shorter trail
            for row in chained_events(db.session()):
                out.write(f"{exported(row)}\n".encode())
                count += 1
        db.session().rollback()
        note_export(args.out.name, count, actor=actor, now=now)
    print(f"audit: {args.out} ({count} events)")
