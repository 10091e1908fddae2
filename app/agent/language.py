"""Which of the languages we speak a customer writes in."""

from collections.abc import Iterable

from app.agent.turn import Turn
from app.agent.wording import Lang
from app.models import Role

# Frequent words that belong to one language only; "no", "a", "me", "pm" do not tell.
_WORDS: dict[Lang, frozenset[str]] = {
    "es": frozenset(
        "hola buenas buenos dias tardes noches el la los las un una unos de del en con para por que como cuando cuanto donde"
        " quiero quisiera necesito puedo puedes podrias puede seria hay tienes tienen agendar agenda reservar cita turno"
        " reunion hora lunes martes miercoles jueves viernes sabado domingo hoy manana pasado gracias porfa favor si claro"
        " dale vale listo bueno mejor muevelo cancela cancelar cambiar mi su tu es esta estan perfecto y o al ya soy se"
        " otra otro tambien tengo quien cual ok mañana día sí qué enero febrero marzo abril mayo junio julio agosto".split()
    ),
    "en": frozenset(
        "hi hello hey good morning afternoon evening the an of in with for and or what how when where who i i'd i'm want"
        " would like need can could you your my is are do does have book schedule appointment meeting time at on monday"
        " tuesday wednesday thursday friday saturday sunday today tomorrow thanks thank please yes sure great works better"
        " move cancel change it this that instead make there free next week sounds perfect reschedule to we us be will"
        " got cool yeah yep nope january february march april june july august"
        .split()
    ),
}  # fmt: skip


def language_of(turn: Turn) -> Lang:
    """The language of the newest messages that show one; of the tenant's locale when none does."""
    customer = [m.body for m in reversed(turn.messages) if m.role is Role.USER]
    return detect(customer) or ("en" if turn.tenant.locale.lower().startswith("en") else "es")


def detect(texts: Iterable[str]) -> Lang | None:
    """The language of the first text that shows one; None when no text does."""
    for text in texts:
        words = [word.strip(".,;:!?¡¿()\"'") for word in text.casefold().split()]
        spanish = sum(word in _WORDS["es"] for word in words) + sum(c in "ñ¿¡áéíóú" for c in text.casefold())
        english = sum(word in _WORDS["en"] for word in words)
        if spanish != english:
            return "es" if spanish > english else "en"
    return None
