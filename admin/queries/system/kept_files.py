"""Where the files that people hand in stand: every table that holds one by its hash, once (3.3.1, 6.3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from admin.models import Acknowledgement, Appeal, DocumentTemplate, Evidence


@dataclass(frozen=True)
class KeptFiles:
    """The files of a table: their hash and kind, and the procedure whose record, by that number, they belong to."""

    table: type[Any]
    sha256: Any
    media_type: Any
    process: str
    record: Any


KEPT: tuple[KeptFiles, ...] = (
    KeptFiles(Evidence, Evidence.sha256, Evidence.media_type, "review", Evidence.review_id),
    KeptFiles(Appeal, Appeal.scan_sha256, Appeal.scan_media_type, "appeal", Appeal.id),
    KeptFiles(
        Acknowledgement,
        Acknowledgement.scan_sha256,
        Acknowledgement.scan_media_type,
        "letter",
        Acknowledgement.document_id,
    ),
    KeptFiles(DocumentTemplate, DocumentTemplate.sha256, DocumentTemplate.media_type, "template", DocumentTemplate.id),
)
