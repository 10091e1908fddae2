"""Settings read from the environment and from `.env`, and what is wrong with them in words."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values
from pydantic import ValidationError

from app.errors import SettingsError
from app.settings.connections import PREFIX
from app.settings.fields import Settings, variable

_VENDORS: Final = ("TWILIO_", "META_", "WAHA_", "CHATWOOT_", "GOOGLE_", "SUPABASE_", "OPENAI_", "DATABASE_", "PUBLIC_")


def load_settings(*, env_file: Path | None = Path(".env"), environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check all settings; `environ` only says where unknown names are looked for.

    Raises `SettingsError` with one line per wrong setting: its name, what is wrong, an example. No line holds a secret.
    """
    try:
        settings = Settings(_env_file=env_file, _env_file_encoding="utf-8")
    except ValidationError as error:
        raise SettingsError("\n".join(_line(problem) for problem in error.errors(include_input=False))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file} cannot be read: {error}") from None
    warnings = _unknown({**(dotenv_values(env_file) if env_file else {}), **(environ or os.environ)})
    if settings.google_calendar_id and not (settings.google_service_account or settings.google_client_id):
        warnings.append(
            "GOOGLE_CALENDAR_ID alone does nothing: set GOOGLE_SERVICE_ACCOUNT as well, or GOOGLE_CLIENT_ID and then "
            "run `hilo google connect`."
        )
    if (
        settings.google_calendar_id == "primary"
        and settings.google_service_account
        and not settings.google_delegated_user
    ):
        warnings.append(
            "GOOGLE_CALENDAR_ID=primary is the service account's own calendar, which nobody sees: give the id of one "
            "that is shared with it."
        )
    if settings.google_delegated_user and not settings.google_service_account:
        warnings.append("GOOGLE_DELEGATED_USER does nothing without GOOGLE_SERVICE_ACCOUNT.")
    if "timezone" not in settings.model_fields_set:
        warnings.append(
            f"HILO_TIMEZONE is not set: dates are read in the system's time zone, {settings.timezone}. Set it to the "
            "zone of the business."
        )
    settings._warnings = tuple(warnings)  # noqa: SLF001 (the one attribute that a frozen model lets be set)
    return settings


def _line(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
    if not problem["loc"]:
        return message  # of the check of several fields, which names the field itself
    place = str(problem["loc"][0])  # the field's name, or its alias
    field = next(field for field in Settings.model_fields if place in (field, variable(field)))
    name = variable(field)
    examples = Settings.model_fields[field].examples or [Settings.model_fields[field].get_default()]
    hint = f"; for example {name}={examples[0]}" if examples[0] is not None else ""
    return f"{name}: {message}{hint}"


def _unknown(given: Mapping[str, str | None]) -> list[str]:
    """Names that begin like ours and mean nothing, each with the one that was probably meant. Of a vendor's names only
    those that look like a slip: other programs have their own."""
    known = [variable(field) for field in Settings.model_fields]
    warnings: list[str] = []
    for name in sorted(given):
        upper = name.upper()
        if upper in known or upper.startswith((f"{PREFIX}TEST_", f"{PREFIX}SHARED")):
            continue
        ours = upper.startswith(PREFIX)
        near = difflib.get_close_matches(upper, known, n=1, cutoff=0.6 if ours else 0.9)
        if not ours and not (near and upper.startswith(_VENDORS)):
            continue
        meant = f"; did you mean {near[0]}?" if near else "."
        warnings.append(f"{name} is no setting of Hilo{meant}")
    return warnings
