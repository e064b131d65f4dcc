"""Pay in the centre of the access matrix: bands with amounts that stand nowhere else, and a list of them."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Any

from admin.domain.pay import PayListOut
from admin.files.pay_lists import as_csv
from admin.models import DocumentWithdrawal, GradeChange, IssuedDocument, PayList, PayListRow
from admin.operations.outcome.pay_lists import row_of
from admin.queries.outcome.pay_lists import drawn_up
from tests import factories as make
from tests.factories import NOW

OWN_PAY, OTHERS_PAY = (71_357, 82_468), (93_579, 97_351)  # of the grade that employee and peer hold; of another


def put_pay_down(op: Any, at: dict[str, Any]) -> None:
    """The bands of two grades, today and to come, and what payroll was told of the document."""
    at["band"] = op.add(make.band("J2", *OWN_PAY)).id
    for since in (date(2026, 1, 1), date(2027, 1, 1)):
        op.add(make.band("J3", *OTHERS_PAY, since=since))
    at["pay_list"] = _pay_list(op, at).id


def written(amount: int) -> tuple[str, ...]:
    """An amount as anything might show it."""
    wide = str(amount).translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
    return str(amount), f"{amount:,}", f"{amount:,}".replace(",", "."), f"{amount:,}".replace(",", "\u202f"), wide


def stands_in(word: str, text: str) -> bool:
    """Whether a text holds a word; an amount as a number of its own, for hashes and tokens hold any five figures by chance."""
    if word not in text:
        return False
    return not word[0].isdigit() or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _pay_list(op: Any, at: dict[str, Any]) -> PayList:
    """What payroll was told of the document: employee rises from J2 to J3."""
    moved = GradeChange(
        employee_id=at["employee"], kind="promotion", stage="issued", clause="4.1.2", document_id=at["document"],
        from_grade_id=make.grade("J2").id, to_grade_id=make.grade("J3").id, effective_on=date(2027, 1, 1),
    )  # fmt: skip
    at["promotion"] = op.add(moved).id
    at["withdrawal"] = op.add(
        DocumentWithdrawal(
            document_id=at["document"], kind="withdrawal", reason="The wrong list.", effective_on=date(2027, 1, 1),
            changes=[at["promotion"]], proposed_by_id=at["account_hr"], proposed_at=NOW,
        )
    ).id  # fmt: skip
    made = PayList(
        number="2026-001", year=2026, serial=1, document_id=at["document"], made_by_id=at["account_hr"], made_at=NOW,
        people=1, language="en", sha256="0" * 64,
    )  # fmt: skip
    (line,) = drawn_up(op.session, op.get(IssuedDocument, at["document"])).lines
    shown = PayListOut("2026-001", "D-1", [line], "en")
    made.sha256 = hashlib.sha256(as_csv(shown)).hexdigest()
    op.add(made)
    op.add(PayListRow(list_id=made.id, **row_of(line)))
    return made
