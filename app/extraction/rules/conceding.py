"""Who names a trouble and takes it all the same: "a las 7 es muy temprano, pero va", "bit early but ok"."""

from itertools import pairwise

from app.extraction.rules.acts import NEGATIVE, POSITIVE, Act
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.segments import Segment
from app.extraction.rules.words import Hit, Word

_HOLDS_BACK = NEGATIVE | {Act.HEDGE, Act.PROMISE, Act.HYPOTHETICAL, Act.GIVE_UP, Act.MOVE, Act.CANCEL}


def conceded(segments: list[Segment], words: list[Word], spans: list[tuple[int, int]]) -> list[Hit[Act]]:
    """The hits of a no that a yes behind "but" takes back, in a stretch without another moment (`spans`)."""
    found: list[Hit[Act]] = []
    for no, yes in pairwise(segments):
        said = [h for h in yes.hits if h.tag in POSITIVE]
        plain = [words[i].text for h in said for i in range(h.first, h.last)]
        if (
            no.sentence == yes.sentence
            and no.acts & NEGATIVE
            and words[yes.first].text in idioms("concedes")
            and said
            and not set(plain) <= idioms("resigned")
            and not yes.acts & _HOLDS_BACK
            and not yes.asks
            and not any(yes.start <= start < yes.end for start, _ in spans)
        ):
            found += [h for h in no.hits if h.tag in NEGATIVE]
    return found
