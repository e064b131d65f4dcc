"""The composition: who answers which path."""

from __future__ import annotations

import pytest

from admin.cli.site import plain_answer

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
