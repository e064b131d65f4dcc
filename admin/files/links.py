"""Which links may stay in a file: those that a reader follows by a click, to a page or an address of mail."""

from __future__ import annotations

import re

# No file, share or program: a click on those hands over the reader's sign-in or runs something.
_PLAIN = re.compile(r"(https?://[^\s\\]+|mailto:[^\s\\]+|#.*)", re.IGNORECASE | re.DOTALL)


def is_plain_link(target: str) -> bool:
    """Whether the address is a page's, a mail's or a place in the same file."""
    return bool(_PLAIN.fullmatch(target.strip()))
