"""Day or month first: told by evidence, else asked."""

import pytest

from app.errors import InvalidRequest
from app.imports.questions import WhichOrder
from app.imports.values import Order
from tests.imports.chats import parse, wall


def chat(*dates: str, text: str = "ok", clock: str = "10:30") -> str:
    return "".join(f"{date}, {clock} - Rosa: {text}\n" for date in dates)


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (("3/4/25", "13/4/25"), Order.DAY_FIRST),
        (("3/4/25", "4/13/25"), Order.MONTH_FIRST),
        (("13/4/25", "3/4/25", "2/1/25"), Order.DAY_FIRST),
        (("1/2/25", "2/2/25", "3/1/25", "4/1/25"), Order.MONTH_FIRST),  # day first would go back
        (("1/2/25", "1/3/25", "2/1/25", "3/1/25"), Order.MONTH_FIRST),
        (("1/2/25", "2/2/25", "1/3/25", "1/4/25", "2/4/25"), Order.DAY_FIRST),
        (("5/5/25", "6/6/25"), Order.DAY_FIRST),
        (("25/04/03", "25/04/19"), Order.YEAR_FIRST),
        (("2025-04-03", "2025-04-04"), Order.YEAR_FIRST),
        (("3.4.25", "4.4.25"), Order.DAY_FIRST),
        (("3/4/26", "11/4/26"), Order.DAY_FIRST),  # November 2026 has not been yet
    ],
)
def test_the_dates_themselves_tell(dates: tuple[str, ...], order: Order):
    assert parse(chat(*dates)).order is order


@pytest.mark.parametrize(
    ("text", "clock"),
    [("<Multimedia omitido>", "10:30"), ("Se eliminó este mensaje.", "10:30"), ("ok", "9:05 p. m."),
     ("<Mídia oculta>", "10:30"), ("imagen omitida", "10:30")],
)  # fmt: skip
def test_the_phones_language_tells(text: str, clock: str):
    if text == "imagen omitida":
        text = "\u200e" + text
    assert parse(chat("3/4/25", "4/4/25", text=text, clock=clock)).order is Order.DAY_FIRST


def test_else_it_is_asked():
    for undecided in (chat("3/4/25", "4/4/25"), chat("3/4/25", text="<Media omitted>"), chat("1/2/25", "3/4/25")):
        with pytest.raises(WhichOrder, match="--day-first or --month-first"):
            parse(undecided)
        assert wall(parse(undecided, asked=Order.MONTH_FIRST)) != wall(parse(undecided, asked=Order.DAY_FIRST))


def test_what_is_asked_for_must_fit():
    with pytest.raises(InvalidRequest, match="13/4/25 cannot be month/day/year"):
        parse(chat("3/4/25", "13/4/25"), asked=Order.MONTH_FIRST)
    assert parse(chat("2025-04-03"), asked=Order.MONTH_FIRST).order is Order.YEAR_FIRST


def test_dates_of_no_one_order_are_refused():
    with pytest.raises(InvalidRequest, match="fit no one order"):
        parse(chat("13/4/25", "4/13/25"))


def test_one_odd_line_among_many_is_text():
    dates = [f"{day}/4/25" for day in range(1, 29)]
    read = parse(chat(*dates[:20], "4/20/25", *dates[20:]))
    assert read.order is Order.DAY_FIRST
    assert len(read.entries) == 28
    assert "4/20/25, 10:30 - Rosa: ok" in read.entries[19].content.text
    assert len(read.warnings) == 1


def test_messages_slightly_out_of_order_do_not_mislead():
    read = parse(chat("1/2/25", "3/2/25", "2/2/25", "1/3/25", "1/4/25", "30/3/25"))
    assert read.order is Order.DAY_FIRST
