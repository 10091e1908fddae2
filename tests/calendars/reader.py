"""A strict reader of iCalendar documents that shares no code with the writer (RFC 5545)."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

_LINE = re.compile(r'(?P<name>[A-Z0-9-]+)(?P<params>(?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(?P<value>.*)', re.DOTALL)
_ESCAPES = {"\\\\": "\\", "\\,": ",", "\\;": ";", "\\n": "\n", "\\N": "\n"}


@dataclass
class Component:
    name: str
    lines: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)

    def value(self, name: str) -> str:
        (found,) = [value for key, _, value in self.lines if key == name]
        return found

    def text(self, name: str) -> str:
        return re.sub(r"\\(.)", lambda m: _ESCAPES[m[0]], self.value(name))

    def has(self, name: str) -> bool:
        return any(key == name for key, _, _ in self.lines)

    def all(self, name: str) -> list["Component"]:
        return [child for child in self.children if child.name == name]


def read(document: bytes) -> Component:
    """The VCALENDAR; fails on whatever a strict reader may refuse."""
    assert document.endswith(b"\r\n")
    raw = document[:-2].split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in raw)
    for line in raw:
        assert len(line) <= 75, line
        line.decode("utf-8")  # folded between characters, not inside one
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
    lines: list[str] = []
    for line in raw:
        if line.startswith((b" ", b"\t")):
            lines[-1] += line[1:].decode()
        else:
            lines.append(line.decode())
    stack: list[Component] = [Component("")]
    for line in lines:
        match = _LINE.fullmatch(line)
        assert match, line
        name, value = match["name"], match["value"]
        params = {p.partition("=")[0]: p.partition("=")[2].strip('"') for p in match["params"].split(";") if p}
        if name == "BEGIN":
            component = Component(value)
            stack[-1].children.append(component)
            stack.append(component)
        elif name == "END":
            assert stack.pop().name == value
        else:
            stack[-1].lines.append((name, params, value))
    assert len(stack) == 1
    (calendar,) = stack[0].children
    assert calendar.name == "VCALENDAR"
    return calendar


def moment(calendar: Component, event: Component, name: str) -> datetime | date:
    """A DTSTART or DTEND as the instant that a reader without any zone database would compute."""
    ((_, params, value),) = [line for line in event.lines if line[0] == name]
    if params.get("VALUE") == "DATE":
        return datetime.strptime(value, "%Y%m%d").date()
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    local = _local(value)
    (zone,) = [z for z in calendar.all("VTIMEZONE") if z.value("TZID") == params["TZID"]]
    # The observance whose onset is the last one before: its own time and that of the zone are local times alike.
    past = [part for part in zone.children if _local(part.value("DTSTART")) <= local]
    assert past, f"{value} lies before everything that its time zone says"
    current = max(past, key=lambda part: part.value("DTSTART"))
    return (local - _offset(current.value("TZOFFSETTO"))).replace(tzinfo=UTC)


def _local(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%S")


def _offset(value: str) -> timedelta:
    sign, hours, minutes, seconds = value[0], value[1:3], value[3:5], value[5:7] or "0"
    return (1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
