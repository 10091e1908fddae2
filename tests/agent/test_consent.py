"""Whether the newest messages ask for what a model is about to do: several readings of the same words lie at hand."""

import pytest

from app.agent.desk import Desk
from app.agent.outcome import Result
from tests.agent.test_claims import desk, does, event

TOLD = """
Mi amiga reservó un facial el viernes a las 10
mi hermana tiene facial el viernes a las 10
El facial del viernes a las 10 es de mi hermana
Ayer me dijo Ana que el viernes a las 10 hizo facial
Juan agendó un facial el viernes a las 10
Vi el anuncio: facial el viernes a las 10 gratis
Si el viernes a las 10 llueve no habrá facial
El viernes a las 10 tengo una reunión, del facial hablamos otro día
My friend has a facial on Friday at 10
Ana booked a facial on Friday at 10
I saw the ad: facial on Friday at 10 for free
""".strip().splitlines()
ASKED = """
el viernes a las 10 facial
facial viernes 10am porfa
Hola, Ana por aquí. Facial el viernes a las 10
mi hijo necesita facial el viernes a las 10
Mi amiga quiere facial el viernes a las 10
si, el viernes a las 10 el facial
Facial el viernes a las 10. Mi hermana tiene otra cita con ustedes
Facial el viernes a las 10 porfa, mi jefe me dio permiso
facial Friday at 10 please
My daughter needs a facial on Friday at 10
""".strip().splitlines()


def books(on: Desk, when: str, title: str = "facial") -> bool:
    [outcome] = does(on, ("create", when, title))
    return outcome.result is Result.CREATED


def at_ten(text: str) -> str:
    return "Friday at 10" if "Friday" in text else "viernes 10am" if "10am" in text else "el viernes a las 10"


@pytest.mark.parametrize("text", TOLD)
def test_what_is_only_told_of_is_not_booked(text: str) -> None:
    assert not books(desk(text), at_ten(text))


@pytest.mark.parametrize("text", ASKED)
def test_what_is_asked_for_is_booked(text: str) -> None:
    assert books(desk(text), at_ten(text))


OFFERS = (
    "quiero un facial, ¿qué tienes?",
    ">Tengo el jueves 5 a las 12:00 o el viernes 6 a las 11:00. ¿Cuál prefieres?",
)
MOMENTS = ("el jueves 5 a las 12:00", "jueves 5 a las 11:00", "viernes 6 a las 12:00", "viernes 6 a las 11:00")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("la segunda, por favor", 3),
        ("la primera", 0),
        ("el viernes, sí", 3),
        ("sí, el viernes está perfecto", 3),
        ("la de las 11", 3),
        ("la de las 11 está bien", 3),
        ("la de las 12", 0),
        ("el viernes pero a las 12", 2),
    ],
)
def test_of_several_offers_only_the_one_chosen_is_booked(text: str, right: int) -> None:
    assert [n for n, when in enumerate(MOMENTS) if books(desk(*OFFERS, text), when)] == [right]


EVENTS = [event(6, 10, "Masaje"), event(6, 16, "Corte")]
BOTH = "el Masaje del viernes 6 a las 10:00 o el Corte del viernes 6 a las 16:00"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("la primera", {"E1"}),
        ("la segunda", {"E2"}),
        ("sí, el corte", {"E2"}),
        ("Sí, la de las 16:00", {"E2"}),
        ("el masaje", {"E1"}),
        ("las dos", {"E1", "E2"}),
        ("sí", set()),
        ("el masaje no", set()),
        ("mejor ninguna", set()),
    ],
)
def test_of_two_that_we_asked_about_only_the_one_meant_is_cancelled(text: str, gone: set[str]) -> None:
    talk = ("quiero cancelar", f">¿Quieres cancelar {BOTH}?", text)
    cancelled = {
        handle
        for handle in ("E1", "E2")
        if does(desk(*talk, events=EVENTS), ("cancel", handle))[0].result is Result.CANCELLED
    }
    assert cancelled == gone


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("cancela el masaje, el corte sí voy", {"E1"}),
        ("cancela mi cita del viernes", set()),
        ("cancela una de mis citas", set()),
        ("mi amiga canceló su masaje", set()),
        ("Ana canceló su masaje", set()),
        ("cancela las dos", {"E1", "E2"}),
        ("tengo que cancelar el masaje porque mi hermana se puso mal", {"E1"}),
        ("mi hermana tuvo un accidente, cancela el corte", {"E2"}),
    ],
)
def test_a_cancellation_reaches_what_it_names(text: str, gone: set[str]) -> None:
    cancelled = {
        handle
        for handle in ("E1", "E2")
        if does(desk(text, events=EVENTS), ("cancel", handle))[0].result is Result.CANCELLED
    }
    assert cancelled == gone


@pytest.mark.parametrize(("text", "moved"), [("la segunda", "E2"), ("sí, el masaje", "E1"), ("sí", None)])
def test_of_two_that_we_asked_about_only_the_one_meant_is_moved(text: str, moved: str | None) -> None:
    talk = ("quiero mover una cita al lunes 9 a las 12:00", f">¿Quieres mover {BOTH} al lunes 9 a las 12:00?", text)
    for handle in ("E1", "E2"):
        [outcome] = does(desk(*talk, events=EVENTS), ("move", handle, "lunes 9 a las 12:00"))
        assert (outcome.result is Result.MOVED) == (handle == moved)
