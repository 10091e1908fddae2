"""Who is the business, and who the customer."""

import pytest

from app.errors import InvalidRequest
from app.imports.people import find_business, find_number, phone
from app.imports.questions import WhichContact, WhoIsBusiness
from tests.imports.chats import parse


def chat(*lines: str):
    return parse("".join(f"14/5/2025, 10:30 - {line}\n" for line in lines))


TWO = chat("Rosa: hola", "Salón Luz: hola")


def test_it_is_asked_unless_certain():
    with pytest.raises(WhoIsBusiness, match="--me NAME: Rosa, Salón Luz"):
        find_business(TWO, me=None)
    with pytest.raises(WhoIsBusiness):
        find_business(chat("Rosa: hola"), me=None)
    with pytest.raises(WhoIsBusiness):
        find_business(TWO, me=None, contact_names=["Rosa"], own_names=["rosa"])


def test_what_makes_it_certain():
    assert find_business(TWO, me="salón luz") == "Salón Luz"
    assert find_business(TWO, me=None, contact_names=["rosa"]) == "Salón Luz"
    assert find_business(TWO, me=None, own_names=["Salón  Luz"]) == "Salón Luz"
    assert find_business(chat("Rosa: hola", "Luz: Eliminaste este mensaje."), me=None) == "Luz"
    assert find_business(chat("+51 999 200 001: hola", "Luz: hola"), me=None, contact_names=["+51999200001"]) == "Luz"
    assert find_business(chat("Rosa: hola"), me=None, contact_names=["Rosa"]) is None
    assert find_business(chat("Rosa: hola"), me="Luz") is None


def test_a_name_that_wrote_nothing_is_an_error():
    with pytest.raises(InvalidRequest, match="Lucía wrote nothing in this chat; who wrote: Rosa, Salón Luz"):
        find_business(TWO, me="Lucía")


def test_the_number_of_the_customer():
    assert find_number(TWO, business="Salón Luz", named="+51 999-200-001") == "+51999200001"
    assert find_number(chat("+51 999 200 001: hola", "Luz: sí"), business="Luz", named=None) == "+51999200001"
    with pytest.raises(WhichContact, match="Rosa's number: say --contact"):
        find_number(TWO, business="Salón Luz", named=None)


@pytest.mark.parametrize(
    ("text", "number"),
    [("+34 600 11 22 33", "+34600112233"), ("whatsapp:+34600112233", "+34600112233"), ("600112233", None),
     ("+1 (415) 523‑8886", "+14155238886"), ("+0 123 4567", None), ("Ana +1", None)],
)  # fmt: skip
def test_numbers(text: str, number: str | None):
    assert phone(text) == number
