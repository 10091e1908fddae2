"""Events and a calendar at the test server, for the tests of the Google calendar."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.calendars.google import GoogleCalendar
from app.calendars.google_access import Grant, service_account
from app.models import Tenant
from tests.support.google_server import CALENDAR, GoogleServer
from tests.support.values import make_event, make_tenant

START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)
TENANT = make_tenant(slug="default")


def calendar_at(google: GoogleServer, **options: Any) -> GoogleCalendar:
    grant = service_account(json.dumps(google.service_account()))

    async def grants(_: Tenant) -> Grant:
        return grant

    defaults: dict[str, Any] = {
        "default_calendar": CALENDAR,
        "api_url": google.api_url,
        "http_seconds": 2.0,
        "requests_per_minute": 1e6,
    }
    return GoogleCalendar(grants, **(defaults | options))


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


@pytest.fixture
async def calendar(google: GoogleServer) -> AsyncIterator[GoogleCalendar]:
    calendar = calendar_at(google)
    yield calendar
    await calendar.aclose()


def an_event(**changes: Any) -> Any:
    return make_event(**({"start": START} | changes))
