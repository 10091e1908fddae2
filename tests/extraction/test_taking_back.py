"""A settled event that is taken back in everyday words goes to a person; a harmless line later on changes nothing."""

import pytest

from app.extraction.base import Reason
from app.extraction.llm.grounding import Grounding
from app.extraction.llm.schema import ModelEvent
from app.extraction.llm.survey import Survey
from app.extraction.said.cancelling import harmless
from app.extraction.said.taking_back import takes_back
from app.models import EventDraft, EventStatus, Role
from tests.extraction.llm_cases import talk
from tests.extraction.test_settling import MORNING, reading

SETTLED = [("user", "Quiero manicura el viernes a las 10"), ("bot", "Perfecto, anotada")]


def after(*lines: str) -> EventDraft:
    said = [*SETTLED, *(("bot", line[1:]) if line.startswith(">") else ("user", line) for line in lines)]
    transcript = talk(*said, at=MORNING)
    ids = {f"m{n + 1}": n for n in range(len(said))}
    answer = ModelEvent.model_validate(reading(1, 2))
    [one] = Grounding(ids=ids, known={}, survey=Survey(transcript=transcript)).check([answer])
    assert one.draft is not None
    return one.draft


@pytest.mark.parametrize(
    "line",
    [
        "uf, se me complicó la tarde ese día",
        "mejor lo dejo para otra ocasión",
        "olvídela, ya me las hice yo",
        "surgió algo y ya no voy",
        "sorry, something came up",
        "gonna need a rain check",
        ">Perdón, nos equivocamos: es de otra clienta",
        ">La manicurista se enfermó",
        ">We double booked, so sorry",
    ],
)
def test_taken_back_in_everyday_words(line: str) -> None:
    draft = after(line, "ok" if line.startswith(">") else ">ok")
    assert (draft.status, draft.reason) == (EventStatus.PROPOSED, Reason.NOT_SETTLED.value)


@pytest.mark.parametrize(
    "line",
    [
        "¿se puede cancelar con tarjeta allá?",
        "No puedo esperar!!",
        "can't wait :)",
        "mi hermana irá en otro momento a dejar el regalo?",
        ">¿y si mejor traes tus esmaltes?",
    ],
)
def test_a_harmless_line_leaves_it(line: str) -> None:
    assert after(line).status is EventStatus.CONFIRMED


def test_what_lets_it_stand_again() -> None:
    assert after("se me cruzó una reunión", ">oh no", "ya la moví, sí voy").status is EventStatus.CONFIRMED


def test_each_side_has_its_words() -> None:
    assert takes_back("my mistake, it belongs to someone else", Role.BOT)
    assert not takes_back("my mistake, I meant the pink one", Role.USER)


@pytest.mark.parametrize("text", ["si se me complica te aviso", "ya no necesito el estacionamiento"])
def test_what_might_be_or_is_of_another_thing_takes_nothing_back(text: str) -> None:
    assert not takes_back(text, Role.USER)


def test_plain_text_keeps_its_length() -> None:
    text = "¿Puedo cancelar con Yape? ¡No puedo esperar!"
    assert len(harmless(text)) == len(text)
    assert harmless("cancela mi cita") == "cancela mi cita"
