"""What the portal signs with the time, sessions and marks of forms among it, outlives a clock that is put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

PUT_BACK: Final = timedelta(hours=2)  # a clock in the wrong time zone is an hour off, or summer time and an hour


class PatientSigner(TimestampSigner):
    """Stamps of up to `PUT_BACK` ahead are as good as made now: only the portal makes them, by a clock that ran ahead.

    Refusing them would end every session, and take what is typed from whoever goes on with an open page.
    """

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        """The value without its stamp; raises `SignatureExpired` where it is older than `max_age` seconds, or from a day to come."""
        value, stamped = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and not self._is_of_age(stamped, max_age):
            raise SignatureExpired("signed too long ago, or in days to come", payload=value, date_signed=stamped)
        return (value, stamped) if return_timestamp else value

    def _is_of_age(self, stamped: datetime, max_age: int) -> bool:
        passed = datetime.fromtimestamp(self.get_timestamp(), UTC) - stamped
        return -PUT_BACK <= passed <= timedelta(seconds=max_age)


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions in a signed cookie, under the patient signer."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Flask's own, whose signatures stay what they were; None where there is no secret."""
        found = super().get_signing_serializer(app)
        if found is not None:
            found.signer = PatientSigner
        return found


def register(app: Flask) -> None:
    """Let sessions outlive a clock that is put back."""
    app.session_interface = Sessions()


def signer(secret: str | bytes, what_for: str) -> URLSafeTimedSerializer:
    """What signs one kind of things with the time, and reads them again by `loads(…, max_age=seconds)`."""
    return URLSafeTimedSerializer(secret, salt=what_for, signer=PatientSigner)
