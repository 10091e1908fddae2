"""A message's text as HTML: escaped, with the words that prove an event marked."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape


def lit(body: str, quotes: Iterable[str | None] = ()) -> Markup:
    """`body` escaped, each of `quotes` that is found in it inside a <mark>."""
    pieces: list[Markup] = []
    at = 0
    for start, end in _places(body, [quote for quote in quotes if quote]):
        pieces += [escape(body[at:start]), Markup("<mark>"), escape(body[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*pieces, escape(body[at:])])


def _places(body: str, quotes: Sequence[str]) -> list[tuple[int, int]]:
    """Where the quotes lie in `body`, in order; what overlaps is one place."""
    folded = body.casefold()
    # Folding may change the length (ß, İ): then only quotes that stand there to the letter are found.
    where = folded if len(folded) == len(body) else body
    found: list[tuple[int, int]] = []
    for quote in quotes:
        start = where.find(quote.casefold() if where is folded else quote)
        if start >= 0:
            found.append((start, start + len(quote)))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
