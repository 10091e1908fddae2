"""Who Hilo is at Google: a service account, or a person who connected their calendar. Knows no SDK."""

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr

from app.errors import CalendarDisconnected, SettingsError
from app.models import Tenant, Value

SCOPES: Final = ("https://www.googleapis.com/auth/calendar",)
TOKEN_URL: Final = "https://oauth2.googleapis.com/token"  # noqa: S105


class Grant(Value):
    """What an access token is asked for with: a service account's key (and whom it acts for), or a refresh token."""

    account: str
    service_account: SecretStr | None = None
    subject: str | None = None
    refresh_token: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    token_url: str = TOKEN_URL

    def owns(self, calendar: str) -> bool:
        """Whether that is a service account's own calendar, which has no web page and no owner who could see it."""
        return self.service_account is not None and self.subject is None and calendar in ("primary", self.account)

    def key(self) -> Mapping[str, Any]:
        assert self.service_account is not None
        content: Mapping[str, Any] = json.loads(self.service_account.get_secret_value())
        return content


Grants = Callable[[Tenant], Awaitable[Grant | None]]


def service_account(text: str, *, subject: str | None = None) -> Grant:
    """The grant of a key file, given as its path or as its content. Raises `SettingsError`, without the key.

    The key's line ends may have become a backslash and an n once more, as happens on the way through environments.
    """
    content = text.strip()
    if not content.startswith("{"):
        try:
            content = Path(content).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"GOOGLE_SERVICE_ACCOUNT: the key file cannot be read: {error}") from None
    try:
        key = json.loads(content)
        if key["type"] != "service_account":
            raise ValueError("another type")  # noqa: TRY301
        email = str(key["client_email"])
        key["private_key"] = str(key["private_key"]).replace("\\n", "\n")
        str(key["token_uri"])
    except (ValueError, LookupError, TypeError):
        raise SettingsError(
            "GOOGLE_SERVICE_ACCOUNT: should be the JSON key of a service account, or the path of its file"
        ) from None
    try:
        usable = isinstance(load_pem_private_key(key["private_key"].encode(), password=None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        usable = False
    if not usable:
        raise SettingsError(
            "GOOGLE_SERVICE_ACCOUNT: its private_key cannot be read: give the JSON file as Google made it, by its path"
        )
    return Grant(account=subject or email, service_account=SecretStr(json.dumps(key)), subject=subject)


class Sealer:
    """Encrypts what may not lie in the database as it is (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, key: str) -> None:
        """`key`: 32 bytes in URL-safe base64, as `hilo google key` prints. Raises `SettingsError`."""
        try:
            self._fernet = Fernet(key)
        except ValueError:
            raise SettingsError("HILO_SECRET_KEY: should be a key that `hilo google key` made") from None

    @staticmethod
    def new_key() -> str:
        return Fernet.generate_key().decode()

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises `CalendarDisconnected` when it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise CalendarDisconnected(
                "The access to Google was stored with another HILO_SECRET_KEY: connect again (`hilo google connect`)"
            ) from None
