"""Whether a message, in everyday words, takes back what was settled: work got in the way, the stylist is ill.

These are not words for cancelling, and say it of nothing by name; so they call nothing off, but what they may be said
of is for a person to look at.
"""

import re

from app.extraction.said.cancelling import supposes
from app.extraction.said.mentions import comparable
from app.models import Role

_CUSTOMER = re.compile(
    r"\b(?:se me (?:cruz|complic|junt|present|hizo tarde)\w*|me (?:surgio|salio) (?:un|algo)\w*|imprevisto"
    r"|(?:l[ao] dejamos|dejemosl[ao]|l[ao] dejo) (?:para|por)|(?:en|para) otr[ao] (?:momento|ocasion|dia|oportunidad)"
    r"|olvid(?:al[ao]|el[ao])(?! en)|ya no (?:voy|vamos|podre|puedo ir|va a poder|me interesa)|no voy a (?:ir|poder ir)"
    r"|ya no (?:l[ao] )?(?:quiero|necesito|hace falta)(?= *$| (?:nada|ir|la cita|el turno|la reserva))"
    r"|ya me l[ao]s? (?:\w+[eo]|hicieron|cortaron|hice)\b|mejor (?:l[ao] |el )?(?:proxim|otr)[ao] (?:semana|mes|dia)"
    r"|aman?eci\w* (?:con|enferm|mal)\w*|something (?:has )?c[ao]me up|(?:have|gonna|going|need|gotta) (?:to )?bail"
    r"|rain ?check|(?:some )?other time|another (?:time|day)|forget (?:about )?it(?! at)|scratch that"
    r"|(?:wont|cant|cannot) make it|i(?:ve)? already (?:did|done|had|cut|got) it|did it myself|not going to make it)\b"
)
_BUSINESS = re.compile(
    r"\b(?:me equivoque|nos equivocamos|es de otr[ao] (?:client|pacient|person)\w*"
    r"|(?:se enfermo|esta enferm[ao]|esta mal)"
    r"|no (?:atendera|atenderemos|va a atender|vamos a atender|podremos|podra atender|vamos a poder|venga|vengas"
    r"|vengan)|(?:se )?(?:nos )?(?:inund|malogr|descompus)\w+|my mistake|our mistake"
    r"|belongs to (?:someone|another|somebody)|called in sick|(?:is|are|off) sick|double ?booked|dont come|do not come"
    r"|(?:find|pick|choose) another (?:day|time|slot)|have to close|wont be (?:open|able))\b"
)
#: Said after it, these let it stand.
_STANDS = re.compile(
    r"\b(?:si (?:voy|ire|vamos|puedo)|(?:alli|ahi) estar\w+|(?:l[ao] )?mantenemos|sigue en pie|keep it|ill be there"
    r"|still on|see you then|nos vemos)\b"
)


def takes_back(text: str, role: Role) -> bool:
    """Whether one of the clauses says so, and none of it is only supposed."""
    words = _CUSTOMER if role is Role.USER else _BUSINESS
    clauses = [comparable(c.replace("'", "").replace("’", "")) for c in re.split(r"[.,;:!\n]+", text) if "?" not in c]
    return any(words.search(c) and not supposes(c) for c in clauses)


def lets_stand(text: str) -> bool:
    return bool(_STANDS.search(comparable(text.replace("'", "").replace("’", ""))))
