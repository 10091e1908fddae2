"""Tests cannot reach the internet: a connection or a look-up that leaves this machine raises."""

import ipaddress
import sys
from typing import Any


class InternetForbidden(BaseException):
    """Not an `Exception`, so that no code under test takes it for a network failure and goes on."""


def forbid_internet() -> None:
    """Hold for the rest of the process (an audit hook cannot be taken out, which is the point)."""
    sys.addaudithook(_audit)


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
    if host in ("", "localhost") or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
