"""The running server as the other commands see it: where it is, whether it answers, its API and its webhook."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, build_opener
from xml.etree import ElementTree

import httpx

from app.errors import HiloError

if TYPE_CHECKING:
    from app.settings import Settings

WEBHOOK = "/api/v1/whatsapp/webhook"
_API = "/api/v1/whatsapp"
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (where a server that listens everywhere is found)
_WEBHOOK_SECONDS = 20.0  # a webhook waits at most 12 s for its reply


def local_url(settings: "Settings") -> str:
    """Where the server of these settings is reached from this machine."""
    host = _ANYWHERE.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def health(url: str, *, seconds: float = 2.0) -> Mapping[str, Any] | None:
    """What `/healthz` says; None when nothing answers there, or something that is no Hilo."""
    try:
        with opener(url).open(f"{url}/healthz", timeout=seconds) as answer:
            said = json.load(answer)
    except (OSError, HTTPException, ValueError):
        return None
    return said if isinstance(said, dict) else None


def opener(url: str) -> OpenerDirector:
    """For a look now and then. Not httpx, which logs every request, and `hilo serve` asks until it answers."""
    return build_opener(ProxyHandler({})) if is_local(url) else build_opener()


def is_local(url: str) -> bool:
    """A proxy of the environment must not be asked for this machine itself."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def find_key(settings: "Settings") -> str | None:
    """The server's own key: HILO_API_KEY, or what the server has put into its data folder."""
    if settings.api_key:
        return settings.api_key.get_secret_value()
    path: Path = settings.data_dir / "api_key"
    return path.read_text(encoding="utf-8").strip() or None if path.is_file() else None


def sign(url: str, form: Mapping[str, str], token: str) -> str:
    """X-Twilio-Signature of a form: https://www.twilio.com/docs/usage/security#validating-requests"""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


class ApiError(HiloError):
    """The server refused a request, and the text is its own reason; or it did not answer (no `status_code`)."""

    def __init__(self, message: str, *, status_code: int | None = None) -> None:
        super().__init__(message)
        self.status_code = status_code


class Server:
    """A client of one server, for one tenant. `key` None: only the webhook can be used."""

    def __init__(self, url: str, *, key: str | None, tenant: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.can_read = key is not None
        self._tenant = {"tenant": tenant} if tenant else {}
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=_WEBHOOK_SECONDS, trust_env=not is_local(url)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def answers(self) -> bool:
        # A server that is just starting lets callers wait.
        return await asyncio.to_thread(health, self.url, seconds=20.0) is not None

    async def post_webhook(self, form: Mapping[str, str], *, signed_url: str, token: str | None) -> list[str]:
        """Post a form as Twilio does, signed when there is a token; gives the texts of the TwiML answer."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if token:
            headers["X-Twilio-Signature"] = sign(signed_url, form, token)
        answer = await self._ask("POST", WEBHOOK, content=urlencode(form), headers=headers)
        try:
            # Our own server's answer, not a stranger's document.
            found = ElementTree.fromstring(answer.text).findall("Message")  # noqa: S314
        except ElementTree.ParseError as error:
            raise ApiError(f"The webhook's answer is no TwiML: {error}") from error
        return ["".join(message.itertext()) for message in found]

    async def messages(self, conversation_id: str, *, limit: int = 50) -> list[dict[str, Any]]:
        """The newest messages, oldest first; none when the conversation is not there."""
        path = f"/conversations/{quote(conversation_id, safe='')}/messages"
        items, _ = await self._page(path, limit=limit, newest_first="true")
        return items[::-1]

    async def events(self, conversation_id: str) -> list[dict[str, Any]]:
        """All of a conversation's events, by start."""
        items, cursor = await self._page("/events", limit=100, conversation_id=conversation_id)
        while cursor:
            more, cursor = await self._page("/events", limit=100, conversation_id=conversation_id, cursor=cursor)
            items += more
        return items

    async def process(self, conversation_id: str) -> dict[str, Any]:
        """Run the batch over one conversation."""
        body = {"conversation_id": conversation_id}
        answer = await self._ask("POST", f"{_API}/process-conversations", json=body, params=self._tenant)
        return dict(answer.json())

    async def _page(self, path: str, **params: Any) -> tuple[list[dict[str, Any]], str | None]:
        """Items and the cursor of the next page; nothing for a conversation that is not there (yet)."""
        try:
            page = (await self._ask("GET", _API + path, params=params | self._tenant)).json()
        except ApiError as error:
            if error.status_code == HTTPStatus.NOT_FOUND:
                return [], None
            raise
        return page["items"], page["next_cursor"]

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = await self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise ApiError(f"The server at {self.url} does not answer ({type(error).__name__})") from error
        if not answer.is_success:
            reason = f"The server answered {answer.status_code}: {_reason(answer)}"
            raise ApiError(reason, status_code=answer.status_code)
        return answer


def _reason(answer: httpx.Response) -> str:
    try:
        said = answer.json()
        return str(said.get("detail") or said.get("title") or answer.reason_phrase)
    except (ValueError, AttributeError):
        return answer.text.strip()[:200] or answer.reason_phrase
