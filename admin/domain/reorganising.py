"""A reorganisation as one mapping: who is where now, and where each is to be (4.3, 1.2-g)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import astuple, dataclass, replace

from admin.domain.refusals import N_, Invalid

MOST_LINES = 200
_PARTS = re.compile(r"\s*[\t|｜]\s*")


@dataclass(frozen=True)
class MappingLine:
    """From a department (and post, and grade, where these say whom) to another; what is left blank stays."""

    department: str
    post: str = ""
    to_department: str = ""
    to_post: str = ""
    superior: str = ""
    grade: str = ""
    to_grade: str = ""

    @property
    def moves_nothing(self) -> bool:
        """Whether no target stands in it."""
        return not (self.to_department or self.to_post or self.superior or self.to_grade)

    def concerns(self, names: Collection[str], post: str, grade: str | None) -> bool:
        """Whether somebody of a department of these names, in this post and grade, is meant."""
        here = self.department.casefold() in {name.casefold() for name in names}
        in_post = not self.post or self.post.casefold() == post.strip().casefold()
        return here and in_post and (not self.grade or self.grade == grade)

    def written(self) -> str:
        """The line as the form has it."""
        return " | ".join(astuple(self)).rstrip(" |")


def mapping_lines(text: str) -> list[MappingLine]:
    """The lines of a mapping as they are typed or pasted. Raises `Invalid` with every faulty line by its number."""
    lines, wrong = [], {}
    for place, typed in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        parts = _PARTS.split(typed)
        if len(parts) > 7 or not parts[0]:
            wrong[f"list {place}"] = N_("A line names the present department first, and holds seven parts at the most.")
            continue
        line = MappingLine(*parts)
        line = replace(line, grade=line.grade.upper(), to_grade=line.to_grade.upper())
        if line.moves_nothing:
            wrong[f"list {place}"] = N_("This line moves no one: name a new department, post, superior or grade.")
        elif line.to_grade and not line.grade:
            wrong[f"list {place}"] = N_("A new grade is proposed for one grade at a time: name the present one too.")
        lines.append(line)
    if not lines and not wrong:
        wrong["rows"] = N_("Write down at least one line.")
    if len(lines) > MOST_LINES:
        wrong["rows"] = N_("At most %(most)s lines in one reorganisation.")
    if wrong:
        raise Invalid(wrong, {"most": MOST_LINES})
    return lines
