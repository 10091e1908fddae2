"""Every error that Hilo raises on purpose.

    HiloError
    ├── SettingsError          a setting is missing or wrong: the start stops with one line
    ├── StoreError
    │   ├── StoreUnavailable   the database did not answer: 503, repeat
    │   ├── SchemaMismatch     the database's schema is not the one this code knows
    │   ├── StoreRefused       the database refused a call for its arguments
    │   └── NotFound           no such row for this tenant
    ├── WebhookError
    │   ├── MalformedWebhook   not what this provider sends: 400
    │   ├── BadSignature       not from this provider: 403
    │   └── BodyTooLarge       413
    ├── SendError              the provider did not take a message
    │   ├── SendRefused        it never will: not repeated
    │   │   └── OutsideWindow  only a template may be sent, the customer wrote too long ago
    │   └── SendUnavailable    it may later: repeated with backoff
    ├── MediaError             a file of a message could not be turned into text
    │   ├── MediaRefused       it never will be
    │   └── MediaUnavailable   it may be later: repeated with backoff
    ├── CalendarError
    │   ├── CalendarUnavailable   repeat with backoff
    │   ├── CalendarDisconnected  a person has to reconnect it
    │   └── CalendarRefused       this entry is refused: tried again, but rarely
    ├── ExtractionError        a conversation could not be read; its messages stay unprocessed
    ├── AgentError             no answer could be made; the messages stay unanswered
    └── RequestError           the caller's fault
        ├── Unauthorized       401
        ├── Forbidden          403
        ├── InvalidRequest     400
        ├── Conflict           409
        └── TooManyRequests    429

Each class says as data what to do next: `status` is the HTTP status it becomes, `retry` whether the same call
may succeed later, `code` a word for logs, metrics and problem documents. The message says what a person can do.
"""

from typing import ClassVar


class HiloError(Exception):
    status: ClassVar[int] = 500
    retry: ClassVar[bool] = False
    code: ClassVar[str] = "internal"

    @property
    def detail(self) -> str:
        return str(self)


class SettingsError(HiloError):
    code = "settings"


class StoreError(HiloError):
    code = "store"


class StoreUnavailable(StoreError):
    status = 503
    retry = True
    code = "store-unavailable"


class SchemaMismatch(StoreError):
    status = 503
    code = "schema-mismatch"


class StoreRefused(StoreError):
    status = 400
    code = "store-refused"


class NotFound(StoreError):
    status = 404
    code = "not-found"


class WebhookError(HiloError):
    status = 400
    code = "webhook"


class MalformedWebhook(WebhookError):
    code = "malformed-webhook"


class BadSignature(WebhookError):
    status = 403
    code = "bad-signature"


class BodyTooLarge(WebhookError):
    status = 413
    code = "body-too-large"


class SendError(HiloError):
    """`provider_code` is the provider's own error number or word, when it gave one."""

    status = 502
    code = "send"

    def __init__(self, message: str, *, provider_code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.provider_code = provider_code
        self.retry_after = retry_after


class SendRefused(SendError):
    code = "send-refused"


class OutsideWindow(SendRefused):
    code = "outside-window"


class SendUnavailable(SendError):
    retry = True
    code = "send-unavailable"


class MediaError(HiloError):
    status = 502
    code = "media"


class MediaRefused(MediaError):
    code = "media-refused"


class MediaUnavailable(MediaError):
    retry = True
    code = "media-unavailable"


class CalendarError(HiloError):
    status = 502
    code = "calendar"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CalendarUnavailable(CalendarError):
    retry = True
    code = "calendar-unavailable"


class CalendarDisconnected(CalendarError):
    code = "calendar-disconnected"


class CalendarRefused(CalendarError):
    code = "calendar-refused"


class ExtractionError(HiloError):
    code = "extraction"


class AgentError(HiloError):
    code = "agent"


class RequestError(HiloError):
    status = 400
    code = "bad-request"


class InvalidRequest(RequestError):
    code = "invalid-request"


class Unauthorized(RequestError):
    status = 401
    code = "unauthorized"


class Forbidden(RequestError):
    status = 403
    code = "forbidden"


class Conflict(RequestError):
    status = 409
    code = "conflict"


class TooManyRequests(RequestError):
    status = 429
    retry = True
    code = "too-many-requests"
