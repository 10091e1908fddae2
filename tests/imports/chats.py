"""Chats of our own making, written as phones write them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.imports.parse import parse_chat
from app.imports.values import Chat, Order

LIMA = ZoneInfo("America/Lima")
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)

SPANISH = ("\u202fa.\xa0m.", "\u202fp.\xa0m.")
ENGLISH = ("\u202fAM", "\u202fPM")


def parse(text: str, *, asked: Order | None = None, zone: ZoneInfo = LIMA) -> Chat:
    return parse_chat(text, zone=zone, now=NOW, asked=asked)


def wall(chat: Chat) -> list[str]:
    """The times of all lines as the phone's clock showed them."""
    return [entry.at.replace(tzinfo=None).isoformat(timespec="minutes") for entry in chat.entries]


def twelve(at: datetime, am: str, pm: str, *, seconds: bool = False) -> str:
    tail = f":{at:%S}" if seconds else ""
    return f"{at.hour % 12 or 12}:{at:%M}{tail}{pm if at.hour >= 12 else am}"


@dataclass(frozen=True)
class Shape:
    """How one kind of phone writes a message's head."""

    name: str
    head: Callable[[datetime], str]
    end: str = "\n"
    seconds: bool = False
    order: Order = Order.DAY_FIRST


SHAPES: Sequence[Shape] = (
    Shape("android, spain", lambda t: f"{t.day}/{t.month}/{t:%y}, {t.hour}:{t:%M} - "),
    Shape("android, mexico", lambda t: f"{t.day}/{t.month}/{t.year}, {twelve(t, ' a. m.', ' p. m.')} - "),
    Shape("android, narrow spaces", lambda t: f"{t:%d/%m/%Y}, {twelve(t, *SPANISH)} - "),
    Shape("android, us", lambda t: f"{t.month}/{t.day}/{t:%y}, {twelve(t, *ENGLISH)} - ",
          order=Order.MONTH_FIRST),
    Shape("android, india", lambda t: f"{t:%d/%m/%y}, {twelve(t, ' am', ' pm')} - "),
    Shape("android, brazil", lambda t: f"{t:%d/%m/%Y} {t:%H:%M} - "),
    Shape("android, germany", lambda t: f"{t:%d.%m.%y}, {t:%H:%M} - "),
    Shape("android, finland", lambda t: f"{t.day}.{t.month}.{t.year} klo {t.hour}.{t:%M.%S} - ", seconds=True),
    Shape("android, canada", lambda t: f"{t:%Y-%m-%d}, {twelve(t, ' a.m.', ' p.m.')} - ", order=Order.YEAR_FIRST),
    Shape("android, south africa", lambda t: f"{t:%Y/%m/%d}, {twelve(t, ' am', ' pm')} - ", order=Order.YEAR_FIRST),
    Shape("android, hungary", lambda t: f"{t.year}. {t:%m. %d}. {t.hour}:{t:%M} - ", order=Order.YEAR_FIRST),
    Shape("android, japanese era", lambda t: f"{t.month}/{t.day}/R{t.year - 2018}, {t.hour}:{t:%M} - ",
          order=Order.MONTH_FIRST),
    Shape("android, arabic", lambda t: f"\u200f{t.day}\u200f/{t.month}\u200f/{t.year}, {t.hour}:{t:%M} - "
          .translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))),
    Shape("ios, spain", lambda t: f"[{t.day}/{t.month}/{t:%y}, {t.hour}:{t:%M:%S}] ", "\r\n", seconds=True),
    Shape("ios, argentina", lambda t: f"[{t.day}/{t.month}/{t.year}, {twelve(t, *SPANISH, seconds=True)}] ",
          "\r\n", seconds=True),
    Shape("ios, us", lambda t: f"[{t.month}/{t.day}/{t:%y}, {twelve(t, *ENGLISH, seconds=True)}] ", "\r\n",
          seconds=True, order=Order.MONTH_FIRST),
    Shape("ios, germany", lambda t: f"[{t:%d.%m.%y}, {t:%H:%M:%S}] ", "\r\n", seconds=True),
    Shape("ios, dashes", lambda t: f"[{t:%m-%d-%Y}, {t:%H:%M:%S}] ", "\r\n", seconds=True, order=Order.MONTH_FIRST),
    Shape("ios, marked", lambda t: f"\u200e[{t:%d/%m/%Y}, {t:%H:%M:%S}] ", "\r\n", seconds=True),
    Shape("ios, thailand", lambda t: f"[{t.day}/{t.month}/{t.year + 543} {t:%H:%M:%S}] ", "\r\n", seconds=True),
    Shape("ios, vietnam", lambda t: f"[{t:%H:%M:%S} {t:%d/%m/%Y}] ", "\r\n", seconds=True),
    Shape("ios, korea", lambda t: f"[{t.year}. {t.month}. {t.day}. {'오후' if t.hour >= 12 else '오전'} "
          f"{t.hour % 12 or 12}:{t:%M:%S}] ", "\r\n", seconds=True, order=Order.YEAR_FIRST),
)  # fmt: skip
