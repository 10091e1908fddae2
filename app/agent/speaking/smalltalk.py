"""Answers to what is no business with the calendar: greetings, thanks, questions that only a person can answer."""

from app.agent.lang import Line
from app.agent.listening.state import BUSINESS
from app.agent.listening.talk import Talk
from app.agent.speaking.voice import Voice
from app.agent.turn import Turn
from app.extraction.rules.acts import Act
from app.models import Role

_SHORT = 5  # words up to which a statement may be a mere answer
_LONG = 10  # words from which a greeting is only the beginning of something else


def small_talk(talk: Talk, voice: Voice, turn: Turn) -> tuple[str, bool]:
    """An answer, and whether an unfinished wish should be asked about after it."""
    small, acts = talk.small, talk.heard
    if talk.blank:
        return voice.say(Line.MEDIA), False
    if "angry" in small:
        return voice.say(Line.SORRY), False
    if "person" in small or talk.renames:
        return voice.say(Line.PASS_MESSAGE), False
    if talk.kept:
        return voice.say(Line.FINE), False
    if "any" in small and talk.open:
        return voice.say(Line.PICK), True
    if talk.wordless and not any(m.role is Role.BOT for m in turn.heard):
        return voice.say(Line.GREETING), True
    if talk.wordless:
        return voice.say(Line.CLOSING), True
    if "opener" in small and talk.words <= _LONG and not acts & BUSINESS:
        return voice.say(Line.OPENER), True
    if "help" in small:
        return voice.say(Line.HELP), False
    if talk.affirmed:
        return voice.say(Line.CLOSING), False
    if acts & {Act.GIVE_UP, Act.WRONG}:
        return voice.say(Line.FINE), False
    if Act.HEDGE in acts:
        return voice.say(Line.TAKE_TIME), False
    if acts & BUSINESS and talk.asks:
        return voice.say(Line.PASS_ON), True
    if talk.asks and ("there" in small or ("greeting" in small and talk.words <= _SHORT)):
        return voice.say(Line.GREETING_FREE), False
    if talk.dropped:
        return voice.say(Line.FINE), False
    if acts & {Act.CANCEL, Act.MOVE} and not turn.live_events:
        return voice.say(Line.NO_EVENTS), False
    if "thanks" in small and Act.REFUSE in acts:
        return voice.say(Line.FINE), False
    if "thanks" in small:
        return voice.say(Line.THANKS), any(wish.options for wish in talk.open)  # which one is still not said
    if "bye" in small and "greeting" not in small:
        return voice.say(Line.BYE), False
    if "greeting" in small and (talk.words <= _LONG or talk.open):
        return voice.say(Line.HELLO if talk.open else Line.GREETING), True
    if talk.asks:
        return voice.say(Line.PASS_ON), True
    return _statement(talk, voice)


def _statement(talk: Talk, voice: Voice) -> tuple[str, bool]:
    acts, short = talk.heard, talk.words <= _SHORT
    if acts & {Act.REFUSE, Act.CANCEL} and short:
        return voice.say(Line.FINE), False
    agrees = bool(acts & {Act.ACCEPT, Act.CONFIRM, Act.SEE_YOU})
    if talk.open:
        understood = agrees or acts & {Act.CANNOT, Act.REFUSE}
        return ("" if understood else voice.say(Line.UNCLEAR)), True
    if talk.unread and not agrees:
        return voice.say(Line.PASS_MESSAGE), False  # a moment that is none of ours, or a new end
    if agrees or (talk.just_booked and short):
        return voice.say(Line.CLOSING), False
    if not short:
        return voice.say(Line.PASS_MESSAGE), False
    return f"{voice.say(Line.UNCLEAR)} {voice.say(Line.HELP)}", False
