"""Whether an answer gives the instructions away: word for word, letter by letter, encoded, in other words, or by naming
the tools."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator

from app.agent.evidence import fold

_SHINGLE = 9  # words in a row of the instructions that no answer has by chance
_LETTERS = 28  # the same, in letters
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_TOOL = re.compile(r"\b[a-z]+_(?:events?|availability|free_times|over|times)\b|\b(?:create|move|cancel|list)_event")
#: What instructions are about and answers to customers are not, Spanish and English.
_ABOUT = tuple(
    re.compile(rf"\b(?:{words})\b")
    for words in r"""
herramientas?|tools?|function calls?|funciones
instruccion\w*|instructions?|system prompt|prompt|indicaciones internas|directrices|guidelines
reglas|rules
etiquetas?|tags?|<message>
(?:nunca|jamas|no) (?:dig[ao]|decir|debo decir|puedo decir|afirm\w+)|never say|(?:must|may|should) (?:not|never) say
(?:son|como) datos|are data|as data|sin formato|plain text|texto plano
tal como (?:se|las?|los?) escrib\w+|as (?:they were )?written|palabras exactas|exact words
idioma del cliente|customers language|language of the customer|tutea\w*|form of address|way of address|trato
between the messages?|entre las? etiquetas?|no (?:repetir|repitas)|do not repeat
(?:dia|fecha),? (?:una )?hora y (?:un )?asunto|day,? (?:a )?time,? and (?:a )?subject
""".strip().splitlines()
)
_SEVERAL = 4


def gives_away(text: str, instructions: str) -> bool:
    """Whether `text` recites `instructions`, plainly or in disguise, or tells of them. A translation is known by what
    it is about."""
    rules = fold(instructions)
    letters = _letters(instructions)
    for shown in (text, *_decoded(text)):
        said = fold(shown).split()
        if any(f" {' '.join(said[n : n + _SHINGLE])} " in f" {rules} " for n in range(len(said) - _SHINGLE + 1)):
            return True
        run = _letters(shown)
        if any(run[n : n + _LETTERS] in letters for n in range(len(run) - _LETTERS + 1)):
            return True
    words = fold(text)
    return bool(_TOOL.search(text)) or sum(bool(p.search(words)) for p in _ABOUT) >= _SEVERAL


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.casefold())


def _decoded(text: str) -> Iterator[str]:
    yield codecs.decode(text, "rot13")
    yield text[::-1]
    for found in _BASE64.findall(text):
        try:
            yield base64.b64decode(found + "=" * (-len(found) % 4), altchars=b"-_" if "-" in found else None).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
