"""The only file that knows Google's libraries: access tokens, and requests that become answers or errors of ours.

Their client blocks, so every use of the calendar is one function in a thread of a small pool, with an HTTP object of
that thread's own (httplib2 is not thread-safe). httplib2 may send a request twice when a connection breaks under it;
ids and etags of ours make that harmless: a second insert is a 409, a second patch a 412, and both lead to reading
what is there.
"""

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import google.auth.exceptions
import google_auth_httplib2
import httplib2  # type: ignore[import-untyped]
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from app.calendars.google_access import SCOPES, Grant
from app.calendars.google_calls import Calls, Said
from app.calendars.google_errors import grant_error, refusal
from app.errors import CalendarUnavailable
from app.models import Tenant

T = TypeVar("T")
_BURST = 30  # requests that need not wait, after a quiet time
_BROKEN = (
    google.auth.exceptions.TransportError,
    httplib2.HttpLib2Error,
    http.client.HTTPException,
    OSError,
    ValueError,  # an answer that is no JSON
)


class GoogleClient:
    """`concurrency` uses of calendars at once, `requests_per_minute` in all; one request waits `http_seconds`."""

    def __init__(
        self, *, api_url: str | None, concurrency: int, requests_per_minute: float, http_seconds: float
    ) -> None:
        options = {"api_endpoint": api_url} if api_url else None
        # The description of the API comes with the library; this HTTP object is never used. The resources are made
        # once: each `events()` compiles all of its methods anew (5 ms that block the loop too). They keep nothing of
        # a call.
        service = build(
            "calendar", "v3", http=httplib2.Http(), static_discovery=True, cache_discovery=False, client_options=options
        )
        self._api = _Api(service.events(), service.channels())
        self.pool = ThreadPoolExecutor(concurrency + 2, thread_name_prefix="google")
        self._local = threading.local()
        self._http_seconds = http_seconds
        self._accesses: dict[Grant, _Access] = {}
        self._lock = threading.Lock()
        self._pace = _Pace(requests_per_minute)

    def calls(
        self, grant: Grant, calendar: str, tenant: Tenant, *, deadline: float, go_on: Callable[[], bool]
    ) -> Calls:
        """For one use, in the thread that makes it. No request is begun after `deadline` (as `time.monotonic`);
        `go_on` is asked before each."""

        def next_request() -> bool:
            return go_on() and self._pace.wait(deadline) and go_on()

        return _Requests(self._api, self._http(), self._access(grant), next_request, calendar=calendar, tenant=tenant)

    def close(self) -> None:
        """Requests under way are left to their time limit."""
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _access(self, grant: Grant) -> "_Access":
        with self._lock:
            if grant not in self._accesses:
                self._accesses[grant] = _Access(grant)
            return self._accesses[grant]

    def _http(self) -> Any:
        if not hasattr(self._local, "http"):
            self._local.http = httplib2.Http(timeout=self._http_seconds)
        return self._local.http


class _Api(NamedTuple):
    """The parts of the API that are used, as the library makes them."""

    events: Any
    channels: Any


class _Pace:
    """Requests of this process, evenly spread once `_BURST` were made at once: Google counts them by the minute."""

    def __init__(self, per_minute: float) -> None:
        self._interval = 60.0 / per_minute
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, deadline: float) -> bool:
        """Take the next turn and wait for it. One that would come too late is left to others: False, at once."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now - _BURST * self._interval) + self._interval
            if turn > deadline:
                return False
            self._next = turn
        if turn > now:
            time.sleep(turn - now)
        return True


class _Access:
    """Access tokens for a grant, fetched by one thread at a time.

    Not by the library's AuthorizedHttp: for service accounts that asks another of Google's addresses too, from a thread
    of its own, with the very HTTP object that this thread is using (google-auth 2.62).
    """

    def __init__(self, grant: Grant) -> None:
        self.grant = grant
        self._lock = threading.Lock()
        if grant.service_account is not None:
            self._credentials: Any = ServiceCredentials.from_service_account_info(  # type: ignore[no-untyped-call]
                grant.key(), scopes=SCOPES, subject=grant.subject
            )
        else:
            secret, refresh = grant.client_secret, grant.refresh_token
            self._credentials = UserCredentials(  # type: ignore[no-untyped-call]
                None,
                refresh_token=refresh and refresh.get_secret_value(),
                token_uri=grant.token_url,
                client_id=grant.client_id,
                client_secret=secret and secret.get_secret_value(),
            )

    def token(self, http_: Any, *, refused: str | None = None) -> str:
        """A valid token, and another one than the `refused`."""
        with self._lock:
            if not self._credentials.valid or self._credentials.token == refused:
                self._credentials.refresh(google_auth_httplib2.Request(http_))
            token: str = self._credentials.token
            return token


class _Requests(Calls):
    """`Calls` through the library, as long as `next_request` says so; it waits for its turn."""

    def __init__(
        self,
        api: _Api,
        http_: Any,
        access: _Access,
        next_request: Callable[[], bool],
        *,
        calendar: str,
        tenant: Tenant,
    ) -> None:
        super().__init__(calendar, access.grant.account, tenant)
        self._api, self._http, self._access, self._next_request = api, http_, access, next_request

    def request(self, method: str, *, if_match: str | None = None, **arguments: Any) -> Mapping[str, Any]:
        if method == "stop":
            request = self._api.channels.stop(**arguments)
        else:
            quiet = {"sendUpdates": "none"} if method in ("insert", "patch") else {}
            request = getattr(self._api.events, method)(calendarId=self.calendar, **quiet, **arguments)
        if if_match:
            request.headers["If-Match"] = if_match
        try:
            return self._execute(request, self._token())
        except Said as error:
            if error.said.status != 401:
                raise
            # A token may be taken back before it expires: once more with a new one.
            return self._execute(request, self._token(refused=request.headers["authorization"].removeprefix("Bearer ")))

    def _token(self, *, refused: str | None = None) -> str:
        if not self._next_request():
            raise CalendarUnavailable("the time for this call is over")
        try:
            return self._access.token(self._http, refused=refused)
        except google.auth.exceptions.RefreshError as error:
            words = str(error.args[0] if error.args else error)
            if error.retryable:
                raise CalendarUnavailable(f"Google gives no access at the moment ({words})") from error
            service = self._access.grant.service_account is not None
            raise grant_error(words, account=self.account, service_account=service) from error
        except _BROKEN as error:
            raise CalendarUnavailable(f"Google does not answer ({type(error).__name__})") from error

    def _execute(self, request: Any, token: str) -> Mapping[str, Any]:
        request.headers["authorization"] = f"Bearer {token}"
        try:
            answer: Mapping[str, Any] = request.execute(http=self._http, num_retries=0)
            return answer
        except HttpError as error:
            raise Said(refusal(error.resp.status, error.content, error.resp)) from error
        except _BROKEN as error:
            raise CalendarUnavailable(f"Google does not answer ({type(error).__name__})") from error
