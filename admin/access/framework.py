"""What our settings mean to Flask, Flask-AppBuilder and their extensions, by their own names.

A setting of ours stands in `config.py`; what the frameworks are told whoever runs the portal stands here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from admin.models.event_form import as_stored
from config import MAX_REQUEST_BYTES, Settings

LANGUAGES = {
    "zh_Hant_TW": {"flag": "tw", "name": "繁體中文"},
    "zh_Hans_CN": {"flag": "cn", "name": "简体中文"},
    "en": {"flag": "gb", "name": "English"},
}
SIGN_IN_LASTS = {"web": timedelta(hours=24), "api": timedelta(minutes=30)}  # whatever is done in it
MAX_FORM_FIELD_BYTES = 2 * 1024 * 1024


def flask_config(settings: Settings) -> dict[str, Any]:
    """The same settings as Flask, Flask-AppBuilder and their extensions name them."""
    return {
        "TESTING": settings.portal_env == "test",
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # what people write must not reach a log through the text of a database error
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,
            "json_serializer": as_stored,
            **({} if settings.sqlite else {"pool_pre_ping": True}),
        },
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM_FIELD_BYTES,
        **_cookies(settings),
        **_languages(settings),
        **_appbuilder(settings),
    }


def _cookies(settings: Settings) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_NAME": "portal",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=10),  # one long working day without a page
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.production,
        "WTF_CSRF_ENABLED": True,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: an application form stays open for hours
        "JWT_TOKEN_LOCATION": ["headers"],  # a cookie alone must never drive the API
        "JWT_ACCESS_TOKEN_EXPIRES": SIGN_IN_LASTS["api"],
        "RATELIMIT_ENABLED": False,  # its memory store counts per process; the sign-in lockout is a table of ours
    }


def _languages(settings: Settings) -> dict[str, Any]:
    return {
        "BABEL_DEFAULT_LOCALE": "zh_Hant_TW",
        "BABEL_DEFAULT_TIMEZONE": settings.portal_tz.key,
        "LANGUAGES": LANGUAGES,
    }


def _appbuilder(settings: Settings) -> dict[str, Any]:
    return {
        "APP_NAME": "客服職級管理",
        "APP_THEME": "",  # most themes call a font service
        "AUTH_TYPE": 1,  # accounts in our database
        "AUTH_ROLE_ADMIN": "admin",
        "AUTH_ROLE_PUBLIC": "Public",
        "AUTH_USER_REGISTRATION": False,  # accounts come from HR's employee list
        "FAB_CREATE_DB": False,  # create_all would defeat the migrations
        "FAB_UPDATE_PERMS": False,  # costs a second at every boot, and workers collide; `manage setup` does it
        "FAB_ADD_SECURITY_API": False,  # roles and users are changed by audited operations only
        "FAB_ADD_MENU_API": False,  # our menu follows from the access list; FAB's would let a cookie in
        "FAB_ADD_SECURITY_PERMISSION_VIEW": False,
        "FAB_ADD_SECURITY_VIEW_MENU_VIEW": False,
        "FAB_ADD_SECURITY_PERMISSION_VIEWS_VIEW": False,
        "FAB_API_SWAGGER_UI": False,  # it loads scripts from a foreign host
        "FAB_API_SHOW_STACKTRACE": False,
        "FAB_API_MAX_PAGE_SIZE": 100,
        "FAB_PASSWORD_HASH_METHOD": "pbkdf2:sha256:1" if settings.portal_env == "test" else "scrypt",
        "FAB_PASSWORD_COMPLEXITY_ENABLED": False,  # the length rule of our own forms takes its place
    }
