"""Who calls: a bearer key in one of two headers, a scope, a tenant. `services/access.py` says what keys are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Query, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from app.api.dependencies import ServicesOf, get_services
from app.api.problems import problems
from app.models import Tenant
from app.services.access import Caller, Scope

_bearer = HTTPBearer(
    auto_error=False, scheme_name="bearer", description="`hilo keys show` prints the server's own key."
)
_header = APIKeyHeader(
    name="X-API-Key", auto_error=False, scheme_name="key", description="The same key, in this header."
)

# What every route behind a key may answer.
RESPONSES = problems(400, 401, 403, 404, 422, 503)


def needs(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    """The caller, who has this scope. One dependency, not a chain: FastAPI's way through each is as long as all of ours
    in a look-up."""

    async def checked(
        request: Request,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        key: Annotated[str | None, Security(_header)],
    ) -> Caller:
        services = await get_services(request)
        who = await services.access.authenticate(bearer.credentials if bearer else key)
        who.require(scope)
        return who

    return checked


@dataclass(frozen=True, kw_only=True)
class Acting:
    """A caller and the tenant that it acts for. `named`: the request itself said which."""

    caller: Caller
    tenant: Tenant
    named: bool


def acting(scope: Scope) -> Callable[..., Awaitable[Acting]]:
    async def resolved(
        services: ServicesOf,
        who: Annotated[Caller, Depends(needs(scope))],
        tenant: Annotated[
            str | None,
            Query(
                max_length=63,
                description="With an administrator's key: whose data (a slug; `default` when not given). "
                "A tenant's own key needs none.",
            ),
        ] = None,
        x_hilo_tenant: Annotated[
            str | None, Header(max_length=63, description="The same as `tenant`, as a header.")
        ] = None,
    ) -> Acting:
        slug = tenant or x_hilo_tenant
        return Acting(caller=who, tenant=await services.access.tenant(who, slug), named=bool(slug))

    return resolved


Reading = Annotated[Acting, Depends(acting(Scope.READ))]
Writing = Annotated[Acting, Depends(acting(Scope.WRITE))]
AdministeringOne = Annotated[Acting, Depends(acting(Scope.ADMIN))]
Administering = Annotated[Caller, Depends(needs(Scope.ADMIN))]
