"""Tests cannot reach the internet: a connection or a look-up that leaves this machine raises."""

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
from psycopg.conninfo import conninfo_to_dict

_allowed: set[str] = set()


class InternetForbidden(BaseException):
    """Not an `Exception`, so that no code under test takes it for a network failure and goes on."""


def forbid_internet() -> None:
    """Hold for the rest of the process (an audit hook cannot be taken out, which is the point).

    The one exception is a Supabase project that somebody names to run the suite against.
    """
    named = [urlsplit(os.environ.get("SUPABASE_TEST_URL", "")).hostname]
    named += [str(conninfo_to_dict(os.environ.get("SUPABASE_TEST_DSN", "")).get("host", ""))]
    for host in filter(None, named):
        _allowed.update({host}, (str(found[4][0]) for found in socket.getaddrinfo(host, None)))
    sys.addaudithook(_audit)


def believe_one_authority(folder: Path) -> None:
    """Each new HTTP client reads the certificates of all authorities, 20 ms of a core, and no test needs any. Workers
    that are started later inherit this."""
    if not _allowed:
        first, end, _ = Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----")
        (folder / "authority.pem").write_text(first + end + "\n")
        os.environ["SSL_CERT_FILE"] = str(folder / "authority.pem")


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not _is_local(str(address[0])):
            raise InternetForbidden(f"{event} {address}")
    elif event == "socket.getaddrinfo" and arguments[0] is not None:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
        if not _is_local(host):
            raise InternetForbidden(f"look-up of {host}")


def _is_local(host: str) -> bool:
    if host in ("", "localhost") or host in _allowed or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
