"""The product's nginx file under the real nginx, before the real serving processes around a small application."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from admin.cli.dispatch import main
from admin.cli.server_files import TEMPLATES
from tests.front import NAME, Front, free_port, named, needs_nginx
from tests.plain_server import plain_server

pytestmark = pytest.mark.sqlite_enough
PATHS = ["/login/", "/notice/", "/notice", "/notice/notices/1999-01/", "/report/", "/static/none"]
SECURITY = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control", "X-Frame-Options")


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    home = tmp_path_factory.mktemp("front")
    one = Front(home, free_port(), free_port())
    one.certificate.parent.mkdir(parents=True)
    key = one.certificate.with_suffix(".key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", f"/CN={NAME}", "-addext",
         f"subjectAltName=DNS:{NAME}", "-keyout", key, "-out", one.certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    assets = home / "notice_site/live/assets"
    assets.mkdir(parents=True)
    (assets.parent / "index.html").write_text("<h1>notices</h1>")
    (assets / "main.57a0d79d.min.css").write_text("a { color: red }\n" * 200)
    with contextlib.ExitStack() as running, pytest.MonkeyPatch.context() as patched:
        server = running.enter_context(plain_server(home))
        patched.setenv("VAR_DIR", str(home))
        patched.setenv("PORTAL_URL", f"https://{NAME}:{one.tls}")
        files = home / "files"
        main(["server-files", "--out", str(files), "--port", str(server.port), "--http-port", str(one.http),
              "--certificate", str(one.certificate), "--key", str(key), "--log-dir", str(home)])  # fmt: skip
        running.enter_context(one.serving(files / "grades.nginx.conf"))
        yield one


def get(path: str, *more: str) -> str:
    return "\n".join([f"GET {path} HTTP/1.1", f"Host: {NAME}", *more])


@needs_nginx
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_each_header_once_and_none_names_the_server(front: Front, path: str) -> None:
    head, _ = front.ask(get(path))
    assert {name: len(named(head, name)) for name in SECURITY} == dict.fromkeys(SECURITY, 1)
    assert not named(head, "Server") and not named(head, "Via") and "nginx" not in head


@needs_nginx
def test_a_list_that_ended_is_410_and_a_hashed_asset_is_kept_and_packed(front: Front) -> None:
    assert front.ask(get("/notice/notices/1999-01/"))[0].startswith("HTTP/1.1 410")
    packing = "Accept-Encoding: gzip"
    head, body = front.ask(get("/notice/assets/main.57a0d79d.min.css", packing))
    assert "immutable" in named(head, "Cache-Control")[0] and named(head, "Content-Encoding") == ["gzip"]
    assert b"color" not in body
    assert named(front.ask(get("/large", packing))[0], "Content-Encoding") == []


@needs_nginx
def test_http_leads_to_our_own_https_whatever_host_was_asked_for(front: Front) -> None:
    head, _ = front.ask("GET /login/?a=1 HTTP/1.1\nHost: evil.example", plain=True)
    assert named(head, "Location") == [f"https://{NAME}:{front.tls}/login/?a=1"]


@needs_nginx
def test_the_portal_is_told_our_own_name_and_who_asks_but_the_complaint_form_is_not(front: Front) -> None:
    forged = ("X-Forwarded-Host: evil.example", "X-Forwarded-For: 9.9.9.9", "User-Agent: mine", "Cookie: a=b")
    told = json.loads(front.ask(get("/", *forged))[1])
    assert urlsplit(f"//{told['HTTP_HOST']}").hostname == NAME and told["wsgi.url_scheme"] == "https"
    assert told["REMOTE_ADDR"] == "127.0.0.1" and "evil" not in str(told) and "9.9.9.9" not in str(told)
    form = json.loads(front.ask(get("/report/", *forged))[1])
    assert not {"HTTP_COOKIE", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR"} & set(form)


@needs_nginx
def test_another_name_gets_no_answer(front: Front) -> None:
    with pytest.raises(ssl.SSLError):
        front.connect("evil.example")
    assert front.ask(get("/").replace(NAME, "evil.example")) == ("", b"")


@needs_nginx
def test_what_is_too_large_is_told_in_the_products_own_words(front: Front) -> None:
    for path, size, sent in (("/report/", 40_000_000, 0), ("/login/", 34_000_000, 34_000_000)):
        head, body = front.ask(f"POST {path} HTTP/1.1\nHost: {NAME}\nContent-Length: {size}", body=b"x" * sent)
        assert head.startswith("HTTP/1.1 413") and body == b"our own words", path
    head, body = front.ask(f"POST /login/ HTTP/1.1\nHost: {NAME}\nContent-Length: 900000000")
    assert head.startswith("HTTP/1.1 413") and "請縮小後再送" in body.decode() and b"nginx" not in body
    assert {name: len(named(head, name)) for name in SECURITY} == dict.fromkeys(SECURITY, 1)


@needs_nginx
def test_of_the_complaint_form_nothing_is_logged_and_nothing_lies_on_the_disk(front: Front) -> None:
    planted, size = "planted-words", 3_000_000
    spooled = {path.name for path in front.home.glob("nginx-*/**/*")}
    with front.connect() as client:
        head = f"POST /report/?{planted} HTTP/1.1\r\nHost: {NAME}\r\nUser-Agent: {planted}\r\nContent-Length: {size}\r\n\r\n"
        client.sendall(head.encode() + planted.encode() + b"x" * 2_000_000)
        assert {path.name for path in front.home.glob("nginx-*/**/*")} == spooled
        client.sendall(b"x" * (size - 2_000_000 - len(planted)))
        assert client.recv(20).startswith(b"HTTP/1.1 200")
    logs = [path.read_text(errors="replace") for path in front.home.glob("*") if path.is_file()]
    assert not any(planted in log or "/report/" in log for log in logs if "proxy_pass" not in log)


@needs_nginx
def test_the_log_of_the_rest_is_lines_of_json_without_addresses_or_queries(front: Front) -> None:
    front.ask(get("/login/?name=planted", 'User-Agent: planted"}', 'Referer: planted"}'))
    lines = (front.home / "grades.access.log").read_text().splitlines()
    assert lines and all(
        set(json.loads(line)) == {"at", "method", "path", "status", "bytes", "seconds"} for line in lines
    )
    assert not any("127.0.0.1" in line or "planted" in line for line in lines)


@needs_nginx
def test_figures_are_not_shown_outside(front: Front) -> None:
    head, body = front.ask(get("/metrics"))
    assert head.startswith("HTTP/1.1 404") and b"nginx" not in body


@needs_nginx
@pytest.mark.parametrize(
    "request_", [get("/", "X: " + "y" * 70_000), get("/", "Content-Length: x"), get("/" + "y" * 70_000)]
)
def test_what_nginx_itself_refuses_has_the_same_headers(front: Front, request_: str) -> None:
    head, body = front.ask(request_)
    assert head.startswith("HTTP/1.1 400") and b"nginx" not in body
    assert {name: len(named(head, name)) for name in SECURITY} == dict.fromkeys(SECURITY, 1)


def test_the_files_are_filled_in_from_the_settings(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PORTAL_URL", f"https://{NAME}")
    assert main(["server-files", "--out", str(tmp_path), "--port", "8123"]) == 0
    written = {path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()}
    assert len(written) == len(list(TEMPLATES.iterdir()))
    assert not [name for name, text in written.items() if re.search(r"@\w+@", text)]
    assert f"server_name {NAME};" in written["grades.nginx.conf"] and "listen 443 ssl" in written["grades.nginx.conf"]
    assert (
        f"ReadWritePaths={tmp_path / 'var'}" in written["grades-portal.service"]
        and "--port 8123" in written["grades-portal.service"]
    )


@needs_nginx
def test_no_page_of_nginx_names_it(front: Front) -> None:
    asked = [(get("/login/"), False), (get("/" + "y" * 70_000), False), (get("/", "X: " + "y" * 70_000), False)]
    asked += [(get("/" + "y" * 70_000), True), (get("/none", "Content-Length: x"), True)]
    for request_, tls in asked:
        head, body = front.ask(request_, plain=not tls)
        assert "nginx" not in head.lower() and b"nginx" not in body.lower(), (head, body)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_understands_every_unit_and_nothing_in_them_is_unknown_to_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PORTAL_URL", f"https://{NAME}")
    assert main(["server-files", "--out", str(tmp_path), "--port", "8123"]) == 0
    units = sorted(str(path) for path in tmp_path.iterdir() if path.suffix in (".service", ".timer"))
    # Without its generators and manual pages; the unit of the database is wanted and need not be here.
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units], capture_output=True, text=True
    )
    said = [line for line in found.stderr.splitlines() if any(unit in line for unit in units) or "grades" in line]
    assert len(units) == 3 and (found.returncode, said) == (0, [])
