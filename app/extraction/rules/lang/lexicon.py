"""What a language's tables must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from app.extraction.rules.acts import Act
from app.extraction.rules.phrase_tables import Phrases
from app.extraction.rules.words import Spelling, Table, Word, Words, fold, split_words

#: A field `x_words` holds the words of the table `x`.
_WORDS = "_words"


def _set(table: str) -> Table:
    return Table(fold(word).replace("'", "") for word in table.split())


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """One language. See `phrase_tables.py` for the notation of phrases; word lists are separated by blanks.

    acts        phrases that carry a dialogue act
    short       abbreviations and their full words ("q" is "que")
    homographs  what articles may be as well, where people leave out a mark: "unas" for "uñas"
    common      frequent words that tell the language
    ordinals    "the second": phrases and which one they mean, 1-based; -1 is the last
    asks        phrases after which the thing wanted follows ("quiero", "cita para", "can I get")
    services    words that head the name of an appointment ("corte", "visita"); `generic` ones say little alone
    joins       words that continue such a name ("de", "para la"); `stops` end it
    articles    left out at its front and end
    places      words that begin an address; `venues` begin the name of a place; `at` go before a place
    answers     fillers at the front of an answer ("es", "seria", "pues")
    either      words between alternatives; `also` between things that are all meant
    splits      words that begin a new stretch ("pero", "but")
    troubleless phrases that deny some trouble, whose name is the last word ("no hay bronca")
    confirming  words that a number stands for to say yes ("1 confirmar")
    reasons     words after which stands why ("porque")
    haves       verbs of what somebody has on ("tengo pilates a las 16")
    pauses      words at which people who dictate take breath: they part stretches of many words without a mark
    leads       words before a title that do not belong to it ("agendar", "book")
    troubles    phrases after which the thing that is broken follows ("se me dañó la", "my * is")
    professions who is greeted by what they are ("buenos días contador"); they name a service too
    ails        what a thing does that is broken, behind its name ("stopped working")
    light       services that want to know of what ("recoger", "delivery")
    meetings    words for a meeting, which its topic names alone ("reunión", "¿sobre qué tema?", "el presupuesto")
    desk        words for a place in the diary, left out before what it is for ("cita para empaste")
    people      relatives, who are no title
    persons     who is spoken of without a name ("usted", "yo"): says whose moment follows, and is no title
    fields      parts of a calendar entry, which no title ends in ("… in the time slot"); `asked_fields` those for titles
    enters      verbs whose object is the title ("add … to my calendar")
    purposes    phrases after which stands what somebody has to do ("reminder to", "recuérdame")
    backs       words before the hour at which something is over ("salida 9:00, regreso 18:00")
    verb_ends   endings of verbs with a pronoun, which name nothing by themselves ("verlo")
    yours       words that speak to the customer ("su", "your")
    beside      words before an occasion that only says when ("después de la cena")
    stays       words of what is taken for several days ("habitación", "nights")
    determined  articles and possessives before a thing
    questions   words that ask even without a question mark
    single      plurals said of several appointments, each of which is one
    indefinite  articles of no particular day ("un viernes")
    spare       words beside a duration that is not how long something takes ("15 minutos antes", "ayuno de 8 horas")
    head_first  whether the head of a phrase stands first ("corte de pelo") or last ("haircut")
    fallback    the title of what nobody named
    title_fronts, title_ends, title_givers   around a title said as such: words left out before it, words that
                end it, words that give it ("put … as the title")
    alone       words that are a yes when nothing else is said ("voy", "bien")
    apologies   words of regret ("sorry")
    doubts      words with which an answer in unknown words is no yes: negations, sighs, degrees
    objects     pronouns of what is still to be done ("lo pienso"), and of whom ("te digo"): no yes of a customer
    yes         words that only answer a question ("sí"), where others close a matter ("listo")
    having      verbs before what somebody will do ("we have parent evening on Wednesday")
    linking     verbs between a name and its moment ("es", "will be")
    in_place    words before a place that need no more to be believed ("en"); after the others it must be stated
    modals      words that say what could be done ("puedo cancelar")
    verb_after  words that a request's verb may follow, where nouns look the same ("my schedule"); empty: any
    determiners words that no verb follows, for requests of several words
    counts      how many appointments are meant ("dos sesiones")
    homes       whose home it is, after "en" or "at"; `meets` what leads to where people meet; `online` calls on a
                platform of `platforms`
    works       what asks whether a kind of work is done ("do you"), where the verb does not say so itself
    owned       what leads to a thing of the customer's ("your fitting")
    nearby      words between an hour and where it is ("at", "by")
    numerals    number words, which count people in "una reserva para tres"
    evening     kinds of event whose bare hours are in the evening ("cena a las 9"); `morning` likewise
    """

    code: str
    acts: Mapping[Act, str]
    short: Mapping[str, str]
    common: str
    ordinals: Mapping[int, str]
    asks: str
    services: str
    generic: str
    joins: str
    stops: str
    articles: str
    places: str
    venues: str
    at: str
    answers: str
    either: str
    also: str
    splits: str
    pauses: str
    counts: Mapping[int, str]
    evening: str
    morning: str
    leads: str
    troubles: str
    light: str
    professions: str = ""
    ails: str = ""
    meetings: str
    desk: str
    people: str
    persons: str = ""
    stays: str = ""
    indefinite: str = ""
    beside: str = ""
    yours: str = ""
    verb_ends: str = ""
    backs: str = ""
    purposes: str = ""
    enters: str = ""
    fields: str = ""
    asked_fields: str = ""
    determined: str
    questions: str
    alone: str = ""
    single: Mapping[str, str]
    spare: str
    head_first: bool
    fallback: str
    title_fronts: str
    title_ends: str
    yes: str
    doubts: str
    apologies: str = ""
    objects: str = ""
    reasons: str = ""
    confirming: str = ""
    troubleless: str = ""
    haves: str = ""
    linking: str
    having: str = ""
    in_place: str
    modals: str
    title_givers: str = ""
    verb_after: str = ""
    determiners: str = ""
    numerals: str = ""
    owned: str = ""
    homographs: Mapping[str, str] = field(default_factory=dict)
    nearby: str = ""
    homes: str = ""
    works: str = ""
    meets: str = ""
    online: str = ""
    platforms: str = ""
    phrases: Phrases[Act] = field(init=False)
    number_of: Phrases[int] = field(init=False)
    asking: Phrases[int] = field(init=False)
    known: frozenset[str] = field(init=False)
    spelling: Spelling = field(init=False)
    weights: Mapping[str, int] = field(init=False)  # how much a word tells that this language is spoken

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "phrases", Phrases(self.acts))
        put(self, "number_of", Phrases(self.ordinals))
        put(self, "counting", Phrases(self.counts))
        put(self, "asking", Phrases({1: self.asks}))
        put(self, "purposed", Phrases({1: self.purposes}))
        put(self, "untroubled", Phrases({1: self.troubleless}))
        put(self, "troubled", Phrases({1: self.troubles}))
        put(self, "ailing", Phrases({1: self.ails}))
        put(self, "pointers", Phrases({name: getattr(self, name) for name in ("works", "homes", "meets", "online")}))
        for table in fields(self):
            if table.name.endswith(_WORDS):
                put(self, table.name, _set(getattr(self, table.name.removesuffix(_WORDS))))
        words = set(self.phrases.words | self.number_of.words | self.asking.words)
        for name in ("common", "services", "joins", "stops", "articles"):
            words |= getattr(self, f"{name}_words")
        put(self, "known", Table(words))
        telling = dict.fromkeys(words, 1) | dict.fromkeys(self.common_words, 3)
        put(self, "weights", {word: weight for word, weight in telling.items() if not word.isdecimal()})
        put(self, "spelling", Spelling(self.known, self.short))

    counting: Phrases[int] = field(init=False)
    untroubled: Phrases[int] = field(init=False)
    common_words: frozenset[str] = field(init=False)
    indefinite_words: frozenset[str] = field(init=False)
    services_words: frozenset[str] = field(init=False)
    generic_words: frozenset[str] = field(init=False)
    joins_words: frozenset[str] = field(init=False)
    stops_words: frozenset[str] = field(init=False)
    having_words: frozenset[str] = field(init=False)
    articles_words: frozenset[str] = field(init=False)
    places_words: frozenset[str] = field(init=False)
    venues_words: frozenset[str] = field(init=False)
    at_words: frozenset[str] = field(init=False)
    answers_words: frozenset[str] = field(init=False)
    either_words: frozenset[str] = field(init=False)
    also_words: frozenset[str] = field(init=False)
    splits_words: frozenset[str] = field(init=False)
    pauses_words: frozenset[str] = field(init=False)
    evening_words: frozenset[str] = field(init=False)
    morning_words: frozenset[str] = field(init=False)
    leads_words: frozenset[str] = field(init=False)
    verb_after_words: frozenset[str] = field(init=False)
    determiners_words: frozenset[str] = field(init=False)
    light_words: frozenset[str] = field(init=False)
    professions_words: frozenset[str] = field(init=False)
    meetings_words: frozenset[str] = field(init=False)
    desk_words: frozenset[str] = field(init=False)
    questions_words: frozenset[str] = field(init=False)
    persons_words: frozenset[str] = field(init=False)
    stays_words: frozenset[str] = field(init=False)
    beside_words: frozenset[str] = field(init=False)
    fields_words: frozenset[str] = field(init=False)
    asked_fields_words: frozenset[str] = field(init=False)
    enters_words: frozenset[str] = field(init=False)
    backs_words: frozenset[str] = field(init=False)
    yours_words: frozenset[str] = field(init=False)
    people_words: frozenset[str] = field(init=False)
    determined_words: frozenset[str] = field(init=False)
    spare_words: frozenset[str] = field(init=False)
    title_fronts_words: frozenset[str] = field(init=False)
    title_ends_words: frozenset[str] = field(init=False)
    alone_words: frozenset[str] = field(init=False)
    yes_words: frozenset[str] = field(init=False)
    doubts_words: frozenset[str] = field(init=False)
    reasons_words: frozenset[str] = field(init=False)
    confirming_words: frozenset[str] = field(init=False)
    haves_words: frozenset[str] = field(init=False)
    apologies_words: frozenset[str] = field(init=False)
    objects_words: frozenset[str] = field(init=False)
    title_givers_words: frozenset[str] = field(init=False)
    linking_words: frozenset[str] = field(init=False)
    in_place_words: frozenset[str] = field(init=False)
    modals_words: frozenset[str] = field(init=False)
    platforms_words: frozenset[str] = field(init=False)
    numerals_words: frozenset[str] = field(init=False)
    owned_words: frozenset[str] = field(init=False)
    nearby_words: frozenset[str] = field(init=False)
    pointers: Phrases[str] = field(init=False)
    purposed: Phrases[int] = field(init=False)
    troubled: Phrases[int] = field(init=False)
    ailing: Phrases[int] = field(init=False)

    def is_plain(self, word: str) -> bool:
        """Whether a word is one of everyday grammar, which begins no title."""
        return (
            word in self.stops_words
            or word in self.joins_words
            or word in self.articles_words
            or word in self.leads_words
            or word in self.common_words
        )

    def words(self, folded: str) -> Words:
        words = split_words(folded, self.spelling)
        for n, word in enumerate(words) if self.homographs else ():
            if (other := self.homographs.get(word.text)) and not self._is_article(words, n):
                words[n] = word._replace(text=other)
        return Words(words)

    def _is_article(self, words: Sequence[Word], position: int) -> bool:
        """Whether a noun may follow, and no article stands before: "unas mechas", not "las unas", "unas el jueves"."""
        before = words[position - 1].text if position else ""
        after = words[position + 1] if position + 1 < len(words) else None
        return (
            before not in self.determined_words
            and after is not None
            and not after.is_mark
            and (after.text not in self.articles_words | self.at_words)
        )
