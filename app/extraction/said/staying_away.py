"""What somebody will not come to, when they say so: "ya no voy a ir en taxi" is a no to the taxi, "no podré ir a la
fiesta" to the party, and none to the appointment."""

import re
from collections.abc import Collection

from app.extraction.said.cancelling import THINGS
from app.extraction.said.mentions import comparable
from app.extraction.said.wording import stem, stems

_CLAUSE = re.compile(
    r"[.,;:!?\n()…]|\b(?:pero|porque|pq|xq|asi que|ya que|pues|entonces|y|but|because|cause|so|since|and)\b"
)
_COMES = (
    r"(?:ir|asistir|llegar|acudir|venir|estar(?: ahi)?|presentar(?:me|nos)|cumplir|come(?: in| over)?|coming|attend"
    r"|be there|be coming|make it|make|go|get there|show up)"
)
_GOING = re.compile(
    r"\b(?:(?:no|tampoco) (?:(?P<can>puedo|podemos|podre|podremos|pude|pudimos|voy|vamos|pienso|pensamos)|iba|ire"
    r"|iremos|fui|llego|llegare|llegaremos|asistire|asistiremos)"
    r"|(?P<en>cant|cannot|wont(?: be able to)?|(?:not|longer) (?:going to|gonna|able to)|unable to|couldnt))"
    rf"(?P<rest>(?:(?: a)? poder\b(?! [a-z]*[aei]r\b)| (?:a )?(?:poder )?(?:alcanzar a )?{_COMES}\b)?)(?P<tail>.*)"
)
_ANOTHER_VERB = re.compile(r"^(?: (?:a|que))? ?(?:[a-z]+[aei]r(?:me|nos|l[aeo]s?|se)?|mas)\b")
_TIME = (
    r"(?:l[ao]s?|el|esta?|es[ae]|est[ae]|este|the|that|this)? ?(?:mananas?|tardes?|noches?|dia|fechas?|hora|horario"
    r"|semana|mes|momento|lunes|martes|miercoles|jueves|viernes|sabado|domingo|hoy|ahora|morning|afternoon|evening|day"
    r"|date|time|week|moment|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d+)"
)
_OF_THEIRS = re.compile(r"^ (?:a|al|para|con|to|with|for|en|at) (?:ustedes|usted|ti|vos|you|alla|ahi)\b")
_WHEN = re.compile(rf"^ (?:en|a|para|on|in|at|for) {_TIME}\b")
_HOW = re.compile(
    r"^ (?:(?:en|by|on|in|with|con|sin|without|al?|to|for|para) (?!(?:la )?verdad|serio|absoluto|nada|tiempo|causa"
    r"|all\b)|de (?!tod[ao]s|ningun|moment|nuevo|verdad|hecho)"
    r"|(?:sol[oa]s?|alone|l[oa]s dos|l[oa]s tres|tod[oa]s|junt[oa]s|both|together|tarde|late|temprano|early"
    r"|[a-z]+[ai]ndo)\b|(?:the|my|our|an?|his|her|their) )"
)
#: Where the business is, whatever it is.
_PLACES = frozenset(
    stem(word)
    for word in """clinica consultorio salon local tienda spa barberia peluqueria estudio oficina taller sede sucursal
    centro negocio veterinaria clinic office shop store studio place barbershop""".split()
)


def is_from_something_else(text: str, titles: Collection[str]) -> bool:
    """Whether all that `text` says of not coming is of something else than these appointments."""
    own = frozenset[str]().union(*(stems(title) for title in titles)) | _PLACES | {stem(word) for word in THINGS}
    clauses = _CLAUSE.split(_folded(text))
    found = [m for clause in clauses if (m := _GOING.search(" ".join(clause.split())))]
    return bool(found) and all(_is_foreign(m, own) for m in found)


def _is_foreign(found: re.Match[str], own: Collection[str]) -> bool:
    tail = found["tail"]
    if any(stem(word) in own for word in tail.split()):
        return False
    if not re.search(_COMES, found["rest"]) and (found["can"] or found["en"]) and _ANOTHER_VERB.search(tail):
        return True
    return bool(_HOW.search(tail)) and not _OF_THEIRS.search(tail) and not _WHEN.search(tail)


def _folded(text: str) -> str:
    """Marks stay: they part the clauses."""
    plain = text.replace("'", "").replace("’", "")
    return "".join(
        part if _CLAUSE.fullmatch(part) else f" {comparable(part)} " for part in re.split(r"([.,;:!?\n()…])", plain)
    )
