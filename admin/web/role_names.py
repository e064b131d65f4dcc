"""Roles by their names, and who by the access list may read what a view shows (3.3-g)."""

from __future__ import annotations

from flask_babel import gettext as _

from admin.access.actor import ROLES
from admin.access.permissions import SIGNED_IN, readers
from admin.domain.power import ROLE_NAMES


def readers_in_words(view: str) -> str:
    """The roles that read a view's data, in the reader's language."""
    found = readers(view)
    if SIGNED_IN in found:
        return _("everyone with an account")
    return _(", ").join(_(ROLE_NAMES[name]) for name in ROLES if name in found)
