"""Everyday words of a business, mostly for "that time is taken", in plain ones that the rules understand: unread, they
are no answer, and the "ya" or "sí" in some of them is heard as a yes."""

import re

from app.extraction.rules.words import fold

_PLAIN = "no hay"
_SLOT = r"(?:(?:es[aeo]|el|la|ese|este|esta|that|the) )(?:hora|horario|cupo|turno|lugar|espacio|slot|time|one|spot)"
_FULL = r"(?:full(?! (?:feli|content|recomend))|llen[oa]s?|repletos?|copad[oa]s?|al? tope|a reventar)"
_TAKEN = re.compile(
    rf"\b(?:(?:ya )?(?:estamos|estoy|ando|andamos|estaremos|esta|tenemos todo|tengo todo"
    rf"|tengo la agenda) (?:tod[oa] )?{_FULL}"
    r"|(?:(?:ahi|alli) )?(?:si )?(?:te|le|les) (?:quedo|quedaria|quedamos|fallo|debo) (?:muy )?mal"
    rf"|(?:ya )?(?:me|nos) (?:ganaron|quitaron|tomaron|pidieron|reservaron|agarraron) {_SLOT}|se (?:me|nos) fue {_SLOT}"
    rf"|{_SLOT} ya (?:volo|fue|se fue|esta (?:tomad|dad|vendid|pedid)[oa]|no esta)|ya (?:volo|lo di|la di"
    rf"|se fue) {_SLOT}"
    r"|(?<!si )no (?:se va a|va a|se) pod(?:er|ra|ria)(?: ser)?(?! [a-z]+[aei]r\b)|(?:someone"
    r"|somebody)(?: else)? (?:just |already )?(?:grabbed|took|got|snagged|has) (?:that|the|it)(?: \w+)?"
    r"|(?:(?:ya )?(?:es|esta|la|lo|se la|se lo) (?:(?:tiene|tomo|di|dimos|reservo|pidio|separo) )?(?:a |de |con |por "
    r"|para )?(?:otr[oa]|una?) (?:client|pacient|person|senor|chic|alumn)\w*)|ya (?:hay|viene|tengo a|esta) (?:alguien"
    r"|otr[oa])(?: \w+)?|(?:that one|that slot|that time)(?:'s)? (?:just |already )?(?:went|gone|been taken"
    r"|(?:got|just got) (?:taken|snagged|grabbed|booked)|flew)|(?:esta |es |veo |lo veo |se me hace )?(?:muy |medio "
    r"|bien )?(?:dificil|complicad[oa]) (?:a )?(?:ese|esa|el|la) (?:dia|hora|horario)|(?:not gonna|ain't gonna"
    r"|won't) (?:happen|work)|(?:swamped|jammed|jam packed|slammed|chock full))\b"
)


#: "Anotadísimo", "agendadita".
_DONE = re.compile(r"\b((?:anot|agend|reserv|confirm|apunt|separ)ad|list)(?:isim|it)([oa])\b")


def in_plain_words(text: str) -> str:
    """`text` of the same length, with such words as a plain no, and "anotadísimo" as "anotado"."""
    folded = fold(text)
    plain = [(m.span(), m[1] + m[2]) for m in _DONE.finditer(folded)]
    for (a, b), words in [*plain, *((m.span(), _PLAIN) for m in _TAKEN.finditer(folded))]:
        text = text[:a] + words.ljust(b - a) + text[b:]
    return text
