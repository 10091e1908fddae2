"""What an agent's environment says. Read when it is needed, so that a switch works without a restart."""

import os
import re
from dataclasses import dataclass

_NO = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """`timeout`: seconds that one call may take, retries included. `outbox_path`: where what could not be delivered is
    kept; None: in memory. `mask_ids`: log lines show no whole phone number (production)."""

    enabled: bool = True
    base_url: str | None = None
    api_key: str | None = None
    sub_domain: str | None = None
    local_id: str | None = None
    timeout: float = 10.0
    outbox_path: str | None = None
    outbox_limit: int = 10_000
    mask_ids: bool = False


def load_client_settings() -> ClientSettings:
    """From the environment, each by its neutral name or by its older one (CARTAAI_…)."""
    return ClientSettings(
        enabled=_flag("ENABLE_CONVERSATION_SYNC") and _flag("USE_CONVERSATION_API", "USE_CARTAAI_API"),
        base_url=_value("CONVERSATION_API_BASE_URL", "CARTAAI_API_BASE_URL"),
        api_key=_value("CONVERSATION_API_KEY", "CARTAAI_API_KEY"),
        sub_domain=_value("CONVERSATION_SUBDOMAIN", "CARTAAI_SUBDOMAIN"),
        local_id=_value("CONVERSATION_LOCAL_ID", "CARTAAI_LOCAL_ID"),
        timeout=_seconds(_value("CONVERSATION_API_TIMEOUT")),
        outbox_path=_value("CONVERSATION_OUTBOX_PATH"),
        mask_ids=(_value("ENVIRONMENT", "APP_ENV") or "").lower() in ("production", "prod"),
    )


def _seconds(value: str | None) -> float:
    try:
        return max(float(value or 10), 0.1)
    except ValueError:  # a slip in a setting stops no conversation
        return 10.0


def shown(session_id: str | None, settings: ClientSettings) -> str:
    """A session id as logs may show it: in production with the last four digits of the phone alone."""
    return hide_phones(session_id) if session_id and settings.mask_ids else str(session_id)


def hide_phones(text: str) -> str:
    """With the last four digits of the first long number alone."""
    return re.sub(r"\d{7,}", lambda digits: "*" * 6 + digits[0][-4:], text, count=1)


def _value(*names: str) -> str | None:
    return next((value for name in names if (value := os.environ.get(name, "").strip())), None)


def _flag(*names: str) -> bool:
    return (_value(*names) or "true").lower() not in _NO
