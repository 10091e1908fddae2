"""A tenant's events as an iCalendar document (RFC 5545, RFC 7986). The only file that knows `icalendar`.

The same rows give the same bytes: nothing in it comes from the clock.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration

from app.calendars.entry import Entry, entry_of
from app.calendars.zones import observances
from app.models import Event as StoredEvent
from app.models import Tenant

# How often programs should look again. Most have a mind of their own (Google: hours); Outlook wants the X- name.
_REFRESH: Final = timedelta(minutes=15)
_UTC_NAMES: Final = frozenset({"UTC", "Etc/UTC", "Zulu", "Etc/Zulu", "UCT", "Etc/UCT", "Universal", "Etc/Universal"})


def render_feed(tenant: Tenant, events: Sequence[StoredEvent], *, event_minutes: int) -> bytes:
    """The feed of `events`, all of this tenant. `event_minutes`: length where neither event nor tenant gives one.

    What is `history` was over before a calendar could have had it, and is left out.
    """
    shown = [(event, entry_of(event, tenant, event_minutes=event_minutes)) for event in events if not event.history]
    calendar = Calendar()
    calendar.add("prodid", "-//Hilo//Hilo calendar feed//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", tenant.name)
    calendar.add("x-wr-calname", tenant.name)
    calendar.add("x-wr-timezone", tenant.timezone)
    refresh = vDuration(_REFRESH)
    refresh.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", refresh)
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    if zone := _zone_definition(tenant, [entry for _, entry in shown]):
        calendar.add_component(zone)
    for event, entry in shown:
        calendar.add_component(_vevent(event, entry))
    document: bytes = calendar.to_ical(sorted=False)
    return document


def _vevent(event: StoredEvent, entry: Entry) -> Event:
    component = Event()
    component.add("uid", f"{event.id}@hilo")
    # When this version of the event was made; a feed has no other moment to stamp it with.
    component.add("dtstamp", event.updated_at.astimezone(UTC))
    component.add("created", event.created_at.astimezone(UTC))
    component.add("last-modified", event.updated_at.astimezone(UTC))
    component.add("sequence", event.revision - 1)
    component.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    component.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    component.add("summary", _plain(entry.title))
    component.add("dtstart", _moment(entry.start))
    component.add("dtend", _moment(entry.end))
    if entry.location:
        component.add("location", _plain(entry.location))
    component.add("description", _plain(entry.description))
    return component


def _plain(text: str) -> str:
    """Without control characters, which iCalendar cannot carry (RFC 5545 section 3.1)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in text if character in "\n\t" or (character >= " " and character != "\x7f"))


def _moment(moment: datetime | date) -> datetime | date:
    if not isinstance(moment, datetime):
        return moment
    # A local time that the clocks show twice means its first occurrence; the second can only be said in UTC.
    if moment.fold or str(moment.tzinfo) in _UTC_NAMES:
        return moment.astimezone(UTC)
    return moment


def _zone_definition(tenant: Tenant, entries: Sequence[Entry]) -> Timezone | None:
    """The VTIMEZONE for the span of these entries, with a component per change of the clocks.

    `icalendar` can write one itself (7.3), but puts the beginning of daylight time an hour late: at the time that
    the clocks show after the change, not before.
    """
    times = [moment for entry in entries for moment in (entry.start, entry.end) if isinstance(moment, datetime)]
    if not times or tenant.timezone in _UTC_NAMES:
        return None
    zone = ZoneInfo(tenant.timezone)
    first = datetime(min(times).year, 1, 1, tzinfo=UTC) - timedelta(days=2)
    last = datetime(max(times).year + 1, 1, 2, tzinfo=UTC)
    definition = Timezone()
    definition.add("tzid", tenant.timezone)
    for observance in observances(zone, first, last):
        part = TimezoneDaylight() if observance.daylight else TimezoneStandard()
        part.add("dtstart", observance.onset)
        part.add("tzoffsetfrom", observance.offset_from)
        part.add("tzoffsetto", observance.offset_to)
        part.add("tzname", observance.name)
        definition.add_component(part)
    return definition
