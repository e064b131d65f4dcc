"""Annual performance ratings from a file (policy 4.1.1, 4.2.1). Other scales than ours come in by an explicit map."""

from __future__ import annotations

from dataclasses import dataclass

from admin.domain.refusals import N_, P_
from admin.files.faults import FileNote
from admin.files.mapping import Mapping
from admin.files.people import people_of
from admin.files.reading import Cleaned, Context, Parsed
from admin.files.tables import Table


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating of one year: excellent, good, qualified, unqualified or unrated."""

    row: int
    number: str
    year: int
    rating: str


def read_ratings(table: Table, mapping: Mapping, context: Context) -> Parsed[RatingRow]:
    """Ratings and every fault by row and column; a blank rating is no rating and is counted in the notes.

    Raises `FileFault` when the mapping does not fit the file.
    """
    cleaned = Cleaned(table, mapping, context)
    numbers = people_of(cleaned, context)
    years, ratings = cleaned.years("year"), cleaned.choices("rating")
    cleaned.required("year", years)
    for index, year in enumerate(years):
        if year and year > context.today.year:
            cleaned.fault(index, "year", N_("The year is in the future. Enter this year or an earlier one."))
    cleaned.unique(
        "number",
        [pair if all(pair) else None for pair in zip(numbers, years, strict=True)],
        N_("This employee's rating of the year is already in row %(row)s"),
    )
    rows, blank = [], 0
    for index, (number, year, rating) in enumerate(zip(numbers, years, ratings, strict=True)):
        if cleaned.good(index) and number and year and rating:
            rows.append(RatingRow(table.row_numbers[index], number, year, rating))
        elif cleaned.good(index):
            blank += 1
    if blank:
        cleaned.notes.append(
            FileNote(
                P_("%(count)s row has no rating and was left out", "%(count)s rows have no rating and were left out"),
                {"count": blank},
            )
        )
    return cleaned.parsed(rows)
