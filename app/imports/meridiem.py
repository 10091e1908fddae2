"""The words for before and after noon, by which 12-hour clocks are told."""

import re

_AM = ("am", "ص", "पूर्वाह्न", "오전", "上午", "午前", "凌晨", "早上", "清晨", "πμ", "sa", "öö", "pg", "ก่อนเที่ยง", "de",
       "paradites", "eparadites", "fm", "vorm")  # fmt: skip
_PM = ("pm", "م", "अपराह्न", "오후", "下午", "午後", "晚上", "傍晚", "μμ", "ch", "ös", "ptg", "หลังเที่ยง", "du",
       "pasdites", "epasdites", "em", "nachm")  # fmt: skip

_TABLE = {**dict.fromkeys(_AM, False), **dict.fromkeys(_PM, True)}
# "a. m." and "p.m." with any space, "π.μ."; then the words, the long ones first.
PATTERN = "|".join(
    [
        r"[ap]\.?\s?m\.?",
        r"[πμ]\.\s?μ\.",
        r"d[eu]\.",
        *(re.escape(word) for word in sorted({*_AM, *_PM} - {"am", "pm", "de", "du"}, key=len, reverse=True)),
    ]
)


def hour_of_day(hour: int, word: str | None) -> int:
    """The hour on a 24-hour clock. "00:08 a. m." and "13:05 PM" have been seen: what is 24-hour already stays."""
    if word is None:
        return hour
    after_noon = _TABLE[re.sub(r"[.\s]", "", word).lower()]
    if hour == 12:
        return 12 if after_noon else 0
    return hour + 12 if after_noon and hour < 12 else hour
