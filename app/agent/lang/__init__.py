"""What the offline model says, a table per language. A new language is one more table, listed in `TABLES`.

`{te}`, `{quieres}` and the like are the forms of address of the table (tú, usted, vos); the other fields are filled in
by `voice.py`. Every sentence that names a moment names day and hour in full, because the batch reads it too.
"""

from app.agent.lang import en, es
from app.agent.lang.table import Address, Line, Table
from app.agent.wording import Lang

TABLES: dict[Lang, Table] = {"es": es.TABLE, "en": en.TABLE}
__all__ = ["TABLES", "Address", "Line", "Table"]
