"""Settings: each is documented, each is refused with a message that says what it should be."""

from __future__ import annotations

import argparse
import stat
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from admin.access.framework import flask_config
from admin.cli import serve
from config import ROOT, BadSetting, Settings, keep_settings, kept_secret, settings_from

SECRET = "s" * 32


def names() -> list[str]:
    return [each.metadata["name"] for each in fields(Settings)]


@pytest.mark.parametrize("name", names())
def test_every_setting_is_in_the_readme(name: str) -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("README.md is not written yet")
    assert f"`{name}`" in readme.read_text(encoding="utf-8")


def test_every_setting_says_why_it_is_there_in_a_line() -> None:
    assert all(each.metadata["why"].endswith(".") and "\n" not in each.metadata["why"] for each in fields(Settings))


def test_without_any_variable_there_is_a_working_demo(tmp_path: Path) -> None:
    settings = settings_from({"VAR_DIR": str(tmp_path)})
    assert settings.portal_env == "demo"
    assert settings.database_url == f"sqlite:///{tmp_path}/portal.sqlite3"
    assert settings.notice_site_url == "http://127.0.0.1:8000/notice/"


def test_an_empty_variable_counts_as_absent(tmp_path: Path) -> None:
    assert settings_from({"VAR_DIR": str(tmp_path), "PORTAL_TZ": ""}).portal_tz.key == "Asia/Taipei"


def test_a_relative_folder_counts_from_the_project_wherever_a_command_is_called(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_from({"VAR_DIR": "var/x", "SECRET_KEY": SECRET}).var_dir == ROOT / "var/x"


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first, second = kept_secret(tmp_path / "keys"), kept_secret(tmp_path / "keys")
    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "keys/secret_key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secret_key"]


def test_secrets_are_not_printed_with_the_settings(tmp_path: Path) -> None:
    settings = settings_from(
        {
            "VAR_DIR": str(tmp_path),
            "SECRET_KEY": "planted-1",
            "DATABASE_URL": "postgresql+psycopg://u:planted-2@h/d",
            "SMTP_URL": "smtp://u:planted-3@h",
            "DEMO_PASSWORD": "planted-4",
        }
    )
    assert "planted" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORTAL_ENV", "prod"),
        ("PORTAL_TZ", "Mars/Base"),
        ("PORTAL_TZ", "../../etc/passwd"),
        ("PORTAL_CALENDAR", "DE"),
        ("PORTAL_NOW", "tomorrow"),
        ("PORTAL_NOW", "2026-11-23T09:00:00"),
        ("PORTAL_NOW", "+3w"),
        ("WEB_WORKERS", "0"),
        ("WEB_WORKERS", "many"),
        ("PORTAL_DEBUG", "yes"),
        ("PORTAL_URL", "nonsense"),
        ("PORTAL_URL", "http://"),
        ("PORTAL_URL", "http://grades.example.com:port"),
        ("NOTICE_SITE_URL", "ftp://grades.example.com"),
        ("SMTP_URL", "smtp://mail.example.com:0"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgresql://127.0.0.1:port/x"),
        ("DATABASE_URL", "postgresql://[::1/x"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=f"^{name}: "):
        settings_from({"VAR_DIR": str(tmp_path), name: text})


@pytest.mark.parametrize("secret", ["", SECRET], ids=["made here", "given"])
@pytest.mark.parametrize("place", ["file", "file/below", "/proc/nowhere/below", "/proc/self"])
def test_a_folder_that_cannot_be_made_or_written_is_refused_by_name(place: str, secret: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match=r"VAR_DIR.*Name a folder"):
        settings_from({"VAR_DIR": str(tmp_path / place), "SECRET_KEY": secret})


def test_a_fixed_clock_stands_still(tmp_path: Path) -> None:
    settings = settings_from({"VAR_DIR": str(tmp_path), "PORTAL_NOW": "2026-11-23T09:00:00+08:00"})
    assert settings.now() == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_a_shifted_clock_runs_ahead(tmp_path: Path) -> None:
    settings = settings_from({"VAR_DIR": str(tmp_path), "PORTAL_NOW": "+3d"})
    before, now, after = datetime.now(UTC), settings.now(), datetime.now(UTC)
    assert before <= now - timedelta(days=3) <= after


def test_production_needs_a_long_secret(tmp_path: Path) -> None:
    for secret in ("", "short"):
        with pytest.raises(BadSetting, match="SECRET_KEY"):
            settings_from({"PORTAL_ENV": "production", "VAR_DIR": str(tmp_path), "SECRET_KEY": secret})


def test_production_refuses_a_false_clock(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="PORTAL_NOW"):
        settings_from({"PORTAL_ENV": "production", "SECRET_KEY": SECRET, "PORTAL_NOW": "+1d", "VAR_DIR": str(tmp_path)})


def test_production_sends_cookies_over_https_only(tmp_path: Path) -> None:
    settings = settings_from({"PORTAL_ENV": "production", "SECRET_KEY": SECRET, "VAR_DIR": str(tmp_path)})
    assert flask_config(settings)["SESSION_COOKIE_SECURE"] is True
    assert flask_config(settings)["FAB_PASSWORD_HASH_METHOD"] == "scrypt"


def test_the_company_has_one_name_or_one_for_each_language(tmp_path: Path) -> None:
    def names_of(text: str) -> tuple[str, str, str]:
        return settings_from({"VAR_DIR": str(tmp_path), "PORTAL_COMPANY": text}).portal_company

    assert names_of("大安客服") == ("大安客服", "大安客服", "大安客服")
    assert names_of("大安|大安中心| Da-an ") == ("大安", "大安中心", "Da-an")
    for wrong in ("a|b", "a||c", "x" * 61):
        with pytest.raises(BadSetting, match="PORTAL_COMPANY"):
            names_of(wrong)


def test_a_plain_shell_prints_what_start_was_given(tmp_path: Path) -> None:
    given = {"PORTAL_COMPANY": "甲公司", "PORTAL_URL": "http://127.0.0.1:8123", "PORTAL_TZ": "Asia/Shanghai"}
    keep_settings(tmp_path, given)
    plain = settings_from({"VAR_DIR": str(tmp_path)})
    assert (plain.portal_company[0], plain.portal_url, plain.portal_tz.key) == (
        "甲公司", "http://127.0.0.1:8123", "Asia/Shanghai",
    )  # fmt: skip
    assert plain.notice_site_url == "http://127.0.0.1:8123/notice/"
    said = settings_from({"VAR_DIR": str(tmp_path), "PORTAL_URL": "http://other"})
    assert (said.portal_url, said.portal_company[0]) == ("http://other", "甲公司")
    assert settings_from({"VAR_DIR": str(tmp_path)}, starting=True).portal_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize("damaged", ["", "{", "[1]", '{"PORTAL_URL": null}'])
def test_what_was_kept_and_cannot_be_read_counts_for_nothing(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "printed_settings.json").write_text(damaged)
    assert settings_from({"VAR_DIR": str(tmp_path)}).portal_url == "http://127.0.0.1:8000"


def test_start_keeps_what_it_was_given_before_it_publishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"VAR_DIR": str(tmp_path), "PORTAL_COMPANY": "甲公司", "PORTAL_URL": ""}.items():
        monkeypatch.setenv(name, text)
    monkeypatch.delenv("PORTAL_URL")
    monkeypatch.setattr(serve, "refuse_unusable_port", lambda host, port: None)
    seen = []
    monkeypatch.setattr(
        serve, "prepare", lambda settings, **_: seen.append(settings_from({"VAR_DIR": str(tmp_path)})) or 7
    )
    assert serve.run(argparse.Namespace(host="127.0.0.1", port=8124, empty=True, employees=0)) == 7
    assert (seen[0].portal_url, seen[0].portal_company[0]) == ("http://127.0.0.1:8124", "甲公司")
