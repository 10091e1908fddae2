"""Word tables per language. A new language is one more module with a `LEXICON`, listed here."""

from app.extraction.rules.lang import en, es
from app.extraction.rules.lang.lexicon import Lexicon

LEXICONS: dict[str, Lexicon] = {"es": es.LEXICON, "en": en.LEXICON}
__all__ = ["LEXICONS", "Lexicon"]
