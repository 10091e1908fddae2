"""Reads a conversation message by message and keeps the appointments in it: proposed, accepted, moved, cancelled."""

from collections.abc import Sequence

from app.extraction.base import TranscriptMessage
from app.extraction.rules import (
    answers,
    binding,
    calling_off,
    context,
    day_numbers,
    declining,
    lookups,
    noticed,
    pictures,
    reciting,
    replies,
    slots,
)
from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.done_and_open import goes_on_at
from app.extraction.rules.lang import LEXICONS
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.offers import proposals
from app.extraction.rules.plan import Plan
from app.extraction.rules.reading import Reading, Use, language_of, read
from app.extraction.rules.talk import Talk, other_side
from app.extraction.rules.words import Hit, fold
from app.models import Role
from app.temporal import Expect

#: Words as "direction" or "name" ask the customer in a statement too; of the business they are asked with a mark.
_ASKED_WITH_A_MARK = (Act.ASK_PLACE, Act.ASK_TITLE, Act.ASK_NAME)


def follow(messages: Sequence[TranscriptMessage], locale: str) -> Talk:
    """Read a conversation to its end. `locale` is the language when the words do not tell."""
    lang = locale[:2] if locale[:2] in LEXICONS else "es"
    talk = Talk(lang=lang, spoken={lang: 0})
    for message in messages:
        take_in(talk, message)
    return talk


def take_in(talk: Talk, message: TranscriptMessage) -> None:
    """Read the next message and bring the plans up to date."""
    index, role = len(talk.messages), message.role
    reading = _understand(talk, message)
    rest = goes_on_at(reading) if role is Role.BOT and reading.books else None
    if rest is not None:
        for text in (message.text[:rest], message.text[rest:]):
            take_in(talk, message.model_copy(update={"text": text}))
        return
    lookups.begin_anew(talk, reading, role)
    talk.messages.append(message)
    talk.readings.append(reading)
    if reading.has(Act.WRONG) and not reading.mentions:
        calling_off.void(talk, index, reading)
        return
    if declining.give_up(talk, reading, index, role):
        _note_questions(talk, reading, role)
        return
    lookups.look_up(talk, reading, role)
    reciting.recite(talk, reading, index, role)
    for hit in reading.lexicon.counting.find(reading.words):
        talk.count = max(talk.count, hit.tag)
    if role is Role.BOT and reading.has(Act.FAILED):
        calling_off.fail(talk, index, reading)
        calling_off.offer_instead(reading)
    reciting.speak_of(talk, reading, role)
    slots.take_subjects(talk, reading, index, role)
    cancelled = reciting.choose(talk, reading, index, role) or (
        reading.has(Act.CANCEL) and calling_off.cancel(talk, reading, index, role)
    )
    cancelled = cancelled or calling_off.keep_only(talk, reading, index)
    cancelled = cancelled or calling_off.drop_one(talk, reading, index, role)
    options = []
    if not cancelled or reading.has(Act.MOVE, Act.ASK_FREE):
        moment, days, month = context.moment_in_talk(talk, _meant(talk, reading)), None, None
        if reading.mentions:
            days, month = context.days_in_talk(talk, index), context.month_in_talk(talk, index)
        staying = context.is_stay(talk, reading)
        weekly = {} if moment.time or not reading.mentions else context.regulars_in_talk(talk, index)
        options = proposals(reading, index, moment, days, month, regulars=weekly, repeating=True, staying=staying)
        day_numbers.in_the_month_talked_about(talk, options, reading, index)
        context.day_asked_about(talk, options, index, role)
    context.hold_context(talk, reading, index)
    touched = (
        binding.take(talk, options, reading, index, role)
        or noticed.take_notice(talk, reading, index, role)
        or noticed.take_looked_up(talk, reading, index, role)
    )
    pictures.said_in_words(talk, options)
    slots.take_lengths(talk, reading, index)
    # "De acuerdo", to who called one off: nothing that is left is settled by it.
    to_cancelling = role is Role.BOT and talk.cancelled_at == index - 1 and not (reading.mentions or reading.books)
    if not (cancelled or to_cancelling) and not (talk.looking_up and role is Role.BOT and not reading.books):
        answers.answer(talk, reading, index, role, touched)
    reciting.name_items(talk, reading, index, role)
    slots.take_place(talk, reading, index, role)
    _note_questions(talk, reading, role)


def _meant(talk: Talk, reading: Reading) -> Plan | None:
    """ "Push the shave by half an hour": the appointment that is named, of which it is counted."""
    moves = reading.has(Act.MOVE, Act.PUSH, Act.BRING_FORWARD) or any(m.when.shift for m in reading.mentions)
    return binding.meant_or(talk, reading, talk.focus) if moves and talk.focus and talk.focus.live else talk.focus


def _understand(talk: Talk, message: TranscriptMessage) -> Reading:
    lang = talk.lang
    plain = [word.strip(".,;:!?¿¡") for word in fold(message.text).replace("'", "").split()]
    if len(plain) >= 3:
        lang = language_of(plain, talk.lang)
        talk.spoken[lang] = talk.spoken.get(lang, 0) + len(plain)
        talk.lang = max(talk.spoken, key=lambda code: talk.spoken[code])
    asked, plan = talk.asked[message.role], talk.current
    expect: Expect | None = None
    if plan and plan.options and not any(option.time for option in plan.options):
        expect = "date"  # "tengo el 17 y el 23" … "23"
    elif plan and (plan.options or plan.draft != plan.agreed) or asked & {Act.ASK_TIME, Act.ASK_WHEN, Act.ASK_PART}:
        expect = "time"
    elif Act.ASK_DAY in asked:
        expect = "date"
    reading = read(message.text, message.at, lang=lang, expect=expect, sifted=True)
    timed = next((m for m in reading.mentions if m.when.time and m.when.date is None), None)
    if expect == "date" and timed and any(m.start > timed.start for m in reading.mentions):  # "9:30 y 2"
        reading = read(message.text, message.at, lang=lang, expect="time", sifted=True)
    if talk.messages and talk.messages[-1].role is not message.role:
        replies.take_by_number(talk.readings[-1], reading)
    _no_trouble(talk, message, reading)
    _both_of_them(talk, reading)
    moves = Act.MOVE in reading.acts or Act.PUSH in reading.acts
    if expect is None and plan and plan.known.time and moves and not reading.mentions:
        return read(message.text, message.at, lang=lang, expect="time", sifted=True)  # "actually make it 10"
    return reading


def _both_of_them(talk: Talk, reading: Reading) -> None:
    """ "Apuntada a las dos", of two classes at other hours: both, and not two o'clock."""
    waiting = [p.draft.time.value for p in talk.live if p.draft.time and not p.options]
    for mention in reading.mentions:
        said = fold(mention.when.text)
        if said in idioms("both_at") and len(waiting) == 2:
            if not any(time.hour % 12 == 2 for time in waiting) and reading.has(Act.CONFIRM):
                mention.use = Use.NOISE
                reading.acts.add(Act.BOTH)


def _no_trouble(talk: Talk, message: TranscriptMessage, reading: Reading) -> None:
    """ "¿Hay problema?" "Ninguno": that no is a yes."""
    if not talk.messages or talk.messages[-1].role is message.role:
        return
    before = talk.readings[-1]
    asked_leave = before.asks and before.has(Act.CANNOT, Act.MOVE, Act.PUSH)
    if asked_leave and _names_no_trouble(reading):
        meant = {Act.REFUSE, Act.UNAVAILABLE}
    elif Act.ASK_TROUBLE in before.acts:
        meant = {Act.REFUSE}
    elif Act.NO_WORRY in reading.acts and asked_leave:
        meant = {Act.NO_WORRY}  # "se me complicó, ¿puedo llegar a las 7?" "no se preocupe"
    else:
        return
    reading.hits = [h._replace(tag=Act.ACCEPT) if h.tag in meant else h for h in reading.hits]
    for segment in reading.segments:
        segment.hits = [h._replace(tag=Act.ACCEPT) if h.tag in meant else h for h in segment.hits]
        segment.acts = {h.tag for h in segment.hits}
    reading.acts = {h.tag for h in reading.hits}
    for mention in reading.mentions:
        if mention.use is Use.REFUSE and not mention.segment.acts & NEGATIVE:
            mention.use = Use.PROPOSE


def _names_no_trouble(reading: Reading) -> bool:
    """ "No hay bronca", "no bother": no such thing as that, whatever it is, but not what one comes for."""
    lexicon = reading.lexicon
    if reading.asks or reading.mentions or reading.acts - {Act.REFUSE, Act.UNAVAILABLE, Act.THANKS}:
        return False
    first = next((h for h in lexicon.untroubled.find(reading.words) if h.first == 0), None)
    thing = reading.words[first.last - 1].text if first else ""
    ends = first is not None and (first.last == len(reading.words) or reading.words[first.last].is_mark)
    return ends and thing.isalpha() and thing not in lexicon.known | lexicon.desk_words


def _begins_a_question(reading: Reading, hit: Hit[Act]) -> bool:
    """ "What's the address", "donde es": a question, with or without its mark."""
    return reading.words[hit.first].text in reading.lexicon.questions_words


def _note_questions(talk: Talk, reading: Reading, role: Role) -> None:
    """What the other side is asked now; questions of several messages in a row add up."""
    other = other_side(role)
    talk.asked[role] = set()
    asked: set[Act] = {
        hit.tag
        for hit in reading.hits
        if hit.tag.name.startswith("ASK_")
        and hit.tag is not Act.ASK_FREE
        and (role is Role.BOT or reading.asks or hit.tag not in _ASKED_WITH_A_MARK or _begins_a_question(reading, hit))
    }
    in_a_row = len(talk.messages) > 1 and talk.messages[-2].role is role
    talk.asked[other] = talk.asked[other] | asked if in_a_row else asked
    if Act.ASK_PLACE in asked:
        talk.place_wanted = other
