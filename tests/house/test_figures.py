"""No figure of the policy is typed into a sentence of the portal: it comes from the rules, or is the due day itself."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from config import ROOT

CATALOGUE = ROOT / "admin/translations/zh_Hant_TW/LC_MESSAGES/messages.po"
FIGURE = r"(\d+|two|three|four|five|six|ten|fifteen|thirty)"
COUNTED = r"(?:(?:working |calendar )?(?:days|weeks|months)|members|people|voters|ballots)"
TYPED = re.compile(rf"(?:\b{FIGURE} {COUNTED}\b|\bat least {FIGURE}\b)", re.I)
# What no value of the policy says: who judges a case are different people (3.3-f), what a sign-in asks of a password, what a sample is.
OF_NO_PARAMETER = (
    "Employee, superior and reviewer are",
    "Must have at least two capital letters",
    "The minimum sample of",
)


def test_no_sentence_has_a_number_typed_into_it_that_the_rules_say() -> None:
    with CATALOGUE.open("rb") as file:
        ids = [message.id if isinstance(message.id, str) else message.id[1] for message in read_po(file) if message.id]
    assert [each for each in ids if TYPED.search(each) and not each.startswith(OF_NO_PARAMETER)] == []
