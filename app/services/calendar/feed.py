"""The calendar feed: a tenant's events behind a secret token, for any calendar program."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from app.calendars.ics import render_feed
from app.models import Value
from app.store.store import Store

_DAYS_BACK: Final = timedelta(days=90)


class FeedDocument(Value):
    body: bytes
    etag: str


class CalendarFeed:
    """`event_minutes`: length of events where neither they nor their tenant say it; `now` is the clock."""

    def __init__(
        self, store: Store, *, event_minutes: int = 60, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._event_minutes = event_minutes
        self._now = now

    async def read(self, token: str) -> FeedDocument:
        """The feed from 90 days back on; `NotFound` for an unknown token.

        Counted from midnight UTC, so that the document changes when an event does and at most once a day besides.
        """
        today = self._now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        feed = await self._store.feed(token, since=today - _DAYS_BACK)
        body = render_feed(feed.tenant, feed.events, event_minutes=self._event_minutes)
        return FeedDocument(body=body, etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"')
