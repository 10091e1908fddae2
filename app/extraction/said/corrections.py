"""What another message changes about a moment without naming it again: "no este, el otro", "hora de Madrid"."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from app.extraction.said.mentions import comparable
from app.temporal import find

_DAY = (
    r"(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|semana|fin de semana|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|week|weekend|dia|day)"
)
_NOT_THIS = re.compile(
    rf"\b(?:no (?:es |seria |digo |para |el |la |en |de |sera )*(?:est[ea]|es[ea]|de est[ea]"
    rf"|mism[oa])(?: (?:{_DAY}|mism[oa]|que viene|proxim[oa])){{0,2}}|{_DAY} no)"
    r"(?: (?:sino|mejor|pero|es|seria|que|digo|para|en|mas bien|si))*"
    rf" (?:(?:el|la|al|del) )?(?:(?:de )?la )?(?:{_DAY} )?(?:otr[oa]|siguiente|subsiguiente|proxim[oa]|que viene"
    rf"|que sigue|despues|posterior)\b|\bnot (?:this|that"
    rf"|the)(?: (?:coming|very|same|one|{_DAY}))*(?: (?:but|rather|its|i mean|make it))* (?:the )?(?:{_DAY} )?(?:next"
    rf"|following|other|one after|one following|week after|after|later)\b"
    r"|\bno (?:es |para )?(?:el |del |de )?\d{1,2} (?:sino )?(?:el|la) (?:que sigue|siguiente|otr[oa]|proxim[oa]"
    r"|de despues)\b|\b(?:el|la) de la (?:otra|proxima|siguiente) semana\b|\bthe one (?:after|next week|the week after"
    r"|following)\b|\b(?:el|la) (?:siguiente|otr[oa]) (?:no est[ea]|en vez de est[ea])\b"
)
_WEEK_LATER = re.compile(
    r"\b(?:pas|muev|mov|cambi|corr|posterg|aplaz|dej|recorr|resched|push|move|shift"
    r"|bump)\w*(?: \w+){0,4} (?:(?:la |a la )?(?:otra|proxima|siguiente) semana|una semana(?: despues| mas)?"
    r"|(?:the )?(?:next|following) week|(?:a|one) week(?: later)?|the week after)\b"
)
_ZONE = re.compile(
    r"\b(?:[Hh]ora(?:rio)?|[Hh]uso(?: horario)?)(?: local)? (?:de |del |en )?(?:la |el |los |aqui "
    r"|aca )?(?P<es>[A-Za-z]+)|\b(?P<en>[A-Za-z]+) (?:local |standard |daylight )?time\b|\b(?P<abbr>UTC|GMT|CET|CEST"
    r"|BST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|PET|ET|PT)\b"
)
_MINE = re.compile(
    r"\b(?:en )?(?:mi|tu|su) (?:hora(?: local)?|huso|horario)\b(?! (?:de|libre|es|disponible|seria))|\b(?:my"
    r"|your) time(?: ?zone)?\b(?! (?:is|off|slot))"
)
#: How people call the hour of a country; the places themselves are the resolver's.
_PEOPLES = {
    "espanol": "madrid", "peninsular": "madrid", "peruan": "lima", "mexican": "mexico", "colombian": "bogota",
    "chilen": "santiago", "argentin": "argentina", "uruguay": "uruguay", "ecuatorian": "quito", "bolivian": "bolivia",
    "venezolan": "caracas", "panamen": "panama", "ingles": "london", "britanic": "london", "canari": "canarias",
    "spanish": "madrid", "peruvian": "lima", "spain": "madrid", "uk": "london", "british": "london",
    "eastern": "eastern", "pacific": "pacific", "central": "cst", "mountain": "mst", "chilean": "santiago",
}  # fmt: skip
_MIDDAY = dt.datetime(2000, 1, 1, 12, tzinfo=dt.UTC)


def next_one(text: str) -> bool:
    """Whether it says that the day meant is the same weekday a week later: "no este viernes, el otro"."""
    words = comparable(text.replace("'", ""))
    return bool(_NOT_THIS.search(words))


def week_later(text: str) -> bool:
    """Whether it asks to put off what was named to the next week: "lo pasamos a la otra semana"."""
    return bool(_WEEK_LATER.search(comparable(text)))


def other_zone(text: str, at: dt.datetime, zone: ZoneInfo) -> bool:
    """Whether it counts hours by another clock than `zone`'s at the time `at`, in words that stand beside no hour. A
    clock that it does not name ("mi hora") may be another."""
    words = comparable(text)
    if _MINE.search(words):
        return True
    for match in _ZONE.finditer(re.sub(r"[^\w ]", " ", text.translate(_PLAIN))):
        name = next(n for n in match.groups() if n).casefold()
        place = next((p for people, p in _PEOPLES.items() if name.startswith(people)), name)
        key = place.upper() if match["abbr"] or place in ("cst", "mst", "eastern", "pacific") else f"hora de {place}"
        named = next((e.zone for e in find(f"a las 10:00 {key}", reference=_MIDDAY) if e.zone), None)
        if named is not None and at.astimezone(named).utcoffset() != at.astimezone(zone).utcoffset():
            return True
    return False


_PLAIN = str.maketrans("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunAEIOUUN")
