"""How a table of cases is read: "2026-03-06 10:00" against what was found."""

import datetime as dt
from zoneinfo import ZoneInfo

from app.temporal import Options, TimeExpression, find, resolve

LIMA = ZoneInfo("America/Lima")
NOW = dt.datetime(2026, 3, 4, 9, 0, tzinfo=LIMA)  # a Wednesday


def short(expression: TimeExpression | None) -> str:
    """One expression as "day[..day] [time[-time]]", "" when there is none."""
    if expression is None:
        return ""
    days = str(expression.date or "")
    if expression.end_date and expression.end_date != expression.date:
        days += f"..{expression.end_date}"
    times = expression.time.strftime("%H:%M") if expression.time else ""
    if expression.end_time:
        times += f"-{expression.end_time:%H:%M}"
    return f"{days} {times}".strip()


def one(text: str, *, lang: str | None = None, now: dt.datetime = NOW, options: Options | None = None) -> str:
    return short(resolve(text, reference=now, lang=lang, options=options or Options()))


def every(text: str, *, lang: str | None = None, now: dt.datetime = NOW) -> list[str]:
    return [short(expression) for expression in find(text, reference=now, lang=lang)]
