"""Fetching files that customers sent: from the provider's own hosts only, never from an address inside.

An address in a webhook is what somebody wrote there. It is fetched only if it begins like one of the channel's
`Place`s, and so is each redirect; names of the world must have addresses of the world (`outward`).
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urljoin

import httpx

from app.channels.outward import Inside, Resolve, pin, resolve
from app.errors import MediaRefused, MediaUnavailable
from app.models import Value
from app.tls import trusted

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS: Final = 3


class Place(Value):
    """Where files may come from: `origin` is `https://host` (or with a port), `path` what the path begins with.
    `headers` are sent there and nowhere else. `inside`: the operator named this place, so that it may have a private
    address; it may be spoken to without TLS."""

    origin: str
    path: str = "/"
    headers: Mapping[str, str] = {}
    inside: bool = False

    def holds(self, url: httpx.URL) -> bool:
        own = httpx.URL(self.origin)
        same = (url.scheme, url.host, url.port) == (own.scheme, own.host, own.port)
        return same and not url.userinfo and url.path.startswith(self.path) and ".." not in url.path.split("/")


def place_at(base_url: str, path: str, *, headers: Mapping[str, str] | None = None) -> Place:
    """`path` below an address that the operator has set, which may be inside."""
    base = httpx.URL(base_url)
    origin = str(base.copy_with(raw_path=b"/")).rstrip("/")
    return Place(origin=origin, path=base.path.rstrip("/") + path, headers=headers or {}, inside=True)


def at_place(url: str, path: str, place: Place) -> str:
    """The address of a file, whose path begins with `path`, at `place`; any other address as it is. A gateway writes
    addresses with the name that it knows itself by, which need not be the one that we reach it by."""
    try:
        given = httpx.URL(url)
    except httpx.InvalidURL:
        return url
    if not given.raw_path.startswith(path.encode()):
        return url
    prefix = place.path.removesuffix(path)
    return f"{place.origin}{prefix}{given.raw_path.decode('ascii')}"


class File(Value):
    """A file's bytes and its MIME type as the sender gave it, without parameters."""

    content: bytes
    content_type: str


class Limits(Value):
    """`max_bytes` of one file; `seconds` for all of a download."""

    max_bytes: int
    seconds: float


async def download(url: str, places: Sequence[Place], limits: Limits, *, resolve: Resolve = resolve) -> File:
    """Fetch `url`. Raises `MediaRefused` for what may not or cannot be had, `MediaUnavailable` if later it may."""
    try:
        async with asyncio.timeout(limits.seconds):
            # Proxies of the environment are not used: they would look up the name themselves.
            async with httpx.AsyncClient(
                timeout=httpx.Timeout(None), follow_redirects=False, trust_env=False, verify=trusted()
            ) as client:
                return await _follow(client, url, places, limits, resolve)
    except TimeoutError as error:
        raise MediaUnavailable(f"the file did not come within {limits.seconds:g} seconds") from error
    except httpx.InvalidURL as error:
        raise MediaRefused("the file's address is none") from error
    except httpx.TransportError as error:
        raise MediaUnavailable("the connection to the file's host broke") from error


async def _follow(
    client: httpx.AsyncClient, url: str, places: Sequence[Place], limits: Limits, resolve: Resolve
) -> File:
    for _ in range(_MAX_REDIRECTS + 1):
        target = httpx.URL(url)
        place = next((place for place in places if place.holds(target)), None)
        if place is None:
            raise MediaRefused(f"files are not fetched from {target.scheme}://{target.host[:100]}")
        request = await _request(client, target, place, resolve)
        answer = await client.send(request, stream=True)
        try:
            if answer.status_code in _REDIRECTS:
                url = urljoin(url, answer.headers.get("location", ""))
                continue
            return await _read(answer, limits)
        finally:
            await answer.aclose()
    raise MediaRefused("the file's host redirects without end")


async def _request(client: httpx.AsyncClient, url: httpx.URL, place: Place, resolve: Resolve) -> httpx.Request:
    """The request, sent to an address that was looked at."""
    headers = {"Accept-Encoding": "identity", **place.headers}
    if place.inside:
        return client.build_request("GET", url, headers=headers)
    if url.scheme != "https":
        raise MediaRefused("files are fetched over https only")
    try:
        pinned, named, extensions = await pin(url, resolve)
    except OSError as error:
        raise MediaUnavailable("the file's host cannot be found") from error
    except Inside as error:
        raise MediaRefused("the file's host has an address inside a network") from error
    return client.build_request("GET", pinned, headers={**headers, **named}, extensions=extensions)


async def _read(answer: httpx.Response, limits: Limits) -> File:
    status = answer.status_code
    if status == 408 or status == 429 or status >= 500:
        raise MediaUnavailable(f"the file's host answered {status}")
    if status in (401, 403):  # a key that a person can put right
        raise MediaUnavailable(f"the file's host refused us ({status}): check the channel's credentials")
    if status != 200:
        raise MediaRefused(f"the file is not to be had: its host answered {status}")
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise MediaRefused("the file came packed, which was not asked for")
    too_big = MediaRefused(f"the file is larger than {limits.max_bytes / 1_000_000:g} MB")
    if int(answer.headers.get("content-length", "0") or "0") > limits.max_bytes:
        raise too_big
    content = bytearray()
    async for chunk in answer.aiter_raw():
        content += chunk
        if len(content) > limits.max_bytes:
            raise too_big
    return File(
        content=bytes(content), content_type=answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    )
