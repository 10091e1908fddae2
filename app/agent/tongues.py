"""Claims in languages that the agent does not speak itself: a model may answer in Portuguese, French, Italian, German.

Such a sentence is understood only so far: whether it tells of something done, and which numbers stand in it.
"""

import re
from enum import StrEnum

from app.extraction.rules.words import fold as plain


class Done(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"


_FOREIGN = re.compile(
    r"\b(?:voce|voces|seu|sua|nao|esta[o]? marcad\w|marquei|agendei|obrigad\w|amanha|(?:segunda|terca|quarta|quinta"
    r"|sexta)(?:-feira)?"
    r"|domingo as|as \d+h?|horario esta|consulta foi|votre|vous|rendez|pour|lundi|mardi|mercredi|jeudi|vendredi"
    r"|samedi|dimanche"
    r"|demain|avec|cest|tuo|tua|suo|appuntamento|alle|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica"
    r"|domani|ihr|ihre"
    r"|dein|termin|uhr|ist|fur|und|wurde|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|hores"
    r"|cita es"
    r"|dilluns|dimarts|dimecres|dijous|divendres|dissabte|teva|rezerw\w+|jest|termin\w*|um)\b"
)
_TWO = 2
_CLAIMS = {
    Done.CANCELLED: r"cancelad\w+|cancelei|desmarcad\w+|desmarquei|annulee?s?|annulat\w|disdett\w|storniert|abgesagt"
    r"|geloscht|anul·lad\w|supprimee?",
    Done.MOVED: r"remarcad\w|remarquei|adiad\w|mudei|mudad\w|reagendad\w|reagendei|deplacee?s?|reportee?s?|decalee?"
    r"|spostat\w|verschoben|verlegt|rinviat\w",
    Done.BOOKED: r"agendad\w|agendei|marcad\w|marquei|reservad\w|reservei|confirmad\w|confirmei|confirmee?s?"
    r"|reservee?s?"
    r"|enregistree?s?|planifiee?s?|fixee?|prenotat\w|confermat\w|fissat\w|gebucht|bestatigt|reserviert|eingetragen"
    r"|vereinbart"
    r"|programada"
    r"|cest (?:fait|note|bon)|esta feito|tudo certo|feito|fatto|erledigt|e sua?|ist ihrer?|vous attend\w*"
    r"|te esper[oa]\w*"
    r"|aspett\w+|erwarten",
}
_PATTERNS = {claim: re.compile(rf"\b(?:{words})\b") for claim, words in _CLAIMS.items()}
_OPEN = re.compile(
    r"\b(?:nao|ainda|se|quer|gostaria|posso|pas|si|voulez|voudriez|souhaitez|puis|pouvez|non|ancora|vuole|vuoi"
    r"|posso|se|nicht|kein\w*"
    r"|mochten|soll|kann|wenn|falls|noch)\b"
)


def told(sentence: str) -> tuple[Done, frozenset[int]] | None:
    """What a sentence in another language says was done, and the numbers that it names; None where it says nothing, or
    is Spanish or English."""
    words = plain(sentence).replace("'", "").replace("’", "")
    if len(set(_FOREIGN.findall(words))) < _TWO or "?" in sentence or _OPEN.search(words):
        return None
    for claim, pattern in _PATTERNS.items():
        if pattern.search(words):
            return claim, frozenset(int(n) for n in re.findall(r"\d+", words))
    return None
