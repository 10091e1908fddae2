"""For whom it is: "para mi hijo Lucas", "la mía", "la de él", "para Mora y para Bauti"."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from app.agent.lang import TABLES
from app.agent.listening.aim import is_generic
from app.agent.listening.topics import OTHER, between, has_own
from app.agent.listening.wish import Wish
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.phrase_tables import Phrases
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.words import Hit, fold

MINE, THEIRS = "", "?"
_OTHERWISE = frozenset({Act.CANCEL, Act.MOVE, Act.CANNOT, Act.PAST, Act.OTHERS})
_NO_OTHER = {lang: Phrases({True: table.no_other}) for lang, table in TABLES.items()}
_KIN = "KIN"


def _beside_kin(leads: str, kin: str) -> str:
    """The phrases of a table with each of those people behind them."""
    people = "/".join(kin.split())
    phrases = [lead.strip() for lead in re.split(r"[,\n]", leads) if lead.strip()]
    return ", ".join(lead.replace(_KIN, people) if _KIN in lead else f"{lead} {people}" for lead in phrases)


_FOR: Mapping[Lang, Phrases[str]] = {
    lang: Phrases(
        {
            "for": _beside_kin(table.belongs, table.kin),
            "comes": _beside_kin(table.comes, table.kin),
            "mine": table.mine,
            "theirs": table.theirs,
        }
    )
    for lang, table in TABLES.items()
}
_NAME = r"([A-ZÁÉÍÓÚÑ][^\W\d_]+)"
_NAMED = re.compile(rf"\b(?:[Pp]ara|[Pp]a|[Ff]or) {_NAME}")
_AND_NAMED = re.compile(rf",? (?:y|e|and) (?:(?:para|pa|for) )?{_NAME}|, (?:(?:para|pa|for) )?{_NAME}")


def whom(reading: Reading, lang: Lang) -> str | None:
    """For whom it is, as "hijo Lucas" or "Lucas"."""
    hit = next((h for h in _FOR[lang].find(reading.words) if h.tag in ("for", "comes")), None)
    if hit is None:
        found = _NAMED.search(reading.text)
        return found.group(1) if found else None
    return _called(reading, hit)


def _called(reading: Reading, hit: Hit[str]) -> str:
    """The kin with its name: "hijo Lucas"."""
    kin = TABLES[lang_of(reading)].kin.split()
    first = next((n for n in range(hit.last - 1, hit.first, -1) if reading.words[n].text in kin), hit.last - 1)
    last = first + 1
    while last < len(reading.words) and reading.text[reading.words[last].start].isupper():
        last += 1
    return reading.text[reading.words[first].start : reading.words[last - 1].end]


def whose(reading: Reading) -> str | None:
    """Whose it says that one is: `MINE`, `THEIRS` where only a pronoun tells, "hijo Lucas"; None where it does not."""
    lang = lang_of(reading)
    hits = {h.tag for h in _FOR[lang].find(reading.words) if not _in_moment(reading, h.first)}
    if hits & {"for", "comes"} or _NAMED.search(reading.text):
        return whom(reading, lang)
    return MINE if "mine" in hits else THEIRS if "theirs" in hits else None


def for_several(reading: Reading, read: Callable[[str], Reading]) -> list[str]:
    """The message in pieces, one for each person that it wishes for: "para mi hijo el 16 a las 16:30 y para mí el 17 a
    las 12", "la mía a las 9 y la de él a las 10", "una para mí y otra para mi hijo"; else one piece."""
    if reading.acts & _OTHERWISE or _NO_OTHER[lang_of(reading)].find(reading.words):
        return [reading.text]
    timed = [m for m in reading.mentions if m.use is Use.PROPOSE and m.when.time]
    if len(timed) > 1:
        pieces = between(reading, timed)
    else:
        cut = next((m.start() for m in OTHER.finditer(reading.text)), 0) or _second_person(reading, timed)
        if not cut or any(m.start < cut for m in timed):
            return [reading.text]
        moments = timed or [m for m in reading.mentions if m.use is Use.PROPOSE and m.start > cut]
        moment = " ".join(reading.text[m.start : m.end] for m in moments)  # "… y otra para mi hijo el 16 a las 10"
        pieces = [f"{_JOINT.sub('', reading.text[:cut])} {moment}".rstrip(), reading.text[cut:]]
    parts = [read(piece) for piece in pieces]
    told = [whose(part) for part in parts]
    persons = None not in told and len(set(told)) == len(told)
    # "Un turno para depilación y otro para cejas el viernes": a subject each, and one moment.
    subjects = len(timed) < len(pieces) and all(has_own(part, None) for part in parts)
    return pieces if len(pieces) > 1 and (persons or subjects) else [reading.text]


_JOINT = re.compile(r",?(?:\s+(?:y|e|and))?\s*$")


def _second_person(reading: Reading, timed: Sequence[object]) -> int:
    """Where the second of two persons is named whose hours are still open: "para mí y para mi tía el martes"."""
    people = [] if timed else people_in(reading)
    return people[1][0] if len(people) == _TWO and people[0][1] != people[1][1] else 0


def _in_moment(reading: Reading, position: int) -> bool:
    return any(m.start <= reading.words[position].start < m.end for m in reading.mentions)


def kin_of(reading: Reading) -> str | None:
    """For which of their own it is: "hijo Lucas"."""
    lang = lang_of(reading)
    return (
        whom(reading, lang)
        if any(h.tag == "for" and reading.words[h.first].text in _FOR_ONLY for h in _FOR[lang].find(reading.words))
        else None
    )


_FOR_ONLY = frozenset({"para", "pa", "for"})


def lang_of(reading: Reading) -> Lang:
    return "en" if reading.lexicon.code == "en" else "es"


def beside_whom(reading: Reading, text: str) -> str:
    """What a subject says beside for whom it is: nothing of "mi mamá", "un baño" of "mi perro un baño"."""
    lang = lang_of(reading)
    if not any(h.tag == "for" for h in _FOR[lang].find(reading.words)):
        return text
    said = set(fold(whom(reading, lang) or "").split()) | _FOR_WHOM
    words = text.split()
    tail = next((n for n in range(1, len(words)) if all(fold(w) in said for w in words[n:])), len(words))
    if tail + 2 < len(words) + 1 and not set(map(fold, words[tail:])) <= _FOR_WHOM:
        words = words[:tail]  # "masaje para mi tía"
        text = " ".join(words)
    if is_generic(reading, " ".join(w for w in words if fold(w) not in said)):
        return ""
    if not {fold(w) for w in words[:2]} & (said - _FOR_WHOM):
        return text
    while fold(words[0]) in said | reading.lexicon.articles_words:
        words.pop(0)
    return " ".join(words)


_FOR_WHOM = frozenset("para pa de for mi mis my our the nuestro nuestra".split())


def comes_along(reading: Reading) -> bool:
    """ "Y mi marido a las 5", "¿y podría venir mi hermano, a las 19:30?": somebody else, at an hour of theirs."""
    hits = [h for h in _FOR[lang_of(reading)].find(reading.words) if h.tag == "comes"]
    return bool(hits) and any(m.use is Use.PROPOSE and m.when.time for m in reading.mentions)


def for_each(reading: Reading, options: Sequence[Option]) -> list[Wish]:
    """A wish for each of several persons who are named before as many moments: "para Mora y para Bauti el martes a las
    17 y a las 17:30"; none where they are not."""
    first = min((o.start for o in options), default=0)
    people = [who for place, who in people_in(reading) if place < first]
    if len(people) < _TWO or len(people) != len(options) or any(o.joined == "either" for o in options):
        return []
    return [Wish(when=o.when, person=who or None, shared=True) for who, o in zip(people, options, strict=True)]


def without_people(title: str, people: Collection[str]) -> str:
    """ "Limpieza" of "limpieza para Nora y para Iván"."""
    words = title.split()
    lead = frozenset("para pa for".split())
    cut = next((n for n in range(1, len(words) - 1) if fold(words[n]) in lead and words[n + 1] in people), len(words))
    return " ".join(words[:cut])


def people_in(reading: Reading) -> list[tuple[int, str]]:
    """Those for whom it is, `MINE` among them, each with where they are named."""
    found: dict[int, str] = {}
    for hit in _FOR[lang_of(reading)].find(reading.words):
        if hit.tag in ("for", "mine"):
            found[reading.words[hit.first].start] = _called(reading, hit) if hit.tag == "for" else MINE
    name = _NAMED.search(reading.text)
    while name is not None:
        found[name.start()] = next(filter(None, name.groups()))
        name = _AND_NAMED.match(reading.text, name.end())
    return sorted(found.items())


_TWO = 2
