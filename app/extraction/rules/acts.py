"""What people do with their words when they arrange something."""

from enum import StrEnum, auto


class Act(StrEnum):
    """A dialogue act. Which words carry it stands in the tables of `lang/`."""

    ACCEPT = auto()  # yes, to what was said last
    REFUSE = auto()  # no
    CANNOT = auto()  # that moment does not suit the speaker
    UNAVAILABLE = auto()  # that moment is taken
    HEDGE = auto()  # perhaps, I'll tell you
    PROMISE = auto()  # will write or answer: "te confirmo mañana" names no moment of an appointment
    THANKS = auto()  # courtesy
    NO_WORRY = auto()  # comforts; a yes to who asks for another hour
    CONFIRM = auto()  # it is noted, I'll be there
    SEE_YOU = auto()  # goes on from what was arranged
    REQUEST = auto()  # note this, book that
    WANT = auto()  # wishes something, without telling anybody to note it
    ASK_FREE = auto()  # is there a place, could it be then
    OFFER = auto()  # we have, I can do, how about
    ASK_WHEN = auto()
    ASK_DAY = auto()
    ASK_TIME = auto()
    ASK_PART = auto()  # morning or afternoon
    ASK_PLACE = auto()
    ASK_TITLE = auto()
    ASK_NAME = auto()
    ASK_CONFIRM = auto()  # reads back and wants a yes
    MOVE = auto()
    PUSH = auto()  # later, by a length that follows
    BRING_FORWARD = auto()
    CANCEL = auto()
    BOTH = auto()  # all that was offered
    NEXT = auto()  # and the other one
    MORE = auto()  # besides
    ANEW = auto()  # is free again, another appointment
    KEEP = auto()  # stays as it is
    HYPOTHETICAL = auto()
    PAST = auto()
    OTHERS = auto()  # another person's plan
    HOURS = auto()  # when a place is open
    OCCASION = auto()  # what the thing is for: "tengo una boda el 30"
    BRING = auto()  # leaves a thing or an animal with the business
    FETCH = auto()  # and takes it home again
    BUSY = auto()  # what the speaker does then, a reason
    LASTS = auto()  # how long it takes
    PRICE = auto()
    QUERY = auto()  # what is in my calendar, how is the weather
    LOOKUP = auto()  # lets an assistant search, or read the speaker's own calendar
    CALENDAR = auto()  # names the calendar, and nothing else
    READOUT = auto()  # what is in a calendar
    INFO = auto()  # things found: films, flights, weather
    FAILED = auto()  # could not be booked
    NOTHING = auto()  # hides what its words would say: "va a llover" accepts nothing
    WRONG = auto()  # wrong number
    ADVERT = auto()
    DROP_IN = auto()  # might come by
    ASK_TROUBLE = auto()  # is it a problem: a no to this is a yes
    ASIDE = auto()  # may one pay by card, bring a cake: a question beside the matter
    GIVE_UP = auto()  # looks elsewhere, some other time
    TITLED = auto()  # called, with the title
    LOCATED = auto()  # the address is
    ONLY = auto()  # of what was arranged, only this
    REMIND = auto()  # you have an appointment with us


#: Time expressions in a stretch with one of these are not proposals.
NOISE = frozenset(
    {
        Act.PAST,
        Act.OTHERS,
        Act.HOURS,
        Act.BUSY,
        Act.QUERY,
        Act.INFO,
        Act.HYPOTHETICAL,
        Act.ADVERT,
        Act.DROP_IN,
        Act.ASIDE,
        Act.PRICE,
    }
)
#: The speaker says no to a moment named beside one of these.
NEGATIVE = frozenset({Act.REFUSE, Act.CANNOT, Act.UNAVAILABLE})
#: The speaker says yes, or goes on as after a yes.
POSITIVE = frozenset({Act.ACCEPT, Act.CONFIRM, Act.SEE_YOU, Act.BOTH})
