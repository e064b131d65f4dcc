"""What stands against a document's taking back or correcting what another says of a person (1.2-f, 3.3.6, 4.3-b, 6.3-a)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from admin.domain.refusals import N_, Refusal

CLAUSE = "1.2-f"
FIRST_GRADE = N_(
    "Before this document %(number)s held no grade that could hold again; a first grade is put right by a re-assessment."
)
TAKEN_BACK = N_("Document %(document)s has taken this back for %(number)s already.")
STANDS_ON_IT = N_("A later grade of %(number)s rests on this one, by document %(document)s. Withdraw that one first.")
DETERMINED = N_(
    "The grade of %(number)s was determined by committee or panel. A correction only prints the right particulars; another grade comes by "
    "a re-assessment, or by withdrawing the document."
)
SAME_GRADE = N_("This is the grade that the document gives %(number)s already.")


@dataclass(frozen=True)
class ChangeOnFile:
    """One change of somebody's grade on file: by which document, and which earlier one it takes back, if any."""

    key: int
    document: str
    reverses: int | None = None


class FileStanding:
    """Which of one person's changes hold: what is taken back holds no more, unless that was itself taken back."""

    def __init__(self, changes: Iterable[ChangeOnFile]) -> None:
        self._changes = sorted(changes, key=lambda each: each.key)
        self._by: Mapping[int, ChangeOnFile] = {
            each.reverses: each for each in self._changes if each.reverses is not None
        }

    def taken_back_by(self, key: int) -> ChangeOnFile | None:
        """The change that takes this one back."""
        return self._by.get(key)

    def _holds(self, key: int) -> bool:
        by = self._by.get(key)
        return by is None or not self._holds(by.key)

    def later(self, key: int) -> ChangeOnFile | None:
        """The first later change that stands on this one: not one that takes something back, nor one that is taken back."""
        stands = (each for each in self._changes if each.key > key and each.reverses is None and self._holds(each.key))
        return next(stands, None)


def check_taken_back(number: str, key: int, standing: FileStanding) -> Refusal | None:
    """Refuse to take a change back twice, or from under a later one; both name the document."""
    for found, reason in ((standing.taken_back_by(key), TAKEN_BACK), (standing.later(key), STANDS_ON_IT)):
        if found is not None:
            return Refusal(CLAUSE, reason, {"number": number, "document": found.document})
    return None


def check_withdrawn(number: str, before: str | None) -> Refusal | None:
    """Refuse to withdraw a first grade: nobody goes back to none (2.1)."""
    return None if before is not None else Refusal("6.3-a", FIRST_GRADE, {"number": number})


def check_corrected(number: str, now: str, wanted: str | None, *, determined: bool) -> Refusal | None:
    """Refuse another grade than the committee's, and one that is no other; without a grade only the print is corrected."""
    if wanted is None:
        return None
    if determined:
        return Refusal("6.3-a", DETERMINED, {"number": number})
    return Refusal(CLAUSE, SAME_GRADE, {"number": number}) if wanted == now else None
