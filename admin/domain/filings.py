"""What is the same ground: the same case and ground, whatever the notice (3.3.5-b, 3.3.5-e)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from admin.domain.codes import AppealStage
from admin.domain.refusals import N_, Refusal
from admin.domain.voting import Person

# Whoever takes a filing back, or never made it, has not been heard on the ground yet.
COUNTS_FOR_NOTHING = (AppealStage.WITHDRAWN, AppealStage.DISOWNED)


@dataclass(frozen=True)
class Filing:
    """An appeal or objection on a case; `earlier`: it was decided before the notice on which another is filed."""

    number: str
    filer: Person
    ground: str
    stage: str
    same_row: bool = True
    earlier: bool = False

    @property
    def counts(self) -> bool:
        """Whether it uses its ground up: not where it was withdrawn or disowned."""
        return self.stage not in COUNTS_FOR_NOTHING


def check_ground(filings: Iterable[Filing], filer: Person, ground: str) -> Refusal | None:
    """Refuse a second filing on the same ground of a case, naming the first, and what the panel decided before."""
    for filing in filings:
        if filing.ground != ground or not filing.counts:
            continue
        if filing.filer == filer:
            reason = N_("You have filed on this ground already: %(number)s.")
            return Refusal("3.3.5-b" if filing.same_row else "3.3.5-e", reason, {"number": filing.number})
        # Another person's filing bars the ground only by a decision that came before this notice: what is still
        # open, or was decided beside it, leaves everybody their own say.
        if filing.stage == AppealStage.DECIDED and filing.earlier:
            reason = N_("The panel has decided on this ground of the case already: %(number)s.")
            return Refusal("3.3.5-e", reason, {"number": filing.number})
    return None
