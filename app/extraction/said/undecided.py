"""What leaves an appointment open though somebody said yes: a condition, options of which none was taken, a look into
the diary that is still to come."""

import itertools
import re
from collections.abc import Callable, Sequence

from app.extraction.rules.acts import POSITIVE, Act
from app.extraction.rules.understand import Understanding
from app.extraction.said.mentions import Mention, comparable
from app.models import Role

#: "Si" without its accent is mostly a yes: what follows it says that it is none.
_IF_ES = re.compile(
    r"\bsi (?:(?:mis?|tus?|nuestr[oa]s?|el|la|los|las"
    r"|algun[oa]?) (?!(?:cita|hora|turno|reserva|misma|mismo|primera|segunda|una|dos|tres|otra|de|que|dia|fecha|lunes"
    r"|martes|miercoles|jueves|viernes|sabado|domingo|semana|tarde|noche|manana|\d))[a-z]+ (?!@)[a-z]+"
    r"|no (?!hay|es (?:much|molestia|problema|abus|inconv|complica|dificil)|(?:te |le |les |los )?(?:molest|incomod"
    r"|complic|caus|import|fastidi)|(?:tien\w+|tenes|hay) (?:problema|inconven)|te\b|les?\b|gracias|importa|fuera|pasa"
    r"|entiendo)[a-z]+|me (?!pueden|podrian|atienden|hacen|agendan|anotan|reservan|apuntan|cortan|dan )[a-z]+[ae]n\b"
    r"|me (?!d[aei]|hac|guard|reserv|apart|separ|agend|anot|pued|pod|permit|atiend|regal|ayud|apoy|cort|pas[ae]s|queda"
    r"|sirve|viene|gust|acept|envi|mand)[a-z]+[ae] (?:el|la|los|las|mi) [a-z]+"
    r"|me (?:dej\w+|dan?(?! (?:un|una|el|la|lugar|cita|turno|hora|cupo|espacio))|sale\w*|pag[au]\w*|prest\w+|llev\w+"
    r"|autoriz\w+|aprueb\w+|aprob\w+|confirm\w+|sient\w+|mejor\w+|recuper\w+|alcanz\w+|liber\w+|desocup\w+|dice\w*"
    r"|llam\w+)|nos (?:dej\w+|dan|pag\w+|confirm\w+|autoriz\w+|aprueb\w+)"
    r"|se (?:liber\w+|desocup\w+|despej\w+|aclar\w+|compon\w+|(?:me|le|nos|les) \w+)"
    r"|(?:logro|logramos|alcanzo|alcanzamos|consigo|conseguimos|encuentro|llueve|nieva|sale|salgo|salimos|llego a|sigo"
    r"|sigue|estoy (?!bien|de acuerdo|lista?o?)|mejoro|cobro|cobramos|junto|juntamos|termino|terminamos|acabo|vuelvo"
    r"|regreso|hace (?:sol|buen|mal|calor|frio|viento)|hay (?:sol|buen|mal tiempo|viento)|cae|baja|sube|sobra|alguien"
    r"|nadie|para entonces|al final|todo (?:sale|va|esta|marcha)|puedo (?:salir|escap\w+|conseguir|dejar|librar\w*"
    r"|faltar)|aprueb\w+|acept\w+ (?:mi|el|la)|ella|ellos|decid[oe]\w*|me anim\w+))\b"
)
#: Before "if", these ask or say whether something is so.
_WHETHER = frozenset(
    """ver saber preguntar pregunto consultar consulto confirmar confirmame dime digame avisame aviseme aviso se sabes
    revisar reviso como por que see know wonder wondering ask asking check checking sure even as what tell me
    unsure""".split()
)
_IF_EN = re.compile(
    r"\bif (?!(?:possible|you|u|thats|that is|that works|that suits"
    r"|its (?:ok|okay|possible|fine|alright|all right|free|available|open|not too|no trouble|easier|good)"
    r"|it is (?:ok|okay|possible|free|available)|it (?:works|suits|fits)|there(?:s| is| are)|not\b|so\b|available|any"
    r"|needed|need be|convenient|anything|im (?:right|not mistaken|honest)"
    r"|i (?:may|might|can|could) (?:ask|please|have|book|get|come)))\w+"
)
_OPEN = re.compile(
    r"\b(?:a menos que|siempre y cuando|siempre que|con tal (?:de )?que|en caso (?:de )?que|salvo que|sujeto a"
    r"|(?:cuando|apenas|en cuanto|una vez que) (?:(?:me|nos) (?:pag|deposit|transf|devuelv|prest|abon)\w+|cobr\w+)"
    r"|(?:when|once|as soon as|after) (?:i|we) get (?:paid|my)"
    r"|con (?:el )?(?:permiso|visto bueno|autorizacion|aprobacion) de"
    r"|por si (?:mi|el|la|al final|no (?:puedo|llego|me|nos))|in case (?:my|the|i|we|it|he|she|they|something)"
    r"|a condicion|(?:todo )?depend(?:e|o|iendo|era) (?:de|del)|unless|provided|assuming|as long as (?!possible|you)"
    r"|depending on|ojala (?!pued|teng|hay|se pueda|alcanc)|depends on|subject to|on condition)\b"
)
#: The business's conditions: a deposit, a document, an approval.
_ONCE = re.compile(
    r"\b(?:(?:solo |recien |apenas )?(?:cuando|una vez(?: que)?|hasta que|si|apenas|en cuanto|luego de|despues de|al"
    r"|con) (?:nos |me |lo |la |se |el |un |tu |su |haya[ns]? |\d+ |de )*(?:pag\w+|deposit\w+|transfer\w+|transfier\w+"
    r"|abon\w+|adelant\w+|anticip\w+|sena\w*|recib\w+ (?:el|tu|su)|voucher|comprobante)"
    r"|(?:cuando|una vez que|hasta que|apenas|en cuanto) (?:nos |me |se )?[a-z]+ (?:el|la|tu|su) (?:pago|deposito"
    r"|adelanto|anticipo|sena|abono|transferencia|voucher|comprobante)|previo pago|contra (?:pago|deposito)"
    r"|(?:once|when|after|as soon as|until|if|upon|pending) (?:you |we |the |your |ive |i |have |has )*(?:pay\w*|paid"
    r"|send|sent|deposit\w*|transfer\w*|receiv\w*|get|got|approv\w*))\b"
)
_HOLDS = re.compile(
    r"\b(?:queda|anot\w+|reserv\w+|separ\w+|confirm\w+|agend\w+|apart\w+|asegur\w+|valid\w+|hold|held|confirm\w*"
    r"|book\w*|secur\w*|lock\w*|guarante\w*|yours|valid|final)\b"
)
#: "Si se me complica te aviso": what will be done if it cannot be, and no condition of it.
_TELLS = re.compile(
    r"\b(?:[tl]es? (?:aviso|escribo|llamo|digo|cuento|avisare|escribire|llamare)|aviso|avisare|avisame|avisen\w*"
    r"|avisa\w*|(?:la|lo) (?:cancelo|muevo|cambio)|cancelo|ill (?:let you know|text|call|tell|message|write|cancel)"
    r"|let (?:you|me|us) know|call me|text me)\b"
)
_CONTINGENT = re.compile(
    r"\b(?:si|cualquier cosa|cualquier cambio|en caso de|por si|if|should|in case|any changes?)\b[^@]*"
)
#: The business goes to look; with a confirmation beside it, it has looked.
_LOOKS = re.compile(
    r"\b(?:l[oa] reviso|reviso (?:la|el|mi|y|si)|consulto|l[oa] consulto|verifico|checo|chequeo|averiguo|pregunto"
    r"|veo (?:la|si)|dejame|dejeme|permit[ae]me|dame un (?:momento|segundo|ratito)|let me"
    r"|ill (?:check|see|ask|find out|look)|checking)\b"
)
#: What was thought of and is not wanted, or was booked somewhere else.
_GIVEN_UP = re.compile(
    r"\b(?:pensaba|penso|pensamos|habia pensado|queria|iba a|ibamos a|me gustaba|hubiera|was thinking|was going to"
    r"|had thought|wanted|would have)\b.*\b(?:pero|but|aunque|lastima)\b.*\b(?:car[oa]s?|caris\w+"
    r"|no (?:me )?(?:alcanza|puedo|llego|quiero|hay plata|tengo (?:plata|dinero))|mejor no|ya no|lejos|desist\w+"
    r"|expensive|pricey|cant|cannot|too (?:far|much)|not|no longer)\b"
)
_ELSEWHERE = re.compile(
    r"\b(?:ya )?(?:reserv\w+|agend\w+|saqu\w+|pedi|hice|tengo|consegui|book\w*|got|made|have|found"
    r"|going)\b.*\b(?:(?:en|con|de) otr[oa]s?|otro (?:lado|lugar|sitio|salon|spa)|elsewhere|somewhere else"
    r"|(?:another|a different|other) (?:place|salon|spa|shop|dentist|clinic|barber\w*))\b"
)
_COMPLAINS = re.compile(
    r"\b(?:nadie (?:me|nos) (?:atendio|recibio|abrio)|(?:no|ni) (?:me|nos) (?:atendieron|recibieron)|vine y|fui y"
    r"|nobody (?:was|came|showed|answered)|no one (?:was|came|showed)|i came (?:in )?and)\b"
)
#: At the end of what was said; what follows "mentira" is meant.
_JOKES = re.compile(
    r"\b(?:mentira|(?:es|era) broma|bromeo|(?:just )?kidding|jk|joking)(?: (?:\w*ja\w*|\w*ha\w*|xd+|lol|no|nada|eh))*$"
)
#: Somebody is not sure yet, and asks nothing by it: "quizás el viernes", "lo consulto con mi esposo".
_WAVERS = re.compile(
    r"\b(?:(?:no (?:estoy|toy|estamos) segur\w+|not sure(?: yet)?)(?= *$| si (?:puedo|podre|llego|voy)"
    r"| (?:if|whether) i| de (?:ir|poder))|(?:todavia|aun) no (?:decid|defin|estoy segur)\w*"
    r"|(?:still|havent|not) (?:yet )?decid\w+|no se si (?:puedo|podre|llego|voy|vaya)"
    r"|(?:dejame|dejeme) (?:consult|pregunt|pens|convers)\w*"
    r"|(?:tengo que|debo|voy a) (?:consultarl[oa]|preguntarle|pensarl[oa])|l[oa] (?:consulto|converso) con"
    r"|let me (?:ask my|check with my|think)|(?:have|need) to (?:ask my|check with my|think))\b"
)
_PERHAPS = re.compile(
    r"\b(?:quizas?|tal vez|talvez|a lo mejor|probablemente|maybe|perhaps|probably"
    r"|(?:i|we) might)\b(?! (?:me |nos |i |we |ill |will )?(?:llegu?\w+|demor\w+|tard\w+|traig\w+|llev\w+"
    r"|be (?:\w+ ){0,2}late|bring|run))"
)
_BIDS = re.compile(
    r"\b(?:porfa\w*|por favor|please|pls|se puede|pued[ae]\w*|podri\w+|tien(?:es|en)|could|can you|would|wondering)\b"
)
_SENTENCE = re.compile(r"[^.!?\n;]+[.!?]*")
_EITHER = re.compile(r"(?:^|\W)(?:o|u|ó|or|o si no|o sino|o bien)(?:\W|$)")
_BETWEEN = 30
_TWO = 2


def conditional(text: str, role: Role) -> bool:
    """Whether it makes an appointment depend on something (the weather, a boss, a deposit), or is not sure of it."""
    for match in _SENTENCE.finditer(_plain(text)):
        words = comparable(match.group())
        if _TELLS.search(words) and not re.search(r"\bconfirm", words) and not _OPEN.search(words):
            continue
        if role is Role.BOT:
            if "?" not in match.group() and _HOLDS.search(words) and (_ONCE.search(words) or _OPEN.search(words)):
                return True
        elif "?" not in match.group() and _wavers(words):
            return True
        elif _OPEN.search(words) or any(_supposes(m) for p in (_IF_ES, _IF_EN) for m in p.finditer(words)):
            return True
    return False


def _wavers(words: str) -> bool:
    return bool(_WAVERS.search(words) or (_PERHAPS.search(words) and not _BIDS.search(words)))


def _supposes(found: re.Match[str]) -> bool:
    before = found.string[: found.start()].split()
    return not before or before[-1] not in _WHETHER


def given_up(text: str) -> bool:
    """Whether it tells of a wish that is none any more, that was met elsewhere, that was a joke, or of what went wrong
    before."""
    words = comparable(text.replace("'", "").replace("’", ""))
    return any(pattern.search(words) for pattern in (_GIVEN_UP, _ELSEWHERE, _COMPLAINS, _JOKES))


def without_notices(text: str) -> str:
    """`text` with what will be said if something comes up left blank, at the same length: "nos vemos, si se me complica
    te aviso"."""

    def blank(found: re.Match[str]) -> str:
        part = found.group()
        words = comparable(_plain(part))
        notice = _TELLS.search(words) and _CONTINGENT.match(words) and not re.search(r"\bconfirm|\bcancel", words)
        return " " * len(part) if notice else part

    for pattern in (_NOTICE, _ASKED_NOTICE):
        text = pattern.sub(lambda found: " " * len(found.group()), text)
    return _CLAUSE.sub(blank, text)


#: The other way round; "te aviso si puedo" leaves it open.
_NOTICE = re.compile(
    r"(?i)\b(?:i['’]?ll|i will|te|les?|yo te) (?:let you know|text(?: you)?|call(?: you)?|tell you|message you|aviso"
    r"|escribo|llamo|digo) (?:if|si) (?:something|anything|plans change|i can['’]?t|i cannot|algo|se me|me surge|surge"
    r"|hay alg[uú]n|hay cambios|cambia|no puedo|no llego|pasa algo)\b[^.!?;\n]*"
)
_ASKED_NOTICE = re.compile(
    r"(?i)\b(?:av[ií]s[ae]\w*|me avisan?s?|d[ií]me|let me know|tell me|text me) (?:if|si) [^.!?;\n,]*(?:cambi\w*"
    r"|problema\w*|inconvenient\w*|imprevist\w*|change\w*|problem|comes up)\b"
)
_CLAUSE = re.compile(r"(?i)(?<![^\s.!?;,\n])(?:si|cualquier|en caso|por si|if|should|in case|any change)\b[^.!?;\n]*")


def left_open(
    named: Sequence[int], index: int, roles: Sequence[Role], texts: Sequence[str], says: Callable[[int], Understanding]
) -> int | None:
    """The message that makes it conditional, where nobody who did so confirmed it later. `named`: the messages that
    prove the moment; `index`: the one that settled it."""
    for i in range(min(named, default=index), index + 1):
        if (i not in named and i != index and roles[i] is Role.USER) or not conditional(texts[i], roles[i]):
            continue
        later = (j for j in range(i + 1, len(texts)) if roles[j] is roles[i])
        met = any(says(j).acts & POSITIVE and not says(j).hedges and not conditional(texts[j], roles[j]) for j in later)
        if not met:
            return i
    return None


def to_be_looked_up(
    named: Sequence[int],
    index: int,
    roles: Sequence[Role],
    texts: Sequence[str],
    says: Callable[[int], Understanding],
) -> int | None:
    """The message by which the business first has to look, where no yes of its own came after it: "¿el viernes a
    las 10?" – "Déjame ver" – … – "👍"."""
    for i in range(max(named, default=index) + 1, index + (roles[index] is Role.BOT)):
        acts = says(i).acts
        looks = Act.HEDGE in acts or _LOOKS.search(comparable(_plain(texts[i])))
        if roles[i] is not Role.BOT or not looks or Act.CONFIRM in acts:
            continue
        yes = POSITIVE | {Act.OFFER}
        if not any(roles[j] is Role.BOT and says(j).acts & yes for j in range(i + 1, len(roles))):
            return i
    return None


def options(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Of the moments of one message those between which it leaves the choice: "el jueves o el viernes"."""
    found: list[Mention] = []
    for a, b in itertools.pairwise(mentions):
        between = text[a.expression.span[1] : b.expression.span[0]]
        if len(between) > _BETWEEN or not _EITHER.search(between.casefold()):
            continue
        if (a.date and b.date and a.date != b.date) or (a.time and b.time and a.time != b.time):
            found += [a, b]
    return list(dict.fromkeys(found))


def _plain(text: str) -> str:
    """Without apostrophes, and without a "sí" that has its accent."""
    return re.sub(r"(?i)\bsí\b", "ya", text.replace("'", "").replace("’", ""))
