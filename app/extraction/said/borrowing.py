"""Whether words that proved one appointment may prove another: only where the talk links the two."""

import re
from collections.abc import Sequence

from app.extraction.said.mentions import comparable
from app.extraction.said.wording import stems, telling

_SAME_DAY = re.compile(
    r"\b(?:mism[oa]|same|ese dia|esa (?:vez|manana|tarde)|that (?:day|morning|afternoon)|despues|luego|antes|seguid[oa]"
    r"|en seguida|enseguida|a continuacion|junt[oa]s?|de paso|ya que estoy|after(?:wards)?|right after|then|before that"
    r"|back to back|together|while im there)\b"
)
_BELONGS = re.compile(r"\b(?:con|with|at|donde|by) ((?:(?:la|el|las|los|mi|su|the|my|dra?|doctora?|miss|mr|mrs) )*\w+)")
_SAME_MOMENT = re.compile(
    r"\b(?:(?:a|en) (?:la |el )?mism[oa] (?:hora|horario|momento|turno)|mism[oa] (?:dia y )?(?:hora|horario)"
    r"|al mismo tiempo|junt[oa]s|los dos|las dos|amb[oa]s|igual que|(?:at )?(?:the )?same (?:time|slot)|together"
    r"|both)\b"
)


def lends(text: str, title: str, later: Sequence[str], *, both: bool) -> bool:
    """Whether the day (with `both`: the day and the hour) that `text` names for another appointment may be that of
    `title` too: `text` speaks of it as well, or one of the `later` messages says that it is the same."""
    own = telling(title)
    if not own or own & stems(text):
        return True
    if both:
        return at_the_same_time(later)
    return any(_SAME_DAY.search(comparable(one.replace("'", ""))) for one in later)


def at_the_same_time(texts: Sequence[str]) -> bool:
    """Whether one of them asks for something at the same time as something else."""
    return any(_SAME_MOMENT.search(comparable(text.replace("'", ""))) for text in texts)


def same_under_another_name(text: str, title: str, other: str) -> bool:
    """Whether `text`, which names a moment, speaks of the appointment `other` there, and of `title` not at all or as
    what belongs to it: "limpieza con la doctora Paz"."""
    said, own = stems(text), telling(title)
    if not own or not telling(other) & said:
        return False
    beside = _BELONGS.findall(comparable(text))
    return not own & said or any(own & stems(words) for words in beside)
