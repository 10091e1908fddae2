"""Day or month first? Decided per file by evidence, never by preference: a wrong order misdates half a year.

In this order: months and dates that cannot be, the order of the messages in time, the language of the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.errors import InvalidRequest
from app.imports.headers import Header, split_date
from app.imports.questions import WhichOrder
from app.imports.values import Order

_FIRST_DAY = date(2009, 1, 1)  # WhatsApp's first year
# Messages out of order lie minutes apart, seldom a day; a wrong order throws them weeks back.
_CLEARLY = 7
# As many as this to one, the few are text that looks like a header.
_ODD_ONES = 20


@dataclass(frozen=True, slots=True)
class Decision:
    order: Order
    reason: str


def as_date(header: Header, order: Order) -> date | None:
    """The day of a header; None when there is no such day."""
    try:
        return date(*split_date(header.date, order))
    except ValueError:
        return None


def possible(header: Header, order: Order, latest: date) -> bool:
    day = as_date(header, order)
    return day is not None and _FIRST_DAY <= day <= latest


def decide(
    headers: Sequence[Header], *, latest: date, asked: Order | None = None, language: str | None = None
) -> Decision:
    """The order of day and month in headers of one shape.

    `latest` is the last day that a message can be of, `asked` what the operator says, `language` that of the
    file's own words. Raises `WhichOrder` when nothing decides, `InvalidRequest` when the dates fit no order.
    """
    if headers[0].shape.year == "first":
        return _checked(headers, Decision(Order.YEAR_FIRST, "the year stands first"), latest)
    if asked is not None:
        return _checked(headers, Decision(asked, "as asked for"), latest)
    both = (Order.DAY_FIRST, Order.MONTH_FIRST)
    wrong = {order: [h for h in headers if not possible(h, order, latest)] for order in (*both, Order.YEAR_FIRST)}
    day, month = (len(wrong[order]) for order in both)
    if day and month and not wrong[Order.YEAR_FIRST]:
        return Decision(Order.YEAR_FIRST, "no other order gives dates")
    few, many = sorted((day, month))
    if few * 4 < many and few * _ODD_ONES <= len(headers):
        order = Order.DAY_FIRST if day < month else Order.MONTH_FIRST
        other = Order.MONTH_FIRST if day < month else Order.DAY_FIRST
        return Decision(order, f"{wrong[other][0].written} can be nothing else")
    if day and month:
        first, second = wrong[Order.DAY_FIRST][0].written, wrong[Order.MONTH_FIRST][0].written
        raise InvalidRequest(f"The file's dates fit no one order: {first} is not day/month, {second} not month/day")
    if all(as_date(h, Order.DAY_FIRST) == as_date(h, Order.MONTH_FIRST) for h in headers):
        return Decision(Order.DAY_FIRST, "either order gives the same dates")
    back = {order: _days_back(headers, order) for order in both}
    better, worse = sorted(both, key=lambda order: back[order])
    if back[worse] - 3 * back[better] >= _CLEARLY:
        return Decision(better, "the messages are in order of time that way")
    if headers[0].shape.separator == ".":
        return Decision(Order.DAY_FIRST, "dates with dots have the day first")
    if headers[0].shape.year == "era":
        return Decision(Order.MONTH_FIRST, "Japanese years stand after the month")
    if language is not None and language != "en":
        return Decision(Order.DAY_FIRST, f"the file's own words are those of a phone set to {language!r}")
    differs = next(h for h in headers if as_date(h, Order.DAY_FIRST) != as_date(h, Order.MONTH_FIRST))
    raise WhichOrder(differs.written)


def _checked(headers: Sequence[Header], decision: Decision, latest: date) -> Decision:
    wrong = [header for header in headers if not possible(header, decision.order, latest)]
    if len(wrong) * _ODD_ONES > len(headers):
        raise InvalidRequest(f"{wrong[0].written} cannot be {decision.order.value}")
    return decision


def _days_back(headers: Sequence[Header], order: Order) -> int:
    """How many days the messages go back in time, all steps back added up."""
    days = [day.toordinal() for header in headers if (day := as_date(header, order))]
    return sum(max(earlier - later, 0) for earlier, later in pairwise(days))
