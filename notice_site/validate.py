"""Says whether a snapshot may become a site: its schema, and what a schema cannot say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs

from notice_site.texts import figures_named

SCHEMA = Path(__file__).with_name("snapshot.schema.json")
MOST_FAULTS = 20  # enough to see the pattern; a broken export would otherwise print 50,000 lines

Snapshot = dict[str, Any]


class UnfitSnapshot(ValueError):
    """The snapshot is not what the schema promises; `faults` are lines of "where: what"."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@cache
def _validator() -> Any:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def read(path: Path) -> Snapshot:
    """The snapshot in a file. Raises `UnfitSnapshot` when it is not JSON or not fit."""
    try:
        snapshot = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise UnfitSnapshot([f"{path}: {fault}"]) from fault
    check(snapshot)
    return snapshot


def check(snapshot: Snapshot) -> None:
    """Raise `UnfitSnapshot` with every fault (the first twenty) and its place."""
    _encodable(snapshot)
    faults = _first(_against_schema(snapshot))
    if not faults:  # the second look relies on the shape
        faults = _first(_against_sense(snapshot))
    if faults:
        raise UnfitSnapshot(faults)


def _encodable(snapshot: Snapshot) -> None:
    try:
        json.dumps(snapshot, ensure_ascii=False).encode()
    except UnicodeEncodeError as fault:  # half a surrogate pair: JSON allows it, no file can hold it
        raise UnfitSnapshot([f"snapshot: holds half a character ({fault.reason})"]) from fault


def _first(faults: Iterator[str]) -> list[str]:
    return [fault for _, fault in zip(range(MOST_FAULTS), faults, strict=False)]


def _against_schema(snapshot: Snapshot) -> Iterator[str]:
    for fault in _validator().iter_errors(snapshot):
        place = ".".join(str(part) for part in fault.instance_path) or "snapshot"
        yield f"{place}: {fault.message[:200]}"


def _against_sense(snapshot: Snapshot) -> Iterator[str]:
    policy, notices = snapshot["policy"], snapshot["notices"]
    yield from _repeated("policy.clauses", (clause["id"] for clause in policy["clauses"]))
    yield from _repeated("parameters", (parameter["id"] for parameter in snapshot["parameters"]))
    yield from _repeated("ladder", (grade["code"] for grade in snapshot["ladder"]))
    yield from _repeated("ladder.order", (grade["order"] for grade in snapshot["ladder"]))
    yield from _repeated("notices", (notice["number"] for notice in notices))
    yield from _unknown_clauses(snapshot)
    yield from _weights(snapshot["scorecard"]["dimensions"])
    yield from _time_zone(snapshot["company"]["tz"])
    yield from _missing_figures(snapshot["parameters"])
    numbers = {notice["number"] for notice in notices}
    grades = {grade["code"] for grade in snapshot["ladder"]}
    for threshold in snapshot["scorecard"]["thresholds"]:
        if threshold["grade"] not in grades:
            yield f"scorecard.thresholds: grade {threshold['grade']} is not on the ladder"
    for notice in notices:
        yield from _notice_faults(notice, numbers, grades)


def _repeated(place: str, keys: Iterable[Any]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"{place}: {key} stands there {times} times"


def _unknown_clauses(snapshot: Snapshot) -> Iterator[str]:
    policy = snapshot["policy"]
    chapters = {chapter["id"] for chapter in policy["chapters"]}
    clauses = {clause["id"] for clause in policy["clauses"]}
    parameters = {parameter["id"] for parameter in snapshot["parameters"]}
    for clause in policy["clauses"]:
        if clause["chapter"] not in chapters:
            yield f"policy.clauses.{clause['id']}: chapter {clause['chapter']} does not exist"
        for name in clause["provisional_parameters"]:
            if name not in parameters:
                yield f"policy.clauses.{clause['id']}: parameter {name} does not exist"
    for parameter in snapshot["parameters"]:
        if parameter["clause"] not in clauses:
            yield f"parameters.{parameter['id']}: clause {parameter['clause']} does not exist"


def _weights(dimensions: list[dict[str, Any]]) -> Iterator[str]:
    total = sum(dimension["weight"] for dimension in dimensions)
    if dimensions and abs(total - 100) > 1e-9:
        yield f"scorecard.dimensions: the weights add up to {total:g}, not to 100"


def _missing_figures(parameters: list[dict[str, Any]]) -> Iterator[str]:
    for name in sorted(figures_named() - {parameter["id"] for parameter in parameters}):
        yield f"parameters: {name} is not there, and the site prints it"


def _time_zone(name: str) -> Iterator[str]:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        yield f"company.tz: {name!r} is not a time zone"


def _notice_faults(notice: dict[str, Any], numbers: set[str], grades: set[str]) -> Iterator[str]:
    place = f"notices.{notice['number']}"
    if notice["first_day"] > notice["last_day"]:
        yield f"{place}.last_day: lies before first_day"
    if notice["corrects"] is not None and notice["corrects"] not in numbers:
        yield f"{place}.corrects: there is no notice {notice['corrects']}"
    for row in notice["moved"]:
        if row["notice"] not in numbers:
            yield f"{place}.moved: there is no notice {row['notice']}"
    yield from _repeated(f"{place}.rows", (str(row["id"]) for row in notice["rows"]))
    unknown = {row["to_grade"] for row in notice["rows"]} | {row["from_grade"] for row in notice["rows"]}
    own = {grade["code"] for grade in notice.get("ladder", ())} or grades
    for code in sorted(unknown - own - {None}):
        yield f"{place}.rows: grade {code} is not on the ladder"
