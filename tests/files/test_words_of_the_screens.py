"""What the screens, lists and forms call a thing, its file may call it too: every such word is known to the reader, in each language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from admin.domain.codes import EmployeeStatus, PerformanceRating
from admin.files.import_fields import FIELDS
from admin.files.metric_words import METRIC_LABELS, metric_named
from admin.files.proposing import known_values, propose
from admin.files.workbooks import LANGUAGES, template_workbook
from admin.views.people.employees import EmployeeView
from tests.files.making import table_of
from tests.files.test_workbooks import cells
from tests.house.test_catalogues import catalogue, texts

CATALOGUES = {"zh_hant": "zh_Hant_TW", "zh_hans": "zh_Hans_CN"}
COLUMNS = {  # of the employees' list and page: which field of which kind of import each is
    "number": ("employees", "number"),
    "name": ("employees", "name"),
    "department": ("employees", "department"),
    "post": ("employees", "post"),
    "queue": ("employees", "queue"),
    "is_management": ("employees", "management"),
    "hired_on": ("employees", "hired"),
    "joined_centre_on": ("employees", "joined_centre"),
    "left_on": ("employees", "left"),
    "status": ("employees", "status"),
    "superior": ("employees", "superior"),
    "email": ("employees", "email"),
    "grade": ("grades", "grade"),
    "grade_since": ("grades", "since"),
}
COMPUTED = {"grade_to_come", "open_case"}  # what follows from cases comes by no file


def said(message: str, language: str) -> str:
    """A message as the catalogue of a language has it: not as the reader looks it up."""
    found = None if language == "en" else catalogue(CATALOGUES[language]).get(message)
    return message if found is None else texts(found)[0]


def field_of(kind: str, header: str) -> str | None:
    """The field that a column of this name alone is proposed for."""
    return next(iter(propose(table_of([[header, "x"], ["1", "2"]]), kind).fields), None)


def words_of_fields(language: str) -> Iterator[tuple[str, str, str]]:
    for kind, specs in FIELDS.items():
        for spec in specs:
            for message in (spec.label, *spec.lists):
                yield kind, spec.name, said(message, language)
            yield kind, spec.name, spec.headers[LANGUAGES.index(language)]
    for column, (kind, name) in COLUMNS.items():
        yield kind, name, said(str(EmployeeView.label_columns[column]), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_screens_for_a_field_is_known(language: str) -> None:
    wrong = [
        (kind, name, word, found)
        for kind, name, word in words_of_fields(language)
        if (found := field_of(kind, word)) != name
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_screens_for_a_figure_or_a_value_is_known(language: str) -> None:
    wrong = [label for code, label in METRIC_LABELS.items() if metric_named(said(label, language)) != code]
    for field, codes in (("status", EmployeeStatus.labels()), ("rating", PerformanceRating.labels())):
        words = {said(label, language): code for code, label in codes.items()}
        wrong += [word for word, code in words.items() if known_values(field, [word]) != {word: code}]
    flags = {said("Yes", language): "yes", said("No", language): "no"}
    assert (wrong, known_values("management", flags)) == ([], flags)


def test_every_column_of_the_employees_list_is_a_field_or_computed() -> None:
    assert set(EmployeeView.label_columns) == set(COLUMNS) | COMPUTED


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(FIELDS))
def test_a_form_calls_its_columns_as_the_screens_do(kind: str, language: str) -> None:
    """One name for one thing: a heading is a word of the field's screens, or their plain short form."""
    old = {
        "zh_hant": ("崗位", "坐席", "隊列", "入職", "投訴", "編號（", "員工編號"),
        "zh_hans": ("坐席", "队列"),
        "en": ("Qualified",),
    }
    said_there = " ".join(str(cell) for row in cells(template_workbook(kind, language)) for cell in row)
    assert [word for word in old[language] if word in said_there] == []
