"""Whether a message itself calls an appointment off, and whether what follows takes that back.

"Cancelar" is also to pay, and gyms, orders and trips are called off as well, by anybody, perhaps, or not at all. A
cancellation that may be entered asks for it or says it in the first person, of an appointment or of what was just
spoken of. What else has a word for it is for a person to look at.
"""

import re
from collections.abc import Collection

from app.extraction.said.mentions import comparable
from app.extraction.said.wording import GENERIC, stem, stems

_ENDING = r"(?:me|nos|te|se)?(?:l[aoe]s?)?"
#: Any word for calling off, paid and told of included.
_WORD = re.compile(
    r"\b(?:cancel|anul[aeo]|suspend|desagend|dar(?:l[ao]s?)? de baja|call(?:ed|ing)? (?:\w+ )?off\b|scrap)"
)
_VERB = r"(?:cancel|anul|desagend|suspend)"
_MODAL = (
    r"(?:quier[oea]n?|queremos|quisiera(?:mos)?|queria(?:mos)?|necesit[oa](?:mos)?|dese[oa](?:mos)?|tengo que"
    r"|tenemos que|tendre que|debo|debemos|voy a(?: tener que)?|vamos a|hay que|toca|prefiero|gustaria|podria[ns]?"
    r"|puede[ns]?|podes|me ves|ayudame a"
    r"|(?:like|want|need|have|got|going|trying|forced|prefer|had better|wanted|needing|wish) to|wanna|gotta"
    r"|(?:can|could|would|will|ill|id|lets|let us|must|should|may) (?:you |we |i )?(?:please |kindly |rather |just "
    r"|better )?|im|i am|were|we are|please)"
)
_ASKED = re.compile(
    rf"\b{_MODAL} ?(?:(?:me|nos|te|se|la|lo|las|los|just|please|por favor|also|tambien"
    rf"|mejor) )*(?P<verb>{_VERB}(?:[aei]r|ando){_ENDING}|dar(?:l[aeo]s?|me)? de baja|cancel(?:l?ing)?"
    rf"|call(?:ing)?(?= (?:\w+ ){{0,3}}off\b))\b"
)
# "Cancélala", "la cancelo", "cancele la de mañana": at the head of what is said, after words of courtesy.
_SAID = re.compile(
    rf"\b(?P<verb>{_VERB}(?:a|e|en|o|amos|emos){_ENDING}|(?<![a-z] ){_VERB}ar{_ENDING}|da(?:l[ao]s?|me)? de baja|cancel"
    rf"|(?:(?<=me )|(?<=me l[ao] )){_VERB}as|call(?= (?:\w+ ){{0,3}}off\b))\b"
)
#: The business tells what it has done.
_DONE = re.compile(
    rf"\b(?P<verb>{_VERB}[ai]d[oa]s?|{_VERB}e(?= (?:tu|su|la|el|tus|sus)\b)|{_VERB}amos"
    rf"|(?:cancelled|canceled|cancelling|called off)|dad[oa]s? de baja)\b"
)
_SUPPOSED = re.compile(
    r"(?:^"
    r"|\b(?:y|o|pero|que|and|or|but) )(?:si(?! (?:puede|puedes|pueden|podria|se puede|es posible|fuera posible|no hay"
    r"|no es molestia|no es mucha|gracias|por favor|quiero|cancel|tengo|necesito|voy|lo|la|me puede|me la|me lo"
    r"|me ayuda))|if(?! (?:possible|you can|you could|thats|its|it is|you dont mind))|unless|in case|por si|en caso"
    r"|a menos|salvo que|cuando|when|whenever|siempre que|aunque|ojala|imaginate)\b"
)
_NOT = re.compile(
    rf"\b(?:no|nunca|jamas|ni|sin|tampoco|evita\w*|dont|do not|didnt|not|never|without|cannot|cant"
    rf"|wont)(?: (?:me|te|se|nos|la|lo|le|las|los|quiero|queria|voy|vayas?|vayan|a|vamos|quisiera|puedo|puede|pueden"
    rf"|hay|que|hace|falta|es|necesario|deseo|want|wanna|going|need|have|please|to|be|ever|let|them|it|you|wish|plan"
    rf"|planning)){{0,5}} (?:{_VERB}|dar|call|suspend)"
)
_TELLS = re.compile(
    r"\b(?:dice|dijo|dicen|dijeron|cuenta|conto|pregunta|escribio|avisa|says?|said|told|asks|asked|wrote|mentioned)\b"
    r"|\b(?:siempre|always|ella|ellos|ellas|he|she|they|someone|alguien|culture|hers|theirs)\b"
)
_OWN = re.compile(r"\b(?:mi|mis|my|our|nuestr[oa]s?|su|sus|his|her|their|the|el|los) (?P<noun>\w+)")
_PAYS = re.compile(
    r"\b(?:soles|pesos|euros?|dolar\w*|dollars?|usd|bucks|efectivo|tarjeta|yape\w*|plin|nequi|bizum|transferencia"
    r"|deposit\w+|adelanto|saldo|cuotas?|deuda|monto|total|factura|boleta|voucher|comprobante|pago|pagos|recibo|cuenta"
    r"|cash|card|invoice|fee|qr|visa|mastercard|subscription|suscripcion|membership|membresia|mitad|resto|\d+ ?lucas)\b"
    r"|[$€]|s/"
)
_COURTESY = frozenset(
    """por favor porfa porfavor porfis please pls plz gracias thanks thank you kindly ya ahora entonces mejor then
    instead now asap urgente porque because debido since due pues nomas nada mas tambien also too ok vale ahi
    aqui today hoy sorry disculpa disculpe perdon lo siento mucho for me que y and but pero as so off right away
    all si yes ay es un una tengo""".split()
)
_POINTS = frozenset(
    """la lo las los esa ese esta este eso esto it that this them these those everything all todo todas todos ambas
    ambos both dos two mia mio mias mine one ones primera segunda tercera ultima otra otro first second third
    last other latter former que de del al el mi mis my our nuestra tu tus su sus your the a para con en on at
    for un una""".split()
)
THINGS = GENERIC | frozenset(
    """citas reservas reuniones turnos horas sesiones appointments appt bookings appointment agendamiento asistencia
    espacio cupo lugar visita entrevista llamada call clase mesa table spot attendance agenda""".split()
)
# "La limpieza ya no, cancélela": what is called off stands before it, by its name.
_NAMED_FIRST = re.compile(
    r"(?:(?:y|pero|ok|bueno|and|but|so) )*(?:el|la|los|las|lo|the)(?: (?:del?|de la|of))? (?P<noun>[a-z]+)"
    r"(?: (?:ya|mejor|siempre|al final|finalmente) no(?: \w+)?| no (?:va|longer)| not anymore| no)?"
)
_IDLE = frozenset("verdad neta fija firme cosa problema punto caso hecho truth thing fact problem point".split())
#: "Cancelé" and "canceló" tell, "cancele" and "cancelo" ask: without accents they would be one.
_PAST = re.compile(r"(?i)\b(cancel|anul)[éó]\b")
_SHORT = {"q": "que", "k": "que", "xq": "porque", "pq": "porque", "xfa": "porfa", "kiero": "quiero"}
_QUOTED = re.compile(r"(?m)^\s*>.*$|^\[Image\].*|^\s*(?:[Ff]orwarded|[Rr]eenviado)\b.*$")
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?]*")
#: A question that asks the business to do it; others ask about it ("¿hasta cuándo puedo cancelar?").
_BIDS = re.compile(
    r"\b(?:puede[ns]?|podes|podria[ns]?|me (?:la |lo )?cancel\w+|podemos|(?:can|could|would|will) (?:you|we)|lets"
    r"|please|por favor)\b"
)
_MISTAKE = (
    r"mentira|(?:es|era) broma|jk|just kidding|kidding|wrong (?:chat|number|person|window)|chat equivocado"
    r"|me equivoque de \w+|no era para (?:ti|usted\w*|vos)|ignora\w*|disregard|ignore|scratch that|haz caso omiso"
    r"|no hagas? caso"
)
_KEEPS = (
    r"olvid(?:a|e|alo|elo|enlo)|never ?mind|nvm|forget (?:it|that|what)|changed my mind|cambie de (?:idea|opinion)"
    r"|me arrepenti|por error|me equivoque|(?:dejal[ao]s?|dejenl[ao]s?|dejel[ao]s?|dejemosl[ao]s?|mantenl[ao]s?"
    r"|mantengal[ao]s?|l[ao] dejamos|l[ao] mantenemos)(?! para)|keep (?:it|that|my|the|mine)|leave it|it stays"
    r"|mine stays|still coming|ill be there|i am coming|im coming|si (?:voy|ire|vamos|puedo ir|asisto|asistire"
    r"|quiero ir)|(?:alli|ahi) estare|sigue en pie|se queda|se mantiene|tal como estaba|(?:no|dont|do not) (?:la |lo "
    r"|me la |me lo |please )?(?:cancel|anul)\w*|no espera|espera no|wait no"
)
_MISTAKEN = re.compile(rf"\b(?:{_MISTAKE})\b")
_BACK = re.compile(rf"\b(?:{_MISTAKE}|{_KEEPS})\b")
_PAID = re.compile(r"(?i)\b(?:cancel|anul)\w+")
_WAITS = re.compile(
    r"(?i)\b(?:no puedo esperar(?! hasta| más| mas| tanto)|can['’]?t wait(?! until| that| so)|cannot wait)\b"
)
_SURE = re.compile(r"\b(?:segur[oa]s?|confirmas|confirma|sure|certain|confirm|really)\b")


def speaks_of_it(text: str) -> bool:
    """Whether there is any word for calling off."""
    return bool(_WORD.search(_plain(text)))


def pays(text: str) -> bool:
    """Whether a word for calling off means paying: "¿puedo cancelar con tarjeta?"."""
    return any(_WORD.search(c) and _PAYS.search(c) for c in re.split(r"[.!?\n]+", _kept(text)))


def plainly(text: str, titles: Collection[str], *, business: bool = False) -> bool:
    """Whether `text` asks to call off an appointment, one of these titles where it names a thing; or, said by the
    business, tells that it did."""
    if not business and is_of_another(text, titles):
        return False
    subject = frozenset[str]().union(*(stems(title) for title in titles)) | {stem(word) for word in THINGS}
    return any(_clause(clause, whole, subject, business=business) for clause, whole in _clauses(text))


def is_of_another(text: str, titles: Collection[str]) -> bool:
    """Whether it calls off a thing that stands before the verb and is none of these: "el tinte ya no, cancélalo"."""
    own = tuple(frozenset[str]().union(*(stems(title) for title in titles)) | {stem(word) for word in THINGS})
    for sentence in _SENTENCE.findall(_kept(text)):
        before = ""
        for part in re.split(r"[,:]", sentence):
            clause = _plain(part)
            verb = _SAID.search(clause)
            head = _NAMED_FIRST.fullmatch(clause[: verb.start("verb")].strip() or before) if verb else None
            before = clause or before
            if not head or any(word.startswith(own) for word in clause.split()):
                continue
            noun = head["noun"]
            if not (noun.startswith(own) or noun in _IDLE | _POINTS | _COURTESY or _names_moment(noun)):
                return True
    return False


def taken_back(after: str) -> bool:
    """Whether words said after a cancellation say that it was none: "mentira, sí voy", "keep it please"."""
    return bool(_BACK.search(_plain(_kept(after))))


def mistaken(text: str) -> bool:
    """Whether a message takes its own cancellation back: "cancela mi cita. Perdón, chat equivocado"."""
    plain = _plain(_kept(text))
    word = _WORD.search(plain)
    return bool(word and _MISTAKEN.search(plain, word.end()))


def supposes(text: str) -> bool:
    """Whether it says what might be: "si me enfermo no voy"."""
    return bool(_SUPPOSED.search(_plain(_kept(text))))


def harmless(text: str) -> str:
    """`text` with what only looks like a no, or a cancellation, made plain, at the same length: "¿puedo cancelar con
    tarjeta?" asks about paying, and who cannot wait is looking forward."""
    said = _WAITS.sub(lambda m: " " * len(m.group()), text)
    return _SENTENCE.sub(lambda m: _PAID.sub(_as_paying, m.group()) if pays(m.group()) else m.group(), said)


def _as_paying(found: re.Match[str]) -> str:
    return "pago".ljust(len(found.group()))[: len(found.group())]


def is_supposed(text: str) -> bool:
    """Whether it says what might be, or what somebody else says: "si me enfermo no voy"."""
    plain = _plain(_kept(text))
    return bool(_SUPPOSED.search(plain) or _TELLS.search(plain))


def asks_whether_sure(text: str) -> bool:
    return "?" in text and bool(_SURE.search(_plain(text)))


def _clause(clause: str, whole: str, subject: frozenset[str], *, business: bool) -> bool:
    """`clause`, within the sentence `whole`, both folded."""
    found = [*_ASKED.finditer(clause)]
    told = [m for m in (*_SAID.finditer(clause), *(_DONE.finditer(clause) if business else ())) if m not in found]
    if _SUPPOSED.search(whole[: whole.find(clause) + len(clause)]) or _NOT.search(clause) or _PAYS.search(whole):
        return False
    for match in (*found, *told):
        before, after = clause[: match.start("verb")], clause[match.end("verb") :]
        if _TELLS.search(before) or (match in told and _anothers(before, subject)):
            continue
        if _fits(after, subject):
            return True
    return False


def _anothers(before: str, subject: frozenset[str]) -> bool:
    """ "Mi hermana cancela", "los del gimnasio la cancelan": somebody or something else stands before the verb."""
    return any(stem(m["noun"]) not in subject and not m["noun"].isdecimal() for m in _OWN.finditer(before))


def _fits(after: str, subject: frozenset[str]) -> bool:
    """Whether what follows the verb is an appointment, a pronoun or nothing."""
    for n, word in enumerate(words := after.split()):
        if word in ("por", "porque", "because", "since", "due") or word in _COURTESY:
            if word in ("por", "porque", "because", "since", "due") and words[n + 1 : n + 2] != ["favor"]:
                return True
            continue
        if n and words[n - 1] in _AND and _ORDERS.match(word):
            return True  # "anúlala y cógeme el 4"
        if word not in _POINTS:
            around = words[n : n + 3]
            named = any(w.startswith(tuple(subject)) for w in around)  # "my brother's" is the brother's
            return named or not word.isalpha() or _names_moment(word)
    return True


_AND = frozenset({"y", "e", "and"})
#: Another order: an imperative with its pronoun.
_ORDERS = re.compile(
    r"(?:agend|reserv|anot|apunt|aparta|separ|coge|coja|pon|dame|deme|mete|program|hace|haga|book|schedule|put|make|give)"
)


def _names_moment(word: str) -> bool:
    return word in _MOMENTS or any(c.isdecimal() for c in word)


_MOMENTS = frozenset(
    """lunes martes miercoles jueves viernes sabado domingo manana pasado tarde noche monday tuesday wednesday thursday
    friday saturday sunday tomorrow tonight morning afternoon evening next proximo proxima semana week enero
    febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre january february march
    april june july august september october november december dia day menos excepto salvo except but""".split()
)


def _clauses(text: str) -> list[tuple[str, str]]:
    """What the message says itself, a clause at a time with the sentence it stands in; a courteous question asks."""
    found = []
    for match in _SENTENCE.finditer(_kept(text)):
        sentence = match.group()
        if "?" in sentence and not _BIDS.search(_plain(sentence)):
            continue
        parts = [_plain(part) for part in re.split(r"[,:]|\bpero\b|\bbut\b", sentence)]
        whole = " ".join(p for p in parts if p)
        found += [(part, whole) for part in parts if part and _WORD.search(part)]
    return found


def _kept(text: str) -> str:
    return _QUOTED.sub("\n", text)


def _plain(text: str) -> str:
    words = comparable(_PAST.sub(r"\1ado", text.replace("'", "").replace("’", ""))).split()
    return _NO_MORE.sub("nomas", " ".join(_SHORT.get(word, word) for word in words))


_NO_MORE = re.compile(r"\bno mas$")  # "anúlala no más"
