"""Power is never held by one person: which roles a second person grants, and which may not meet in one (6.1-a)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from admin.domain.refusals import N_, Refusal
from admin.domain.sign_in_names import canonical

CLAUSE = "6.1-a"
GRANTED = ("hr", "management", "auditor", "complaint_officer")  # by a second person; the secretary's seat is appointed
SECOND = ("hr", "management")  # of whom the second person is: whoever keeps accounts could make one for themselves
SEATS = ("committee_member", "chair", "secretary", "panel_member", "panel_chair")
OFFICES = (*GRANTED, *SEATS)  # what does nothing without a person in service
ROLE_NAMES = {
    "admin": N_("Administrator"),
    "hr": N_("HR"),
    "employee": N_("Employee"),
    "management": N_("Management"),
    "auditor": N_("Auditor"),
    "complaint_officer": N_("Complaint officer"),
    "superior": N_("Superior"),
    "head": N_("Head of department"),
    "committee_member": N_("Committee member"),
    "chair": N_("Chair of the committee"),
    "secretary": N_("Secretary of the committee"),
    "panel_member": N_("Member of the appeal panel"),
    "panel_chair": N_("Chair of the appeal panel"),
    "officer": N_("Investigating officer"),
    "finding_voter": N_("Votes on a finding"),
}


@dataclass(frozen=True)
class Apart:
    """One office, and those that nobody holds beside it."""

    one: str
    others: tuple[str, ...]


# An administrator makes accounts and an auditor looks on: neither decides. Who receives complaints is none of those
# who pass them on or are complained about most.
APART = (
    Apart("admin", OFFICES),
    Apart("auditor", ("hr", "management", "complaint_officer", *SEATS, "head", "superior")),
    Apart("complaint_officer", ("hr", "chair", "secretary")),
)


def meeting(held: Collection[str]) -> list[tuple[str, str]]:
    """The pairs of offices among these that may not meet in one person, in the table's order."""
    return [(row.one, other) for row in APART if row.one in held for other in row.others if other in held]


def check_apart(held: Iterable[str], added: str) -> Refusal | None:
    """Refuse an office to somebody who holds another that it may not meet with."""
    for pair in meeting({*held, added}):
        if added in pair:
            other = pair[0] if pair[1] == added else pair[1]
            text = N_("%(added)s and %(held)s cannot be held by one person.")
            return Refusal(CLAUSE, text, {"added": added, "held": other})
    return None


def idle(held: Collection[str]) -> frozenset[str]:
    """The offices among these that do nothing, because they meet in one person; an administrator stays one."""
    # A department is never without its head for this: only the office that was granted falls.
    return frozenset(name for pair in meeting(held) for name in pair if name in OFFICES)


# As the trail keeps them, and as its pages show them (`web/trail.NOBODY`).
SYSTEM_NAMES = frozenset(
    {"system", "anyone", "thesystem", "somebodynotsignedin", "someonenotsignedin", "系统", "未登入者", "未登录者"}
)  # fmt: skip
_OF_LENGTH = {len(each): [known for known in SYSTEM_NAMES if len(known) == len(each)] for each in SYSTEM_NAMES}
# Letters of other scripts, and signs, that read like those of such a name.
ALIKE = str.maketrans(
    "ѕуүγѵꜱʏτтεеєɑаαοоηпιімᴍ5$73係繫糸統綂", "syyyysytteeeaaaoonniimmsste系系系统统"
)  # fmt: skip


def reads_like_the_system(name: str) -> bool:
    """Whether a name reads like the one that the trail gives the system, whatever its case, width, script or hidden signs."""
    shown = unicodedata.normalize("NFKD", canonical(name)).casefold()
    plain = "".join(each for each in shown if each.isalnum() or each == "$").translate(ALIKE)
    return any(
        _may_be_read_as(each, known)
        for each in {plain, plain.replace("rn", "m")}
        for known in _OF_LENGTH.get(len(each), ())  # a name is read as none that is longer or shorter
    )


def _may_be_read_as(plain: str, known: str) -> bool:
    """A letter that is neither Latin nor Chinese may be drawn like any: half of the letters as they are, and no other one."""
    if plain == known:
        return True
    if len(plain) != len(known) or not known.isascii() or plain.isascii():
        return False
    same = sum(one == other for one, other in zip(plain, known, strict=True))
    foreign = sum(not each.isascii() and not "\u3400" <= each <= "\u9fff" for each in plain)
    return same + foreign == len(known) and same * 2 >= len(known)


SYSTEMS_OWN = N_("This name reads like the system's own; choose another.")


def check_names(given: Mapping[str, str | None]) -> dict[str, str]:
    """What is wrong with the names of an account or a person, by field: the trail names the system by its name, and nobody
    else is called so, whatever door they come by."""
    return {field: SYSTEMS_OWN for field, name in given.items() if name and reads_like_the_system(name)}
