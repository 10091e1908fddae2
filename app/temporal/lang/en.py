"""English: British and American, and how people type it."""

# fmt: off
from __future__ import annotations

from app.temporal.vocabulary import Language, window

NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty|fourty": 40,
    "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
}
_UNITS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
"ninth|nineth": 9}
ORDINALS = _UNITS | {
    "tenth": 10, "eleventh": 11, "twelfth|twelveth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    "last": -1,
} | {f"{ten}{joint}{one}": value + number
     for ten, value in (("twenty", 20), ("thirty", 30)) for joint in (" ", " - ")
     for ones, number in _UNITS.items() for one in ones.split("|")} | {
     "final": -1, "penultimate|next to last|last but one": -2}

WEEKDAYS = {
    "monday|mon|mondays|mon .": 0, "tuesday|tue|tues|tuesdays|tue .|tues .": 1,
    "wednesday|wed|weds|wednesdays|wednsday|wensday|wed .": 2,
    "thursday|thu|thur|thurs|thursdays|thu .|thurs .": 3, "friday|fri|fridays|fri .": 4,
    "saturday|sat|saturdays|sat .": 5, "sunday|sun|sundays|sun .": 6,
}
MONTHS = {
    "january|jan|jan .": 1, "february|feb|feb .": 2, "march|mar|mar .": 3, "april|apr|apr .": 4, "may": 5,
    "june|jun|jun .": 6,
    "july|jul|jul .": 7, "august|aug|aug .": 8, "september|sep|sept|sep .|sept .": 9, "october|oct|oct .": 10,
    "november|nov|nov .": 11, "december|dec|dec .": 12,
}
WEAK = frozenset(["sat", "sun", "mon", "wed", "may", "march", "mar", "jan", "feb", "apr",
"jun", "jul", "aug", "sep", "oct", "nov", "dec"])

DAYS: dict[str, tuple[int, str | None]] = {
    "today|todays|2day|tdy|otd": (0, None), "tonight|2nite|tonights|2night": (0, "night"),
    "this evening|this eve": (0, "evening"), "this morning": (0, "morning"), "this afternoon|this arvo": (0,
    "afternoon"),
    "this night": (0, "night"), "this lunchtime": (0, "lunch"),
    "tomorrow|tomorrows|2moro|2morrow|2mrw|the morrow|morrow": (1, None),
    "the day after tomorrow|day after tomorrow|overmorrow": (2, None),
    "yesterday|yday|yest": (-1, None), "the day before yesterday|day before yesterday": (-2, None),
    "last night": (-1, "night"), "last morning": (-1, "morning"), "last evening": (-1, "evening"),
    "last afternoon": (-1, "afternoon"),
}
_NOUNS = {"morning|mornin|am": "morning", "afternoon|arvo|aft": "afternoon", "evening|eve|evenin": "evening",
"night|nite|nighttime": "night"}
PARTS = {
    "|".join(f"{lead}{noun}" for lead in ("in the ", "in ", "at ", "during the ", "on the ", "the ", "by ",
    "late ", "late in the ",
                                          "early ", "early in the ", "",
                                          "late at ") for noun in nouns.split("|") if noun != "am"): part
    for nouns, part in _NOUNS.items()
} | {
    "mornings": "morning", "afternoons|afternoonish": "afternoon", "evenings": "evening", "nights": "night",
    "dawn|at dawn": "dawn",
    "mid morning|midmorning|mid - morning": "mid_morning",
    "lunchtime|lunch time|at lunchtime|at lunch time|at lunch|over lunch|lunch hour": "lunch",
    "first thing|first thing in the morning|first thing in the am|bright and early": "first_thing",
    "last thing|end of the day|eod|end of day|close of business|cob|by eod": "last_thing",
    "after work|after school": "after_work", "teatime|tea time": "evening", "dinnertime|dinner time": "evening",
}
WINDOWS = {
    part.name: part for part in (
        window("dawn", "04:00", "07:00"), window("morning", "08:00", "12:00"), window("noon", "12:00", "14:00"),
        window("lunch", "12:00", "14:00"), window("afternoon", "12:00", "18:00"), window("evening", "17:00",
        "21:00"),
        window("night", "18:00", "23:59"), window("first_thing", "08:00", "09:00"), window("last_thing",
        "16:00", "18:00"),
        window("mid_morning", "10:00", "11:00"), window("mid_afternoon", "14:00", "16:00"),
        window("after_work", "17:00", "20:00"),
    )
}
CLOCKS = {
    "noon|midday|mid day|mid - day|noonish|at noon|12 noon|noontime|high noon": (12, 0),
    "midnight|mid night|mid - night|12 midnight": (0, 0),
    "midafternoon|mid afternoon|mid - afternoon": (14, 0),
}
FRACTIONS = {"half": 30, "quarter|a quarter|qtr|quater": 15}
UNITS = {
    "second|seconds|sec|secs": "second", "minute|minutes|min|mins|minuets": "minute",
    "hour|hours|hr|hrs|hours '": "hour",
    "day|days": "day", "business day|business days|working day|working days|work day|workday|work days|"
    "workdays|weekday|weekdays": "workday",
    "week|weeks|wk|wks|weeks '|weeks ' time|week ' s time": "week",
    "fortnight|fortnights|fortnight ' s time": "fortnight",
    "month|months|mth|mths": "month", "year|years|yr|yrs": "year",
    "weekend|weekends|wkend|wknd|week end": "weekend",
}
AMOUNTS: dict[str, tuple[float, str]] = {
    "half an hour|half hour|half - hour|half an hr|a half hour|1 / 2 hour|1 / 2 an hour": (0.5, "hour"),
    "a quarter of an hour|quarter of an hour|quarter hour": (0.25, "hour"), "three quarters of an hour": (0.75,
    "hour"),
    "an hour and a half|hour and a half|one and a half hours|1 and a half hours|one hour and a half": (1.5,
    "hour"),
    "a couple of hours|couple of hours|couple hours|a couple hours|a pair of hours": (2, "hour"),
    "a couple of days|couple of days|couple days|a couple days": (2, "day"), "a few minutes": (0, "minute"),
    "a few days": (0, "day"),
    "a couple of weeks|couple of weeks|couple weeks|a couple weeks": (2, "week"),
    "a couple of minutes|couple minutes|a couple minutes": (2, "minute"),
    "a couple of months|a couple months": (2, "month"), "half a year": (6, "month"), "half a day": (12, "hour"),
}
HALVES = {
    "am|a . m .|a . m|a m|. am|ams": "am", "pm|p . m .|p . m|p m|. pm|in the pm|pms": "pm", "in the am": "am",
    "ampm|am / pm": "any",
    "a": "am", "p": "pm", "a .": "am", "p .": "pm",
}
HOLIDAYS = {
    "christmas day|christmas|xmas|xmas day": ("fixed", 12, 25), "christmas eve|xmas eve": ("fixed", 12, 24),
    "boxing day": ("fixed", 12, 26),
    "new year ' s eve|new years eve|nye|new year eve|new years ' eve": ("fixed", 12, 31),
    "new year ' s day|new years day|new year day|new years|new year ' s": ("fixed", 1, 1),
    "valentine ' s day|valentines day|valentine day|valentine ' s|valentines": ("fixed", 2, 14),
    "halloween|hallowe ' en": ("fixed", 10, 31),
    "independence day|the fourth of july|july fourth": ("fixed", 7, 4),
    "st patrick ' s day|saint patrick ' s day|st . patrick ' s day|st patricks day": ("fixed", 3, 17),
    "april fools|april fool ' s day|april fools day|april fools '": ("fixed", 4, 1), "veterans day": ("fixed",
    11, 11), "juneteenth": ("fixed", 6, 19),
    "groundhog day": ("fixed", 2, 2), "earth day": ("fixed", 4, 22), "cinco de mayo": ("fixed", 5, 5),
    "guy fawkes night|bonfire night": ("fixed", 11, 5),
    "the ides of march|ides of march": ("fixed", 3, 15),
    "may day|labour day|international workers ' day|international workers day": ("fixed", 5, 1),
    "international women ' s day|womens day": ("fixed", 3, 8), "all saints ' day|all saints day": ("fixed", 11,
    1),
    "thanksgiving|thanksgiving day": ("nth:4:3", 11, 0), "black friday": ("nth:4:3+1", 11, 0),
    "cyber monday": ("nth:4:3+4", 11, 0),
    "labor day": ("nth:1:0", 9, 0), "memorial day": ("nth:-1:0", 5, 0), "columbus day": ("nth:2:0", 10, 0),
    "martin luther king day|mlk day|martin luther king ' s day": ("nth:3:0", 1, 0),
    "presidents ' day|presidents day|president ' s day": ("nth:3:0", 2, 0),
    "mother ' s day|mothers day|mothers ' day": ("nth:2:6", 5, 0),
    "father ' s day|fathers day|fathers ' day": ("nth:3:6", 6, 0),
    "easter|easter sunday": ("easter", 0, 0), "good friday": ("easter", -2, 0), "easter monday": ("easter", 1,
    0), "palm sunday": ("easter", -7, 0),
    "ash wednesday": ("easter", -46, 0), "mardi gras|shrove tuesday|pancake day": ("easter", -47, 0),
    "pentecost|whit sunday": ("easter", 49, 0), "ascension day": ("easter", 39, 0),
    "holy thursday|maundy thursday": ("easter", -3, 0), "holy saturday": ("easter", -1, 0),
    "whit monday|pentecost monday": ("easter", 50, 0), "corpus christi": ("easter", 60, 0),
    "epiphany|three kings day|three kings ' day": ("fixed", 1, 6), "all souls day|all souls ' day": ("fixed", 11, 2),
    "st nicholas day|st . nicholas day|saint nicholas day": ("fixed", 12, 6), "st stephen ' s day": ("fixed", 12, 26),
    "st . valentine ' s day|st valentine ' s day|saint valentine ' s day": ("fixed", 2, 14), "pi day": ("fixed", 3, 14),
    "remembrance day|armistice day": ("fixed", 11, 11), "australia day": ("fixed", 1, 26),
    "anzac day": ("fixed", 4, 25),
    "canada day": ("fixed", 7, 1), "victoria day": ("nth:-1:0", 5, 0), "bastille day": ("fixed", 7, 14),
    "indigenous peoples day|indigenous peoples ' day|indigenous people ' s day": ("nth:2:0", 10, 0),
    "st george ' s day|st . george ' s day": ("fixed", 4, 23), "day of the dead": ("fixed", 11, 2),
    "flag day": ("fixed", 6, 14), "patriots day|patriots ' day": ("nth:3:0", 4, 0),
    "world environment day": ("fixed", 6, 5), "world children ' s day": ("fixed", 11, 20),
    "teacher ' s day|teachers day|teachers ' day": ("fixed", 9, 10),
    "eid al fitr|eid al - fitr|eid ul fitr": ("islamic", 10, 1), "eid al adha|eid al - adha": ("islamic", 12,
    10), "ramadan": ("islamic", 9, 1),
}
PHRASES = {
    "the same time|same time|at the same time|same hour|at the same hour|that time|at that time|"
    "this same time|same tme": "same-time",
    "the same day|same day|that day|that same day|on that day|the very same day": "same-day",
    "the next day|next day|the following day|following day|the day after|day after|day after that|"
    "the day after that": "next-day",
    "the day before|the previous day|the day before that": "previous-day",
    "the last day|past day|the past day": "last-day",
    "later|bit later|a bit later|a little later|later on": "later",
    "earlier|bit earlier|a bit earlier|a little earlier|sooner": "earlier",
    "end of|the end of|late": "month-end", "mid|mid -|middle of|the middle of": "month-middle",
    "early|beginning of|the beginning of|start of|the start of": "month-start",
    "this time": "noise", "the week after": "next-week",
    "the week after next|week after next": "week-after-next", "the following week|following week": "next-week",
    "week on|a week on|week from|a week from|1 week from|one week from": "week-on",
    "a week tomorrow|week tomorrow": "today+8", "a week today|week today|a week from now|week from now|"
    "1 week from now|one week from now": "today+7",
    "two weeks today": "today+14", "two weeks on|2 weeks on": "2-weeks-on", "a fortnight on": "2-weeks-on",
    "after next": "after-next", "out": "noise-word",
}
ROLES = {
    "at|@|at about|for about": "at", "around|about|circa|roughly|approx|approximately|at around|"
    "at approximately|ard|abt|near|say": "about", "by": "before",
    "at about|at roughly": "about at", "the": "article", "of|' s|s '": "of", "on": "on", "in": "in within",
    "for": "for lasting", "lasting": "lasting",
    "from": "from range_open", "to|till|til|until|through|thru|untill|up to|' til|til '|till '|t o": "to",
    "until|till|til|up to": "until",
    "between|btwn|betw|in between|anywhere between|btw": "between", "and|&|n": "and", "or": "or",
    "past|after": "past", "to|till|til|before|of": "minutes_to",
    "ago|back": "ago", "from now|hence|in the future|from right now": "hence",
    "later|after that|after|afterwards": "later",
    "earlier|before that|before": "earlier", "within|inside": "within before", "from|after|following|since": "after",
    "before|prior to": "before",
    "from|since|starting|starting from|starting at|any time after|anytime after|anytime from|"
    "from about": "since", "after|past|later than": "after",
    "before|earlier than|no later than|by|prior to": "before", "this|dis|current": "this",
    "next|nxt|nex|nect|following": "next",
    "coming|upcoming|this coming|this upcoming|the coming": "upcoming", "last|past|previous|prior|lst": "last",
    "every|each|all|every other|every second": "every",
    "every day|daily|each day|weekdays|every morning|nightly": "daily", "the day": "day_word",
    "o ' clock|oclock|o clock|sharp|on the dot|o ' clock sharp|oclock sharp|o ' clk": "oclock",
    "h|hrs|hours|hr": "hour_unit", "hours|hour|hr": "long_hour", "half": "half_past", "may": "modal",
    "week": "week_on",
    "takes|take|lasts|last": "measures", "time": "zone_word",
    "mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays": "every", "starting": "starting",
    "closest|nearest": "closest", "the day after|day after|the day before": "beside", "sun": "thing",
    "degrees": "measure", "ish|- ish": "ish oclock", "or so|or thereabouts": "ish",
    "per|people|persons|guests|adults|kids|stars|students|pounds|dollars|bucks|usd|euros|cents|miles|km|kg|lbs|"
    "percent|times|items|pieces|"
    "bedrooms|bedroom|br|ppl|of us|tickets|seats|rooms|nights|children|boxes|digits|quid|points|years old|"
    "sessions|units|inches|feet|ft|"
    "options|choices|things|spots|slots|left|meters|tables|cups|litres|liters|grams|oz|pax|places|books|"
    "k": "measure",
    "$|£|€|us $": "currency", "costs|cost|price": "thing",
    "st|street|road|rd|avenue|ave|lane|ln|drive|blvd|boulevard|court|way|terrace|crescent|"
    "highway": "street_tail",
    "channel|bus|room|apt|suite|ste|floor|flat|unit|number|#|order|"
    "ticket|code|zip|ext|extension|tel|phone|route|highway|hwy|exit|gate|version|page|chapter|building|bldg|"
    "invoice|tracking|ssn": "street",
    "a|an": "one", "zero|oh|o": "zero", "sometime|some time|around the|it ' s|that ' s": "noise",
    "meeting|call": "thing",
}
GREETINGS = frozenset(
    ["help you today", "assist you today", "do for you today", "how are you today",
    "good morning", "good afternoon", "good evening", "good night", "good day", "nice day", "have a nice day",
    "great day", "lovely day", "day after day", "day by day", "all day", "every day life", "one day",
    "some day", "any day", "someday", "these days", "other day", "the other day", "one morning", "one evening",
    "one night", "happy new year", "merry christmas", "nice evening", "great evening", "lovely evening",
    "lovely weekend", "nice weekend", "great weekend", "good weekend", "have a good one", "a second",
    "one second", "one sec", "just a sec", "a sec", "sec", "a minute", "one minute", "one moment",
    "second wave", "second opinion", "one time", "first time", "second time", "last time", "next time",
    "this one", "that one", "first one", "second one", "last one", "next one",
    "another one", "which one", "only one", "other one", "same one", "any one", "each one", "early one", "late one",
    "at one point", "all the time", "on time", "in time", "see you later",
    "see ya later", "see u later", "talk later", "talk to you later", "speak later", "any time", "anytime",
    "at first", "at last", "first of all", "second hand", "the one", "may be", "may have", "may not", "may i",
    "may we", "may you", "you may", "it may", "that may", "they may", "i may", "he may", "she may", "we may",
    "one may", "may well", "which may", "who may", "this may", "who are", "year old", "years old",
    "late night show", "up - to - date", "up to date", "date night", "have a great day",
    "nice night", "morning all", "morning !", "morning everyone", "evening all", "hi morning", "afternoon all",
    "last minute", "at the last minute", "march up", "march on", "happy holidays", "happy easter",
    "happy friday", "happy monday", "happy birthday", "on the one hand", "end of the line", "early bird",
    "sun is", "the sun", "sat down", "sat on", "a second opinion", "second option", "first option",
    "9 to 5 job", "9 - 5 job"]
)
HINTS = frozenset(
    ["the", "and", "or", "of", "to", "is", "are", "was", "be", "i", "you", "he", "she", "we", "they", "it",
    "your", "our", "this", "that", "with", "for", "from", "can", "could", "would", "will", "please", "do",
    "does", "have", "has", "what", "when", "where", "how", "us", "just", "get", "need", "want", "there",
    "thanks", "hi", "hey", "hello", "not", "yes", "if", "but", "about", "my", "any", "let", "lets", "okay",
    "great", "ok", "sorry", "yeah", "please", "sounds", "is", "was", "will", "would", "works", "sure", "see",
    "book", "booked", "appointment", "meeting", "works", "good", "free", "open", "instead", "too", "suit",
    "suits", "still", "then", "also", "taken", "full", "fine", "perfect"]
)
GUARDS = frozenset(["a", "on", "in", "at", "no", "me", "once", "son", "sale", "dale", "red", "come", "dos",
"mar", "dom", "van", "den", "lit", "mi", "ma", "vi", "lu", "sa", "la", "as", "en", "al", "an", "un", "el",
"es", "do", "mil", "me", "x"])
ALIASES = dict.fromkeys(["tmrw", "tmr", "tmw", "tmrow", "tomoro", "tomorow", "tommorow", "tommorrow",
"tomorro", "tmoz", "tomoz", "tmrrw", "tmro", "tomm"], "tomorrow") | {
    "nxt": "next", "tonite": "tonight", "tonigt": "tonight", "tdy": "today", "wensday": "wednesday",
    "wednsday": "wednesday", "nite": "night",
    "mornin": "morning", "yday": "yesterday", "abt": "about", "btwn": "between", "thurday": "thursday",
    "thrus": "thurs", "frday": "friday"}
NOT_TYPOS = frozenset(
    ["sunday", "sundae", "sundry", "money", "monkey", "moment", "monthly", "today", "toddy", "night", "nights",
    "light", "eight", "right", "might", "sight", "fight", "tight", "weight", "height", "freight", "eighths",
    "nigh", "knight", "forth", "fourth", "fort", "forty", "fifths", "fifteens", "thirst", "their", "there",
    "these", "three", "third", "thirdly", "mach", "marsh", "match", "marks", "march", "marched", "match",
    "august", "augusta", "agust", "april", "apron", "decent", "december", "seven", "sever", "severn", "even",
    "seventh", "event", "events", "eleven", "elevens", "secondly", "seconds", "hour", "hours", "our", "ours",
    "house", "houses", "years", "year", "tears", "yearly", "yours", "days", "weekly", "weeks", "weaks",
    "minutes", "minute", "minuet", "mint", "minus", "month", "months", "mouth", "moth", "mouths", "mother",
    "other", "quarters", "quarter", "quarterly", "halves", "noon", "moon", "soon", "boon", "moons", "morning",
    "mornings", "mourning", "moving", "warning", "evening", "evenings", "evens", "seeing", "evenly", "friday",
    "fridays", "fright", "fries", "fridge", "satay", "saturn", "saturdays", "thursdays", "tuesdays",
    "wednesdays", "wedding", "weddings", "today", "todays", "tonight", "tonights", "tomorrow", "tomorrows",
    "yesterdays", "sixty", "sixth", "sixths", "tenth", "tenths", "tents", "teeth", "twenty", "twelve",
    "twelfth", "ninety", "ninth", "eighty", "eighth", "forties", "thirty", "thirteen", "thirteens", "fourteen",
    "janitor", "junk", "june", "jane", "july", "julia", "juliet", "jury", "marchs", "maybe", "mayor", "later",
    "latter", "latest", "letter", "earlier", "earliest", "easter", "eastern", "faster", "master", "easy",
    "midday", "midweek", "single", "angle", "sharp", "share", "shape", "sharpe", "around", "ground", "between",
    "easier",
    "next", "text", "nest", "neat", "net", "past", "post", "part", "paste", "pastry", "coming", "combing",
    "upcoming", "following", "flowing", "before", "belfore", "until", "after", "daft", "shift", "afters",
    "noons", "within", "without", "starting", "staring", "start", "closest", "closets", "same", "some", "time",
    "times", "timer", "dawn", "down", "lawn", "lunch", "bunch", "punch", "lunches", "christ", "holiday",
    "holidays"]
)

ENGLISH = Language(
    code="en", day_first=False, articles_tell=False, numbers=NUMBERS, ordinals=ORDINALS,
    ordinal_suffixes=frozenset(["st", "nd", "rd", "th"]),
    weekdays=WEEKDAYS, months=MONTHS, weak=WEAK, days=DAYS, parts=PARTS, part_windows=WINDOWS, clocks=CLOCKS,
    fractions=FRACTIONS, units=UNITS, amounts=AMOUNTS, halves=HALVES, holidays=HOLIDAYS, phrases=PHRASES,
    roles=ROLES,
    greetings=GREETINGS, hints=HINTS, guards=GUARDS, aliases=ALIASES, not_typos=NOT_TYPOS, noon_hour=0,
)
