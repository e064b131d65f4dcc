"""The formal document of an issuance as DOCX, from HR's own template or from the one that ships (policy 3.3.6)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from admin.domain.refusals import N_
from admin.files.faults import FileFault, quoted
from admin.files.zips import open_zip

DEFAULT_TEMPLATE = Path(__file__).parent / "templates" / "issued_document.docx"
FIELDS = frozenset(
    {
        "company",
        "document_number",
        "title",
        "issued_on",
        "effective_on",
        "legal_basis",
        "clauses",
        "introduction",
        "headings",
        "rows",
        "closing",
        "grounds",
        "appeal",
        "signatory",
        "head",
        "proof",
        "proof_code",
    }
)
# What a document of this policy cannot do without: its number, what it rests on, whom it names from when, and how to appeal.
NEEDED = frozenset({"document_number", "legal_basis", "rows", "grounds", "appeal"})
ROW_FIELDS = ("number", "name", "department", "from_grade", "to_grade", "effective_on")
BLANK: Mapping[str, Any] = {
    **dict.fromkeys(FIELDS, ""), "clauses": [], "grounds": [], "rows": [], "headings": dict.fromkeys(ROW_FIELDS, ""),
}  # fmt: skip
_FIXED_TIME = (2000, 1, 1, 0, 0, 0)
_MADE = datetime(2000, 1, 1)
CODE_WIDTH = 7  # cm: of the longest proof a module is then wider than a third of a millimetre
MAX_TEMPLATE = 5 * 1024 * 1024


def render_issued_document(
    context: Mapping[str, Any], template: bytes | None = None, code: bytes | None = None
) -> bytes:
    """The document's bytes; the same context, template and code give the same bytes, so that its hash can be checked again.

    `context` has exactly `FIELDS`: texts, `clauses` and `grounds` (lists of texts), `headings` (one text for each of `ROW_FIELDS`),
    `rows` (a mapping with `ROW_FIELDS` each). `code` is the picture (PNG) that stands where the proof's code is named. Values
    are text and stay inert, whatever they look like. HR's own `template` is filled by the checker alone (`apart.filled_apart`).
    Raises `FileFault` for a template that cannot be used, ValueError for a context with other fields.
    """
    from docx.shared import Cm
    from docxtpl import DocxTemplate, InlineImage  # takes half a second to import; only whoever renders pays
    from jinja2 import TemplateError

    if wrong := set(context) ^ FIELDS:
        raise ValueError(f"fields missing or unknown: {', '.join(sorted(wrong))}")
    if template is not None:
        check_template(template)
    document = DocxTemplate(io.BytesIO(template if template is not None else shipped_template()))
    given = inert(context)
    given["proof_code"] = InlineImage(document, io.BytesIO(code), width=Cm(CODE_WIDTH)) if code else ""
    try:
        document.render(given, _environment(), autoescape=True)
    except TemplateError as fault:
        raise FileFault(N_("The template cannot be filled: %(reason)s"), reason=quoted(fault)) from fault
    except (TypeError, ValueError, ArithmeticError) as fault:  # a filter that is given what it has no use for
        if template is None:
            raise
        raise FileFault(N_("The template cannot be filled: %(reason)s"), reason=quoted(fault)) from fault
    forget_author(document.docx)
    out = io.BytesIO()
    document.save(out)
    return with_fixed_times(out.getvalue())


def check_template(template: bytes) -> None:
    """Raise `FileFault` unless the bytes are a DOCX whose fields are all ours and which fetches nothing."""
    if unknown := (found := named_fields(template)) - FIELDS:
        raise FileFault(
            N_("The template names fields that there are not: %(unknown)s; the fields are %(known)s"),
            unknown=", ".join(sorted(unknown)),
            known=", ".join(sorted(FIELDS)),
        )
    if missing := NEEDED - found:
        raise FileFault(
            N_("The template leaves out what every document has to say: %(missing)s"),
            missing=", ".join(sorted(missing)),
        )


def named_fields(template: bytes) -> set[str]:
    """The fields that a template names, ours or not. Raises `FileFault` for what is no Word document or cannot be read."""
    from docxtpl import DocxTemplate

    if len(template) > MAX_TEMPLATE:
        raise FileFault(N_("The file is larger than %(limit)s MB; split it"), limit=MAX_TEMPLATE // 1024 // 1024)
    archive = open_zip(template)
    if "word/document.xml" not in archive.namelist():
        raise FileFault(N_("The template must be a Word document (DOCX)"))
    from admin.files.office import rebuilt  # whoever hands documents out has no use for what looks into them

    rebuilt(template, "docx")
    try:
        return set(DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables(_environment()))
    except Exception as fault:  # the libraries let through whatever a damaged part provokes
        raise FileFault(N_("The template cannot be read: %(reason)s"), reason=quoted(fault)) from fault


def _environment() -> Any:
    """Templates are HR's, not ours: no Python behind the values, no sums that fill the memory, no silent gaps."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import SandboxedEnvironment

    class Environment(SandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            raise SecurityError(f"{operator} has no place in a template")

    environment = Environment(undefined=StrictUndefined, autoescape=True)
    environment.globals.clear()
    return environment


def inert(value: Any) -> Any:
    """Plain data only; characters that XML cannot carry are shown as replaced."""
    if isinstance(value, Mapping):
        return {str(key): inert(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [inert(item) for item in value]
    text = "" if value is None else str(value)
    return "".join(
        c
        if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
        else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def forget_author(document: Any) -> None:
    """Take author, comments and times out of a Word document's properties."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = _MADE
    properties.revision = 1


def with_fixed_times(data: bytes) -> bytes:
    """The same package with one time on every part and the parts in order: bytes depend on content alone."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in sorted(source.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            target.writestr(entry, source.read(name))
    return out.getvalue()


@cache
def shipped_template() -> bytes:
    """The template that ships."""
    return DEFAULT_TEMPLATE.read_bytes()
