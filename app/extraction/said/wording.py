"""Words of titles, for telling one event from another."""

from app.extraction.said.mentions import comparable

#: Titles, and words of them, that fit any appointment.
GENERIC = frozenset(
    """cita reunion turno reserva reservacion evento hora visita consulta sesion servicio appointment meeting booking
    event visit reservation session service slot""".split()
)
#: Not "unas": without accents, and as many write them, these are nails.
SMALL = frozenset("de del la el los las un una unos y a con para por en the of an with for and to at in my mi".split())


def stem(word: str) -> str:
    """ "citas" and "cita", "agendo" and "agenda" are one word."""
    return word[: max(4, len(word) - 2)]


_GENERIC_STEMS = frozenset(stem(word + end) for word in GENERIC for end in ("", "s", "es"))


def stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in comparable(text).split()) - SMALL


def telling(title: str) -> frozenset[str]:
    """The words of a title that tell it from others; none where it says nothing ("Cita", "Booking 2")."""
    return frozenset(word for word in stems(title) if word not in _GENERIC_STEMS and not word.isdecimal())


def one_event(a: str, b: str) -> bool:
    """Whether two titles may be one event's: a title that says nothing may be anything's."""
    first, second = telling(a), telling(b)
    return not first or not second or 2 * len(first & second) >= min(len(first), len(second))
