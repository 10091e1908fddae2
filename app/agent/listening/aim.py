"""Which of a contact's events is meant: by its moment, by words of its title, as "it", or as the only one."""

import datetime as dt
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.agent.evidence import fold
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.reading import Reading
from app.extraction.rules.subjects import subjects
from app.extraction.rules.when import Slot, When
from app.extraction.rules.words import fold as letters
from app.models import Event
from app.temporal import Kind, TimeExpression

_WEEK = dt.timedelta(weeks=1)
_TELLING = 3  # letters from which a word of a title tells events apart
_COUNTED = frozenset({"dos", "tres", "ambas", "ambos", "both", "two", "three"})
_ONE = (["una"], ["uno"], ["alguna"], ["alguno"], ["one"])
_POINTS = frozenset({"esa", "ese", "esta", "este", "that", "this"})
# Words that name no subject: for a place in the diary, for a moment, for what is not known, and how they are misspelt.
_EMPTY = {
    "es": frozenset(
        """uno una mas cosa cosas cambiar mover cancelar fecha horario dia momento momentito minuto rato
        chance chancecito lugar lugarcito espacio campo hueco huequito
        sitio disponibilidad agenda sita zita citita turnito horita algo alguien persona humano otra otro favor
        saber ver ir venir pasar hablar preguntar consultar pregunta duda consultita preguntita info
        informacion""".split()
    ),
    "en": frozenset(
        """thing things change move cancel slot time day date moment minute spot space appt apt apointment
        appointmnt opening availability something
        someone person human another know see come talk ask check question info information couple ya""".split()
    ),
}
_NOON = 12
_MORNING, _EVENING = frozenset({"dawn", "morning"}), frozenset({"afternoon", "evening", "night"})
# Words after "cancela" that describe no event, and those after which no description comes.
_QUIET = {
    "es": frozenset(
        """esa ese eso esta este esto ella una uno por favor porfa porfis plis please gracias nomas mejor
        entonces ya todo fecha horario
        todas todos dos ambas ambos hora citas turnos reuniones reservas clases eventos sesiones servicio tenia tengo
        tenemos teniamos hice saque pedi agende agendada agendado reservada programada pendiente mismo misma dia
        anterior primera primero segunda segundo tercera tercero ultima ultimo otra otro las los suya suyo
        suyas suyos mia mio""".split()
    ),
    "en": frozenset(
        """it this that these those please pls thanks then now instead actually all both everything them too ones had
        have made booked scheduled appointments bookings meetings sessions classes reservations existing previous
        first second third last other yours mine his hers theirs upcoming whole thing today tomorrow
        time date day""".split()
    ),
}
_THE = {
    "es": frozenset("el la los las lo mi mis nuestra nuestro".split()),
    "en": frozenset("the my our".split()),
}
_ENDS = {
    "es": frozenset("porque pues que pq xq si cuando para pero hasta al a no me se estoy surgio".split()),
    "en": frozenset("because cause since as if when to until but so i im ive something from on at".split()),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """The events that a message may mean. `sure`: what it says of them fits; `says`: it says anything; `each`: every
    one of them was named; `it`: it may mean the one last spoken of ("muévelo", not "mi cita")."""

    events: tuple[Event, ...] = ()
    sure: bool = True
    says: bool = False
    each: bool = False
    it: bool = True


def aim(events: Sequence[Event], reading: Reading, described: Sequence[Option], zone: ZoneInfo) -> Aim:
    """Which of the events is meant, by day and hour and by name. What fits only in part is not sure: "la de mi hijo"
    is no event whose title has no son in it."""
    words = description(reading)
    if not described and not words:
        return Aim(events=tuple(e for e in events if named(e, reading)), it=not _says_noun(reading))
    by_time = [e for e in events if any(stands_at(e, o.when, zone) for o in described)]
    by_name = _best([e for e in events if words & _title_words(e)], words)
    if described and words:
        both = [e for e in by_time if e in by_name]
        return Aim(events=tuple(both or by_time or by_name), sure=bool(both), says=True)
    found = by_time if described else by_name
    shares = [words & _title_words(e) for e in found]
    each = len(found) > 1 and bool(words) and sum(map(len, shares)) == len(frozenset().union(*shares))
    return Aim(events=tuple(found), sure=bool(found), says=True, each=each)


def _says_noun(reading: Reading) -> bool:
    """Whether it calls for an appointment by a word that fits all of them: "cancela mi cita", "las dos"."""
    said = [w.text for w in reading.words]
    if any(h.tag in (Act.CANCEL, Act.MOVE) and said[h.last : h.last + 1] in _ONE for h in reading.hits):
        return True  # "necesito anular una"
    nouns = reading.lexicon.generic_words | reading.lexicon.desk_words | _COUNTED
    for n, word in enumerate(said):
        single = word.removesuffix("s")
        if (single in nouns or word in nouns) and not (n and said[n - 1] in _POINTS):
            return True
    return False


def _best(events: Sequence[Event], words: AbstractSet[str]) -> list[Event]:
    """Those whose title has the most of the words."""
    most = max((len(words & _title_words(e)) for e in events), default=0)
    return [e for e in events if len(words & _title_words(e)) == most]


def description(reading: Reading) -> frozenset[str]:
    """The telling words of what is to be moved or cancelled: "dentista" in "cancela lo del dentista por favor"."""
    lexicon, quiet = reading.lexicon, _QUIET[reading.lexicon.code]
    words: set[str] = set()
    for hit in reading.hits:
        if hit.tag not in (Act.CANCEL, Act.MOVE):
            continue
        after = reading.words[hit.last - 1 : hit.last + 1]
        if hit.tag is Act.MOVE and not {w.text for w in after} & _THE[lexicon.code]:
            continue  # "mejor el viernes"
        for word in reading.words[hit.last :]:
            if (
                word.is_mark
                or word.text in lexicon.splits_words
                or any(m.start <= word.start for m in reading.mentions)
            ):
                break
            if word.text in _ENDS[lexicon.code]:
                break
            if len(word.text) >= _TELLING and word.text not in quiet | lexicon.generic_words | lexicon.joins_words:
                words.add(_stem(word.text))
    return frozenset(words)


def _title_words(event: Event) -> frozenset[str]:
    return frozenset(_stem(word) for word in fold(event.title).split())


def _stem(word: str) -> str:
    """So that "masajes" is "masaje"."""
    return word.removesuffix("s") if len(word) > _TELLING else word


def stands_at(event: Event, when: When, zone: ZoneInfo) -> bool:
    """Whether the event is at that moment, as far as it was said."""
    return moment_of(event, zone).overlaps(when)


def moment_of(event: Event, zone: ZoneInfo) -> When:
    start = event.start.astimezone(zone)
    return When(date=Slot(start.date(), 0, ""), time=None if event.all_day else Slot(start.time(), 0, ""))


def in_half(when: When, stands: When) -> When:
    """Of a moment with only a part of the day ("de la noche"), the hour that stands there, in that half of the day."""
    if when.time or not when.part or not stands.time or when.part not in _MORNING | _EVENING:
        return when
    at = stands.time.value
    late = when.part in _EVENING
    if late == (at.hour >= _NOON):
        return replace(when, part=None, time=stands.time)
    hour = at.hour + (_NOON if late else -_NOON)
    return replace(when, part=None, time=replace(stands.time, value=at.replace(hour=hour)))


def day_in_week(reading: Reading, stands: When) -> Slot[dt.date] | None:
    """The weekday that the event is on, in the week that is named: "la otra semana"."""
    for mention in reading.mentions:
        e = mention.when
        if e.kind is Kind.DATERANGE and e.date and e.end_date and stands.date and e.end_date - e.date <= _WEEK:
            days = (e.date + dt.timedelta(days=n) for n in range((e.end_date - e.date).days + 1))
            day = next((d for d in days if d.weekday() == stands.date.value.weekday()), None)
            return Slot(day, 0, e.text) if day else None
    return None


def is_same(expression: TimeExpression) -> bool:
    """ "El mismo día", "a la misma hora"."""
    return bool(expression.shift and (expression.shift.same_day or expression.shift.same_time))


def named(event: Event, reading: Reading) -> bool:
    """Whether the message has a telling word of the event's title."""
    said = {_stem(word.text) for word in reading.words}
    titled = [w for w in fold(event.title).split() if len(w) >= _TELLING and not is_generic(reading, w)]
    return any(_stem(w) in said for w in titled)


def is_generic(reading: Reading, text: str) -> bool:
    """Whether a subject says nothing: "una reunión", "cita"."""
    lexicon = reading.lexicon
    said = [w.text for w in lexicon.words(letters(text)) if not w.is_mark]
    words = {w for w in said if not w.isdigit()} - lexicon.articles_words - lexicon.joins_words
    empty = (lexicon.generic_words - {"table"}) | lexicon.apologies_words | _EMPTY[lexicon.code]
    return all(w in empty or w.removesuffix("s") in empty for w in words)


def names_service(reading: Reading) -> bool:
    """Whether it has a word for something that is done by appointment: "corte", "haircut"."""
    services = reading.lexicon.services_words - reading.lexicon.generic_words
    return any(word.text in services for word in reading.words)


def speaks_of_another(reading: Reading, events: Sequence[Event]) -> bool:
    """Whether it speaks of something that no event stands for."""
    others = [c for c in subjects(reading, 0, answering=False) if not is_generic(reading, c.text)]
    return bool(others) and not any(named(e, reading) for e in events)
