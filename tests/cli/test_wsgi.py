"""The composition: who answers which path."""

from __future__ import annotations

import pytest

from admin.cli.site import plain_answer
from admin.files import apart

wsgi = pytest.importorskip("admin.cli.wsgi", exc_type=ModuleNotFoundError)


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/notice/", "notice"),
        ("/notice", "notice"),
        ("/report/follow-up", "report"),
        ("//report/", "report"),
        ("/", "portal"),
        ("/reports", "portal"),
        ("/noticeboard/", "portal"),
        ("/x/report/", "portal"),
        ("", "portal"),
    ],
)
def test_the_first_part_of_the_path_chooses_who_answers(path: str, who: str) -> None:
    parts = {f"/{name}": plain_answer("200 OK", name.encode()) for name in ("notice", "report")}
    whole = wsgi.Composition(plain_answer("200 OK", b"portal"), parts)
    answer = b"".join(whole({"PATH_INFO": path, "REQUEST_METHOD": "GET"}, lambda status, headers: None))
    assert answer.decode() == who


def test_whoever_answers_waits_a_breath_for_the_check_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """At every part alike; a command, which keeps nobody waiting, has the time that a check takes."""
    monkeypatch.setattr(apart, "BREATH", 0.0)
    found: list[str] = []

    def checking(environ: object, start_response: object) -> list[bytes]:
        with pytest.raises(apart.NotYet):
            apart.checked_upload("a.txt", b"text")
        found.append("not yet")
        # An import is read to its end: it is no form that could be sent once more.
        assert len(apart.read_apart("a.csv", "工號,姓名\n17,王\n".encode()).rows) == 1
        return []

    whole = wsgi.Composition(checking, {"/report": checking})
    for path in ("/report/", "/"):
        whole({"PATH_INFO": path, "REQUEST_METHOD": "POST"}, lambda status, headers: None)
    assert found == ["not yet", "not yet"] and apart.checked_upload("a.txt", b"text").kind == "txt"
