"""Flask-AppBuilder's traps at the start: what a boot must not do, and which views must not be there."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import warnings
from dataclasses import replace

from flask_appbuilder.baseviews import BaseModelView
from flask_appbuilder.views import SimpleFormView

import admin.views
from config import ROOT
from tests.web.counting import statements


def test_a_boot_sends_no_sql_and_makes_no_table(settings, tmp_path):
    from admin.app import create_app

    path = tmp_path / "empty.sqlite3"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        app = create_app(replace(settings, database_url=f"sqlite:///{path}"))
    with statements(app) as sent:
        assert app.url_map is not None
    assert sent == []
    assert not path.exists() or path.stat().st_size == 0


def test_a_boot_logs_no_warning(settings, caplog):
    from admin.app import create_app

    create_app(settings)
    assert [record.message for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def test_pages_that_call_other_hosts_or_list_all_rights_are_not_there(portal):
    names = {type(view).__name__ for view in portal.appbuilder.baseviews}
    unwanted = {
        "UserStatsChartView",
        "UserDBModelView",
        "RoleModelView",
        "PermissionViewModelView",
        "SwaggerView",
        "UserApi",
        "ResetPasswordView",
    }
    assert not names & unwanted


def test_every_generated_view_inherits_from_the_hardened_base():
    from admin.web.model_view import PortalModelView

    for found in pkgutil.walk_packages(admin.views.__path__, "admin.views."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, BaseModelView | SimpleFormView):
                assert issubclass(value, PortalModelView), f"{found.name}.{name}"


def test_every_api_resource_inherits_from_the_hardened_base(portal):
    from flask_appbuilder.api import BaseApi

    from admin.api.base import Resource

    ours = [view for view in portal.appbuilder.baseviews if isinstance(view, BaseApi)]
    assert {type(view).__name__ for view in ours if not isinstance(view, Resource)} <= {
        "PortalSecurityApi",
        "ApiDescription",
    }


def test_no_generated_view_shows_the_rows_of_another_in_a_tab(app):
    for view in app.appbuilder.baseviews:
        assert not getattr(view, "related_views", None), type(view).__name__


def test_every_view_that_asks_for_a_permission_stands_in_the_access_list(portal):
    from admin.access.permissions import pairs

    known = pairs()
    for view in portal.appbuilder.baseviews:
        for permission in view.base_permissions:
            if type(view).__name__ not in ("UtilView", "LocaleView"):
                readable = (permission, view.class_permission_name)
                writing_without_writer = permission == "can_write"
                assert readable in known or writing_without_writer, readable


NOT_OF_THOSE_WHO_SERVE = {
    "admin.cli.worker", "admin.demo", "admin.jobs.sweep",
    "alembic", "docx", "filetype", "holidays", "huey", "lxml", "mako", "mkdocs", "numpy", "pikepdf", "psycopg", "pygments",
    "pypinyin", "python_calamine", "xlsxwriter",
}  # fmt: skip


def test_what_only_the_worker_the_checker_of_files_and_commands_need_is_not_loaded_by_whoever_serves_people() -> None:
    code = "import sys, admin.cli.serve; from admin.cli.wsgi import application; application(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not NOT_OF_THOSE_WHO_SERVE & set(done.stdout.split())
