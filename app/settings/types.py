"""The kinds of values that settings have. Each says what it should be, never what was given: that may be secret."""

import base64
import re
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal
from pydantic import AfterValidator, BeforeValidator, HttpUrl, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import NoDecode

from app.working_hours import working_hours


def zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("should be a time zone of the IANA database") from None
    return value


def system_zone() -> str:
    try:
        return zone(tzlocal.get_localzone_name() or "UTC")
    except (ValueError, LookupError, OSError):
        return "UTC"


def url(value: str) -> str:
    """A web address as text, without the slash at its end: paths are appended to it."""
    try:
        parts = TypeAdapter(HttpUrl).validate_python(value)
    except ValidationError:
        raise ValueError("should be a web address that begins with http:// or https://") from None
    if parts.query or parts.fragment:
        raise ValueError("should be a web address without ? and #")
    return value.rstrip("/")


def postgres_url(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("postgres://", "postgresql://")):
        raise ValueError("should begin with postgresql://")
    return value


def whatsapp_number(value: str) -> str:
    digits = re.sub(r"[\s().-]", "", value.removeprefix("whatsapp:"))
    if not re.fullmatch(r"\+[1-9]\d{6,14}", digits):
        raise ValueError("should be a phone number with + and country code")
    return f"whatsapp:{digits}"


def networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return tuple(ip_network(word, strict=False) for word in re.split(r"[,\s]+", value) if word)
    except ValueError:
        raise ValueError("should be addresses or networks, separated by commas") from None


def hosts(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = tuple(word.lower() for word in re.split(r"[,\s]+", value) if word)
    if not all(re.fullmatch(r"(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+", name) for name in names):
        raise ValueError("should be names of hosts, separated by commas")
    return names


def names(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = tuple(word.lower().strip("[]") for word in re.split(r"[,\s]+", value) if word)
    if not all(re.fullmatch(r"[a-z0-9_.:-]+", name) for name in found):
        raise ValueError("should be names or addresses of hosts, separated by commas")
    return found


def mail_sender(value: str) -> str:
    name, address = parseaddr(value)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address) or not (name + address).isprintable():
        raise ValueError("should be an e-mail address, with or without a name before it")
    return value


def long_key(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 16:
        raise ValueError("should have at least 16 characters")
    return value


def fernet_key(value: SecretStr) -> SecretStr:
    try:
        good = len(base64.b64decode(value.get_secret_value(), altchars=b"-_", validate=True)) == 32
    except ValueError:
        good = False
    if not good:
        raise ValueError("should be a key that `hilo google key` made")
    return value


def hours(value: str) -> str:
    working_hours(value)
    return value


Zone = Annotated[str, AfterValidator(zone)]
Url = Annotated[str, AfterValidator(url)]
PostgresUrl = Annotated[SecretStr, AfterValidator(postgres_url)]
WhatsAppNumber = Annotated[str, AfterValidator(whatsapp_number)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(networks)]
Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(hosts)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(names)]
MailSender = Annotated[str, AfterValidator(mail_sender)]
LongKey = Annotated[SecretStr, AfterValidator(long_key)]
FernetKey = Annotated[SecretStr, AfterValidator(fernet_key)]
Hours = Annotated[str, AfterValidator(hours)]
