"""What an answer claims: what was done, and how things stand. "Booked" is only said of what is stored with it.

A model may claim what no tool did, or name another day than the tool gave back. Two kinds of sentence are held against
the events: those with a word of something accomplished ("quedó agendada", "moved"), and those that state a day or an
hour as a fact, in whatever words ("te separé el viernes a las 10", "quedamos el viernes"). Questions, offers, opening
hours and what is open or denied claim nothing. Where a claim is not so, `facts.truth` is said in its place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from app.agent.desk import Desk
from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Mention, Use
from app.extraction.rules.words import fold as plain
from app.extraction.said.aiming import reading_of_text
from app.temporal import TimeExpression, find


class Claim(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    DONE = "done"
    PAID = "paid"  # nobody here knows of payments
    STATED = "stated"  # a moment as a fact, without a word for how it came to be


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One claim. `words`: the sentence, folded; `moments` named in it; `state`: how things are ("está confirmada"), not
    what was done; `every`: of several ("ambas citas"), `both`: of a number of them; `text`: the sentence as written."""

    claim: Claim
    words: str
    moments: tuple[TimeExpression, ...]
    state: bool = False
    every: bool = False
    both: bool = False
    text: str = ""


_PAST = "agendad|anotad|reservad|programad|apuntad|confirmad|registrad|separad|apartad|bloquead|asegurad|garantizad"
_MADE = "agende|anote|reserve|programe|apunte|confirme|registre|separe|aparte|cree|guarde|puse|deje"
# "Cancelé tu cita" at the front of a clause; "su" would be an order to a customer who is called usted.
_CALENDAR = (
    r"(?:en|on|in|al?) (?:la|tu|su|el|nuestr[oa]|the|your|our) (?:agenda|calendario|sistema|calendar|diary|schedule"
    r"|books|system)"
)
_DAYS = "lunes|martes|miercoles|jueves|viernes|sabado|domingo|manana|hoy"
_FIRST, _ITS = r"(?:^|[,;:!.] |\by )[^a-z]*", "(?:tu|tus|la|el|las|los|una?|ambas|todas)"
# Without accents and case, Spanish and English at once: a model may answer in either.
_WORDS = {
    Claim.BOOKED: rf"""(?<!\bel )(?<!\blos )(?<!\blas )(?:{_PAST})(?:isim)?[oa]s?
        |te tengo (?:para|el)|(?:reserva|cita|turno) (?:\w+ ){{0,3}}(?:list[oa]|exitos[oa]|hech[oa])|con exito
        |(?:(?:te|le|la|lo|les|los|las|ya) )+(?:{_MADE})|{_FIRST}(?:{_MADE}) {_ITS}
        |(?:te|le|se) (?:la |lo )?(?:agendo|anoto|reservo|apunto|separo|aparto)
        |se (?:agendo|anoto|reservo|programo|apunto|confirmo|registro|separo|aparto|creo)
        |(?:he|hemos|ha) (?:cread|hech|guardad|puest)o
        |successfully|(?<!we are )(?<!were )booked|scheduled|reserved|confirmed|pencill?ed|locked in|all set
        |(?:put|got|have) you (?:down|in|booked)|youre (?:in|down|set)|(?:is|its|are|been) set
        |(?:ive|i have|weve|we have|i) (?:added|created|made|arranged|saved|set)
        |(?:esta|figura|aparece|tienes|quedo|ingresad[oa]|put|its|is|youre|you are|added) (?:\w+ ){{0,3}}{_CALENDAR}
        |dalo por hecho|cuenta con la cita|ya tienes tu (?:lugar|cita|espacio|hora|turno)
        |tu (?:lugar|espacio|hora) ya esta
        |recibimos tu (?:reserva|cita)|te llegara (?:un|el) recordatorio|ya quedamos|trato hecho
        |hech[oa] la (?:reserva|cita)
        |(?:pactad|asentad|ingresad)[oa]|aparte ese|te mande la invitacion|sent you (?:an? |the )?(?:calendar )?invit\w+
        |(?:codigo|numero) de (?:reserva|confirmacion)|(?:confirmation|booking|reservation) (?:number|code)
        |(?:slot|spot|place|lugar|espacio|turno) (?:is|esta|te) (?:waiting|reserved|yours|esper\w+)|waiting for you
        |nos vemos (?:entonces|ahi|alli|alla)|cerrad[oa] (?:tu|su|la|el) (?:cita|turno|reserva)
        |{_FIRST}cerrad[oa](?=\W*(?:{_DAYS}|\d))
        |(?:slotted|popped|squeezed) you|youre good for|thats sorted|sorted for|done and dusted|went through""",
    Claim.MOVED: rf"""movid[oa]s?|reprogramad[oa]s?|reagendad[oa]s?|pospuest[oa]s?|adelantad[oa]s?
        |(?:la|lo|te|le|se|tu cita|su cita) (?:la |lo )?
        (?:movi|cambie|reprograme|reagende|pase|pospuse|adelante)
        |{_FIRST}(?:movi|cambie|reprograme|reagende|pase|pospuse|adelante) {_ITS}
        |se (?:movio|cambio|paso|reprogramo)|cambiad[oa]s? (?:al?|para|de)
        |(?:hice|hecho) el cambio|cambio hecho|esta cambiad[oa]|change (?:is )?(?:made|done)
        |(?:switched|shifted) (?:it|you|your)
        |(?:cita|turno|reserva|appointment|booking) (?:ahora es|is now)|moved|rescheduled|pushed back
        |brought forward|changed (?:it|your|to)""",
    Claim.CANCELLED: rf"""(?:cancel|anul|elimin|borr|suspend)[ai]d[oa]s?|dad[oa]s? de baja
        |(?:(?:te|le|la|lo|les|los|las|ya) )+(?:cancele|anule|elimine|borre|quite)
        |{_FIRST}(?:cancele|anule|elimine|borre|quite) {_ITS}
        |se (?:cancelo|anulo|elimino|borro)|cancell?ed|deleted|called off|removed|taken off""",
    Claim.DONE: r"""^\W*(?:(?:ok|vale|perfecto|claro|si|muy bien|excelente|great|sure|perfect|yes)\W+)?
        (?:ya |todo |ya esta |esta |ya quedo |quedo |all )*(?:hecho|list[oa](?: todo)?|done|ready)(?= *(?:[.!,;:]|$))
        (?!\W*(?:dime|digame|decime|cuentame|te escucho|aqui estoy|a tus ordenes|en que|tell me|go ahead|how|what))
        |ya qued(?:o|aste|as)|ya l[oa] tienes|cuenta con ell[oa]|consider it done|youre good to go""",
}
# What is over, said with the words that otherwise deny.
_GONE = re.compile(
    r"\bya no (?:tienes|tiene|tenes) (?:la |una? |tu |ningun\w* )?(?:cita|turno|reserva)|\b(?:cita|turno"
    r"|reserva) (?:\w+ ){0,4}ya no (?:existe|va)|\bya no (?:te|le) esper\w+|\bsin efecto\b|\bdi de baja\b|\bya libere\b"
    r"|\bfreed up\b|\boff (?:the|our) (?:schedule|calendar|books)|\bno longer (?:on|booked|have an?)\b"
)
_BREAK = re.compile(r"\s*\n\s*")
_CLAIMS = {claim: re.compile("(?:^|\\b)(?:" + _BREAK.sub("", words) + ")(?:\\b|$)") for claim, words in _WORDS.items()}
# With one of these anywhere before it, it says what would be; with one of the others beside it, what is not.
_SUPPOSES = re.compile(
    r"\b(?:si|cuando|antes de|para que|para dejar\w*|una vez|en cuanto|if|once|when|before|unless)\b"
)
_DENIES = re.compile(
    r"\b(?:no|nada|ninguna?|pendiente|pending|por confirmar|aun|todavia|sin|tampoco|nunca|necesito|necesitas|puedo"
    r"|podria|podemos|quieres|quiere|falta|debo|not|nothing|never|isnt|hasnt|havent|wasnt|cant|couldnt|didnt|yet|need"
    r"|can|could|would|to be|fully|unable)\b"
)
_SHAPE = re.compile(r"\b(?:esta todo|todo reservado)\b")
# Folded, "sí" would be "si", and these deny nothing.
_PARTICLE = re.compile(
    r"(?i)\bsí\b|\bsin falta\b|^\W*si(?=\s*[,!])|\bno (?:te|se|lo|le) preocupes?\b|\bno (?:hay )?problem(?:a|s)?\b"
    r"|\bsin problemas?\b|\bno worries\b|\bno faltaba más\b"
)
_STATE = re.compile(
    r"\b(?:nos vemos|see you|its|youre|figura|aparece|esta|estan|sigue|siguen|tienes|tiene|tenes|is|are|remains?|still"
    r"|have|has)\b"
)
_EVERY = re.compile(r"\b(?:amb[oa]s|l[oa]s dos|tod[oa]s|l[oa]s tres|both|all|everything|todo)\b")
_BOTH = re.compile(r"\b(?:amb[oa]s|(?:l[oa]s|tus|sus|your|the) (?:dos|tres|two|three)|both)\b")
_PAID = re.compile(
    r"\b(?:(?:ya |esta |quedo )+pagad[oa]|pago (?:recibido|confirmado|registrado)"
    r"|recibi(?:mos)? (?:tu|su|el) (?:pago|deposito)|(?:is|already|fully) paid"
    r"|payment (?:received|confirmed|went through)|received your payment)\b"
)
#: When to be there, and when it is over: moments beside that of an appointment.
_COME = re.compile(r"\b(?:lleg\w+|ven\w*|present\w+|antes|minutos|arrive|come|early|be here|before|minutes)\b")
_OVER = re.compile(
    r"\b(?:termin\w+|acab\w+|finaliz\w+|sales|saldr\w+|hasta|ends?|finish\w*|until|till|done by|over by|out by|libre)\b"
)
_LONGEST = 6 * 60  # minutes
_EARLY = 60
_MEETS = re.compile(r"\b(?:(?:te|le|les|los|las|os) esper(?:o|amos)|nos vemos|see you|expect(?:ing)? you)\b")
# When somebody will write, or what day it is: no moment of an appointment.
_LATER = re.compile(
    r"\b(?:avis|escrib|llam|respond|contest|record|confirmar|confirmo|dig[oa]|dire|comunic|get back|let you know|call"
    r"|text|remind|repl|hear from|hoy es|today is)"
)
_LOOKS = re.compile(r"\b(?:dejame|deje(?:me)?|permiteme|revis[oa]\w*|verific\w+|consult[oa]\w*|let me|check\w*)\b")
_CLOSING = re.compile(r"\b(?:algo mas|otra cosa|en que mas|mas en que|anything else|something else|what else)\b")
_OFFERS = frozenset(
    {
        Act.OFFER, Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME, Act.ASK_PART, Act.ASK_CONFIRM,
        Act.UNAVAILABLE, Act.CANNOT, Act.HOURS, Act.INFO, Act.PRICE, Act.HYPOTHETICAL, Act.FAILED, Act.BUSY,
    }
)  # fmt: skip
_FREE = re.compile(
    r"\b(?:libre|disponible|lugar|hueco|cupo|espacio|free|available|opening|slot|ocupad|taken|full|lleno)"
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\d)[^.!?\n]*)*[.!?\n]*")
_ITEM = re.compile(r"\n\s*(?:\d+[.)]|[-•*])\s+")  # a list belongs to the sentence before it


def claims(text: str, desk: Desk) -> Iterator[Said]:
    """What the answer says is so."""
    asks = any(not _CLOSING.search(plain(question)) for question in re.findall(r"[^.!?\n¿]*\?", text))
    for match in _SENTENCE.finditer(_ITEM.sub("; ", text)):
        said = _PARTICLE.sub(lambda m: " " * len(m.group()), match.group())
        if "?" in said:  # a question at the end excuses nothing that stands before it
            said = said[: max(said.rfind("¿"), said.rfind(",") if "¿" not in said else -1, 0)]
        words = plain(said).replace("'", "").replace("’", "")
        found = [claim for claim, pattern in _CLAIMS.items() if _claims(pattern, words)]
        if _GONE.search(words) and not _SUPPOSES.search(words) and Claim.CANCELLED not in found:
            found.append(Claim.CANCELLED)
        if _MEETS.search(words) and not _SUPPOSES.search(words) and _moments(said, desk, offers=False):
            found.append(Claim.BOOKED)
        if Claim.DONE in found and (len(found) > 1 or asks):
            found.remove(Claim.DONE)  # "listo, ¿a qué hora?"
        moments = tuple(m.when for m in _moments(said, desk, offers=not found))
        seen = Said(
            claim=Claim.STATED,
            words=words,
            moments=moments,
            state=bool(_STATE.search(words)),
            every=bool(_EVERY.search(words) or _BOTH.search(words)),
            both=bool(_BOTH.search(words)),
            text=said,
        )
        if _PAID.search(words) and not _SUPPOSES.search(words) and not _DENIES.search(words):
            found.append(Claim.PAID)
        for claim in found:
            yield replace(seen, claim=claim)
        if (
            not found
            and (moments or seen.both)
            and not asks
            and not any(pattern.search(words) for pattern in (_SUPPOSES, _DENIES, _LOOKS))
        ):
            yield seen


def _claims(pattern: re.Pattern[str], words: str) -> bool:
    for found in pattern.finditer(words):
        before = words[: found.end()]
        beside = before[max(before.rfind(","), before.rfind(";")) + 1 :]
        if not _SUPPOSES.search(before) and not _DENIES.search(beside) and not _SHAPE.search(before):
            return True
    return False


def _beside(e: TimeExpression, around: str, desk: Desk) -> bool:
    """When to come for one of their appointments, or when it is over: "llega a las 9:50", "terminas a las 11"."""
    come, over = _COME.search(around), _OVER.search(around)
    if e.time is None or not (come or over):
        return False
    times = [e.time, *(other.time for other in e.alternatives if other.time)]
    starts = [entry.draft.start.astimezone(desk.turn.zone) for entry in desk.listing().entries]
    for at in (at for at in starts if e.date in (None, at.date())):
        later = [(time.hour - at.hour) * 60 + time.minute - at.minute for time in times]
        if any((come and -_EARLY <= n < 0) or (over and 0 < n <= _LONGEST) for n in later):
            return True
    return False


def _moments(said: str, desk: Desk, *, offers: bool) -> list[Mention]:
    """The moments that a sentence names as an appointment's; none where, with `offers`, it rather offers or refuses."""
    now = desk.turn.now.astimezone(desk.turn.zone)
    reading = reading_of_text(said, now, desk.language)
    if offers and (reading.acts & _OFFERS or _FREE.search(plain(said))) and Act.CONFIRM not in reading.acts:
        return []
    named = []
    for mention in reading.mentions:
        e, around = mention.when, plain(said[mention.segment.start : mention.segment.end])
        if e.recurring or e.shift or not (e.date or e.time) or mention.use in (Use.NOISE, Use.BOUND):
            continue
        if (_LATER.search(around) and not (e.date and e.time)) or _beside(e, plain(said), desk):
            continue
        named.append(mention)
    if not named and not reading.mentions:  # words that the rules leave alone, as they are short
        return [
            Mention(e, reading.segments[0])
            for e in find(said, reference=now)
            if reading.segments and e.date and e.time and not e.recurring
        ]
    return named
