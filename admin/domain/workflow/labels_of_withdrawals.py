"""Taking documents back by documents, in words (1.2-f, 3.3.6)."""

from __future__ import annotations

from admin.domain.refusals import N_

OF_WITHDRAWALS: dict[str, str] = {
    "propose_withdrawal": N_("Propose to take a document back"),
    "approve_withdrawal": N_("Approve taking a document back"),
    "reject_withdrawal": N_("Reject taking a document back"),
    "withdraw_withdrawal": N_("Withdraw the proposal to take a document back"),
}
ENDS_WITH_NOTHING = N_("The proposal ends, and nothing changes. It can be proposed again.")
# What follows from putting right what is on file, and cannot be taken back.
OF_WHAT_IS_PUT_RIGHT = {
    ("takeover_correction", "approve"): N_(
        "The grade file is corrected and the person is told. Only another correction can change it again."
    ),
    ("takeover_correction", "reject"): ENDS_WITH_NOTHING,
    ("takeover_correction", "withdraw"): ENDS_WITH_NOTHING,
    ("document_withdrawal", "approve"): N_(
        "A document with a number of its own is issued, the files follow it, and everyone concerned is served. Only another "
        "document can change that again."
    ),
    ("document_withdrawal", "reject"): ENDS_WITH_NOTHING,
    ("document_withdrawal", "withdraw"): ENDS_WITH_NOTHING,
}
