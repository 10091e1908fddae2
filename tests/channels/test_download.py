"""Files come from the provider's own hosts, and from nowhere else: over real HTTP, against a host that misbehaves."""

from collections.abc import Iterator, Sequence

import httpx
import pytest

from app.channels.chatwoot import ChatwootChannel
from app.channels.cloud_api import CloudApiChannel
from app.channels.download import File, Limits, Place, at_place, download, place_at
from app.channels.twilio import TwilioChannel
from app.channels.waha import WahaChannel
from app.errors import MediaRefused, MediaUnavailable
from app.models import Media
from tests.support.files_server import VOICE, FilesServer

LIMITS = Limits(max_bytes=1_000_000, seconds=5)


@pytest.fixture
def host() -> Iterator[FilesServer]:
    with FilesServer() as server:
        yield server


def here(host: FilesServer, path: str = "/api/files/") -> list[Place]:
    return [place_at(host.url, path, headers={"X-Api-Key": "k"})]


async def get(host: FilesServer, path: str = "/api/files/a.oga", **given: object) -> File:
    return await download(host.url + path, here(host), Limits.model_validate(LIMITS.model_dump() | given))


async def test_a_file_is_fetched_with_the_key_of_its_place(host: FilesServer) -> None:
    host.put("/api/files/a.oga", VOICE, content_type="audio/ogg; codecs=opus")
    file = await get(host)
    assert (file.content, file.content_type) == (VOICE, "audio/ogg")
    assert host.requests[0].headers["x-api-key"] == "k"
    assert host.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("declared", [2_000_000_000, None])
async def test_a_body_without_end_is_cut_off(host: FilesServer, declared: int | None) -> None:
    host.put("/api/files/a.oga", endless=True, declared=declared)
    with pytest.raises(MediaRefused, match="larger than 1 MB"):
        await get(host)
    assert host.streamed < 20_000_000  # what fits into the sockets' buffers, and no more


async def test_a_host_that_dawdles_is_given_up(host: FilesServer) -> None:
    host.put("/api/files/a.oga", endless=True)
    with pytest.raises(MediaUnavailable, match="within"):
        await get(host, seconds=0.05, max_bytes=10**12)


async def test_what_comes_packed_is_not_unpacked(host: FilesServer) -> None:
    host.put("/api/files/a.oga", b"\x1f\x8b", packed="gzip")
    with pytest.raises(MediaRefused, match="packed"):
        await get(host)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, MediaRefused),
        (410, MediaRefused),
        (401, MediaUnavailable),
        (429, MediaUnavailable),
        (503, MediaUnavailable),
    ],
)
async def test_statuses_say_whether_to_try_again(host: FilesServer, status: int, error: type[Exception]) -> None:
    host.put("/api/files/a.oga", status=status)
    with pytest.raises(error):
        await get(host)


async def test_redirects_stay_at_the_places(host: FilesServer) -> None:
    host.put("/api/files/a.oga", location="/api/files/b.oga")
    host.put("/api/files/b.oga", VOICE)
    assert (await get(host)).content == VOICE
    with FilesServer() as other:
        other.put("/api/files/c.oga", VOICE)
        for target in (
            f"{other.url}/api/files/c.oga",  # another port of this machine
            f"{host.url}/admin",  # elsewhere at the host
            host.url.replace("http://", "http://me@") + "/api/files/b.oga",
            "http://[::1]/api/files/b.oga",
            "file:///etc/passwd",
            "//169.254.169.254/latest/meta-data",
            "",
        ):
            host.put("/api/files/a.oga", location=target or "/api/files/a.oga")  # the last one redirects to itself
            with pytest.raises(MediaRefused):
                await get(host)
        assert other.requests == []


@pytest.mark.parametrize(
    "path", ["/api/files/../secret", "/api/files/%2e%2e/secret", "/api/filesystem", "/API/files/a"]
)
async def test_a_path_does_not_lead_out(host: FilesServer, path: str) -> None:
    host.put("/secret", VOICE)
    with pytest.raises(MediaRefused):
        await get(host, path)
    assert host.requests == []


async def test_no_address_is_no_file(host: FilesServer) -> None:
    for url in ("", "not an address", "http://", "http://[", "https://user@:99999/x"):
        with pytest.raises(MediaRefused):
            await download(url, here(host), LIMITS)


# Names of the world


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
     "fe80::1%2", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::"],
)  # fmt: skip
async def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        assert (host, port) == ("files.example.com", 443)
        return ["93.184.216.34", address]

    with pytest.raises(MediaRefused, match="inside a network"):
        await download(
            "https://files.example.com/a", [Place(origin="https://files.example.com")], LIMITS, resolve=resolve
        )


async def test_what_was_looked_at_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once: a second answer could be another."""
    seen: list[httpx.Request] = []

    async def handle(self: object, request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(VOICE))

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34"]

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    place = Place(origin="https://files.example.com", headers={"Authorization": "Basic x"})
    await download("https://files.example.com/a?b=1", [place], LIMITS, resolve=resolve)
    (request,) = seen
    assert str(request.url) == "https://93.184.216.34/a?b=1"
    assert request.headers["host"] == "files.example.com"
    assert request.extensions["sni_hostname"] == "files.example.com"


async def test_a_name_of_the_world_needs_tls() -> None:
    with pytest.raises(MediaRefused):
        await download("http://files.example.com/a", [Place(origin="http://files.example.com")], LIMITS)


def test_a_gateway_is_reached_as_it_was_set() -> None:
    place = place_at("http://waha:3000/prefix/", "/api/files/")
    assert at_place("http://localhost:3000/api/files/x.oga?a=1", "/api/files/", place) == (
        "http://waha:3000/prefix/api/files/x.oga?a=1"
    )
    assert at_place("https://s3.example.com/x.oga", "/api/files/", place) == "https://s3.example.com/x.oga"
    assert at_place("http://[", "/api/files/", place) == "http://["


# The channels

FOREIGN = ["https://evil.example.com/2010-04-01/Accounts/ACx/Messages/MM1/Media/ME1", "http://127.0.0.1:9/latest",
           "https://api.twilio.com.evil.example.com/x", "https://s3-external-1.amazonaws.com/evil/x"]  # fmt: skip


async def test_twilio_asks_with_basic_auth_and_follows_to_its_own_hosts(host: FilesServer) -> None:
    channel = TwilioChannel(account_sid="ACx", auth_token="t", api_base_url=host.url)
    path = "/2010-04-01/Accounts/ACx/Messages/MM1/Media/ME1"
    host.put(path, VOICE)
    assert (await channel.download(Media(url=host.url + path), LIMITS)).content == VOICE
    assert host.requests[0].headers["authorization"] == "Basic QUN4OnQ="
    for url in FOREIGN:
        with pytest.raises(MediaRefused):
            await channel.download(Media(url=url), LIMITS)
    host.put(path, location="http://127.0.0.1:1/x")
    with pytest.raises(MediaRefused, match="not fetched from"):
        await channel.download(Media(url=host.url + path), LIMITS)
    await channel.aclose()


async def test_meta_is_asked_where_the_file_is(host: FilesServer) -> None:
    channel = CloudApiChannel(access_token="t", api_base_url=host.url)
    host.put("/v23.0/4711", b'{"url": "%s/file", "mime_type": "audio/ogg", "file_size": 9}' % host.url.encode())
    host.put("/file", VOICE)
    assert (await channel.download(Media(url="https://graph.facebook.com/4711"), LIMITS)).content == VOICE
    assert [request.headers["authorization"] for request in host.requests] == ["Bearer t", "Bearer t"]
    host.put("/v23.0/4712", b'{"url": "https://evil.example.com/x", "file_size": 9}')
    host.put("/v23.0/4713", b'{"url": "%s/file", "file_size": 2000000000}' % host.url.encode())
    for number in ("4712", "4713", "4714", "../me", "a/b", "http://127.0.0.1/"):
        with pytest.raises(MediaRefused):
            await channel.download(Media(url=f"https://graph.facebook.com/{number}"), LIMITS)
    assert len(host.asked("/file")) == 1
    await channel.aclose()


async def test_waha_and_chatwoot_serve_from_where_they_are(host: FilesServer) -> None:
    waha = WahaChannel(base_url=host.url, api_key="k")
    chatwoot = ChatwootChannel(base_url=host.url, api_token="t")
    host.put("/api/files/x.oga", VOICE)
    host.put("/rails/active_storage/blobs/redirect/abc/v.oga", location="/rails/active_storage/disk/abc")
    host.put("/rails/active_storage/disk/abc", VOICE)
    assert (await waha.download(Media(url="http://localhost:3000/api/files/x.oga"), LIMITS)).content == VOICE
    assert host.requests[-1].headers["x-api-key"] == "k"
    public = "https://chat.example.com/rails/active_storage/blobs/redirect/abc/v.oga"
    assert (await chatwoot.download(Media(url=public), LIMITS)).content == VOICE
    for channel in (waha, chatwoot):
        for url in FOREIGN:
            with pytest.raises(MediaRefused):
                await channel.download(Media(url=url), LIMITS)
        await channel.aclose()
