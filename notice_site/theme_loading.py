"""How the theme is read: each template compiled once in a process, and no look at the ten thousand icons that are no pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader
from jinja2.bccache import Bucket
from mkdocs.theme import Theme


class Compiled(BytecodeCache):
    """Bytecode in memory: MkDocs makes an environment of its own for each language and each publication."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class Seen(FileSystemLoader):
    """The theme's folders, listed without the hidden ones, of which MkDocs takes no file."""

    def list_templates(self) -> list[str]:
        return sorted({name for folder in self.searchpath for name in _files(str(folder))})


def _files(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place, name).relative_to(folder).as_posix() for name in files)


class QuickTheme(Theme):
    """MkDocs' theme with such an environment."""

    def get_env(self) -> Environment:
        """As `Theme.get_env`, with what is compiled and listed kept short."""
        env = super().get_env()
        env.bytecode_cache, env.loader = COMPILED, Seen(self.dirs)
        return env


def quick(theme: Any) -> Any:
    """The same theme, read so."""
    theme.__class__ = QuickTheme
    return theme
