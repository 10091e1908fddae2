"""What is said in answer to us, or of what stands: a "yes" after two questions, "no puedo ir", "pásala al lunes"."""

import re
from collections.abc import Sequence

from app.agent.evidence import fold
from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Reading

_QUESTION = re.compile(r"[^.!?\n¿]*\?")
_WHICH = re.compile(
    r"^(?:y |and |por cierto |by the way )?(?:(?:a|para|de|con|en|for|to|at|in|by) )?(?:que|quien|cual\w*|cuando|donde"
    r"|como|cuant[oa]s?|nombre|who|what|which|when|where|how|whose)\b"
)
#: A question that only asks once more for the yes to the one before it.
_SAME = re.compile(
    r"\b(?:te parece|le parece|esta bien|va bien|te va|le va|te sirve|le sirve|te queda|le queda|te viene|le viene"
    r"|de acuerdo|correcto|verdad|seguro|confirm\w*|agend\w*|reserv\w*|anot\w*|cancel\w*|muev\w*|mover\w*|cambi\w*|ok"
    r"|okay|listo|vale|si|right|sure|is that|does that|sound|work for|book\w*|schedul\w*|move|reschedule|shall i"
    r"|go ahead)\b"
)
_COMES = r"(?:ir|asistir|llegar|acudir|venir|presentarme|cumplir|estar(?: ahi)?)"
_NOT_COMING = re.compile(
    rf"\b(?:no (?:voy a poder|vamos a poder|podre|podremos|puedo|podemos|voy a|vamos a|alcanzo a|llego a|pienso|pude"
    rf"|creo que pueda) {_COMES}|no (?:ire|iremos|asistire|asistiremos|llegare)"
    rf"|no (?:me|nos) (?:va a ser|sera|es) posible {_COMES}|(?:me|nos) es imposible {_COMES}"
    rf"|(?:tendre|voy a tener|tengo) que faltar|ya no (?:voy|vamos|ire|puedo ir|podre ir)"
    r"|(?:cant|cannot|wont|wont be able to|not going to|not gonna|unable to"
    r"|couldnt) (?:be able to )?(?:make (?:it|my|the|that)|come|attend|be there)|(?:have to|need to|gotta|going to"
    r"|gonna) (?:bail|miss (?:it|my|the)|skip (?:it|my|the)))\b(?! (?:en (?!la manana|la tarde)|sol[oa]s?\b|por el"
    r"|por la|a (?:recoger|comprar|pagar)|alone|by (?:car|bus|train)|with))"
)
#: Nothing is wanted any more; or something came up, and they cannot.
_GIVES_UP = re.compile(
    r"\b(?:ya no (?:quiero|necesito|deseo|requiero|voy a (?:querer|necesitar)) (?:la|mi|el|esa|ese) (?:cita|turno|hora"
    r"|reserva\w*)|olvid(?:ate|ese|emos) de (?:la|mi) (?:cita|reserva)"
    r"|me (?:sacas?|quitas?|borras?) de la (?:lista|agenda)|(?:sacame|quitame|borrame) de la (?:lista|agenda)"
    r"|take me off|forget (?:about )?my (?:appointment|booking)"
    r"|(?:dont|do not|no longer) (?:need|want) (?:my|the) (?:appointment|booking)"
    r"|(?:surgio|se me (?:complic|cruz|present)\w+|imprevisto|emergencia)\b.*\bno (?:voy a poder|podre|vamos a poder"
    r"|puedo)(?! \w+[aei]r\b))\b"
)
_RATHER = re.compile(
    r"\b(?:otr[oa] (?:dia|hora|momento|fecha|horario)|mover\w*|muev\w*|cambi\w+|reprogram\w+|reagend\w+|pasar(?:l[ao])"
    r"|posterg\w+|mas tarde|mas temprano|antes de|despues de|hasta|a tiempo|puntual|tarde|minutos"
    r"|another (?:day|time|slot)|reschedul\w+|move|later|earlier|until|before|after|on time|late|minutes|instead|si no"
    r"|if)\b"
)


def answers_another(ours: Sequence[str], said: Sequence[Reading]) -> bool:
    """Whether a mere yes answers the second of two questions in our message, and not the first: "¿La muevo al lunes?
    ¿Te gustó la última vez?" – "sí". Who says what is to be done, or names the moment, has answered both."""
    questions = [fold(q) for text in ours for q in _QUESTION.findall(text)]
    questions = [q for q in questions if q]
    if len(questions) <= 1 or _WHICH.search(questions[-1]) or _SAME.search(questions[-1]):
        return False
    told = {Act.REQUEST, Act.WANT, Act.MOVE, Act.CANCEL, Act.CONFIRM, Act.BOTH}
    return not any(r.mentions or r.acts & told or r.choice is not None for r in said)


def is_not_coming(said: Sequence[Reading]) -> bool:
    """Whether it is said plainly that they will not come, with no word of another time, of lateness, or of an if."""
    words = " ".join(fold(r.text.replace("'", "").replace("’", "")) for r in said)
    if _RATHER.search(words):
        return False
    if not _GIVES_UP.search(words) and (not _NOT_COMING.search(words) or any(r.asks for r in said)):
        return False
    return not any(m.when.time for r in said for m in r.mentions)


_ORDERS = re.compile(
    r"\b(?:(?:me|nos) l[ao]s? (?:pasas?|pasan|pase|cambias?|cambian|cambie|mueves?|mueven|mueva|corres?|corren"
    r"|adelantas?|atrasas?|reprogramas?|reagendas?"
    r"|(?:pued\w+|podria\w*|podes) (?:pasar|cambiar|mover|correr|adelantar|atrasar|reprogramar|reagendar))"
    r"|(?:pasa|cambia|mueve|muev[ae]|corre|adelanta|atrasa|reprograma|reagenda)(?:me|nos)?l[ao]s?"
    r"|(?:pasa|cambia|mueve|corre|reprograma|reagenda)(?:me|nos) (?:(?:la|el|mi) (?:cita|turno|hora|reserva) )?(?:al?"
    r"|para|pa|pal)\b"
    r"|(?:me|nos) (?:reprograma|reagenda|cambia|mueve)[sn]? (?:(?:la|el|mi) (?:cita|turno|hora|reserva) )?(?:al?|para"
    r"|pa|pal)\b"
    r"|(?:quiero|quisiera|necesito|puedo|podemos|me gustaria|pued\w+|podri\w+) (?:pasar|cambiar|mover|correr|adelantar"
    r"|atrasar|posponer|reprogramar|reagendar)(?:me|nos)?(?:l[ao]s?)?"
    r"|(?:can|could|may) (?:you|we|i) (?:please |just )?(?:move|change|push|shift|reschedule|switch|bring)"
    r"|\b(?:prefiero|prefer|rather|mejor)\b.*\b(?:en (?:vez|lugar) del?|instead of)\b"
    r"|(?:please|lets|id like to|i want to|i need to|want to|need to) (?:move|change|push|shift|reschedule|switch"
    r"|bring))\b"
)
_FORBIDS = re.compile(
    r"\b(?:no|nunca|dont|do not|casi|almost|iba a|estuve por"
    r"|was going to)(?: (?:me|nos|pedi|dije|que|la|lo|las|los|please|por favor|quiero|voy a|need to|want to"
    r"|it))* (?:muev|muov|mov[ae]|mover|cambi[eoa]|pas[eo]|pases|correr|corra|reprogram|reagend|move|chang|reschedul"
    r"|push|switch)"
)
_NOT_OURS = re.compile(
    r"\b(?:la suya|el suyo|las suyas|hers|his|theirs|mis muebles|mi (?:vuelo|auto|carro|numero|nombre|telefono|correo)"
    r"|my (?:flight|car|number|name|phone|email|shift))\b"
)


def orders_a_move(said: Sequence[Reading]) -> bool:
    """Whether another time is asked for in so many words: "¿me lo pasas al sábado?", "quiero moverla"."""
    words = " ".join(fold(r.text.replace("'", "").replace("’", "")) for r in said)
    return bool(_ORDERS.search(words)) and not _NOT_OURS.search(words) and not forbids_a_move(said)


def forbids_a_move(said: Sequence[Reading]) -> bool:
    """ "No la muevas al martes", "casi la cambio, pero no"; "no, cámbiala" orders it."""
    words = [w for r in said for w in re.split(r"[.,;!?\n]", r.text)]
    return any(_FORBIDS.search(fold(w.replace("'", "").replace("’", ""))) for w in words)
