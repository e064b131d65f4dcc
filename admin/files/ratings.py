"""Annual performance ratings from a file (policy 4.1.1, 4.2.1). Other scales than ours come in by an explicit map."""

from __future__ import annotations

from dataclasses import dataclass

from admin.domain.refusals import N_
from admin.files.cleaning import clean_year
from admin.files.faults import Note
from admin.files.grades import check_people
from admin.files.mapping import Mapping
from admin.files.reading import Context, Parsed, Reading
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
    reading = Reading(table, mapping)
    numbers = reading.employee_numbers()
    check_people(reading, context, numbers)
    years, ratings = reading.cells("year", clean_year), reading.choices("rating")
    reading.required("year", years)
    for index, year in enumerate(years):
        if year and year > context.today.year:
            reading.fault(index, "year", N_("The year lies in the future"))
    reading.unique(
        "number",
        [pair if all(pair) else None for pair in zip(numbers, years, strict=True)],
        N_("This employee's rating of the year already stands in row %(row)s"),
    )
    rows, blank = [], 0
    for index, (number, year, rating) in enumerate(zip(numbers, years, ratings, strict=True)):
        if reading.good(index) and number and year and rating:
            rows.append(RatingRow(table.row_numbers[index], number, year, rating))
        elif reading.good(index):
            blank += 1
    if blank:
        reading.notes.append(Note(N_("%(count)s rows have no rating and were left out"), {"count": blank}))
    return reading.parsed(rows)
