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
    r"\b(?:voce|voces|seu|sua|nao|esta[o]? marcad\w|marquei|agendei|obrigad\w|amanha"
    r"|(?:segunda|terca|quarta|quinta|sexta)(?:-feira)?|domingo as|as \d+h?|horario esta|consulta foi|votre|vous|rendez"
    r"|pour|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|avec|cest|tuo|tua|suo|appuntamento|alle|lunedi"
    r"|martedi|mercoledi|giovedi|venerdi|sabato|domenica|domani|ihr|ihre|dein|termin|uhr|ist|fur|und|wurde|montag"
    r"|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|hores|cita es|dilluns|dimarts|dimecres|dijous"
    r"|divendres|dissabte|teva|rezerw\w+|jest|termin\w*|um)\b"
)
_TWO = 2
_CLAIMS = {
    Done.CANCELLED: r"cancelad\w+|cancelei|desmarcad\w+|desmarquei|annulee?s?|annulat\w|disdett\w|storniert|abgesagt"
    r"|geloscht|anul·lad\w|supprimee?",
    Done.MOVED: r"remarcad\w|remarquei|adiad\w|mudei|mudad\w|reagendad\w|reagendei|deplacee?s?|reportee?s?|decalee?"
    r"|spostat\w|verschoben|verlegt|rinviat\w",
    Done.BOOKED: r"agendad\w|agendei|marcad\w|marquei|reservad\w|reservei|confirmad\w|confirmei|confirmee?s?"
    r"|reservee?s?|enregistree?s?|planifiee?s?|fixee?|prenotat\w|confermat\w|fissat\w|gebucht|bestatigt|reserviert"
    r"|eingetragen|vereinbart|programada|cest (?:fait|note|bon)|esta feito|tudo certo|feito|fatto|erledigt|e sua?"
    r"|ist ihrer?|vous attend\w*|te esper[oa]\w*"
    r"|aspett\w+|erwarten",
}
_PATTERNS = {claim: re.compile(rf"\b(?:{words})\b") for claim, words in _CLAIMS.items()}
_OPEN = re.compile(
    r"\b(?:nao|ainda|se|quer|gostaria|posso|pas|si|voulez|voudriez|souhaitez|puis|pouvez|non|ancora|vuole|vuoi|posso|se"
    r"|nicht|kein\w*|mochten|soll|kann|wenn|falls|noch)\b"
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
