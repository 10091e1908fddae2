"""Conversations in which a plausible wrong reading lies at hand, with the right one and the wrong ones.

Where `llm_cases.wrongs` bends one field of a right answer, a trap is a talk: two options of which one was taken, two
appointments of which one is called off, somebody else's appointment, a question that nobody answered.
"""
# ruff: noqa: E501 - a message is a line

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from app.extraction.base import KnownEvent, Transcript
from app.extraction.said.mentions import place_of
from app.models import EventStatus, Evidence
from tests.extraction.llm_cases import event, said, talk

Lines = list[tuple[str, str]]
MORNING = dt.datetime(2027, 3, 1, 9, 12)  # a Monday
DAYS = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
GENERIC = {"es": "Cita", "en": "Appointment"}


@dataclass(frozen=True, kw_only=True)
class Trap:
    """`right`: what a good model answers; `wrong`: by kind, what a bad one does; `stands`: the moments (and no others)
    that may be confirmed, of new events and of `known` ones."""

    name: str
    transcript: Transcript
    known: tuple[KnownEvent, ...] = ()
    right: list[dict[str, Any]] = field(default_factory=list)
    wrong: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    stands: frozenset[dt.datetime] = frozenset()


def at(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2027, 3, day, hour).replace(tzinfo=_zone())


def _zone() -> Any:
    return talk(("user", "x"), at=MORNING).messages[0].at.tzinfo


def day_words(day: int, lang: str) -> str:
    name = DAYS[lang][dt.date(2027, 3, day).weekday()]
    return f"el {name} {day}" if lang == "es" else f"on {name} the {day}th"


def hour_words(hour: int, lang: str) -> str:
    return f"a las {hour}:00" if lang == "es" else f"at {hour}:00"


def reading(
    lines: Lines, title: str, day: int, hour: int | None, lang: str, *, by: int, day_in: int, hour_in: int | None = None,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """An event as a model reads it: the words for that day and hour, looked for in the messages that are named."""

    def words(message: int, exact: str, bare: str) -> dict[str, str]:
        text = lines[message - 1][1]
        return said(message, exact if place_of(text, exact) else bare)

    date_said = words(day_in, day_words(day, lang), DAYS[lang][dt.date(2027, 3, day).weekday()])
    time_said = words(hour_in or day_in, hour_words(hour, lang), str(hour)) if hour is not None else None
    answer = event(
        title=title, day=dt.date(2027, 3, day), at=dt.time(hour or 0), written=MORNING.date(),
        date_said=date_said, time_said=time_said, settled_by=f"m{by}",
    ) | more  # fmt: skip
    return answer if hour is not None else answer | {"time": None}


def known(lines: Lines, title: str, day: int, hour: int, message: int, name: str) -> KnownEvent:
    transcript = talk(*lines, at=MORNING, name=name)
    proof = tuple(
        Evidence(message_id=transcript.messages[message - 1].id, slot=slot, quote=transcript.messages[message - 1].text)
        for slot in ("date", "time", "title")
    )
    return KnownEvent(
        id=uuid5(NAMESPACE_OID, f"{name}{title}{day}"), title=title, start=at(day, hour), status=EventStatus.CONFIRMED,
        evidence=proof,
    )  # fmt: skip


def cancelled(name: str, by: int) -> dict[str, Any]:
    answer = event(title="x", day=MORNING.date(), at=dt.time(9), written=MORNING.date(), date_said=None, time_said=None)
    return answer | {"known": name, "status": "cancelled", "cancelled_by": f"m{by}", "date": None, "time": None}


def traps() -> Iterator[Trap]:
    hours = itertools.cycle((9, 10, 11, 12, 15, 16, 17))
    for lang, family in itertools.product(("es", "en"), FAMILIES):
        for n, (service, other) in enumerate(SERVICES[lang]):
            a, b = next(hours), next(hours)
            yield from family(lang, service, other, 8 + n, 11 + n, a, b if b != a else b + 1)


SERVICES = {
    "es": (("limpieza dental", "radiografía"), ("corte de pelo", "tinte"), ("revisión de caldera", "presupuesto de gas")),
    "en": (("dental cleaning", "x-ray"), ("haircut", "colouring"), ("boiler inspection", "gas quote")),
}  # fmt: skip


def _t(lang: str, es: str, en: str) -> str:
    return es if lang == "es" else en


def refused_option(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """Two options, and the other one taken, in several ways of saying so."""
    first, second = f"{day_words(d, lang)} {hour_words(h, lang)}", f"{day_words(e, lang)} {hour_words(k, lang)}"
    name_d, name_e = (DAYS[lang][dt.date(2027, 3, x).weekday()] for x in (d, e))
    picks = {
        "by weekday": _t(lang, f"El {name_e}", f"{name_e} please"),
        "by number": _t(lang, "La segunda, por favor", "The second one please"),
        "by hour": _t(lang, f"La de las {k}:00", f"The {k}:00 one"),
        "by no to the other": _t(lang, f"El {name_d} no puedo, el {name_e} sí", f"I can't on {name_d}, {name_e} works"),
    }
    for how, pick in picks.items():
        lines = [
            ("user", _t(lang, f"Hola, quiero {s}. ¿Qué tienen?", f"Hi, I'd like a {s}. What do you have?")),
            ("bot", _t(lang, f"Tenemos {first} o {second}, ¿cuál prefiere?", f"We have {first} or {second}, which one?")),
            ("user", pick),
            ("bot", _t(lang, "Perfecto, queda agendado", "Perfect, you're booked")),
        ]  # fmt: skip
        right = reading(lines, s, e, k, lang, by=4, day_in=2)
        wrong = reading(lines, s, d, h, lang, by=4, day_in=2)
        crossed = reading(lines, s, d, k, lang, by=4, day_in=2)
        yield Trap(
            name=f"refused option {how} {lang} {s}", transcript=talk(*lines, at=MORNING), right=[right],
            wrong={"the option not taken": [wrong], "the same, generic title": [wrong | {"title": GENERIC[lang]}],
                   "by the customer's own pick": [wrong | {"settled_by": "m3"}],
                   "day of one, hour of the other": [crossed],
                   "crossed, generic": [crossed | {"title": GENERIC[lang]}],
                   "both of them": [wrong, right]},
            stands=frozenset({at(e, k)}),
        )  # fmt: skip


def refused_day(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """A wish that could not be met, and another day instead."""
    noes = _t(lang, "está a tope|no podemos|ya está ocupado|no atendemos|lo tengo completo",
              "is fully booked|doesn't work for us|is taken|we're closed|there's nothing left").split("|")  # fmt: skip
    for no in noes:
        day, other = day_words(d, lang), day_words(e, lang)
        lines = [
            ("user", _t(lang, f"Buenas, quisiera {s} {day} {hour_words(h, lang)}", f"Hello, I'd like a {s} {day} {hour_words(h, lang)}")),
            ("bot", _t(lang, f"Ese día {no}. ¿Le sirve {other} {hour_words(h, lang)}?", f"That day {no}. Would {other} {hour_words(h, lang)} do?")),
            ("user", _t(lang, "Vale, de acuerdo", "Yes, that works")),
            ("bot", _t(lang, "Hecho, apuntado", "Done, you're in the book")),
        ]  # fmt: skip
        right = reading(lines, s, e, h, lang, by=3, day_in=2)
        wrong = reading(lines, s, d, h, lang, by=3, day_in=1)
        yield Trap(
            name=f"refused day {no} {lang} {s}", transcript=talk(*lines, at=MORNING), right=[right],
            wrong={"the day refused": [wrong], "generic": [wrong | {"title": GENERIC[lang]}],
                   "by the last message": [wrong | {"settled_by": "m4"}],
                   "both": [wrong, right]},
            stands=frozenset({at(e, h)}),
        )  # fmt: skip


def hour_elsewhere(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """Day and hour in two messages: the hour must not get lost."""
    lines = [
        ("user", _t(lang, f"Quiero {s} {day_words(d, lang)}", f"I need a {s} {day_words(d, lang)}")),
        ("bot", _t(lang, "¿A qué hora?", "What time?")),
        ("user", hour_words(h, lang)),
        ("bot", _t(lang, "Perfecto, queda agendado", "Perfect, you're booked")),
    ]
    right = reading(lines, s, d, h, lang, by=4, day_in=1, hour_in=3)
    whole = reading(lines, s, d, None, lang, by=4, day_in=1)
    yield Trap(
        name=f"hour elsewhere {lang} {s}", transcript=talk(*lines, at=MORNING), right=[right],
        wrong={"without its hour": [whole], "generic": [whole | {"title": GENERIC[lang]}]},
        stands=frozenset({at(d, h)}),
    )  # fmt: skip


def persons(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """A number of persons is no hour."""
    many = k if k > 2 else 4
    what = _t(lang, f"{many} personas", f"{many} people")
    for asked in (
        _t(lang, f"Quiero {s} {day_words(d, lang)} para {what}", f"I'd like a {s} {day_words(d, lang)} for {what}"),
        _t(lang, f"Somos {what}: {s} {day_words(d, lang)}", f"We are {what}: {s} {day_words(d, lang)}"),
    ):
        lines = [
            ("user", asked),
            ("bot", _t(lang, "Con gusto, queda anotado", "Sure, noted")),
            ("user", _t(lang, "gracias", "thanks")),
        ]
        wrong = reading(lines, s, d, many, lang, by=2, day_in=1) | {"time_said": said(1, what)}
        pm = wrong | {"time": {"hour": many % 12 + 12, "minute": 0}}
        yield Trap(
            name=f"persons {lang} {s}", transcript=talk(*lines, at=MORNING),
            wrong={"as the hour": [wrong], "in the afternoon": [pm], "the number alone": [wrong | {"time_said": said(1, str(many))}],
                   "generic": [wrong | {"title": GENERIC[lang]}]},
        )  # fmt: skip


def another_known(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """Two appointments: what is said of one must not touch the other."""
    booked = [
        ("user", _t(lang, f"Quiero {s} {day_words(d, lang)} {hour_words(h, lang)}", f"Please book a {s} {day_words(d, lang)} {hour_words(h, lang)}")),
        ("bot", _t(lang, f"Perfecto, queda agendado: {s} {day_words(d, lang)} {hour_words(h, lang)}", f"Perfect, booked: {s} {day_words(d, lang)} {hour_words(h, lang)}")),
    ]  # fmt: skip
    new = [
        ("user", _t(lang, f"Además quiero {o} {day_words(e, lang)} {hour_words(k, lang)}", f"I also want a {o} {day_words(e, lang)} {hour_words(k, lang)}")),
        ("bot", _t(lang, "Perfecto, queda agendado también", "Perfect, that's booked too")),
    ]  # fmt: skip
    lines = [*booked, *new]
    one = known(lines, s, d, h, 1, f"another {lang} {s}")
    right = reading(lines, o, e, k, lang, by=4, day_in=3)
    yield Trap(
        name=f"new one beside a known {lang} {s}", transcript=talk(*lines, at=MORNING, name=f"another {lang} {s}"),
        known=(one,), right=[right],
        wrong={"moves the known one": [right | {"known": "k1"}],
               "moves it under its title": [right | {"known": "k1", "title": s}],
               "moves it under none": [right | {"known": "k1", "title": GENERIC[lang]}],
               "calls it off": [right, cancelled("k1", 4)],
               "calls it off by its own booking": [right, cancelled("k1", 2)]},
        stands=frozenset({at(d, h), at(e, k)}),
    )  # fmt: skip
    asks = {
        "by name": _t(lang, f"Cancela lo de {o} por favor, {s} sí lo hago", f"Please cancel the {o}, I'm keeping the {s}"),
        "by day": _t(lang, f"Cancela la cita d{day_words(e, lang)[0:]} por favor", f"Please cancel the one {day_words(e, lang)}"),
    }  # fmt: skip
    for how, ask in asks.items():
        lines = [*booked, *new, ("user", ask), ("bot", _t(lang, "Listo, cancelado", "Done, cancelled"))]
        name = f"cancel {how} {lang} {s}"
        both = (known(lines, s, d, h, 1, name), known(lines, o, e, k, 3, name))
        yield Trap(
            name=name, transcript=talk(*lines, at=MORNING, name=name), known=both, right=[cancelled("k2", 5)],
            wrong={"the other": [cancelled("k1", 5)], "both": [cancelled("k1", 5), cancelled("k2", 5)],
                   "by the answer": [cancelled("k1", 6)]},
            stands=frozenset({at(d, h)}),
        )  # fmt: skip


def somebody_else(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """An appointment that is told of, and is not this customer's with this business."""
    when = f"{day_words(d, lang)} {hour_words(h, lang)}"
    told = _t(
        lang,
        f"Mi amiga tiene {s} {when}|Mi hermana reservó {s} {when} en otro sitio|Mi jefe me puso {s} {when}",
        f"My friend has a {s} {when}|My sister booked a {s} {when} somewhere else|My boss gave me a {s} {when}",
    ).split("|")
    replies = _t(
        lang, "Qué bien, le va a encantar|Perfecto|Ah, muy bien", "Nice, she'll love it|Perfect|Oh, great"
    ).split("|")
    for text, reply in zip(told, replies, strict=True):
        lines = [("user", text), ("bot", reply), ("user", _t(lang, "Sí, gracias", "Yes, thanks"))]
        wrong = reading(lines, s, d, h, lang, by=2, day_in=1)
        yield Trap(
            name=f"{text} {lang}", transcript=talk(*lines, at=MORNING),
            wrong={"as the customer's own": [wrong], "generic": [wrong | {"title": GENERIC[lang]}],
                   "by the thanks": [wrong | {"settled_by": "m3"}]},
        )  # fmt: skip


def never_answered(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """A time is asked for, and the talk goes on about something else."""
    when = f"{day_words(d, lang)} {hour_words(h, lang)}"
    ask = _t(lang, f"Hola, ¿tienen lugar para {s} {when}?", f"Hi, is there room for a {s} {when}?")
    talks = [
        [("user", _t(lang, "¿Y cuánto cuesta?", "And how much is it?")), ("bot", _t(lang, "Son 50 soles", "It's 50 dollars")), ("user", _t(lang, "Ok, gracias", "Ok, thanks"))],
        [("bot", _t(lang, "Ahora le confirmo con el técnico", "Let me check with the technician")), ("user", _t(lang, "Ok", "Ok"))],
        [("bot", _t(lang, "Tenemos estacionamiento, por si viene en auto", "We have parking, in case you drive")), ("user", _t(lang, "Perfecto", "Perfect"))],
        [("bot", _t(lang, "Nuestro horario es de 9:00 a 18:00", "We are open from 9:00 to 18:00")), ("user", _t(lang, "Genial, gracias", "Great, thanks"))],
    ]  # fmt: skip
    talks += [[*more, ("bot", _t(lang, "¡Con gusto, hasta luego!", "You're welcome, bye!"))] for more in talks]
    for n, more in enumerate(talks):
        lines = [("user", ask), *more]
        last = len(lines)
        wrong = reading(lines, s, d, h, lang, by=last, day_in=1)
        yield Trap(
            name=f"never answered {n} {lang} {s}", transcript=talk(*lines, at=MORNING),
            wrong={"by the last word": [wrong], "by the one before": [wrong | {"settled_by": f"m{last - 1}"}],
                   "by the question itself": [wrong | {"settled_by": "m1"}],
                   "generic": [wrong | {"title": GENERIC[lang]}]},
        )  # fmt: skip


def same_words_again(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """ "Mañana a las 10", said twice on two days: the first time it could not be."""
    tomorrow = _t(lang, "mañana", "tomorrow")
    lines = [
        ("user", _t(lang, f"Quiero {s} {tomorrow} {hour_words(h, lang)}", f"I'd like a {s} {tomorrow} {hour_words(h, lang)}")),
        ("bot", _t(lang, "No hay lugar, escríbame otro día", "There's no room, write again another day")),
        ("user", _t(lang, f"Hola de nuevo, ¿puede ser {tomorrow} {hour_words(h, lang)}?", f"Hi again, could it be {tomorrow} {hour_words(h, lang)}?")),
        ("bot", _t(lang, "Sí, queda agendado", "Yes, you're booked")),
    ]  # fmt: skip
    spread = talk(*lines, at=MORNING, minutes=20 * 60)  # 1st 9:12, 2nd 5:12, 3rd 1:12, 3rd 21:12
    day = spread.messages[2].at.date()
    right = event(
        title=s, day=day + dt.timedelta(days=1), at=dt.time(h), written=day,
        date_said=said(3, tomorrow), time_said=said(3, hour_words(h, lang)), settled_by="m4",
    )  # fmt: skip
    first = event(
        title=s, day=dt.date(2027, 3, 2), at=dt.time(h), written=MORNING.date(),
        date_said=said(1, tomorrow), time_said=said(1, hour_words(h, lang)), settled_by="m4",
    )  # fmt: skip
    yield Trap(
        name=f"same words {lang} {s}", transcript=spread, right=[right],
        wrong={"the first time": [first], "words of the first, day of the second": [right | {"date_said": said(1, tomorrow)}],
               "generic": [first | {"title": GENERIC[lang]}]},
        stands=frozenset({dt.datetime.combine(day + dt.timedelta(days=1), dt.time(h), _zone())}),
    )  # fmt: skip


def no_to_something_else(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """A no that is said to another question, in a talk that the rules did not see the appointment arranged in."""
    for answer in _t(lang, "No, gracias|No me interesa|No hace falta", "No thanks|Not interested|No need").split("|"):
        lines = [
            ("user", _t(lang, "¿Tienen estacionamiento?", "Do you have parking?")),
            ("bot", _t(lang, f"Sí. ¿Desea agregar {o}?", f"Yes. Would you like to add a {o}?")),
            ("user", answer),
        ]
        one = known(lines, s, d, h, 1, f"no to {lang} {s}")
        yield Trap(
            name=f"no to something else {lang} {s} {answer}", transcript=talk(*lines, at=MORNING, name=f"no to {lang} {s}"),
            known=(one,), wrong={"calls it off": [cancelled("k1", 3)], "by the question": [cancelled("k1", 2)]},
            stands=frozenset({at(d, h)}),
        )  # fmt: skip


def yes_to_something_else(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """A no to the wish, and later a yes to something that is bought."""
    for no in _t(
        lang,
        "Ese día no atendemos|No, ya está ocupado|Uy, no podemos",
        "We're closed that day|No, that's taken|Sorry, we can't",
    ).split("|"):
        lines = [
            ("user", _t(lang, f"¿Tienen {s} {day_words(d, lang)} {hour_words(h, lang)}?", f"Could I get a {s} {day_words(d, lang)} {hour_words(h, lang)}?")),
            ("bot", no),
            ("user", _t(lang, "¿Y venden champú?", "And do you sell shampoo?")),
            ("bot", _t(lang, "Sí, tenemos. ¿Le aparto uno?", "Yes, we do. Shall I put one aside?")),
            ("user", _t(lang, "Sí, perfecto", "Yes, perfect")),
            ("bot", _t(lang, "Listo, apartado", "Done")),
        ]  # fmt: skip
        wrong = reading(lines, s, d, h, lang, by=5, day_in=1)
        yield Trap(
            name=f"yes to something else {no} {lang} {s}", transcript=talk(*lines, at=MORNING),
            wrong={"by the yes": [wrong], "by the last word": [wrong | {"settled_by": "m6"}],
                   "by the one before": [wrong | {"settled_by": "m4"}], "generic": [wrong | {"title": GENERIC[lang]}]},
        )  # fmt: skip


def odd_words(lang: str, s: str, o: str, d: int, e: int, h: int, k: int) -> Iterator[Trap]:
    """Words that the resolver cannot read, quoted for a day that they cannot mean."""
    for words in _t(
        lang, "el finde largo de mayo|2 niños|la feria de julio", "the May fair weekend|2 children|the July fair"
    ).split("|"):
        lines = [
            ("user", _t(lang, f"Quiero {s} para {words} {hour_words(h, lang)}", f"I'd like a {s} for {words} {hour_words(h, lang)}")),
            ("bot", _t(lang, "Perfecto, queda agendado", "Perfect, you're booked")),
        ]  # fmt: skip
        wrong = event(
            title=s, day=dt.date(2027, 3, d), at=dt.time(h), written=MORNING.date(), settled_by="m2",
            date_said=said(1, words), time_said=said(1, hour_words(h, lang)),
        )  # fmt: skip
        yield Trap(
            name=f"odd words {words} {lang} {s}", transcript=talk(*lines, at=MORNING),
            wrong={"another day": [wrong], "generic": [wrong | {"title": GENERIC[lang]}]},
        )  # fmt: skip


FAMILIES = (
    refused_option,
    refused_day,
    hour_elsewhere,
    persons,
    another_known,
    somebody_else,
    never_answered,
    same_words_again,
    no_to_something_else,
    odd_words,
    yes_to_something_else,
)
