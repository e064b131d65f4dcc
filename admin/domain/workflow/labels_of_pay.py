"""What is done about pay, in words (5.1)."""

from __future__ import annotations

from admin.domain.refusals import N_

OF_PAY: dict[str, str] = {
    "correct_pay_list": N_("Correct the pay list"),
    "import_pay_bands": N_("Import pay bands"),
    "make_pay_list": N_("Make a pay list"),
    "take_pay_list": N_("Download a pay list"),
}
