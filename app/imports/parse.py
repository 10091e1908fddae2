"""The text of an export → `Chat`.

What the file calls a time is the wall clock of the phone that exported it, in whatever zone that phone was in then.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.errors import InvalidRequest
from app.imports.content import group_language, is_notice, language_of, read_content
from app.imports.dates import as_date, decide, possible
from app.imports.headers import Header, Shape, read_header
from app.imports.text import lines, unmarked
from app.imports.values import Chat, Content, Entry, Kind, Order

# No space after the colon: no author. Names of groups have up to 100 characters.
_AUTHOR = re.compile(r"(?P<author>[^\n]{1,120}?):(?:\s(?P<text>.*)|$)", re.DOTALL)
_QUOTED = re.compile('["“”«»„]')
# One shape has at least this share of an export's headers; then lines of other shapes are text that somebody pasted.
_SHARE = 2 / 3
_AS_TEXT = "taken as text of the message before"


@dataclass(slots=True)
class _Block:
    """A header's line with the lines that follow it, marks and all."""

    line: int
    header: Header
    start: str
    rest: list[str] = field(default_factory=list)


def parse_chat(text: str, *, zone: ZoneInfo, now: datetime, asked: Order | None = None) -> Chat:
    """Read an export whose clock is `zone`'s. `now` (aware) tells which dates have not been yet; `asked` is the
    order of day and month if the operator gave it.

    Raises `WhichOrder` when the order cannot be known, `InvalidRequest` for what is no export.
    """
    preamble, blocks, foreign = _blocks(text, latest := (now.astimezone(zone) + timedelta(days=1)).date())
    warnings = []
    if foreign:
        warnings.append(f"{_lines(foreign)} with a date in another form than the rest: {_AS_TEXT}")
    orders: dict[Shape, Order] = {}
    reasons: list[str] = []
    language = _language(blocks)
    for shape in dict.fromkeys(block.header.shape for block in blocks):
        headers = [block.header for block in blocks if block.header.shape == shape]
        decision = decide(headers, latest=latest, asked=asked, language=language)
        orders[shape] = decision.order
        reasons.append(decision.reason)
    kept, odd = _possible_only(blocks, orders, latest)
    if odd:
        warnings.append(f"{_lines(odd)} with a date that cannot be: {_AS_TEXT}")
    entries = tuple(_entries(kept, orders, zone))
    authors = {entry.author for entry in entries if not entry.is_notice}
    notices = [preamble, *(entry.content.text for entry in entries if entry.is_notice)]
    return Chat(
        entries=entries,
        preamble=preamble,
        order=orders[kept[0].header.shape],
        order_reason=reasons[0],
        is_group=len(authors) > 2 or any(group_language(notice) for notice in notices),
        warnings=tuple(warnings),
    )


def _blocks(text: str, latest: date) -> tuple[str, list[_Block], int]:
    """(what stands before the first header, the blocks, how many headers of a foreign shape became text)."""
    found: list[tuple[str, Header | None]] = []
    for raw in lines(text):
        header = read_header(unmarked(raw))
        # A date that no order makes possible is text: "99/99/99, 10:00 - …".
        if header and not any(possible(header, order, latest) for order in Order):
            header = None
        found.append((raw, header))
    shapes = Counter(header.shape for _, header in found if header)
    if not shapes:
        raise InvalidRequest("There is no message in it: is it a chat that WhatsApp exported?")
    shape, most = shapes.most_common(1)[0]
    strict = most >= _SHARE * shapes.total()
    before: list[str] = []
    blocks: list[_Block] = []
    for number, (raw, header) in enumerate(found, 1):
        if header and (header.shape == shape or not strict):
            blocks.append(_Block(number, header, _tail(raw, header)))
        elif blocks:
            blocks[-1].rest.append(raw)
        else:
            before.append(raw)
    foreign = shapes.total() - most if strict else 0
    return unmarked("\n".join(before)).strip(), blocks, foreign


def _tail(raw: str, header: Header) -> str:
    """The rest of a header's line with the marks in it, which tell what WhatsApp wrote itself."""
    left = len(unmarked(raw)) - len(header.rest)
    for index, character in enumerate(raw):
        if left == 0:
            return raw[index:]
        left -= bool(unmarked(character))
    return ""


def _language(blocks: Sequence[_Block]) -> str | None:
    """The language of the phone, by its own words in the file."""
    found: Counter[str] = Counter()
    for block in blocks:
        author = _AUTHOR.fullmatch(block.start)
        if language := language_of((author["text"] or "") if author else block.start):
            found[language] += 1
        elif author is None and (language := group_language(block.start)):
            found[language] += 1
    if not found:
        return blocks[0].header.language
    return found.most_common(1)[0][0]


def _possible_only(blocks: Sequence[_Block], orders: dict[Shape, Order], latest: date) -> tuple[list[_Block], int]:
    """The few headers that the order makes impossible are text of the block before them."""
    kept: list[_Block] = []
    odd = 0
    for block in blocks:
        if possible(block.header, orders[block.header.shape], latest):
            kept.append(block)
            continue
        odd += 1
        if kept:
            kept[-1].rest += [block.header.line, *block.rest]
    if not kept:
        raise InvalidRequest(f"{blocks[0].header.written} cannot be {orders[blocks[0].header.shape].value}")
    return kept, odd


def _entries(blocks: Sequence[_Block], orders: dict[Shape, Order], zone: ZoneInfo) -> Iterator[Entry]:
    before: datetime | None = None
    for block in blocks:
        header = block.header
        day = as_date(header, orders[header.shape])
        assert day is not None
        local = datetime(day.year, day.month, day.day, header.hour, header.minute, header.second, tzinfo=zone)
        at = _in_order(local, before)
        before = at.astimezone(UTC)
        author, content = _read(block)
        yield Entry(line=block.line, at=at, to_minute=not header.shape.seconds, author=author, content=content)


def _in_order(local: datetime, before: datetime | None) -> datetime:
    """An hour that the clock showed twice is the second one when the message before it was in it or later."""
    second = local.replace(fold=1)
    twice = (local.utcoffset() or timedelta()) > (second.utcoffset() or timedelta())
    if twice and before and timedelta() < before - local.astimezone(UTC) <= timedelta(hours=1):
        return second
    return local


def _read(block: _Block) -> tuple[str | None, Content]:
    found = _AUTHOR.fullmatch("\n".join([block.start, *block.rest]))
    author = _name(found["author"]) if found else ""
    # A group's new subject may hold a colon: 'Ana changed the subject to "Monday: pilates"'.
    start = unmarked(block.start)
    if not found or not author or is_notice(start) or (_QUOTED.search(found["author"]) and group_language(start)):
        text = unmarked("\n".join([block.start, *block.rest])).strip()
        return None, Content(kind=Kind.NOTICE, text=text)
    return author, read_content(found["text"] or "")


def _lines(number: int) -> str:
    return f"{number} line{'s' * (number > 1)}"


def _name(raw: str) -> str:
    """A name as people see it. `~` stands before names that are not in the phone's address book."""
    return " ".join(unmarked(raw).split()).removeprefix("~").strip()
