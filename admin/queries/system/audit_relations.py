"""Association tables held against the events of the rows that they belong to: who holds which role, and what it may (6.3.3)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Table, Text, cast, select
from sqlalchemy.orm import Mapper, Session, selectinload

from admin.models import AuditEvent, Model
from admin.models.audit import FOLLOWED_RELATIONS
from admin.queries.system.audit_departures import CHANGES, Departure

EVENTS = AuditEvent.__table__
Names = dict[int, set[str]]  # by the row that an association belongs to
RENAMED = {"ab_role": "roles", "ab_group": "groups"}  # whose names stand in others' associations


class Membership(Departure):
    """An association that departs from its events: `changes` are the names taken out and put in without one."""

    def words(self, name: str, gone: Any, added: Any) -> str:
        """What no event says was put in or taken out."""
        parts = [f"no event gives {', '.join(added)}"] * bool(added) + [f"no event takes {', '.join(gone)}"] * bool(
            gone
        )
        return f"{name}: " + "; ".join(parts)


def association_tables() -> dict[str, tuple[str, str]]:
    """Each association table with the table and the relation by which events tell of it."""
    return {
        each.secondary.name: (owner, name)
        for owner, names in FOLLOWED_RELATIONS.items()
        for name in names
        for each in (_mapper(owner).relationships[name],)
        if isinstance(each.secondary, Table)
    }


def departed_relations(session: Session, tables: Collection[str] | None = None) -> Iterator[Departure]:
    """Every row whose associations are not those that its events gave it; in these association tables, or in all."""
    held = association_tables()
    wanted = {place for name, place in held.items() if tables is None or name in tables or place[0] in tables}
    if not wanted:
        return
    said = _said(session)
    for owner, name in sorted(wanted):
        there, then = _there(session, owner, name), said[owner, name]
        for key in sorted(there.keys() | then.keys()):
            now, was = there.get(key, set()), then.get(key, set())
            if now != was:
                yield Membership(owner, key, "update", {name: (sorted(was - now), sorted(now - was))})


def _there(session: Session, owner: str, name: str) -> Names:
    """The names that stand in an association, by the key of the row that it belongs to."""
    relation = _mapper(owner).relationships[name]
    place, pairs = relation.secondary, (*relation.synchronize_pairs, *(relation.secondary_synchronize_pairs or ()))
    assert place is not None
    query = select(relation.mapper.class_).options(selectinload("*")).execution_options(unscoped=True)
    named = {row.id: str(row) for row in session.scalars(query)}
    found: Names = defaultdict(set)
    # From the table itself: a row that points to nothing is there as well.
    for key, other in session.connection().execute(select(*(place.c[column.name] for _there, column in pairs))):
        found[key].add(named.get(other, f"number {other}, which is not there"))
    return found


def _said(session: Session) -> dict[tuple[str, str], Names]:
    """What events gave and took, one after the other; a role that was renamed is the same role."""
    query = select(EVENTS.c.act, EVENTS.c.record_type, EVENTS.c.record_id, cast(EVENTS.c.changes, Text))
    found = query.where(EVENTS.c.record_type.in_(FOLLOWED_RELATIONS), EVENTS.c.act.in_(CHANGES))
    said: dict[tuple[str, str], Names] = defaultdict(lambda: defaultdict(set))
    named: dict[tuple[str, int], str] = {}
    for act, kind, key, text in session.connection().execute(found.order_by(EVENTS.c.id)):
        changes = json.loads(text)
        if act == "delete":
            for name in FOLLOWED_RELATIONS[kind]:
                said[kind, name].pop(key, None)
            _everywhere(said, RENAMED.get(kind), named.pop((kind, key), None), None)
            continue
        for name in FOLLOWED_RELATIONS[kind]:
            gone, added = changes.get(name, ((), ()))
            said[kind, name][key] = (said[kind, name][key] - set(gone)) | set(added)
        if kind in RENAMED and "name" in changes:
            _everywhere(said, RENAMED[kind], named.get((kind, key)), changes["name"][1])
            named[kind, key] = changes["name"][1]
    return said


def _everywhere(said: dict[tuple[str, str], Names], relation: str | None, old: str | None, new: str | None) -> None:
    if old is None or old == new:
        return
    for (_owner, name), by_key in said.items():
        for names in by_key.values() if name == relation else ():
            if old in names:
                names.discard(old)
                names |= {new} if new is not None else set()


def _mapper(table: str) -> Mapper[Any]:
    return next(
        each
        for each in Model.registry.mappers
        if isinstance(each.local_table, Table) and each.local_table.name == table
    )
