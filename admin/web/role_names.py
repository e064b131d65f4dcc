"""Roles by their names, and who by the access list may read what a view shows (3.3-g)."""

from __future__ import annotations

from flask_babel import gettext as _

from admin.access.actor import ROLES
from admin.access.permissions import SIGNED_IN, readers
from admin.domain.refusals import N_

ROLE_NAMES = {
    "admin": N_("Administrator"),
    "hr": N_("HR"),
    "employee": N_("Employee"),
    "management": N_("Management"),
    "auditor": N_("Auditor"),
    "complaint_officer": N_("Complaint officer"),
    "superior": N_("Superior"),
    "head": N_("Head of department"),
    "committee_member": N_("Committee member"),
    "chair": N_("Chair of the committee"),
    "secretary": N_("Secretary of the committee"),
    "panel_member": N_("Member of the appeal panel"),
    "panel_chair": N_("Chair of the appeal panel"),
    "officer": N_("Investigating officer"),
    "finding_voter": N_("Votes on a finding"),
}


def readers_in_words(view: str) -> str:
    """The roles that read a view's data, in the reader's language."""
    found = readers(view)
    if SIGNED_IN in found:
        return _("everyone with an account")
    return _(", ").join(_(ROLE_NAMES[name]) for name in ROLES if name in found)
