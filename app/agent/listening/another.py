""" "Y otra para mi hijo": one more appointment like the one before, and what it takes from that one."""

import re
from collections.abc import Mapping

from app.agent.listening.aim import is_generic
from app.agent.listening.topics import has_own
from app.agent.listening.wish import Wish
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.phrase_tables import Phrases
from app.extraction.rules.reading import Reading
from app.extraction.rules.subjects import NAMED
from app.extraction.rules.when import When
from app.extraction.rules.words import fold

_NOT_ANOTHER = frozenset({Act.CANCEL, Act.MOVE, Act.CANNOT, Act.PAST, Act.OTHERS})
_KIN_ES = (
    "hijo/hija/hijos/hijas/hijito/hijita/hermano/hermana/esposo/esposa/mujer/marido/novio/novia/pareja/mama/papa/madre"
    "/padre/abuelo/abuela/tio/tia/primo/prima/sobrino/sobrina/amigo/amiga/amigos/amigas/suegro/suegra/nieto/nieta"
    "/perro/perra/perrito/perrita/gato/gata/gatito/gatita/bebe/nene/nena/jefe/jefa/socio/socia/nino/nina/companero"
)
_KIN_EN = (
    "son/sons/daughter/daughters/wife/husband/partner/boyfriend/girlfriend/mom/mum/dad/mother/father/sister/brother"
    "/grandma/grandpa/grandmother/grandfather/friend/friends/kid/kids/child/children/baby/dog/cat/boss"
)
# One more, and beside it what only sounds like it: another day is a move, "otra vez" nothing.
_ANOTHER: Mapping[Lang, Phrases[bool]] = {
    "es": Phrases(
        {
            True: """
                otr{o,a} mas, un{o,a} mas, y otr{o,a}, y tambien otr{o,a}, otr{o,a} para/pa/a/el, tambien un{o,a}
                un{o,a} tambien, y un{o,a} para/pa, y otr{o,a} igual, otr{o,a} igual, quiero/necesito otr{o,a}
                agenda/agendame/anota/anotame/reserva/reservame/dame/ponme/poneme otr{o,a}, aparte un{o,a}
            """,
            False: """
                otr{o,a} hora/horario/dia/fecha/vez/cosa/pregunta/consulta/duda/momento/semana/lado, y otr{o,a} cosa
                y otr{o,a} hora/horario/dia/fecha/vez/pregunta/consulta/duda, quiero/necesito otr{o,a} hora/horario/dia
                y otr{o,a} lunes/martes/miercoles/jueves/viernes/sabado/domingo, otro dia un{o,a}
                dame/ponme/poneme otr{o,a} hora/horario/dia/fecha
            """,
        }
    ),
    "en": Phrases(
        {
            True: """
                another one, another for, one more, and another, and one for, one for my/our, also one, a second one
                one as well, another appointment/booking/slot for, also need/want one, need/want another
            """,
            False: """
                another time/day/date/hour/question/thing, and another time/day/date/thing, one more thing/question
                need/want another time/day/date, another one instead
            """,
        }
    ),
}
_FOR: Mapping[Lang, Phrases[str]] = {
    "es": Phrases({"for": f"para/pa/de mi/mis/nuestro/nuestra {_KIN_ES}"}),
    "en": Phrases({"for": f"for my/our/the {_KIN_EN}"}),
}
_NAMED = re.compile(r"\b(?:[Pp]ara|[Pp]a|[Ff]or) ([A-ZÁÉÍÓÚÑ][^\W\d_]+)")


def asks_another(reading: Reading, lang: Lang) -> bool:
    """Whether it wishes for one more of what was spoken of: "otra más", "one for my son too"."""
    if reading.acts & _NOT_ANOTHER:
        return False
    hits = _ANOTHER[lang].find(reading.words)
    if any(not h.tag for h in hits):
        return False
    return bool(hits) or (Act.MORE in reading.acts and whom(reading, lang) is not None)


def alike(reading: Reading) -> bool:
    """Whether it wants the same once more: "y el 29 también", "Friday too"."""
    says = Act.MORE in reading.acts and _ALIKE & {w.text for w in reading.words}
    return bool(says) and not reading.acts & {*_NOT_ANOTHER, Act.REFUSE} and not has_own(reading, None)


_ALIKE = frozenset("tambien igual too same likewise".split())


def whom(reading: Reading, lang: Lang) -> str | None:
    """For whom it is, as "hijo Lucas" or "Lucas"."""
    hit = next(iter(_FOR[lang].find(reading.words)), None)
    if hit is None:
        found = _NAMED.search(reading.text)
        return found.group(1) if found else None
    last = hit.last
    while last < len(reading.words) and reading.text[reading.words[last].start].isupper():
        last += 1
    return reading.text[reading.words[hit.last - 1].start : reading.words[last - 1].end]


def kin_of(reading: Reading) -> str | None:
    """For which of their own it is: "hijo Lucas"."""
    lang = lang_of(reading)
    return (
        whom(reading, lang)
        if any(reading.words[h.first].text in _FOR_ONLY for h in _FOR[lang].find(reading.words))
        else None
    )


_FOR_ONLY = frozenset({"para", "pa", "for"})


def lang_of(reading: Reading) -> Lang:
    return "en" if reading.lexicon.code == "en" else "es"


def beside_whom(reading: Reading, text: str) -> str:
    """What a subject says beside for whom it is: nothing of "mi mamá", "un baño" of "mi perro un baño"."""
    lang = lang_of(reading)
    if not _FOR[lang].find(reading.words):
        return text
    said = set(fold(whom(reading, lang) or "").split()) | _FOR_WHOM
    words = text.split()
    if is_generic(reading, " ".join(w for w in words if fold(w) not in said)):
        return ""
    if not {fold(w) for w in words[:2]} & (said - _FOR_WHOM):
        return text
    while fold(words[0]) in said | reading.lexicon.articles_words:
        words.pop(0)
    return " ".join(words)


_FOR_WHOM = frozenset("para pa de for mi mis my our the nuestro nuestra".split())


def another(reading: Reading, like: Wish, lang: Lang) -> Wish:
    """A new wish after `like` (the one before it, or what stands): its subject, and its day if somebody comes along.

    One more for oneself is on a day of its own, unless nothing but its hour is said.
    """
    person = whom(reading, lang)
    wish = Wish(person=person)
    subject = like.title or like.generic
    nouns = reading.lexicon.generic_words | reading.lexicon.desk_words
    told = person is not None or not any(
        w.text in nouns - {"one"} and not any(m.start <= w.start < m.end for m in reading.mentions)
        for w in reading.words
    )
    if subject and told and not has_own(reading, person):
        bare = subject.split(" (")[0]
        wish.title = f"{bare} ({person})" if person else bare
        wish.title_weight = NAMED + 1
    hour_alone = any(m.when.time for m in reading.mentions) and not any(m.when.date for m in reading.mentions)
    if (person or hour_alone) and like.when.date:
        wish.when = When(date=like.when.date)
    return wish
