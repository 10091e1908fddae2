"""What people of a business are told, in words: short, with what they need to know first and a link last."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.agent.wording import Lang, say_day, say_moment
from app.models import Event, Tenant
from app.store.notifications import Kind

_LINES = 12  # of a list; the page has the rest
_TITLE = 80

_ES = {
    "one_event": "Una cita espera tu decisión: {event}",
    "events": "{count} citas esperan tu decisión:",
    "one_parked": "Hilo no puede seguir con la conversación de {name}. Mírala, por favor.",
    "parked": "Hilo no puede seguir con {count} conversaciones. Míralas, por favor.",
    "calendar": "El calendario de {tenant} está desconectado: las citas se guardan, pero no llegan a él.",
    "today": "Citas de hoy, {day}:",
    "nothing": "Hoy, {day}, no hay citas.",
    "more": "… y {count} más",
    "test": "Prueba: aquí te avisará Hilo de lo que necesite a una persona.",
    "all_day": "todo el día",
    "somebody": "un cliente",
    "subject.event_proposed": "Una cita espera tu decisión|{n} citas esperan tu decisión",
    "subject.conversation_parked": "Una conversación te necesita|{n} conversaciones te necesitan",
    "subject.calendar_disconnected": "El calendario está desconectado|",
    "subject.digest": "Hoy: {n} cita|Hoy: {n} citas",
    "subject.test": "Prueba de aviso|",
    "footer": "Qué se avisa y a quién se cambia aquí: {link}",
}
_EN = {
    "one_event": "An appointment waits for your decision: {event}",
    "events": "{count} appointments wait for your decision:",
    "one_parked": "Hilo cannot go on with the conversation of {name}. Please look at it.",
    "parked": "Hilo cannot go on with {count} conversations. Please look at them.",
    "calendar": "The calendar of {tenant} is disconnected: appointments are kept, but do not reach it.",
    "today": "Today's appointments, {day}:",
    "nothing": "Today, {day}, there are no appointments.",
    "more": "… and {count} more",
    "test": "A test: here Hilo will tell you of what needs a person.",
    "all_day": "all day",
    "somebody": "a customer",
    "subject.event_proposed": "An appointment waits for your decision|{n} appointments wait for your decision",
    "subject.conversation_parked": "A conversation needs you|{n} conversations need you",
    "subject.calendar_disconnected": "The calendar is disconnected|",
    "subject.digest": "Today: {n} appointment|Today: {n} appointments",
    "subject.test": "A test|",
    "footer": "What is told and to whom is changed here: {link}",
}


class Words:
    """In the language of `tenant`, times on its clock."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._lang: Lang = "en" if tenant.locale == "en" else "es"
        self._say = _EN if self._lang == "en" else _ES

    def proposed(self, events: Sequence[Event], link: str) -> str:
        if len(events) == 1:
            return f"{self._say['one_event'].format(event=self._event(events[0]))}\n{link}"
        return "\n".join([*self._reviews(events), link])

    def parked(self, names: Sequence[str | None], link: str) -> str:
        if len(names) == 1:
            return f"{self._say['one_parked'].format(name=names[0] or self._say['somebody'])}\n{link}"
        return f"{self._say['parked'].format(count=len(names))}\n{link}"

    def digest(self, day: date, events: Sequence[Event], reviews: Sequence[Event], link: str) -> str:
        said = say_day(day, self._lang)
        if events:
            lines = [self._say["today"].format(day=said), *self._list([self._at(event) for event in events])]
        else:
            lines = [self._say["nothing"].format(day=said)]
        return "\n".join([*lines, *(["", *self._reviews(reviews)] if reviews else []), link])

    def plain(self, kind: Kind, link: str) -> str:
        key = "calendar" if kind is Kind.CALENDAR_DISCONNECTED else "test"
        return f"{self._say[key].format(tenant=self._tenant.name)}\n{link}"

    def subject(self, kind: Kind, count: int) -> str:
        """Of an e-mail: no names, since it is shown on locked phones; `count` of what it is about."""
        one, many = self._say[f"subject.{kind.value}"].split("|")
        words = one if count == 1 or not many else many.format(n=count)
        return f"{self._tenant.name} · {words.format(n=count)}"

    def footer(self, link: str) -> str:
        return self._say["footer"].format(link=link)

    def _reviews(self, events: Sequence[Event]) -> list[str]:
        if len(events) == 1:
            return [self._say["one_event"].format(event=self._event(events[0]))]
        head = self._say["events"].format(count=len(events))
        return [head, *self._list([self._event(event) for event in events])]

    def _list(self, lines: Sequence[str]) -> list[str]:
        shown = [f"- {line}" for line in lines[:_LINES]]
        return [*shown, self._say["more"].format(count=len(lines) - _LINES)] if len(lines) > _LINES else shown

    def _event(self, event: Event) -> str:
        start = event.start.astimezone(self._zone)
        moment = say_moment(start, self._lang, all_day=event.all_day, today=datetime.now(self._zone).date())
        return ", ".join(part for part in (_short(event.title), event.contact_name or event.phone, moment) if part)

    def _at(self, event: Event) -> str:
        clock = self._say["all_day"] if event.all_day else f"{event.start.astimezone(self._zone):%H:%M}"
        who = event.contact_name or event.phone
        name = f" ({who})" if who else ""
        return f"{clock} {_short(event.title)}{name}"

    @property
    def _zone(self) -> ZoneInfo:
        return self._tenant.zone


def shortened(text: str, most: int) -> str:
    """`text` with at most `most` characters: lines before the last, which is the link, go first."""
    *lines, link = text.split("\n")
    while lines and len("\n".join([*lines, link])) > most:
        lines.pop()
        if not lines or len("\n".join([*lines, "…", link])) <= most:
            return "\n".join([*lines, "…", link] if lines else [link])
    return "\n".join([*lines, link])


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
