"""Who looks: the cookie, the tenant, the language, and the proof that a form is our own."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from app.errors import Forbidden
from app.models import Tenant
from app.services.access import Caller, Scope
from app.services.sign_in import form_token
from app.web.dependencies import Web, WebOf
from app.web.language import Language, choose

COOKIE: Final = "hilo_session"
_COOKIE_SECONDS: Final = 30 * 86_400


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A person who has logged in, looking at one tenant. `form` is what they posted, its token checked."""

    request: Request
    web: Web
    caller: Caller
    tenant: Tenant
    language: Language
    named: str | None
    token: str
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        return self._may(Scope.WRITE)

    @property
    def administers(self) -> bool:
        return self._may(Scope.ADMIN)

    @property
    def sees_all(self) -> bool:
        """Whether the whole server is theirs to look at."""
        return self.caller.tenant is None and self.administers

    @property
    def csrf(self) -> str:
        return form_token(self.token)

    def url(self, path: str, **params: object) -> str:
        """An address of a page, for the tenant that is looked at."""
        given = {name: value for name, value in params.items() if value not in (None, "", False)}
        if self.named:
            given["tenant"] = self.named
        return f"{path}?{urlencode(given)}" if given else path

    def _may(self, scope: Scope) -> bool:
        try:
            self.caller.require(scope)
        except Forbidden:
            return False
        return True


async def visit(request: Request, web: WebOf, tenant: Annotated[str | None, Query(max_length=63)] = None) -> Visitor:
    """The visitor of a page. Raises `Unauthorized` for nobody, `NotFound` for a tenant that is not theirs."""
    signed = await web.sign_in.current(request.cookies.get(COOKIE))
    signed.caller.require(Scope.READ)
    at = await web.access.tenant(signed.caller, tenant or None)
    return Visitor(
        request=request,
        web=web,
        caller=signed.caller,
        tenant=at,
        language=choose(request, at.locale),
        named=tenant if signed.caller.tenant is None and tenant else None,
        token=signed.token,
    )


async def act(request: Request, visitor: Annotated[Visitor, Depends(visit)]) -> Visitor:
    """The visitor of a form that changes something. Raises `Forbidden` for a form that is not ours."""
    form = texts(await request.form())
    check_origin(request)
    if not hmac.compare_digest(form.get("csrf", "").encode(), visitor.csrf.encode()):
        raise Forbidden("This form is not of this log-in: open the page again")
    visitor.caller.require(Scope.WRITE)
    return Visitor(**{**visitor.__dict__, "form": form})


async def administer(visitor: Annotated[Visitor, Depends(visit)]) -> Visitor:
    """The visitor of a page that only administrators of the business see."""
    visitor.caller.require(Scope.ADMIN)
    return visitor


async def arrange(visitor: Annotated[Visitor, Depends(act)]) -> Visitor:
    """The visitor of a form that only administrators of the business may send."""
    visitor.caller.require(Scope.ADMIN)
    return visitor


Visiting = Annotated[Visitor, Depends(visit)]
Doing = Annotated[Visitor, Depends(act)]
Administering = Annotated[Visitor, Depends(administer)]
Arranging = Annotated[Visitor, Depends(arrange)]


def texts(form: FormData) -> dict[str, str]:
    """A form's fields; files are no part of any of ours."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def check_origin(request: Request) -> None:
    """Refuse what a browser says that another site sent. Older browsers say nothing: the token is what counts."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("Another site sent this form")


def local_path(given: str | None, otherwise: str = "/") -> str:
    """`given` if it is a path of this server, for a redirect: never another host."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")) or "\\" in given:
        return otherwise
    parts = urlsplit(given)
    return given if not parts.scheme and not parts.netloc and given.isprintable() else otherwise


def is_nearby(address: str) -> bool:
    """Whether an address of ours leads nowhere but to this machine: no provider and no phone gets there."""
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def remember(response: Response, token: str, *, secure: bool) -> None:
    response.set_cookie(COOKIE, token, max_age=_COOKIE_SECONDS, path="/", httponly=True, samesite="lax", secure=secure)


def forget(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
