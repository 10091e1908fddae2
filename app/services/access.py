"""Who calls, and for which tenant.

A key is 256 random bits, kept only as its SHA-256. A slow hash (bcrypt, argon2) protects what people choose and an
attacker can guess; nobody guesses 2^256, and a fast hash costs a request nothing. Looking a key up by its hash tells
an observer of times nothing either: he does not choose the hash.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from app.errors import Forbidden, InvalidRequest, NotFound, SettingsError, Unauthorized
from app.models import Tenant, Value
from app.store.store import Store
from app.store.tenants import ApiKey, TenantWithChannels

__all__ = ["Access", "ApiKey", "Caller", "Scope", "TenantWithChannels", "key_hash", "server_key"]

_PREFIX: Final = "hilo_"  # so that a key that leaked into a repository is recognised as one
_DEFAULT_TENANT: Final = "default"
_MOST_CACHED: Final = 1000


class Scope(StrEnum):
    """What a key may do; each includes the one before. READ: look. WRITE: decide about events, write to customers, run
    the batch. ADMIN: see the tenant's settings and secrets (the feed's address)."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


_RANK: Final = {Scope.READ: 0, Scope.WRITE: 1, Scope.ADMIN: 2}


class Caller(Value):
    """Whose key it is. `tenant` None: an administrator's, for every tenant. `key` None: the server's own."""

    name: str
    key: UUID | None = None
    tenant: Tenant | None = None
    scopes: frozenset[Scope] = frozenset()

    def require(self, scope: Scope) -> None:
        """Raise `Forbidden` unless the key may do this."""
        if not any(_RANK[own] >= _RANK[scope] for own in self.scopes):
            raise Forbidden(f"This key lacks the scope {scope.value}")


class Access:
    """Checks keys and picks the tenant.

    What the store said is remembered for `cache_seconds`, so that a request costs no further round trip: a key that was
    revoked in another process works that much longer at most; in this one it is forgotten at once. `server_key` is the
    server's own key, which is checked without the store.
    """

    def __init__(
        self,
        store: Store,
        *,
        server_key: str | None = None,
        cache_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._server_hash = key_hash(server_key) if server_key else None
        self._cache_seconds = cache_seconds
        self._clock = clock
        self._callers: dict[str, tuple[float, UUID, Caller]] = {}
        self._tenants: tuple[float, dict[str, TenantWithChannels]] | None = None

    async def authenticate(self, key: str | None) -> Caller:
        """The owner of `key`; raises `Unauthorized`."""
        if not key:
            raise Unauthorized("A key is needed: send it as Authorization: Bearer … or as X-API-Key")
        return await self.of_hash(key_hash(key), look_up=key.startswith(_PREFIX))

    async def of_hash(self, key_hash: str, *, look_up: bool = True) -> Caller:
        """The owner of the key with this hash (a log-in of the page remembers no more); raises `Unauthorized`."""
        if self._server_hash and hmac.compare_digest(key_hash, self._server_hash):
            return Caller(name="server", scopes=frozenset(Scope))
        cached = self._callers.get(key_hash)
        if cached and cached[0] > self._clock():
            return cached[2]
        found = await self._store.use_api_key(key_hash) if look_up else None
        if found is None:
            self._callers.pop(key_hash, None)
            raise Unauthorized("This key is not known here, or it was revoked")
        caller = _caller(found)
        if len(self._callers) >= _MOST_CACHED:
            self._callers.clear()
        self._callers[key_hash] = (self._clock() + self._cache_seconds, found.id, caller)
        return caller

    async def tenant(self, caller: Caller, slug: str | None = None) -> Tenant:
        """The tenant that `caller` acts for: its own, or for an administrator the one named (else `default`).

        `NotFound` for every other one, there or not: a key learns nothing of other tenants.
        """
        if caller.tenant is not None:
            if slug in (None, caller.tenant.slug):
                return caller.tenant
            raise NotFound("There is no such tenant")
        wanted = slug or _DEFAULT_TENANT
        tenant = (await self._by_slug()).get(wanted)
        if tenant is None:  # or it was added this moment, by another process
            self._tenants = None
            tenant = (await self._by_slug()).get(wanted)
        if tenant is None:
            raise NotFound(
                "There is no such tenant" if slug else "There is no tenant `default`: name one with ?tenant="
            )
        return tenant

    async def tenants(self, caller: Caller) -> Sequence[TenantWithChannels]:
        """All that `caller` may see, by slug."""
        everybody = [TenantWithChannels.model_validate(one) for one in await self._store.list_tenants()]
        return [one for one in everybody if caller.tenant is None or one.id == caller.tenant.id]

    async def visible(self, caller: Caller) -> Sequence[Tenant]:
        """The same without their channels, as remembered for `cache_seconds`."""
        if caller.tenant is not None:
            return [caller.tenant]
        return [tenant for _, tenant in sorted((await self._by_slug()).items())]

    async def create_key(
        self, name: str, *, tenant: str | None = None, scopes: Sequence[Scope] = (Scope.READ, Scope.WRITE)
    ) -> tuple[str, ApiKey]:
        """A new key (shown this once) and its row. `tenant` is a slug; None makes an administrator's key."""
        if not scopes:
            raise InvalidRequest("A key needs at least one scope")
        owner = await self.tenant(Caller(name="server"), tenant) if tenant else None
        key = _new_key()
        row = await self._store.create_api_key(
            uuid4(),
            name=name,
            key_hash=key_hash(key),
            tenant=owner.id if owner else None,
            scopes=[scope.value for scope in scopes],
        )
        return key, row

    async def list_keys(self) -> list[ApiKey]:
        return await self._store.list_api_keys()

    async def revoke_key(self, key: UUID) -> bool:
        """False when there was nothing to revoke. Works here at once, in other processes after `cache_seconds`."""
        revoked = await self._store.revoke_api_key(key)
        self._callers = {hash_: entry for hash_, entry in self._callers.items() if entry[1] != key}
        return revoked

    def forget(self) -> None:
        """A tenant was changed here: what is remembered of tenants and keys is read anew."""
        self._tenants = None
        self._callers.clear()

    async def _by_slug(self) -> dict[str, TenantWithChannels]:
        if self._tenants is None or self._tenants[0] <= self._clock():
            tenants = {tenant.slug: tenant for tenant in await self._store.list_tenants()}
            self._tenants = (self._clock() + self._cache_seconds, tenants)
        return self._tenants[1]


def server_key(data_dir: Path, configured: str | None = None) -> str:
    """The server's own key: HILO_API_KEY, else the one in `data_dir`/api_key, made (0600) when there is none.

    Several processes may start at once: the file appears whole and once, and all read the same key from it. Raises
    `SettingsError` when it cannot be read or written.
    """
    if configured:
        return configured
    path = data_dir / "api_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = data_dir / f".api_key.{os.getpid()}.{secrets.token_hex(4)}"
            draft.touch(mode=0o600, exist_ok=False)
            draft.write_text(_new_key() + "\n", encoding="ascii")
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)  # unlike a rename it fails when another process was faster
            draft.unlink()
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be used: {error}; set HILO_API_KEY or another HILO_DATA_DIR") from error
    if not key:
        raise SettingsError(f"{path} is empty: delete it, and a new key is made at the next start")
    return key


def _new_key() -> str:
    return _PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """What is kept of a key, or of another secret of 256 random bits."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _caller(row: ApiKey) -> Caller:
    scopes = frozenset(Scope(word) for word in row.scopes if word in Scope._value2member_map_)
    if row.tenant_id is None:  # an administrator's key without scopes has them all
        return Caller(name=row.name, key=row.id, scopes=scopes if row.scopes else frozenset(Scope))
    if not isinstance(row.tenant, Tenant):
        raise Unauthorized("The tenant of this key is gone")
    return Caller(name=row.name, key=row.id, tenant=row.tenant, scopes=scopes)
