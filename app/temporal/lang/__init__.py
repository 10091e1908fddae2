"""The languages that ship with the library; lexicon.register adds one."""

from __future__ import annotations

from app.temporal.lang.en import ENGLISH
from app.temporal.lang.es import SPANISH
from app.temporal.vocabulary import Language

LANGUAGES: dict[str, Language] = {language.code: language for language in (SPANISH, ENGLISH)}
