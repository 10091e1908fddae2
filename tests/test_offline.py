"""The guard that keeps tests off the internet does keep them off."""

import asyncio
import socket
import urllib.request

import pytest

from tests.support.offline import InternetForbidden


@pytest.mark.parametrize("host", ["example.com", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"])
def test_nothing_leaves_the_machine(host):
    with pytest.raises(InternetForbidden):
        socket.create_connection((host, 80), timeout=1)


def test_nor_through_libraries():
    with pytest.raises(InternetForbidden):
        urllib.request.urlopen("http://example.com/", timeout=1)


async def test_nor_asynchronously():
    with pytest.raises(InternetForbidden):
        await asyncio.open_connection("192.0.2.1", 80)


def test_nor_by_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, pytest.raises(InternetForbidden):
        udp.sendto(b"x", ("192.0.2.1", 53))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_machine_itself_is_reached(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), timeout=1).close()
