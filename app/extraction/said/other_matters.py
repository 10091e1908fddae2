"""Whether a moment is named for something else than the appointment: "mi fiesta es el sábado a las 5",
"recuérdamelo el lunes", "llegue a las 9:45".

By how the clause is built, not by what it speaks of: a noun that is not the event's with a verb of its own, a person
who is no customer, what the speaker does then, when to be there or to be reminded. A clause that asks for an
appointment is about one, whatever else stands in it.
"""

import re
from collections.abc import Collection

from app.extraction.rules.words import fold
from app.extraction.said.wording import stem, telling
from app.models import Role

_CUT = re.compile(
    r"[.!?;\n¿¡,()…]|\b(?:pero|aunque|asi que|por eso|entonces"
    r"|y(?= (?:[a-z]+[aei]me |quiero|quisiera|necesito|me gustaria|queria|busco|puede|pueden|puedes|podria|podrian"
    r"|agend|reserv|anot|por eso|la |el |un |una |mi ))|porque|pues|ya que|but|so|because|since"
    r"|and(?= (?:i |id |we |can |could |please |my |the |a |book|need|want)))\b"
)
_DOT_IN_NUMBER = re.compile(r"(?<=\d)[.,:](?=\d)|(?<=\b[ap])\.(?=m\b)|(?<=\b[ap]\.m)\.")
#: Words that ask for an appointment, or give one: their clause is about it.
_ARRANGES = re.compile(
    r"\b(?:quier[oea]n?|queremos|quisiera\w*|queria\w*|quiere|necesit\w+|gustaria|dese[oa]\w*|prefier\w+|busc[oa]\w*"
    r"|agend\w+|reserv\w+|anot\w+|apunt\w+|program\w+|pon(?:me|ga|game|gan|erme|ernos)?|dame|deme|dar(?:me|nos|le)?"
    r"|me (?:das|da|dan|haces|hace|hacen|cortas|atiendes|atiende|atienden|sirve|viene|conviene|queda|acomoda|va)"
    r"|pued[oea]\w*|podemos|podria\w*|podes|podre\w*|hay|tienen?|tienes|tenes|tendr\w+|disponible\w*|libre"
    r"|te(?:ngo|nemos) (?:libre|espacio|lugar|cupo|disponible|hueco|hora|cita|turno|reserva\w*)|cita|turno|reserva"
    r"|seria|te esper\w+|l[ae]s? esper\w+|l[oa]s esper\w+|nos vemos|ven(?:ga|gan|i|ir)?|paso|pasamos|pasa|pase|voy"
    r"|vamos|ire|iremos|estare|estaremos|quedamos|queda|mejor|cambi\w+|muev\w+|mover(?:l[ao]s?|me|nos)?|confirm\w+"
    r"|perfecto|listo|dale|vale|want|need|like|love|book\w*|schedul\w+|reserve\w*|appointment|appt|put me|pencil"
    r"|sign me|fit me|squeeze|see you|can|could|would|may|shall|available|free|slot|opening|works|work for|suits"
    r"|how about|what about|confirm\w*|set|come in|coming in|let ?s|make it|move|moved|change|reschedule\w*|perfect"
    r"|great|okay|ok|yes|si)\b"
)
_NP = r"(?:mis?|nuestr[oa]s?|el|la|los|las|una?|su|sus|my|our|the|an?|his|her|their)"
_REST = r"(?: (?:de|del|de la|of|of the|from|with|con|en|at) (?:mi |la |el |los |my |the )?[a-z]+){0,2}"
_SUBJECT = re.compile(
    rf"(?:^|: ?|\b(?:que|pues|como|hola|and|y|that|as|oye|yo|es que) ){_NP} (?P<noun>\w+){_REST} (?P<then>[^@]*)"
)
#: What follows a name that is no verb: it goes on, or its moment follows.
_NO_VERB = frozenset(
    """@ de del para con en y o a al por que sin mas es? sobre entre cuando donde of for with in at on and or to from
    next proximo proxima siguiente""".split()
)
_LINKS = (
    r"es|son|era|sera|seria|cae|toca|empieza|comienza|inicia|arranca|sale|llega|parte|termina|acaba|vence|juega|dura"
    r"|abre|viene|vienen|vendra|cierra|is|are|was|starts?|begins?|leaves?|departs?|arrives?|lands?|ends?|opens?|closes?"
    r"|falls?|plays?|takes off"
)
#: What somebody or something does that comes, whatever asks for an appointment beside it.
_GOES = re.compile(
    r"^(?:pasan?|vienen?|llegan?|van?|vuelven?|trae[n]?|entregan?|instalan?|arrives?|comes?|goes"
    r"|(?:is|are) (?:coming|arriving|going)|gets here|delivers?)\b"
)
_HEARD = re.compile(
    r"\b(?:me (?:dijeron|dijo|contaron|conto|comentaron|comento)|vi (?:que|en)|lei|escuche"
    r"|(?:they|she|he|someone|somebody) told|i (?:saw|heard|read))\b"
)
#: "Me dijo mi hermana que tiene corte": theirs, and no question whether the business has a time.
_REPORTS = re.compile(
    r"\b(?:me|nos) (?:dijo|conto|comento|aviso|dice|cuenta) (?:(?:mi|la|el) )?\w+ que (?:ya |ella "
    r"|el )?(?:tiene(?! libre| tiempo| disponib)|tenia|va|iba|reserv\w+|agend\w+|saco)\b|\b(?:dile|digale|avisale"
    r"|cuentale|tell) (?:a )?(?:\w+ ){1,2}(?:que |that )?(?:su|tiene|his|her|he has|she has)\b|\b(?:told me|said"
    r"|says) (?:that )?(?:she|he|they) (?:has|have|had|is|are|booked|got)\b"
)
#: "El viernes es mi fiesta", "a las 10 sale mi vuelo".
_AFTER = re.compile(rf"@[^@]{{0,8}}?\b(?:{_LINKS}|tengo|tenemos|hay|have|i have|i ?ve got) (?:{_NP}) (?P<noun>\w+)")
_AFTER_BARE = re.compile(rf"@ ?(?:{_LINKS}) (?!{_NP} )(?P<noun>\w+)")
#: "Para mi boda del sábado", "antes del partido del viernes a las 5".
_OCCASION = re.compile(
    rf"\b(?:para|antes de|despues de|por|for|before|after) ?(?:{_NP}|l) (?P<noun>\w+){_REST}"
    r"(?: (?:de|del|de el|que (?:es|sera|tengo)|of|on|this|este|that is|thats)){1,2} ?@"
)
_MY_DAY = re.compile(
    r"\b(?:(?:yo )?(?:trabajo|salgo|entro|abro|cierro|viajo|vuelo|recojo|llevo a|dejo a|regreso|vuelvo|almuerzo|estudio"
    r"|juego|me caso|nos casamos|cumplo|naci|me mudo|nos mudamos|termino|acabo|desayuno"
    r"|llego (?:a(?: mi| la)?|de)(?! las?\b)|tengo que|tengo libre hasta|me operan|viajamos|salimos|abrimos mi)"
    r"|i (?:work|leave|fly|travel|pick|drop|open|close|finish|start|get off|get out|get back|land|move|teach|study)"
    r"|i ?m (?:flying|travell?ing|working|moving|getting married|picking|teaching|at work|busy)"
    r"|we(?: ?re)? (?:fly|flying|travel|leaving|leave|getting married))\b"
)
_HAVE = re.compile(
    r"\b(?:tengo|tenemos|tendre|i have|i ?ve got|we have|we ?ve got|i ?m (?:getting|having)) (?:una? |mi |la |el |an? "
    r"|my |the )?(?P<noun>\w+)"
)
#: Nouns that may stand before a wish or a moment without being somebody's own business; a meeting is one, where the
#: appointment is something else.
_NEUTRAL = frozenset(
    stem(word)
    for word in """cita citas turno hora horario dia fecha momento idea opcion que mejor primera segunda proxima proximo
    siguiente otra otro unica unico misma mismo persona nombre verdad semana mes manana tarde noche reserva reservacion
    servicio sesion appointment appointments booking reservation time day date slot option best first second next only
    same one thing session week morning afternoon evening problema favor
    good fine perfect great ideal possible better available okay early late not bien perfecto posible genial
    buenisimo temprano tarde hueco libre tiempo rato chance espacio gap opening free""".split()
)
_YOURS = frozenset("ustedes usted ti vos vosotros contigo you".split())
#: "Nos vemos con el abogado": with somebody else.
_WITH = re.compile(
    r"\b(?:nos vemos|quede|quedamos|me (?:veo|junto|reuno|encuentro)|nos (?:juntamos|reunimos)|tengo|tenemos|ceno"
    r"|almuerzo|meeting(?: with)?|meet|having \w+ with) (?:con )?(?:el|la|los|las|mis?|una?|unos|the|my"
    r"|an?) (?P<noun>\w+)"
)
#: A reminder or a call at that moment, of an appointment at another; "recuérdame la visita mañana" is for the visit.
_REMINDS = re.compile(
    r"\b(?:recuerd[ae]\w*|recordar\w*|recordatorio|avis[ae]\w*|remind\w*|reminder|alarma|alarm|(?:te|le|les|os) llam\w+"
    r"|call you|ring you)\b"
)
#: When to be there, as the business says it, beside the hour of the appointment.
_BE_THERE = re.compile(
    r"\b(?:lleg\w+|presentarse|presentese|presentate|este aqui|estar aqui|arrive|be here|be there|get here|show up"
    r"|check in|doors open|ingres[ae]\w*|come (?:by|in) early)\b"
)
_ANOTHERS = re.compile(
    r"\b(?:atiend[oe]\w*|atendemos|tengo|tenemos|viene|esta (?:con|reservad\w+ (?:para|por)|ocupad\w+ (?:con|por))"
    r"|i have|i see|i ?m seeing|we have|comes|(?:booked|taken|reserved) (?:by|for)) (?:a "
    r"|con )?(?:(?:otr[oa]s?|una?|la|el|al|another|an?) )?(?:senora?|sra|sr|don|dona|client[ea]\w*|pacient\w+|customer"
    r"|patient|mrs?|ms)\b"
)
#: The business to everybody: no appointment of this customer's, however they cheer.
_ANNOUNCES = re.compile(
    r"\b(?:gran (?:apertura|inauguracion|venta|sorteo|evento)|inauguracion|inauguramos|sorteo|te invitamos"
    r"|l[oe]s invitamos|no (?:faltes|te lo pierdas|falten)|grand opening|open house|giveaway|join us|don.?t miss)\b"
)
#: Persons: a verb of theirs is no wish of the customer's.
_PERSONS = re.compile(
    r"(?:marid|espos|mujer|hij|mam[ai]|pap[ai]|madre|padre|herman|novi|amig|prim[oa]s?$|ti[oa]$|tias?$|sueg|abuel|niet"
    r"|jef[ea]|vecin|compan|cunad|sobrin|coleg|tecnic|senor|client|pacient|chic|nin[oa]|beb|famili|parej|sister"
    r"|brother|mother|father|mum|mom|dad|wife|husband|cousin|aunt|uncle|neighbo|friend|boss|sons?$|daughter|kid"
    r"|colleague|roommate|partner|girlfri|boyfri|guys?$|m[ae]n$|lady|wom[ae]n|nephew|niece|gran(?:d[mpfsd]|ny))"
)
_WISHES = re.compile(
    r"\b(?:quier\w+(?! saber)|quisier\w+|necesit\w+|gustaria|dese\w+|pued\w+|podri\w+|prefier\w+"
    r"|le (?:urge|toca|interesa)|pregunta|va a (?:querer|necesitar|ir|venir|pasar)|ira|vendra|pasara|wants?(?! to know)"
    r"|needs?|would|can|could|prefers|will)\b"
)


def about_something_else(
    text: str, span: tuple[int, int], title: str, role: Role, *, others: Collection[tuple[int, int]] = ()
) -> bool:
    """Whether the moment at `span` is named, in its clause, for something else than the event called `title`. `others`:
    where other moments stand in the text."""
    clause = _clause(fold(text).replace("'", " ").replace("’", " "), span, others)
    own = telling(title)
    if _REMINDS.search(clause) and own and not own & telling(clause):
        return True
    if role is Role.BOT:
        return bool(_ANOTHERS.search(clause) or _ANNOUNCES.search(fold(text)))
    if _REPORTS.search(clause) or any(_foreign(m["noun"], own) for p in (_OCCASION, _WITH) for m in p.finditer(clause)):
        return True
    subject = _SUBJECT.search(clause)
    if subject is not None and _somebody(subject["noun"]):  # "mi hija necesita un corte" is one for her
        return not _WISHES.search(subject["then"]) and _has_verb(subject["then"])
    if subject is not None and _elsewhere(subject, own):
        return True
    if subject is not None and _foreign(subject["noun"], own) and _GOES.search(subject["then"]):
        return True
    if _ARRANGES.search(clause):
        return False
    if subject is not None and _foreign(subject["noun"], own) and _has_verb(subject["then"]):
        return True
    if any(
        _foreign(m["noun"], own) and not _comes(m) for p in (_AFTER, _AFTER_BARE, _HAVE) for m in p.finditer(clause)
    ):
        return True
    return bool(_MY_DAY.search(clause) or _HEARD.search(clause))


def is_to_be_there(text: str, span: tuple[int, int]) -> bool:
    """Whether the moment is one to arrive at: that of the appointment where no later one is named."""
    return bool(_BE_THERE.search(_clause(fold(text), span, ())))


def _clause(folded: str, span: tuple[int, int], others: Collection[tuple[int, int]]) -> str:
    """The clause around a moment, the moments in it as "@"."""
    safe = _DOT_IN_NUMBER.sub("_", folded)
    for a, b in (span, *others):
        safe = safe[:a] + "_" * (b - a) + safe[b:]
    cuts = list(_CUT.finditer(safe))
    first = max((m.end() for m in cuts if m.end() <= span[0]), default=0)
    last = min((m.start() for m in cuts if m.start() >= span[1]), default=len(safe))
    return " ".join(re.sub(r"_{2,}", " @ ", safe[first:last]).split())


def _comes(found: re.Match[str]) -> bool:
    """ "El viernes a las 10 viene mi hija": she is the customer."""
    return bool(re.search(r"\b(?:viene|vienen|vendra)\b", found[0])) and _somebody(found["noun"])


def _has_verb(then: str) -> bool:
    """Whether a word follows the name that may be its verb, not what the name goes on with."""
    first = next(iter(then.split()), "@")
    return first not in _NO_VERB


def _elsewhere(subject: re.Match[str], own: Collection[str]) -> bool:
    """ "Mi turno en el hospital es el viernes": an appointment, with others; not "mi cita de corte", "con ustedes"."""
    words = subject.string[subject.end("noun") : subject.start("then")].split()
    linked = re.match(rf"(?:{_LINKS})\b", subject["then"])
    return bool(linked and own and words and words[-1] not in _YOURS and _foreign(words[-1], own))


def _somebody(noun: str) -> bool:
    return bool(_PERSONS.match(noun))


def _foreign(noun: str, own: Collection[str]) -> bool:
    """Whether a noun is neither the event's nor a word for any appointment; of an event without a name nothing is."""
    if noun in _NO_VERB:
        return False  # "la de él a las 10"
    return noun.isalpha() and stem(noun) not in _NEUTRAL and bool(own) and stem(noun) not in own
