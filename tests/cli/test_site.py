"""The notice site as the portal serves it: always the published release, always with its own headers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from admin.cli.site import NoticeSite
from notice_site.headers import HEADERS


def release(root: Path, name: str, text: str) -> None:
    """Publish a site of one page, as publishing does: a new folder, then the link moves."""
    (root / name).mkdir(parents=True)
    (root / name / "index.html").write_text(text)
    (root / name / "404.html").write_text("gone")
    os.symlink(name, root / "next")
    os.replace(root / "next", root / "live")


class BufferedClient(Client):
    """Reads an answer to its end, so that the file behind it is closed."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, buffered=True, **kwargs)


@pytest.fixture
def site(tmp_path: Path) -> Client:
    return BufferedClient(NoticeSite(tmp_path / "live"))


def test_before_the_first_publication_the_site_says_so(site: Client) -> None:
    answer = site.get("/notice/")
    assert (answer.status_code, "尚未發布" in answer.text) == (404, True)


def test_a_publication_is_served_from_the_next_request_on(site: Client, tmp_path: Path) -> None:
    release(tmp_path, "one", "first")
    assert site.get("/notice/").text == "first"
    release(tmp_path, "two", "second")
    assert site.get("/notice/").text == "second"


def test_the_address_without_a_slash_leads_to_the_site(site: Client, tmp_path: Path) -> None:
    release(tmp_path, "one", "first")
    answer = site.get("/notice")
    assert (answer.status_code, answer.headers["Location"]) == (302, "notice/")


@pytest.mark.parametrize("path", ["/notice/none", "/notice/../one/index.html", "/notice/%2e%2e/one/index.html"])
def test_what_the_release_does_not_have_is_the_sites_own_404(site: Client, tmp_path: Path, path: str) -> None:
    release(tmp_path, "one", "first")
    answer = site.get(path)
    assert (answer.status_code, answer.text) == (404, "gone")


@pytest.mark.parametrize("path", ["/notice/none/2026", "/notice/notices/", "/notice/assets/"])
def test_what_is_no_list_is_404(site: Client, tmp_path: Path, path: str) -> None:
    release(tmp_path, "one", "first")
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/notices/2026-01/", "/en/notices/2026-01/print/", "/data/2026-01-0a.json"])
def test_a_list_that_is_not_there_any_more_or_never_was_is_410(site: Client, tmp_path: Path, path: str) -> None:
    release(tmp_path, "one", "first")
    answer = site.get(f"/notice{path}")
    assert (answer.status_code, answer.text) == (410, "gone")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_only_a_file_whose_name_tells_its_content_is_kept_for_ever(site: Client, tmp_path: Path) -> None:
    (tmp_path / "one" / "assets").mkdir(parents=True)
    for name in ("bundle.a5f9d56c.min.js", "frame.js"):
        (tmp_path / "one" / "assets" / name).write_text("x")
    os.symlink("one", tmp_path / "live")
    assert "immutable" in site.get("/notice/assets/bundle.a5f9d56c.min.js").headers["Cache-Control"]
    assert site.get("/notice/assets/frame.js").headers["Cache-Control"] == "no-cache"
    assert site.get("/notice/assets/none.a5f9d56c.min.js").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/notice/", "/notice/none", "/notice"])
def test_every_answer_of_the_site_carries_its_headers(site: Client, tmp_path: Path, path: str) -> None:
    release(tmp_path, "one", "first")
    assert HEADERS.items() <= dict(site.get(path).headers).items()
