"""What the pages are given. `main` builds a `Web` and puts it at `app.state.web`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from app.channels.urls import WEBHOOKS, Network, client_address, public_url
from app.models import Tenant
from app.services.access import Access
from app.services.event_review import EventReview
from app.services.inbox import Inbox
from app.services.live import Live
from app.services.notifying.notices import Notices
from app.services.notifying.notifications import Notifications
from app.services.privacy import Privacy
from app.services.runs import Runs
from app.services.sample import Sample
from app.services.sign_in import SignIn


class DoctorFinding(Protocol):
    """What `hilo doctor` says of one part: `state` is on, off or wrong."""

    @property
    def part(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def mend(self) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class Web:
    """`doctor` looks at the whole server; `writes_calendar` says whether a tenant's events go to a calendar that is
    written to; `event_minutes` is the length of events of which nobody said it."""

    access: Access
    sign_in: SignIn
    inbox: Inbox
    review: EventReview
    notices: Notices
    live: Live
    runs: Runs
    sample: Sample
    privacy: Privacy
    notifications: Notifications
    doctor: Callable[[], Awaitable[Sequence[DoctorFinding]]] | None = None
    writes_calendar: Callable[[Tenant], bool] = lambda tenant: False
    event_minutes: int = 60
    public_base_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()

    def address(self, request: Request, path: str) -> str:
        """`path` as the browser reaches it from outside."""
        return public_url(
            target=path,
            scheme=request.url.scheme,
            headers=_headers(request),
            client=request.client.host if request.client else None,
            public_base_url=self.public_base_url,
            trusted_proxies=self.trusted_proxies,
        )

    def webhooks(self, request: Request) -> list[tuple[str, str]]:
        """Each provider's name and the address of its webhook, as `address` gives it."""
        return [(name, self.address(request, path)) for name, path in WEBHOOKS.values()]

    def is_secure(self, request: Request) -> bool:
        """Whether this browser came by https: only then it sends back a cookie that says Secure."""
        here = public_url(
            target="",
            scheme=request.url.scheme,
            headers=_headers(request),
            client=request.client.host if request.client else None,
            trusted_proxies=self.trusted_proxies,
        )
        return here.startswith("https://")

    def client(self, request: Request) -> str:
        """Who asks, as far as the trusted proxies tell it."""
        return client_address(
            headers=_headers(request),
            client=request.client.host if request.client else None,
            trusted_proxies=self.trusted_proxies,
        )


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def get_web(request: Request) -> Web:
    web: Web = request.app.state.web
    return web


WebOf = Annotated[Web, Depends(get_web)]
