"""Which language is answered."""

import pytest

from app.agent.language import detect


@pytest.mark.parametrize(
    ("texts", "lang"),
    [
        (["Marketing digital", "Quiero una cita el lunes a las 9"], "es"),
        (["Plan", "¿Tienes hora para el martes?"], "es"),
        (["thx", "Can I come in on Monday at nine?"], "en"),
        (["Consulta", "Can I come in on Monday at nine?"], "en"),
        (["Could we meet on Friday instead?", "Quiero una cita el lunes a las 9"], "en"),
        (["ok", "👍"], None),
    ],
)
def test_a_neutral_line_keeps_the_language(texts: list[str], lang: str | None) -> None:
    """The newest first."""
    assert detect(texts) == lang
