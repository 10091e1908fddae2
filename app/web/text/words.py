"""English sentences that remember what they were made of, so that a page can say them in another language."""

from collections.abc import Mapping
from typing import Any


class Words(str):
    """Text made of a `template` and its `values`; as a string it is the English one."""

    template: str
    values: Mapping[str, Any]


def words(template: str, /, **values: Any) -> Words:
    """`template` with `values` put in. A value that is a text is made with `words` too, or says the same anywhere."""
    made = Words(template.format(**values))
    made.template, made.values = template, values
    return made


def translated(text: str, table: Mapping[str, str]) -> str:
    """`text` in the language of `table`, which goes from English templates (and whole texts) to its own. What it does
    not know stays English."""
    if not isinstance(text, Words):
        return table.get(text, text)
    values = {
        name: translated(value, table) if isinstance(value, str) else value for name, value in text.values.items()
    }
    return table.get(text.template, text.template).format(**values)
