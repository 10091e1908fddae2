"""Conversations with known answers, and what a model would say of them: right, or wrong in a way of our choice."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.extraction.base import Transcript
from app.extraction.llm.schema import WEEKDAYS
from app.extraction.transcript import Said, transcript_of
from app.models import Role

ZONE = "America/Lima"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A conversation of one appointment; `answer` is the model's right reading of it."""

    name: str
    transcript: Transcript
    start: dt.datetime
    answer: dict[str, Any]


def said(message: int, words: str) -> dict[str, str]:
    return {"message": f"m{message}", "words": words}


def date_of(day: dt.date, counted_from: dt.date) -> dict[str, Any]:
    return {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "weekday": WEEKDAYS[day.weekday()],
        "counted_from": counted_from.isoformat(),
    }


def time_of(at: dt.time) -> dict[str, int]:
    return {"hour": at.hour, "minute": at.minute}


def event(
    *, title: str, day: dt.date, at: dt.time, written: dt.date, date_said: Any, time_said: Any, **more: Any
) -> dict[str, Any]:
    fields = {
        "known": None,
        "title": title,
        "title_said": None,
        "status": "confirmed",
        "date_said": date_said,
        "date": date_of(day, written),
        "time_said": time_said,
        "time": time_of(at),
        "end_said": None,
        "end": None,
        "location": None,
        "settled_by": None,
        "cancelled_by": None,
    }
    return fields | more


def talk(*lines: tuple[str, str], at: dt.datetime, name: str = "talk", minutes: int = 1) -> Transcript:
    """Lines of ("user" or "bot", text), a minute apart from `at` on (local)."""
    return transcript_of(
        [Said(Role(who), text, at + dt.timedelta(minutes=n * minutes)) for n, (who, text) in enumerate(lines)],
        time_zone=ZONE,
        name=name,
    )


_TIMES = (
    ("a las 10 de la mañana", dt.time(10)),
    ("a las 4 de la tarde", dt.time(16)),
    ("a las 9:30", dt.time(9, 30)),
    ("a las 17:45", dt.time(17, 45)),
    ("a las tres y media de la tarde", dt.time(15, 30)),
)
_TITLES = ("control de ortodoncia", "cambio de aceite", "clase de guitarra", "tinte de cejas")
_NAMES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


def _days(today: dt.date) -> Iterator[tuple[str, dt.date]]:
    yield "mañana", today + dt.timedelta(days=1)
    yield "pasado mañana", today + dt.timedelta(days=2)
    for ahead in (3, 5):
        day = today + dt.timedelta(days=ahead)
        yield f"el {_NAMES[day.weekday()]}", day
    far = today + dt.timedelta(days=11)
    yield f"el {_NAMES[far.weekday()]} {far.day} de {_MONTHS[far.month - 1]}", far
    yield f"el {far.day}/{far.month}", far


def golds() -> Iterator[Case]:
    """A few hundred conversations whose answer is worked out here by the calendar, not by the resolver."""
    starts = [dt.datetime(2027, 3, 1, 9, 12), dt.datetime(2027, 4, 28, 18, 40), dt.datetime(2027, 12, 24, 11, 5)]
    turns = itertools.cycle(range(len(_TITLES)))
    for begun in starts:
        for (day_words, day), (time_words, at) in itertools.product(_days(begun.date()), _TIMES):
            title = _TITLES[next(turns)]
            for layout in ("together", "apart"):
                if layout == "together":
                    lines = [
                        ("user", f"Buenas, quisiera {title} {day_words} {time_words}"),
                        ("bot", "Con gusto, queda anotado"),
                    ]
                    where, settled = (1, 1), "m2"
                else:
                    lines = [
                        ("user", f"Hola, me gustaría {title}"),
                        ("bot", "Claro que sí, ¿qué día?"),
                        ("user", f"{day_words} por favor"),
                        ("bot", "¿A qué hora?"),
                        ("user", time_words),
                        ("bot", "Perfecto, anotado"),
                    ]
                    where, settled = (3, 5), "m6"
                name = f"{begun:%m%d}-{day_words}-{time_words}-{layout}"
                yield Case(
                    name=name,
                    transcript=talk(*lines, at=begun, name=name),
                    start=dt.datetime.combine(day, at),
                    answer=event(
                        title=title,
                        day=day,
                        at=at,
                        written=begun.date(),
                        date_said=said(where[0], day_words),
                        time_said=said(where[1], time_words),
                        title_said=said(1, title),
                        settled_by=settled,
                    ),
                )


def _moved(answer: dict[str, Any], days: int) -> dict[str, Any]:
    read = answer["date"]
    day = dt.date(read["year"], read["month"], read["day"]) + dt.timedelta(days=days)
    return answer | {"date": date_of(day, dt.date.fromisoformat(read["counted_from"]))}


def wrongs(case: Case) -> dict[str, dict[str, Any]]:
    """The same answer with one error each."""
    answer = case.answer
    weekday = WEEKDAYS[(WEEKDAYS.index(answer["date"]["weekday"]) + 1) % 7]
    other = (answer["time"]["hour"] + 1) % 24
    invented = {"title": "almuerzo con Ramírez", "date_said": said(1, "el 31 de julio"), "title_said": None}
    return {
        "a day later": _moved(answer, 1),
        "a week later": _moved(answer, 7),
        "counted from the day before": _moved(answer, -1),
        "a year later": answer | {"date": answer["date"] | {"year": answer["date"]["year"] + 1}},
        "wrong weekday": answer | {"date": answer["date"] | {"weekday": weekday}},
        "an hour later": answer | {"time": answer["time"] | {"hour": other}},
        "twelve hours away": answer | {"time": answer["time"] | {"hour": (answer["time"]["hour"] + 12) % 24}},
        "no such message": answer | {"date_said": said(99, answer["date_said"]["words"])},
        "words of nobody": answer | {"date_said": said(1, "el 31 de febrero a mediodía")},
        "words without time": answer | {"time_said": said(1, case.transcript.messages[0].text.split()[0])},
        "invented": answer | invented,
        "no date": answer | {"date": answer["date"] | {"month": 2, "day": 30}},
        "settled by nobody": answer | {"settled_by": "m77"},
        "a year ago": answer | {"date": answer["date"] | {"year": answer["date"]["year"] - 1}},
        "without its hour": answer | {"time": None, "time_said": None},
        "untitled, a day later": _moved(answer, 1) | {"title": "Cita", "title_said": None},
        "untitled, an hour later": answer | {"title": "Appointment", "time": answer["time"] | {"hour": other}},
        "as a known event of nobody": answer | {"known": "k9"},
        "hour of a number of things": answer | {"time_said": said(1, _count(case)), "time": {"hour": 3, "minute": 0}},
    }


def _count(case: Case) -> str:
    """Words beside the hour: of the message's first two."""
    return " ".join(case.transcript.messages[0].text.split()[:2])
