"""Log-ins of the page: with a key, or with a one-time link that the terminal gave.

A log-in is 256 random bits in the browser's cookie and their hash in the store, so that every process knows it and
logging out ends it everywhere. One that was made with a key may do what the key may, as long as the key lives.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from app.errors import TooManyRequests, Unauthorized
from app.models import Tenant, Value
from app.services.access import Access, Caller, Scope, key_hash
from app.store.store import Store
from app.store.web import WebSession

log = structlog.get_logger(__name__)

LINK_SECONDS: Final = 600.0
_MOST_SECONDS: Final = 30 * 86_400.0  # a log-in in daily use still ends
_FROM_ONE: Final = 10  # attempts per minute from one address
_FROM_ALL: Final = 100


class SignedIn(Value):
    """A living log-in. `token` is its secret: the cookie's value."""

    token: str
    caller: Caller


class SignIn:
    """`idle_seconds`: a log-in that was not used for so long is over."""

    def __init__(self, store: Store, access: Access, *, idle_seconds: float = 7 * 86_400.0) -> None:
        self._store = store
        self._access = access
        self._idle = idle_seconds
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def with_key(self, key: str, *, address: str) -> SignedIn:
        """Log in with an API key. Raises `Unauthorized`, and `TooManyRequests` for an address that tries too often."""
        await self._count(address)
        caller = await self._access.authenticate(key.strip())
        token = secrets.token_urlsafe(32)
        await self._store.open_web_session(
            key_hash(token), key_hash=key_hash(key.strip()), name=caller.name, seconds=_MOST_SECONDS
        )
        log.info("logged in", name=caller.name, tenant=caller.tenant and caller.tenant.slug, by="key")
        return SignedIn(token=token, caller=caller)

    async def with_link(self, secret: str, *, address: str) -> SignedIn:
        """Log in with a link's secret. Raises `Unauthorized` for one that is used, expired or none."""
        await self._count(address)
        token = secrets.token_urlsafe(32)
        session = await self._store.take_login_link(key_hash(secret), key_hash(token), seconds=_MOST_SECONDS)
        if session is None:
            raise Unauthorized("This link was used already, or it is too old: ask for another with `hilo login`")
        caller = await self._caller(session)
        log.info("logged in", name=caller.name, tenant=caller.tenant and caller.tenant.slug, by="link")
        return SignedIn(token=token, caller=caller)

    async def current(self, token: str | None) -> SignedIn:
        """Whose log-in a cookie is. Raises `Unauthorized`."""
        session = await self._store.use_web_session(key_hash(token), idle_seconds=self._idle) if token else None
        if token is None or session is None:
            raise Unauthorized("Log in first")
        return SignedIn(token=token, caller=await self._caller(session))

    async def log_out(self, token: str) -> None:
        await self._store.close_web_sessions(key_hash(token))

    async def _caller(self, session: WebSession) -> Caller:
        if session.key_hash is not None:
            return await self._access.of_hash(session.key_hash)
        scopes = frozenset(Scope(scope) for scope in session.scopes if scope in Scope._value2member_map_)
        return Caller(name=session.name, tenant=session.tenant, scopes=scopes)

    async def _count(self, address: str) -> None:
        for rate, who in ((_FROM_ONE, address), (_FROM_ALL, "everybody")):
            if not await self._limiter.hit(RateLimitItemPerMinute(rate), "log-in", who):
                log.warning("log-ins throttled", address=address)
                raise TooManyRequests("Too many attempts to log in: wait a minute")


def form_token(token: str) -> str:
    """What every form of a log-in carries: proves that our own page sent it. Tells nothing of `token`."""
    return hashlib.sha256(b"form:" + token.encode()).hexdigest()


async def make_link(
    store: Store, *, name: str, tenant: Tenant | None, scopes: Sequence[Scope], seconds: float = LINK_SECONDS
) -> tuple[str, datetime]:
    """A new link's secret, and until when it opens its one log-in. No tenant: an administrator's."""
    secret = secrets.token_urlsafe(32)
    until = await store.create_login_link(
        key_hash(secret),
        name=name,
        tenant=tenant.id if tenant else None,
        scopes=[scope.value for scope in scopes],
        seconds=seconds,
    )
    return secret, until


async def end_all(store: Store) -> int:
    """Log everybody out; returns how many log-ins there were."""
    return await store.close_web_sessions()
