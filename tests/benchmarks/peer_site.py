"""Django's admin over the same people, columns and search: the peer that the list of employees is measured beside.

Run in an environment of its own (requirements-peer.txt), never in the product's: `fill FILE` takes the people over from the
portal's database and prints the key of a signed-in session; `peer_site:application` serves.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import django
from django.apps import AppConfig
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

FOLDER = Path(os.environ["PEER"])
NAME = "peer_site"
PER_PAGE = 25

settings.configure(
    SECRET_KEY=secrets.token_hex() if not (FOLDER / "key").exists() else (FOLDER / "key").read_text(),
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "peer.sqlite3"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        f"{NAME}.Peer",
    ],
    LANGUAGE_CODE="zh-hant",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    ROOT_URLCONF=NAME,
    STATIC_URL="static/",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)


class Peer(AppConfig):
    """The one application."""

    name = NAME
    path = str(Path(__file__).parent)
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """The models stand in this file, further down."""
        self.models, self.models_module = self.apps.all_models[self.label], sys.modules[NAME]


sys.modules.setdefault(NAME, sys.modules[__name__])
django.setup()

from django.contrib import admin  # noqa: E402 - these need the applications, which stand in this file
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import models  # noqa: E402


class Department(models.Model):
    """A department by its name."""

    name = models.CharField(max_length=200)

    class Meta:
        app_label = NAME

    def __str__(self) -> str:
        return self.name


class Employee(models.Model):
    """What the portal's list shows of a person."""

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200, db_index=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    post = models.CharField(max_length=200)
    superior = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    status = models.CharField(max_length=40)

    class Meta:
        app_label = NAME

    def __str__(self) -> str:
        return self.name


@admin.register(Employee)
class EmployeeAdmin(admin.ModelAdmin):
    """The portal's columns, search and page."""

    list_display = ("number", "name", "department", "post", "superior", "status")
    list_select_related = ("department", "superior")
    search_fields = ("number", "name")
    ordering = ("number",)
    list_per_page = PER_PAGE


urlpatterns = [path("admin/", admin.site.urls)]
application = get_wsgi_application()


def fill(portal: str) -> str:
    """Take over the people of a portal's database; returns the key of a session that may see them."""
    (FOLDER / "key").write_text(settings.SECRET_KEY)
    call_command("migrate", run_syncdb=True, verbosity=0)
    with closing(sqlite3.connect(portal)) as source:
        departments = source.execute("SELECT id, name FROM departments").fetchall()
        people = source.execute(
            "SELECT id, number, name, department_id, post, superior_id, status FROM employees"
        ).fetchall()
    Department.objects.bulk_create(Department(id=key, name=name) for key, name in departments)
    fields = ("id", "number", "name", "department_id", "post", "superior_id", "status")
    rows = [dict(zip(fields, row, strict=True)) for row in people]
    for row in rows:
        row["post"] = row["post"] or ""
    Employee.objects.bulk_create((Employee(**row) for row in rows), batch_size=100)
    user = User.objects.create_superuser("hr", "", secrets.token_hex())
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store.create()
    return str(store.session_key)


if __name__ == "__main__":
    print(fill(sys.argv[2]))
