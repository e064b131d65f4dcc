"""A committee and an appeal panel to begin with: the seats of a lawful bench, and who could take them (3.3.4-a, 3.3.5-a)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from admin.domain.codes import Constituency, Office
from admin.domain.refusals import N_

PersonT = TypeVar("PersonT", bound=Hashable)
HR_NAMES = ("人力資源", "人力资源", "人資", "人事", "human resources", "people operations")


class PlaceIn(StrEnum):
    """Where somebody is to sit: an office of the committee, or the panel."""

    CHAIR = "chair"
    MEMBER = "member"
    ALTERNATE = "alternate"
    SECRETARY = "secretary"
    PANEL_CHAIR = "panel_chair"
    PANEL = "panel"

    @property
    def office(self) -> Office:
        """The seat's office: members alone sit on the panel."""
        return Office.MEMBER if self.on_panel else Office(self.value)

    @property
    def on_panel(self) -> bool:
        """Whether it is on the appeal panel."""
        return self in (PlaceIn.PANEL, PlaceIn.PANEL_CHAIR)


PLACE_LABELS = {
    PlaceIn.CHAIR: N_("Chair"),
    PlaceIn.MEMBER: N_("Member"),
    PlaceIn.ALTERNATE: N_("Alternate"),
    PlaceIn.SECRETARY: N_("Secretary"),
    PlaceIn.PANEL_CHAIR: N_("Chairs the appeal panel"),
    PlaceIn.PANEL: N_("Member of the appeal panel"),
}


@dataclass(frozen=True)
class Slot:
    """A seat to be filled: where, and of which constituency."""

    place: PlaceIn
    constituency: Constituency


# In the order of filling. An alternate of the centre's management from the start: whoever heads the department of a case is
# recused from it, and without another of the constituency the case would wait.
STANDARD = (
    Slot(PlaceIn.CHAIR, Constituency.HR),
    Slot(PlaceIn.MEMBER, Constituency.CENTRE),
    Slot(PlaceIn.MEMBER, Constituency.DEPARTMENTS),
    Slot(PlaceIn.MEMBER, Constituency.DEPARTMENTS),
    Slot(PlaceIn.PANEL_CHAIR, Constituency.DEPARTMENTS),
    Slot(PlaceIn.ALTERNATE, Constituency.CENTRE),
    Slot(PlaceIn.PANEL, Constituency.CENTRE),
    Slot(PlaceIn.PANEL, Constituency.CENTRE),
    Slot(PlaceIn.SECRETARY, Constituency.HR),
)


def sounds_like_hr(name: str) -> bool:
    """Whether a department is called like human resources."""
    return name.casefold() == "hr" or any(each in name.casefold() for each in HR_NAMES)


def filled(people: Mapping[Constituency, Sequence[PersonT]]) -> list[tuple[Slot, PersonT | None]]:
    """The standard seats, each with the next of its constituency; nobody is named twice."""
    taken: set[PersonT] = set()
    found = []
    for slot in STANDARD:
        person = next((each for each in people.get(slot.constituency, ()) if each not in taken), None)
        taken |= {person} if person is not None else set()
        found.append((slot, person))
    return found
