"""What must hold for any date, any time and any text."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.temporal import find, resolve
from tests.support.examples import examples

ZONES = st.sampled_from(["America/Lima", "Europe/Madrid", "America/New_York", "America/Santiago", "UTC"]).map(ZoneInfo)
MOMENTS = st.builds(
    lambda naive, zone: naive.replace(tzinfo=zone),
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 12, 31)),
    ZONES,
)
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2038, 12, 31))
TIMES = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]))

MESES = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DIAS = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
HORAS = ["doce", "una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once"]


def _suffix(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


DATE_FORMS = {
    "es": (
        lambda d: f"{d.day} de {MESES[d.month - 1]} de {d.year}",
        lambda d: f"el {DIAS[d.weekday()]} {d.day} de {MESES[d.month - 1]} de {d.year}",
        lambda d: f"{DIAS[d.weekday()]}, {d.day} de {MESES[d.month - 1][:3]} {d.year}",
        lambda d: f"{d.day}/{d.month}/{d.year}",
        lambda d: f"{d.day:02}-{d.month:02}-{d.year}",
        lambda d: f"{d.day}.{d.month}.{d.year % 100:02}",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d.day}-{MESES[d.month - 1][:3]}-{d.year}",
    ),
    "en": (
        lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
        lambda d: f"{DAYS[d.weekday()]}, {MONTHS[d.month - 1][:3]} {d.day}{_suffix(d.day)} {d.year}",
        lambda d: f"the {d.day}{_suffix(d.day)} of {MONTHS[d.month - 1]} {d.year}",
        lambda d: f"{d.month}/{d.day}/{d.year}",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d.year}-{MONTHS[d.month - 1][:3].lower()}-{d.day:02}",
    ),
}
PARTS = ("de la mañana", "de la tarde", "de la noche", "de la madrugada")


def _es_part(t: dt.time) -> str:
    return PARTS[3] if t.hour < 6 else PARTS[0] if t.hour < 12 else PARTS[1] if t.hour < 19 else PARTS[2]


def _twelve(t: dt.time) -> int:
    return t.hour % 12 or 12


TIME_FORMS = {
    "es": (
        lambda t: f"a las {t:%H:%M}" if not 1 <= t.hour <= 12 else f"a las {_twelve(t)}:{t:%M} {t:%p}".lower(),
        lambda t: f"a las {_twelve(t)}:{t:%M} {_es_part(t)}",
        lambda t: (
            f"a las {HORAS[t.hour % 12]} y {t.minute} {_es_part(t)}" if t.minute else f"{_twelve(t)} {_es_part(t)}"
        ),
        lambda t: f"{t.hour}h{t:%M}" if not 1 <= t.hour <= 12 else f"{_twelve(t)}:{t:%M}{t:%p}".lower(),
    ),
    "en": (
        lambda t: f"at {_twelve(t)}:{t:%M} {t:%p}",
        lambda t: f"at {_twelve(t)}.{t:%M}{'a' if t.hour < 12 else 'p'}m",
        lambda t: f"at {_twelve(t)}:{t:%M} in the {'morning' if t.hour < 12 else 'afternoon'}",
    ),
}
CASES = st.sampled_from([(lang, d, t) for lang in ("es", "en") for d in DATE_FORMS[lang] for t in TIME_FORMS[lang]])


@given(MOMENTS, DATES, st.sampled_from([(lang, form) for lang, forms in DATE_FORMS.items() for form in forms]))
@settings(max_examples=examples(120), deadline=None)
def test_every_form_of_a_date_is_read_back(reference, day, case):
    lang, form = case
    found = resolve(form(day), reference=reference, lang=lang)
    assert found is not None
    assert (found.date, found.time, found.end_date, found.weekday_conflict) == (day, None, None, False)


@given(MOMENTS, TIMES, st.sampled_from([(lang, form) for lang, forms in TIME_FORMS.items() for form in forms]))
@settings(max_examples=examples(120), deadline=None)
def test_every_form_of_a_time_is_read_back(reference, at, case):
    lang, form = case
    found = resolve(form(at), reference=reference, lang=lang)
    assert found is not None, form(at)
    if "morning" in found.text and at.hour == 0:
        return  # "12:05 in the morning"
    noon_in_spanish = "mañana" in found.text and at.hour == 12
    assert found.time == at or noon_in_spanish
    assert found.meridiem_known


@given(MOMENTS, DATES, TIMES, CASES, st.booleans())
@settings(max_examples=examples(120), deadline=None)
def test_a_date_and_a_time_are_one_expression(reference, day, at, case, time_first):
    lang, date_form, time_form = case
    text = f"{time_form(at)} {date_form(day)}" if time_first else f"{date_form(day)} {time_form(at)}"
    (found,) = find(text, reference=reference, lang=lang)
    assert found.time == at
    night = found.part_of_day is not None and found.part_of_day.name == "night" and at.hour < 5
    assert found.date == day + dt.timedelta(days=night)


@given(MOMENTS, st.integers(0, 6), st.sampled_from(["es", "en"]))
def test_a_weekday_is_the_coming_one(reference, weekday, lang):
    found = resolve((DIAS if lang == "es" else DAYS)[weekday], reference=reference, lang=lang)
    assert 0 <= (found.date - reference.date()).days <= 6
    assert found.date.weekday() == weekday


@given(MOMENTS, st.integers(1, 400), st.sampled_from([("día", "días", 1), ("semana", "semanas", 7)]))
def test_days_and_weeks_ahead(reference, count, unit):
    one, many, days = unit
    found = resolve(f"dentro de {count} {one if count == 1 else many}", reference=reference)
    assert found.date == reference.date() + dt.timedelta(days=count * days)


@given(MOMENTS, st.integers(1, 22), st.integers(1, 8))
def test_ranges_in_24_hours(reference, start, length):
    end = (start + length) % 24
    found = resolve(f"mañana de {start}:00 pm a {end}:15" if start > 12 else f"mañana de {start}:00 am a {end}:15 h",
                    reference=reference)  # fmt: skip
    assert found.time == dt.time(start if start != 12 else 0)
    assert found.end_time is not None
    assert found.end_date >= found.date


WORDS = st.sampled_from(
    [
        "el",
        "la",
        "las",
        "a",
        "de",
        "del",
        "y",
        "mañana",
        "hoy",
        "viernes",
        "lunes",
        "3",
        "15",
        "31",
        "2026",
        "10:30",
        "4.5",
        "1/2",
        "30/02",
        "pm",
        "am",
        "h",
        "hs",
        "media",
        "cuarto",
        "menos",
        "entre",
        "al",
        "hasta",
        "desde",
        "tarde",
        "noche",
        "por",
        "en",
        "próximo",
        "que",
        "viene",
        "pasado",
        "at",
        "on",
        "the",
        "next",
        "last",
        "of",
        "13th",
        "half",
        "past",
        "to",
        "noon",
        "every",
        ":",
        "-",
        "/",
        ".",
        ",",
        "(",
        ")",
        "$",
        "%",
        "5",
        "mesa",
        "personas",
        "enero",
        "may",
        "second",
        "in",
        "two",
        "weeks",
        "ago",
        "later",
        "same",
        "time",
        "from",
        "tomorrow",
        "misma",
        "hora",
        "día",
        "siguiente",
        "ocho",
        "once",
        "mil",
    ]
)
ANY_TEXT = st.one_of(
    st.text(max_size=60), st.lists(WORDS, max_size=14).map(" ".join), st.lists(WORDS, max_size=8).map("".join)
)


@given(ANY_TEXT, MOMENTS, st.sampled_from([None, "es", "en"]), st.sampled_from([None, "time", "date"]))
@settings(max_examples=examples(250), deadline=None)
def test_any_text_is_read_without_an_error(text, reference, lang, expect):
    found = find(text, reference=reference, lang=lang, expect=expect)
    assert found == find(text, reference=reference, lang=lang, expect=expect)
    last = 0
    for expression in found:
        start, end = expression.span
        assert last <= start < end <= len(text)
        assert text[start:end] == expression.text
        last = end
        begin, finish = expression.start(), expression.end()
        assert begin is None or begin.tzinfo is not None
        assert finish is None or finish >= begin
        assert 0 <= expression.certainty <= 1
        for other in expression.alternatives:
            assert (other.date, other.time) != (expression.date, expression.time)
        expression.after(reference)
        expression.at(reference.date())


@given(
    MOMENTS,
    DATES,
    TIMES,
    st.sampled_from(["hola!! ", "oye 😀 ", "buenos días, ", "ok perfecto. "]),
    st.sampled_from([" porfa", " 👍", " gracias!!"]),
)
def test_small_talk_around_an_expression_changes_nothing(reference, day, at, before, after):
    core = f"el {day.day}/{day.month}/{day.year} a las {at:%H:%M}"
    bare, dressed = resolve(core, reference=reference), resolve(before + core + after, reference=reference)
    assert (dressed.date, dressed.time) == (bare.date, bare.time)
    assert bare.date == day


@given(MOMENTS, DATES, TIMES, st.integers(1, 20), TIMES, st.sampled_from(["es", "en"]))
@settings(max_examples=examples(60), deadline=None)
def test_a_range_may_have_a_day_at_both_ends(reference, day, at, days, until, lang):
    last = day + dt.timedelta(days=days)
    text = {
        "es": f"desde las {at:%H:%M} del {day:%d/%m/%Y} hasta las {until:%H:%M} del {last:%d/%m/%Y}",
        "en": f"from {at:%H:%M} on {day:%Y-%m-%d} until {until:%H:%M} on {last:%Y-%m-%d}",
    }[lang]
    found = resolve(text, reference=reference, lang=lang)
    assert found is not None
    assert (found.date, found.end_date) == (day, last)
    assert (found.time.minute, found.end_time.minute) == (at.minute, until.minute)
    assert {(found.time.hour - at.hour) % 12, (found.end_time.hour - until.hour) % 12} == {0}


@given(MOMENTS, st.integers(0, 6), st.integers(1, 28), st.integers(1, 12), st.booleans(), st.sampled_from(["es", "en"]))
@settings(max_examples=examples(60), deadline=None)
def test_a_weekday_beside_a_date_is_in_the_week_before_or_after(reference, weekday, number, month, after, lang):
    text = {
        "es": f"el {DIAS[weekday]} {'después' if after else 'antes'} del {number} de {MESES[month - 1]}",
        "en": f"the {DAYS[weekday]} {'after' if after else 'before'} {MONTHS[month - 1]} {number}",
    }[lang]
    found = resolve(text, reference=reference, lang=lang)
    base = resolve(f"{number} {MONTHS[month - 1]}", reference=reference, lang="en")
    assert found.date.weekday() == weekday
    assert 1 <= (found.date - base.date).days * (1 if after else -1) <= 7


@given(
    MOMENTS,
    st.integers(1, 12),
    st.sampled_from([("a principios de", 1, 10), ("a mediados de", 11, 20), ("fines de", 21, 31)]),
)
@settings(max_examples=examples(40), deadline=None)
def test_a_part_of_a_month_lies_in_it_and_is_not_over(reference, month, part):
    words, first, last = part
    found = resolve(f"{words} {MESES[month - 1]}", reference=reference, lang="es")
    assert (found.date.month, found.end_date.month, found.date.day, found.approximate) == (month, month, first, True)
    assert found.end_date >= reference.date()
    assert found.end_date.day == last or (last == 31 and (found.end_date + dt.timedelta(days=1)).day == 1)
