"""English."""

from app.agent.lang.table import Address, Line, Table

_PERSON = "For an answer by somebody of the team, write “talk to a person”."

TABLE = Table(
    lines={
        Line.HELLO: "Hi!",
        Line.GREETING: "Hi! I can book, move or cancel your appointments. How can I help?",
        Line.GREETING_FREE: "Hi! Yes, how can I help?",
        Line.HELP: "I can book, move or cancel your appointments and tell you which you have. What do you need?",
        Line.ASK_WHEN: "Sure, when would you like it? Tell me the day and time.",
        Line.ASK_WHEN_AGAIN: "What day and time would you like?",
        Line.ASK_DAY: "What day would you like, {time}?",
        Line.ASK_DAY_PLAIN: "What day would you like?",
        Line.ASK_TIME: "{day}, great. At what time?",
        Line.ASK_TIME_PART: "{day} {part}, great. At what time?",
        Line.ASK_TITLE: "Great, {when}. What is it about?",
        Line.ASK_TITLE_PLAIN: "What would it be about?",
        Line.ASK_TITLE_FREE: "Yes, {when} is free. What would it be about?",
        Line.ASK_CONFIRM: "Yes, {when} is free. Shall I book {title}?",
        Line.BOOKED: "Done, booked: {event}.",
        Line.BOOKED_MANY: "Done, booked:\n{events}",
        Line.REVIEW: "I noted {event}, but something is already there at that time: the team will check and confirm.",
        Line.MOVED: "Done, changed: {event}.",
        Line.CANCELLED: "Done, cancelled: {event}.",
        Line.CANCELLED_MANY: "Done, cancelled:\n{events}",
        Line.ALREADY: "I already have it booked: {event}.",
        Line.BUSY: "{when} is already taken.",
        Line.BUSY_OWN: "{when} is already taken: it overlaps with {title}, which you have.",
        Line.CLOSED: "We are closed on {when}.",
        Line.FREE_TIMES: "{day} is free {times}. What time suits you?",
        Line.FREE_TIMES_MORE: "{day} is free {times}, among others. What time suits you?",
        Line.FULL: "{day} is fully booked.",
        Line.FREE_NEXT: "The next free times:\n{days}\nWhat day and what time suit you?",
        Line.NONE_FREE: "I have nothing left in the next two weeks. " + _PERSON,
        Line.OFFER: "That day I have {times} free. Which one suits you?",
        Line.ASK_OTHER: "What other day or time suits you?",
        Line.MISMATCH: "{weekday} is the {right}, not the {wrong}: which one do you mean, {first} or {second}?",
        Line.PAST: "{when} has already passed. What other day or time suits you?",
        Line.PAST_LATER: "{when} has already passed. Would it be {later}?",
        Line.IMPOSSIBLE: "That date or time does not exist in the calendar.",
        Line.SEVERAL: "Which of the two do you prefer?",
        Line.SEVERAL_NAMED: "Which one do you prefer: {whens}?",
        Line.RECURRING: "For now I book one day at a time. What day and time would the first one be?",
        Line.ASK_WHICH_CANCEL: "Which one do you want to cancel?\n{events}",
        Line.ASK_WHICH_MOVE: "Which one do you want to change?\n{events}",
        Line.ASK_NEW_TIME: "Sure. When do you want to move {event} to?",
        Line.ASK_MOVE: "You want to change {event}: would it be {when}?",
        Line.ASK_SURE_CANCEL: "Do you want to cancel {event}?",
        Line.ASK_THAT_CANCEL: "I can't find that one; you have {event}. Is that the one you want to cancel?",
        Line.ASK_THAT_MOVE: "I can't find that one; you have {event}. Is that the one you want to change?",
        Line.SORRY: "I'm sorry about that. " + _PERSON,
        Line.PICK: "To see whether it is free, tell me the exact time.",
        Line.OPENER: "Sure, go ahead. How can I help?",
        Line.NO_EVENTS: "I can't find any upcoming appointment of yours. Would you like to book one?",
        Line.NONE_YET: "There is no appointment in your name yet.",
        Line.LIST_ONE: "You have booked: {event}.",
        Line.LIST: "You have booked:\n{events}",
        Line.PASS_ON: "I don't know that: I only keep the appointments. " + _PERSON,
        Line.MEDIA: "I got your file, but I can only read text. Could you write it to me?",
        Line.THANKS: "You're welcome!",
        Line.CLOSING: "Great!",
        Line.BYE: "See you!",
        Line.FINE: "All right. If you need anything else, I'm here.",
        Line.TAKE_TIME: "Sure, tell me when you know.",
        Line.PASS_MESSAGE: "Thanks for writing; I only keep the appointments. " + _PERSON,
        Line.HAND_OVER: "Of course, I'll let the team know: somebody will answer you here.",
        Line.UNCLEAR: "Sorry, I didn't quite get that.",
        Line.NOTHING_DONE: "I made no change to your appointments.",
        Line.ASK_NEED: "What do you need, and for which day and time?",
        Line.HOLDING: "Thanks, I got your message. I can't attend to it right now; I'll answer as soon as I can.",
    },
    forms={Address.TU: {}},
    address={},
    default=Address.TU,
    parts={
        "dawn": "early in the morning", "morning": "in the morning", "noon": "at noon", "afternoon": "in the afternoon",
        "evening": "in the evening", "night": "at night", "first_thing": "first thing",
        "last_thing": "at the end of the day", "lunch": "at lunch time",
    },
    phrases={
        "greeting": "hi, hello, hey, hiya, good morning, good afternoon, good evening, howdy, hi there, hey there, 👋",
        "thanks": "thanks, thank you, thankyou, thanx, tnx, thx, ty, ta, cheers, much appreciated, many thanks, 🙏",
        "bye": "bye, goodbye, see you, see ya, take care, have a good/nice/great day/one/weekend, good night",
        "there": """
            are you there, are you available, anyone there, is anyone there, you there, are you free, available
            are you open
        """,
        "help": """
            help, what can you do, how does this work, are you a bot, are you human, are you a human/person/robot
            who am i talking to, is this a bot, who are you, menu, options
        """,
        "confirm": "confirming, to confirm my/our/the, confirm my/our/the",
        "list": """
            what appointments/meetings/bookings do i have, what do i have (booked/scheduled)
            did it go through, did you book it, did you get that, am i all set, is it confirmed, is that booked
            my appointments, my bookings, my meetings, am i booked, is it booked, when am i booked
            do i have an/any appointment/appointments/meeting/meetings/booking/bookings
            is the other one still, the other one is still
            are we still on, is it still on, still on for, are we still good
            what time/day was it, when was it, tell me when my
            what time do i need to be, what time should i be/come/arrive, what time/day is my
            when is/was my appointment/meeting/booking, what time is/was my appointment/meeting/booking
        """,
        "must": "what do i have to, what do i have on me",
        "opener": """
            a/quick/another question, ask something, ask you something, ask you a question, ask a question
            a moment/minute/sec/second, some info/information, quick one
        """,
        "drop": """
            never mind, nevermind, forget it, forget about it, rather not, better not, scratch that, not anymore
            changed my mind, leave it for now, no longer want it
        """,
        "person": """
            talk/speak to/with a/the human/person/manager/owner, talk/speak to/with someone/somebody, refund
            a complaint, my money back, a real person
            call me, have someone call me
        """,
        "handover": """
            talk/speak/chat to/with a/an/the human/person/agent/representative/operator/advisor, a real person
            talk/speak/chat to/with someone/somebody, talk/speak to a real person, human agent, a human please
            i want/need a/an human/person/agent, connect me to/with, get me a/an human/person/agent
        """,
        "angry": """
            useless, idiot{,s}, bullshit, shit, fuck, fucking, scam, terrible service, worst, ridiculous, rip off
            incompetent, pathetic, bad service, awful, unacceptable, very disappointed, so disappointed
            nobody answers/answered, kept me waiting, made me wait, left me waiting
        """,
        "keep": """
            dont cancel, do not cancel, please dont cancel, leave it as it is, keep it as it is, my mistake, keep it
            leave it as is, keep it as is, dont change anything
        """,
        "restore": """
            leave/keep it as it was, leave/keep it where it is/was, leave/keep it the way it was, put it back
            dont/do not move/change it, dont move anything
        """,
        "late": """
            running late, running a bit late, running * minutes late, minutes late, be late, a bit late, on my way
            on the way, be there in, im here, im outside, stuck in traffic
        """,
        "party": "well be, there will be, * people, * more person, one more person, party of",
        "inquire": "know if, know whether, see if, wondering if you have, check if, find out if",
        "any": """
            any time, anytime, any day, whenever, whichever, as soon as possible, asap, doesnt matter, i dont mind
            dont mind, whatever you have, first available, next available, earliest
        """,
        "free": """
            what/which times/time/days/slots/openings/appointments/hours do you have, what time slots
            what/which times/days/slots/hours are free/available/open/left, what/which times/days work for you
            when are you free/available, when can/could you, when do you have, what do you have, what have you got
            whats free/available/open, what is free/available/open, your availability, what availability
            next available, next opening, next slot, available times/slots, free times/slots, what times/days
        """,
        "show": "show/send/give/remind me/us (of) my appointments/bookings/meetings",
        "left": "whats left, what is left, what do i have left, what do i still have",
        "request": "put me/us down, pencil me/us in, squeeze me/us in, fit me/us in, sign me/us up",
        "revive": """
            keep it, i do want it, i want it after all, i can make it after all, i can make it, uncancel, undo that
            reinstate it, changed my mind, i need it after all
        """,
        "rather": "instead, rather, actually",
        "cancel": """
            forget the/my, forget about the/my, drop my/the, take my/the * off, remove my/the, get rid of my/the
            scrap my/the
        """,
        "move": """
            another time, another day, another date, earlier/later slot/time/appointment/one
            push my/the, bump my/the, shift my/the
        """,
        "all": "all, both, all of them, both of them, everything",
    },
    kin="""
        son sons daughter daughters wife husband partner boyfriend girlfriend mom mum dad mother father sister brother
        grandma grandpa grandmother grandfather friend friends kid kids child children baby dog cat boss
    """,
    belongs="for my/our/the/his/her",
    comes="and my, bring my, can my, could my, also my, my/a KIN too, my/a KIN wants/would/also",
    verbal_nouns="change",
    mine="for me, mine, me",
    theirs="for him/her, his, hers, him, her",
    another="""
        and the last/second/third one, and the last/second/third on
        another one, another for, one more, and another, and one for, one for my/our, also one, a second one
        one as well, another appointment/booking/slot for, also need/want one, need/want another
    """,
    no_other="""
        another time/day/date/hour/question/thing, and another time/day/date/thing, one more thing/question
        need/want another time/day/date, another one instead
    """,
    correcting={
        "instead": "instead of, rather than, but",
        "by": "to, for, with",
        "not": "its not, it isnt, it is not, its/it was not, it wasnt, not",
        "is": """
            its/is/was/be, it is/was/should be (for/about), i meant, i meant to say, i mean, make it, make that
            what i want/need is
        """,
        "put": """
            the topic/subject/title is/was/should be, put it down as, book it as, call it, list it as, change it to
            change that to, set the topic/subject/title to
        """,
        "slip": """
            i mean, i meant, sorry, scratch that, no wait, wait no, wait, correction, actually, or rather, oops, no no
            my mistake, no sorry, make that, no make it
        """,
        "opens": "i mean, oops, wait, scratch that",
        "small": "oh no the on at for its is to make it",
        "add": "add (a/an/the), include (a/an/the), throw in (a/an)",
        "sorry": "sorry, no, my mistake, actually, rather, correction, oops",
    },
    place=" at {place}",
    on="",
)  # fmt: skip
