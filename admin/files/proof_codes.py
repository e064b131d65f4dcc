"""The code that a phone reads from a proof: an address of the notice site that carries the whole proof behind its "#" (6.3.3).

What stands behind it is sent to nobody: the page takes it from there and checks it in the browser. The result card shows
it, and papers print it.
"""

from __future__ import annotations

import base64
import io

import segno

LONGEST = 2_000  # bytes of a proof: with its address they fit into one code
MARGIN = 4  # modules around it, as readers want them


def proof_address(notice_site_url: str, proof: str) -> str:
    """The prove page's address with the proof behind it. Raises `ValueError` where the proof is longer than a code holds."""
    data = proof.encode()
    if len(data) > LONGEST:
        raise ValueError(f"a proof of {len(data)} bytes does not fit into a code")
    return f"{notice_site_url.rstrip('/')}/prove/#{base64.urlsafe_b64encode(data).decode().rstrip('=')}"


def code_for_screens(address: str) -> str:
    """The code as a picture that a page shows (a data address of an SVG)."""
    return str(_code(address).svg_data_uri(scale=3, border=MARGIN, light="#fff"))


def code_for_paper(address: str) -> bytes:
    """The code as a PNG, four pixels a module, the same bytes each time."""
    out = io.BytesIO()
    _code(address).save(out, kind="png", scale=4, border=MARGIN)
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    # The lowest level of correction: a proof is long, and what was read wrongly would not hold.
    return segno.make_qr(address, error="l", boost_error=False)
