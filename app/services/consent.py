"""Who wants no reminders says so with one word, and gets an answer that no model has to make up.

Which words these are is known to `hilo_consent` (sql/functions/030_ingest.sql), which also keeps the wish.
"""

from typing import Final

_OUT: Final = frozenset({"baja", "stop", "unsubscribe"})
_IN: Final = frozenset({"alta", "start", "unstop"})
_ENGLISH: Final = frozenset({"unsubscribe", "unstop"})
_ANSWERS: Final = {
    ("es", "out"): "Listo, no te enviaremos más recordatorios. Si los quieres de nuevo, escribe ALTA.",
    ("es", "in"): "Listo, te enviaremos recordatorios de tus citas. Para dejar de recibirlos, escribe BAJA.",
    ("en", "out"): "Done, we will send you no more reminders. If you want them again, write START.",
    ("en", "in"): "Done, we will send you reminders of your appointments. To stop them, write STOP.",
}


def consent_answer(body: str, locale: str) -> str | None:
    """The answer to a message that is nothing but such a word; None for any other. `locale` decides where the word
    is the same in both languages."""
    word = body.strip(" \t\r\n.,!¡\"'*").lower()
    wish = "out" if word in _OUT else "in" if word in _IN else None
    if wish is None:
        return None
    spanish = word in ("baja", "alta") or (locale == "es" and word not in _ENGLISH)
    return _ANSWERS["es" if spanish else "en", wish]
