"""The levels of the ladder by their names: a version's own words, not the program's (2.1, 6.1-c)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from admin.models import db
from admin.queries.policy.policy_versions import level_names
from admin.web.clock import today
from admin.web.texts import language


class LevelNames(Mapping[str, str]):
    """Code and name of each level that the version in force has, or one that comes; looked up when it is asked."""

    def _known(self) -> dict[str, str]:
        return {code: name.get(language()) for code, name in level_names(db.session(), today()).items()}

    def __getitem__(self, code: str) -> str:
        return self._known()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())


LEVELS = LevelNames()
