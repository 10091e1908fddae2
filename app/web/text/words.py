"""English sentences that remember what they were made of, so that a page can say them in another language."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

# What providers' error numbers are told with: "… (Twilio 63016)".
_NUMBER: Final = re.compile(r"^(?P<text>.*\S) \((?P<number>\w+ \d+)\)$", re.DOTALL)
# What they are kept with: the provider's number, or a word of ours, before the reason.
_CODE: Final = re.compile(
    r"(?P<code>[0-9]+|address|connection-lost|conversation|inbox|lease|lost|no-channel|no-mail-server|phone|smtp|timeout|"
    r"tls|unclear|unreachable|unreadable) (?P<text>.+)",
    re.DOTALL,
)


class Words(str):
    """Text made of a `template` and its `values`; as a string it is the English one."""

    template: str
    values: Mapping[str, Any]


def words(template: str, /, **values: Any) -> Words:
    """`template` with `values` put in. A value that is a text is made with `words` too, or says the same anywhere."""
    made = Words(template.format(**values))
    made.template, made.values = template, values
    return made


def translated(text: str, table: Mapping[str, str], otherwise: Callable[[str], str] = str) -> str:
    """`text` in the language of `table`, which goes from English templates (and whole texts) to its own. What it does
    not know `otherwise` may; else it stays English."""
    if not isinstance(text, Words):
        return table.get(text) or otherwise(text)
    values = {
        name: translated(value, table, otherwise) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    return table.get(text.template, text.template).format(**values)


def reason(text: str, table: Mapping[str, str]) -> str:
    """A text that does not remember what it was made of, in the language of `table`: its templates are patterns, whose
    values are texts too. What fits none stays as it is."""
    if found := table.get(text):
        return found
    if (numbered := _NUMBER.match(text)) and (told := reason(numbered["text"], table)) != numbered["text"]:
        return f"{told} ({numbered['number']})"
    if (coded := _CODE.match(text)) and (told := reason(coded["text"], table)) != coded["text"]:
        return f"{told} ({coded['code']})" if coded["code"].isdecimal() else told
    for template, words_ in table.items():
        if "{" in template and (match := _pattern(template).fullmatch(text)):
            return words_.format(**{name: reason(value, table) for name, value in match.groupdict().items()})
    return text


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{p}>.+?)" if n % 2 else re.escape(p) for n, p in enumerate(parts)), re.DOTALL)
