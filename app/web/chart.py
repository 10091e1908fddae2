"""Counts per day as an inline SVG, drawn here: no script, and it prints."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup, escape

from app.services.notifying.notices import Day
from app.web.language import Language
from app.web.render import trusted

_WIDTH: Final = 640
_HEIGHT: Final = 64
_GAP: Final = 26  # above each row, for its name
_LABEL: Final = 18


def bars(days: Sequence[Day], *, today: date, length: int, language: Language) -> Markup:
    """Three rows of bars (messages, events, decisions) over the last `length` days up to `today`."""
    by_day = {day.day: day for day in days}
    dates = [today - timedelta(days=length - 1 - n) for n in range(length)]
    rows = [
        ("messages", [by_day[day].messages if day in by_day else 0 for day in dates]),
        ("events", [by_day[day].events if day in by_day else 0 for day in dates]),
        ("decided", [by_day[day].decided if day in by_day else 0 for day in dates]),
    ]
    step = _WIDTH / length
    drawn = []
    for number, (name, counts) in enumerate(rows):
        top = number * (_HEIGHT + _GAP)
        most = max(counts, default=0)
        base = top + _GAP + _HEIGHT
        title = escape(f"{language.say(f'chart.{name}')}: {sum(counts)}")
        drawn.append(f'<text class="name" x="0" y="{top + _GAP - 8}">{title}</text>')
        drawn.append(f'<line class="base" x1="0" y1="{base}" x2="{_WIDTH}" y2="{base}"/>')
        for place, (day, count) in enumerate(zip(dates, counts, strict=True)):
            if not count:
                continue
            height = max(_HEIGHT * count / most, 2)
            said = escape(f"{language.short_date(day)}: {count}")
            drawn.append(
                f'<rect class="{name}" x="{place * step + 3:.1f}" y="{base - height:.1f}" width="{step - 6:.1f}" '
                f'height="{height:.1f}" rx="2"><title>{said}</title></rect>'
            )
            if height < _HEIGHT - 12 or count == most:
                y = max(base - height - 3, top + _GAP - 1)
                drawn.append(f'<text class="count" x="{(place + 0.5) * step:.1f}" y="{y:.1f}">{count}</text>')
    bottom = len(rows) * (_HEIGHT + _GAP)
    for place, day in enumerate(dates):
        drawn.append(f'<text class="day" x="{(place + 0.5) * step:.1f}" y="{bottom + _LABEL - 4}">{day.day}</text>')
    return trusted(
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {bottom + _LABEL}" aria-hidden="true" focusable="false">'
        f"{''.join(drawn)}</svg>"
    )
