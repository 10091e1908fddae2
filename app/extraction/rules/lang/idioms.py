"""Small words that matter at one place of the grammar each, of all languages at once: people mix them, and two words do
not tell which one is spoken."""

import re
from dataclasses import dataclass
from functools import cache

from app.extraction.rules.words import Table, fold


@dataclass(frozen=True, kw_only=True)
class Idioms:
    """One language's words, apart by commas where one has a blank in it, else by blanks.

    no, nothing     a bare no; words that say that there is none
    let_be          beside a no they say it again ("no, déjalo")
    courtesy        ends what was named ("porfa")
    late, late_too  "con retraso"; and what is late only beside `arriving` (beginnings of words)
    about           leads to a subject
    first_person    no name, though they have a capital ("I'm")
    one, your, possessive, each   the words for these ("tu"; "tu, su")
    onward, instead   go on to a moment ("mejor a las 5"); end a place that is offered for another
    passed_to       "le paso tu consulta al equipo": what follows the thing
    desk_of         between a word as "cita" and what it is for
    benefit         leads to whom it is for, which is no place
    hour_leads, word_leads   may stand before a bare number that is an hour; before one in words
    count_leads     make a bare number none ("para 2")
    number_words    numbers that are mostly words ("una", "one")
    both_hours      an hour, or both of two ("las dos"); both_at: said with a preposition
    things          of which there may be two ("a las dos clases")
    no_moment       look like a moment and are mostly none ("vente")
    hours, coins    units behind a number
    per, nights     between a price and what it is for; "la noche"
    listing         between the days of a list
    line_leads      before a number inside a line: an hour or a day, no number of a line
    calendars, calendar_leads   end a title, with what leads to them
    place_leads     before a number in a title: a place
    set_for         between a thing and its moment ("está programada")
    placeless, place_first   an answer to "where?" has none of these; begins with none of these
    title_leads, title_words, titling   "put … for the title", "… should be the name"
    infinitives, plural_verbs, participles   endings of verbs
    following, weeks   "siguiente"; "semana"
    modified        beside a weekday they say which one
    headcounts      before a number of people ("somos")
    in_place_of     right before a moment that is left for another one ("en vez de")
    concedes, resigned   turn from a trouble to a yes ("pero va"); no yes behind those
    """

    no: str = ""
    nothing: str = ""
    let_be: str = ""
    courtesy: str = ""
    late: str = ""
    late_too: str = ""
    arriving: str = ""
    about: str = ""
    first_person: str = ""
    one: str = ""
    your: str = ""
    possessive: str = ""
    each: str = ""
    onward: str = ""
    instead: str = ""
    passed_to: str = ""
    desk_of: str = ""
    benefit: str = ""
    hour_leads: str = ""
    word_leads: str = ""
    count_leads: str = ""
    number_words: str = ""
    both_hours: str = ""
    both_at: str = ""
    things: str = ""
    no_moment: str = ""
    hours: str = ""
    coins: str = ""
    per: str = ""
    nights: str = ""
    listing: str = ""
    line_leads: str = ""
    calendars: str = ""
    calendar_leads: str = ""
    place_leads: str = ""
    set_for: str = ""
    placeless: str = ""
    place_first: str = ""
    title_leads: str = ""
    title_words: str = ""
    titling: str = ""
    infinitives: str = ""
    plural_verbs: str = ""
    participles: str = ""
    following: str = ""
    weeks: str = ""
    modified: str = ""
    headcounts: str = ""
    in_place_of: str = ""
    concedes: str = ""
    resigned: str = ""


ES = Idioms(
    no="no",
    nothing="nada ninguno ninguna tampoco",
    let_be="dejalo dejelo dejala dejela dejalos gracias bueno mejor asi como esta estaba",
    courtesy="porfa gracias",
    late="retraso retrasado retrasada",
    late_too="tarde",
    arriving="lleg",
    about="sobre",
    one="un una",
    your="tu",
    possessive="su tu",
    each="cada ambas",
    onward="ya entonces mejor",
    instead="mejor entonces",
    passed_to="al a",
    desk_of="para de por",
    hour_leads="paso voy llego caigo vengo salgo ser la las el los de tipo a vale dale si y o mejor entonces bueno por pues "
    "una ya listo sale como sobre eso perfecto va claro hasta",
    word_leads="a la las mejor tipo",
    count_leads="para",
    number_words="un una uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    both_hours="las dos, los dos, las 2, los 2, las tres, los tres, las 3, los 3",
    both_at="a las dos, las dos, a las 2, a los dos",
    things="cosas citas clases sesiones opciones fechas",
    no_moment="vente",
    hours="h hs hrs horas",
    coins="soles pesos euros dolares mil k",
    per="por x",
    nights="la noche, por noche, x noche, a noche",
    listing="el los",
    line_leads="a la las el al los de del y o",
    place_leads="en",
    set_for="esta ha sido queda",
    infinitives="ar er ir",
    plural_verbs="an en",
    following="siguiente",
    weeks="semana",
    modified="proximo proxima prox viene siguiente este esta pasado semana",
    headcounts="somos, seriamos, seremos, serian, vendremos, iriamos",
    in_place_of="vez lugar",
    concedes="pero aunque",
    resigned="bueno ya",
)
EN = Idioms(
    no="no",
    nothing="none neither",
    let_be="leave it as is was thanks",
    courtesy="please thanks",
    late="late delayed",
    about="about",
    first_person="i im ive ill id",
    one="a an",
    your="your",
    each="each both",
    onward="already then",
    instead="instead",
    passed_to="to on",
    desk_of="for of",
    benefit="for",
    hour_leads="so do say make got it at ok or and then yes yeah mmm around about by better maybe to 24h",
    word_leads="at ok",
    count_leads="for",
    number_words="one two three four five six seven eight nine ten eleven twelve",
    no_moment="tom",
    hours="h hs hrs hours",
    coins="dollars pounds bucks usd",
    nights="per night, a night",
    listing="on the",
    line_leads="at to on the for and or by till",
    calendars="calendar schedule",
    calendar_leads="on in to my the your for",
    place_leads="at",
    set_for="is has been",
    placeless="this that me title event",
    place_first="i id im ill am whats what to check",
    title_leads="as for at is",
    title_words="title name label",
    titling="should be,",
    participles="ing",
    following="following",
    weeks="week",
    modified="next coming this last week",
    headcounts="we are, well be, were",
    in_place_of="instead than",
    concedes="but",
)
#: A further language is one more of these.
_ALL = (ES, EN)


@cache
def idioms(table: str) -> Table:
    """The words of a table in all languages, folded."""
    return Table(_words(table))


def idiom_pattern(table: str) -> str:
    """The same as alternatives of a pattern for folded text."""
    return f"(?:{'|'.join(re.escape(word) for word in dict.fromkeys(_words(table)))})"


def _words(table: str) -> list[str]:
    said = [getattr(language, table) for language in _ALL]
    return [fold(word.strip()) for text in said for word in (text.split(",") if "," in text else text.split())]


#: For `str.endswith`, where verbs stand before their thing.
INFINITIVES = tuple(idioms("infinitives"))
PLURAL_VERBS = tuple(idioms("plural_verbs"))
