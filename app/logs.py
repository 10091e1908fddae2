"""Logs for operators: one line per event, JSON or for a terminal, without secrets, bodies and full phone numbers.

Everything passes the `Scrubber` last, whoever logged it: our own events (structlog) and those of uvicorn, httpx,
Twilio's client and the rest (the standard library). What is kept of a phone number are its last three digits, enough to
find one's way with the customer on the line.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, Final, Literal, TextIO
from urllib.parse import quote, quote_plus

import structlog

# What customers wrote and what models were told; the length is kept.
_BODIES: Final = frozenset(
    [
        "body",
        "text",
        "content",
        "raw",
        "payload",
        "raw_payload",
        "form",
        "messages",
        "transcript",
        "prompt",
        "reply",
        "replies",
        "completion",
        "profile_name",
        "contact_name",
        "title",
        "evidence",
        "arguments",
        "input",
        "output",
    ]
)
_SECRETS: Final = re.compile(
    r"authorization|cookie|password|passwd|secret|signature|token$|api_?key$|^key$|^dsn$", re.IGNORECASE
)

_PLUS: Final = r"(?:\+|%(?:25)*2B)"
_GAP: Final = r"(?:[\s().\-]|%20|\+){0,2}"
_STOP: Final = r"[^\s\"'\\&,;<>)\]}]"
_PATTERNS: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    # postgresql://user:password@host, https://sid:token@api…; a password may hold anything up to the last @.
    (re.compile(r"(://[^\s:/@\"']*:)[^\s\"']+@"), r"\1***@"),
    (re.compile(r"\b(bearer|basic)(\s+|%20)" + _STOP + r"+", re.IGNORECASE), r"\1 ***"),
    (
        re.compile(
            r"((?:authorization|x-api-key|x-[a-z-]*signature[a-z0-9-]*|password|passwd|secret|(?:auth_?|access_?|verify_?)?"
            r"token|api_?key|apikey|signature|sig)[\"']?(?:\s*[=:]\s*|%3D)[\"']?(?:(?:bearer|basic)\s+)?)(?!\*\*\*)"
            + _STOP
            + r"+",
            re.IGNORECASE,
        ),
        r"\1***",
    ),
    (re.compile(r"\b(sk-|sb_secret_|sbp_|ya29\.|GOCSPX-)" + _STOP + "{6,}"), r"\1***"),
    (re.compile(r"\beyJ[\w\-]{8,}\.[\w\-]+\.?[\w\-]*"), "eyJ***"),
    # Pydantic repeats what it was given, Postgres the row that it refused.
    (re.compile(r"(input_value=).*?(, input_type=)", re.DOTALL), r"\1***\2"),
    (re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*$", re.MULTILINE), r"\1: ***"),
    (re.compile(_PLUS + r"\d(?:" + _GAP + r"\d){6,14}(?!\d)", re.IGNORECASE), lambda match: _last_digits(match[0])),
    # Without a plus: WhatsApp's own ids (521…@c.us, wa_id) and paths. Not inside a word, a hash or a decimal fraction.
    (
        re.compile(r"(?:(?<![0-9A-Za-z])(?<!\d\.)|(?<=%[0-9A-Fa-f]{2}))\d{10,18}(?![0-9A-Za-z])"),
        lambda match: _last_digits(match[0]),
    ),
)


def _last_digits(text: str) -> str:
    return f"…{re.sub(r'%[0-9a-fA-F]{2}|[^0-9]', '', text)[-3:]}"


class Scrubber:
    """Takes out of an event what may not be logged. `secrets` are this installation's own, removed wherever."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {
            form
            for secret in secrets
            if len(secret) >= 6
            for form in (secret, quote(secret, safe=""), quote_plus(secret))
        }
        self._own = (
            re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))) if forms else None
        )

    def text(self, text: str) -> str:
        if self._own is not None:
            text = self._own.sub("***", text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def value(self, value: object) -> object:
        """Anything, as something plain that may be logged."""
        if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**9):
            return value  # a longer number may be somebody's telephone
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.field(str(key), item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(item) for item in value]
        return self.text(str(value))

    def field(self, name: str, value: object) -> object:
        if value is None or isinstance(value, bool | float):
            return value
        if name.lower() in _BODIES:
            return f"<{len(value)} characters>" if isinstance(value, str | bytes) else "<left out>"
        return "***" if _SECRETS.search(name) else self.value(value)

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """As a structlog processor, the last before rendering. `_record` and its like are structlog's own."""
        return {
            name if name.startswith("_") else self.text(name): item if name.startswith("_") else self.field(name, item)
            for name, item in event.items()
        }


# These log request bodies or headers at debug or info: never let that far.
_TALKATIVE: Final = (
    "openai",
    "httpcore",
    "twilio",
    "hpack",
    "langchain",
    "langsmith",
    "urllib3",
    "googleapiclient",
    "google",
    "asyncio",
    "apscheduler",
)


def configure_logging(
    *,
    format: Literal["auto", "json", "console"] = "auto",  # noqa: A002 (as the setting is called)
    level: str = "info",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Set up structlog and the standard library's logging for this process; may be called again.

    `secrets` are values that must never show (tokens, keys, passwords of DSNs). Start uvicorn with `log_config=None`.
    """
    out = stream or sys.stderr
    as_json = format == "json" or (format == "auto" and not out.isatty())
    before: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _access_fields,
        structlog.processors.TimeStamper(fmt="iso", utc=as_json),
        structlog.processors.StackInfoRenderer(),
        # As text, so that what an exception says is scrubbed like the rest; never with local variables.
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        pass_foreign_args=True,
        processors=[Scrubber(secrets), structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in [old for old in root.handlers if getattr(old, "hilo", False)]:
        root.removeHandler(old)
    handler.hilo = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)  # what uvicorn's own configuration may have set
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("httpx").setLevel(max(logging.INFO, root.level))
    logging.captureWarnings(capture=True)


def _access_fields(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """uvicorn's access line as fields, and none of its text for coloured terminals."""
    event.pop("color_message", None)
    arguments = event.pop("positional_args", None)
    if event.get("logger") == "uvicorn.access" and isinstance(arguments, tuple) and len(arguments) == 5:
        client, method, path, _, status = arguments
        event.update(event="request", client=client, method=method, path=path, status=status)
    return event
