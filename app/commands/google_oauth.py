"""Asking a calendar's owner for access: OAuth for installed apps, loopback redirect (RFC 8252), PKCE (RFC 7636).

The browser may be on another machine, where the redirect fails: then the address that it shows is pasted here.
"""

import asyncio
import base64
import hashlib
import secrets
import sys
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from app.calendars.google_access import SCOPES
from app.commands import common
from app.errors import CalendarDisconnected, SettingsError

if TYPE_CHECKING:
    from app.settings import Settings

_CONSENT_URL: Final = "https://accounts.google.com/o/oauth2/v2/auth"
_WAIT_SECONDS: Final = 600.0
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
_THANKS: Final = b"Thank you. You may close this page and go back to the terminal.\n"
_NO: Final = b"Hilo was given no access. You may close this page; the terminal says how to begin again.\n"


async def ask_owner(settings: "Settings") -> str:
    """Wait for the owner's consent; returns the refresh token. Raises `CalendarDisconnected`."""
    client, secret = settings.google_client_id, settings.google_client_secret
    if client is None or secret is None:
        raise SettingsError("GOOGLE_CLIENT_ID: is missing, or GOOGLE_CLIENT_SECRET")
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    redirected: asyncio.Queue[str] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode("latin-1").split(" ")
        writer.write(_HEAD + (_NO if len(line) > 1 and "error=" in line[1] else _THANKS))
        await writer.drain()
        writer.close()
        if len(line) > 1 and "state=" in line[1]:
            redirected.put_nowait(line[1])

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    redirect = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        common.note(
            "Open this address as the calendar's owner. If the page after it does not load, paste its address here."
        )
        common.say(consent_url(client, redirect, state, verifier))
        sys.stdout.flush()
        loop = asyncio.get_running_loop()
        watched = sys.stdin.isatty()
        if watched:
            loop.add_reader(sys.stdin, lambda: redirected.put_nowait(sys.stdin.readline()))
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                while f"state={state}" not in (address := await redirected.get()):
                    common.note(f"That is not the address: paste the one that begins with {redirect}?state=")
                code = code_of(address, state)
        except TimeoutError:
            raise CalendarDisconnected("Nobody has agreed within 10 minutes: begin again") from None
        finally:
            if watched:
                loop.remove_reader(sys.stdin)
    return await refresh_token(settings.google_token_url, client, secret.get_secret_value(), code, verifier, redirect)


def consent_url(client: str, redirect: str, state: str, verifier: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client,
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        # Without both, Google gives no refresh token the second time.
        "access_type": "offline",
        "prompt": "consent",
    }
    return f"{_CONSENT_URL}?{urlencode(query)}"


def code_of(address: str, state: str) -> str:
    """The code in the address that Google redirected to. Raises `CalendarDisconnected` for a no, or another state."""
    query = parse_qs(urlsplit(address.strip()).query)
    if query.get("state") != [state]:
        raise CalendarDisconnected("This is not the answer to this question: begin again")
    if "code" not in query:
        raise CalendarDisconnected(
            f"Google gave no access ({', '.join(query.get('error', ['no code']))}): the page was declined, or this "
            "account is no test user of the consent screen; begin again"
        )
    return query["code"][0]


async def refresh_token(url: str, client: str, secret: str, code: str, verifier: str, redirect: str) -> str:
    import httpx

    form = {
        "grant_type": "authorization_code",
        "client_id": client,
        "client_secret": secret,
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": redirect,
    }
    try:
        async with httpx.AsyncClient(timeout=15) as http:
            answer = (await http.post(url, data=form)).json()
            token: str = answer["refresh_token"]
    except (httpx.HTTPError, ValueError) as error:
        raise CalendarDisconnected(f"Google does not answer ({type(error).__name__}): begin again") from error
    except (KeyError, TypeError):
        raise CalendarDisconnected(f"Google gave no access ({answer.get('error', 'no refresh token')})") from None
    return token
