"""A third language is a table: the Portuguese of docs/temporal.md."""

import datetime as dt

import pytest

from app.temporal import Language, Options, find, register, resolve
from app.temporal.lang import LANGUAGES
from app.temporal.vocabulary import window
from tests.temporal.cases import NOW, short

PORTUGUESE = Language(
    code="pt",
    day_first=True,
    articles_tell=True,
    numbers={"um|uma": 1, "duas|dois": 2, "três": 3, "quatro": 4, "cinco": 5, "oito": 8, "dez": 10, "vinte": 20,
        "trinta": 30},
    weekdays={"segunda|segunda - feira": 0, "terça|terça - feira": 1, "quarta|quarta - feira": 2,
        "quinta|quinta - feira": 3,
              "sexta|sexta - feira": 4, "sábado": 5, "domingo": 6},
    months={"janeiro": 1, "fevereiro": 2, "março": 3, "abril": 4, "maio": 5, "dezembro": 12},
    days={"hoje": (0, None), "amanhã": (1, None), "depois de amanhã": (2, None), "hoje à noite": (0, "night")},
    parts={"de manhã|da manhã|pela manhã": "morning", "à tarde|da tarde": "afternoon", "à noite|da noite": "night"},
    part_windows={"morning": window("morning", "08:00", "12:00"), "afternoon": window("afternoon", "12:00", "18:00"),
                  "night": window("night", "18:00", "23:59")},
    clocks={"meio - dia|ao meio - dia": (12, 0), "meia - noite": (0, 0)},
    fractions={"meia": 30},
    units={"hora|horas": "hour", "dia|dias": "day", "semana|semanas": "week", "mês|meses": "month"},
    roles={"às|as": "at to", "o|dia|o dia": "article", "de|do": "of range_open", "das": "from at", "a|até": "to",
        "e": "and",
           "próxima|próximo": "next", "em|daqui a": "in within", "h|horas": "hour_unit", "pessoas": "measure",
           "para": "for"},
    greetings=frozenset({"boa tarde", "boa noite", "bom dia"}),
    hints=frozenset(["o", "a", "de", "que", "para", "quero", "uma", "consulta", "você", "pode", "obrigado",
        "boa", "bom"]),
)  # fmt: skip
OPTIONS = Options(languages=("pt", "es", "en"))


@pytest.fixture(autouse=True)
def portuguese():
    register(PORTUGUESE)
    yield
    del LANGUAGES["pt"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amanhã às 10", "2026-03-05 10:00"),
        ("depois de amanhã às três e meia", "2026-03-06 15:30"),
        ("sexta-feira às 8 da noite", "2026-03-06 20:00"),
        ("15 de abril às 17h", "2026-04-15 17:00"),
        ("o dia 19 de manhã", "2026-03-19"),
        ("sexta das 4 às 6", "2026-03-06 16:00-18:00"),
        ("daqui a duas semanas", "2026-03-18"),
        ("próxima quinta ao meio-dia", "2026-03-12 12:00"),
        ("05/06", "2026-06-05"),
    ],
)
def test_portuguese(text, expected):
    assert short(resolve(text, reference=NOW, lang="pt", options=OPTIONS)) == expected


def test_it_is_told_from_the_others_by_its_words():
    found = resolve("boa tarde, quero uma consulta amanhã às 4", reference=NOW, options=OPTIONS)
    assert (found.date, found.time) == (dt.date(2026, 3, 5), dt.time(16))
    assert find("mesa para 6 pessoas, obrigado", reference=NOW, options=OPTIONS) == []


def test_the_other_languages_read_as_before():
    assert short(resolve("mañana a las 10", reference=NOW, options=OPTIONS)) == "2026-03-05 10:00"
    assert short(resolve("tomorrow at 10", reference=NOW, options=OPTIONS)) == "2026-03-05 10:00"
