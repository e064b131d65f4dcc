"""Fields of a Word document: what a program fills in when it opens or prints it. Those that fetch are refused."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Any

from admin.domain.refusals import N_
from admin.files.faults import FileFault, quoted
from admin.files.links import is_plain_link

# Named one by one, as with formulas: they show what stands in the document itself, or the day.
_NAMES = """
= ADDRESSBLOCK ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXT AUTOTEXTLIST BIBLIOGRAPHY BIDIOUTLINE CITATION COMMENTS
COMPARE CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME FILESIZE FILLIN FORMCHECKBOX FORMDROPDOWN FORMTEXT
GOTOBUTTON GREETINGLINE IF INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF NOTEREF NUMCHARS NUMPAGES
NUMWORDS PAGE PAGEREF PRINTDATE PRIVATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET SHAPE SKIPIF STYLEREF SUBJECT SYMBOL TA
TC TEMPLATE TIME TITLE TOA TOC USERINITIALS USERNAME XE
"""
_PLAIN = frozenset(_NAMES.split())
_NESTED = "\0"  # where another field stands inside the code of one
_WORD = re.compile(r"[^\s\\\"]+")


@dataclass
class _Field:
    code: str = ""
    in_code: bool = True


def check_fields(root: Any) -> None:
    """Raise `FileFault` where a field fetches something, over however many runs and paragraphs its code is spread."""
    open_fields: list[_Field] = []
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "fldSimple":
            _check(_attribute(element, "instr"))
        elif name == "fldChar":
            _turn(open_fields, _attribute(element, "fldCharType"))
        elif name in ("instrText", "delInstrText") and open_fields and open_fields[-1].in_code:
            open_fields[-1].code += element.text or ""
        elif name in ("instrText", "delInstrText"):
            _check(element.text or "")
    for each in open_fields:
        _check(each.code)


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _turn(open_fields: list[_Field], kind: str) -> None:
    if kind == "begin":
        if open_fields and open_fields[-1].in_code:
            open_fields[-1].code += _NESTED
        open_fields.append(_Field())
    elif kind == "separate" and open_fields:
        open_fields[-1].in_code = False
    elif kind == "end" and open_fields:
        _check(open_fields.pop().code)


def _check(code: str) -> None:
    text = code.strip()
    if not text:
        return
    word = _WORD.match(text)
    name = word[0].upper() if word else text[:1]
    if name == "HYPERLINK" and _leads_to_a_page(text[len("HYPERLINK") :]):
        return
    # A bookmark's name alone is a field that shows the bookmark; one that is put together of others may be any.
    if name in _PLAIN or name.startswith("="):
        return
    raise FileFault(
        N_("The document holds a field that fetches something (%(field)s); turn it into plain text"), field=quoted(name)
    )


def _leads_to_a_page(rest: str) -> bool:
    """Whether a link's own words name a page, an address of mail or a place in the document."""
    if _NESTED in rest:
        return False
    try:
        words = shlex.split(rest.replace("\\", "\\\\").replace("“", '"').replace("”", '"'))
    except ValueError:
        return False
    switches = {"\\l", "\\m", "\\n", "\\o", "\\t", "\\h", "\\*", "\\s", "mergeformat"}
    texts = zip(["", *words], words, strict=False)
    return bool(words) and all(
        each.lower() in switches or is_plain_link(each) or before.lower() in ("\\l", "\\o", "\\t", "\\s")
        for before, each in texts
    )
