"""Reads a rulebook and refuses anything malformed, naming file, line and entry.

A rulebook is a YAML text, a file, or a folder whose files are read as one; in the database it is the same as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import yaml

from admin.domain.refusals import N_
from admin.rulebook import source
from admin.rulebook.book import Rulebook
from admin.rulebook.checks import check, check_scorecard
from admin.rulebook.codec import Decoder
from admin.rulebook.faults import RulebookError, RulebookFault

SHIPPED = FilePath(__file__).parent / "policy-1"


def load(text_or_path: str | FilePath) -> Rulebook:
    """The rulebook in a YAML text, file or folder; raises RulebookError with every fault that was found."""
    if isinstance(text_or_path, FilePath):
        read = source.merge(source.read(_text(file), file.name) for file in _files(text_or_path))
    else:
        read = source.read(text_or_path)
    return _build(read.data, read.places)


def from_dict(data: Mapping[str, Any]) -> Rulebook:
    """The rulebook in plain data, as `Rulebook.to_dict()` or JSON gives it; raises RulebookError."""
    return _build(data, {})


def stored(data: Mapping[str, Any]) -> Rulebook:
    """The rulebook of a version that was checked when it was stored; what the portal asks of newer ones is not asked of it.

    Its content and hash are for ever: rules and parameters that came later are not in it.
    """
    book: Rulebook = Decoder(data, {}).decode(Rulebook)
    return book


@cache
def shipped() -> Rulebook:
    """The policy version that comes with the portal."""
    return load(SHIPPED)


def dump(book: Rulebook) -> str:
    """One YAML text that `load` reads back to the same rulebook: the exchange form."""
    return str(yaml.dump(book.to_dict(), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140))


def _files(path: FilePath) -> list[FilePath]:
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise RulebookError([RulebookFault(N_("The folder holds no YAML file."), {}, path.name)])
    return files


def _text(file: FilePath) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RulebookError([RulebookFault(N_("The file is not in UTF-8."), {}, file.name)]) from None


def _build(data: Mapping[str, Any], places: dict[source.Path, tuple[str, int]]) -> Rulebook:
    decoder = Decoder(data, places)
    book: Rulebook = decoder.decode(Rulebook)
    for stage in (check, check_scorecard):
        for path, reason, facts in stage(book):
            decoder.fault(path, reason, **facts)
        if decoder.faults:
            raise RulebookError(decoder.faults)
    return book


class _Dumper(yaml.SafeDumper):
    """Quotes whatever begins with a digit, as `source` asks of ids."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def _words(dumper: _Dumper, words: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style='"' if words[:1].isdigit() else None)


_Dumper.add_representer(str, _words)
