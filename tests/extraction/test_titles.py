"""Titles are found by where they stand, not by knowing the word; places by what leads to them.

Each way to name an appointment is filled with words that no table has. A table that comes to hold one of them makes the
test easier, so `test_no_table_knows_them` looks after that.
"""

import pytest

from app.extraction.matching import similarity
from app.extraction.rules import read_events
from app.extraction.rules.lang import LEXICONS
from app.extraction.rules.words import names
from app.models import EventDraft, EventStatus
from tests.extraction.chats import Chat

WORDS = {
    "es": ("iridología", "esgrima", "macramé", "vidriado", "foniatría", "carta astral", "desatranco", "violonchelo"),
    "en": (
        "bouldering",
        "drone survey",
        "kintsugi",
        "podiatry",
        "cello tuition",
        "sound bath",
        "biopsy",
        "damp survey",
    ),
}
WAYS = {
    "es": (
        "u: Hola, quiero {x} el viernes a las 4\nb: Dale, te anoto",
        "u: Buenas! hacen {x}?\nb: Sí! tengo jueves 7 a las 10 o a las 15\nu: a las 15\nb: listo",
        "u: para {x} tienen lugar mañana?\nb: a las 18 sí\nu: perfecto\nb: agendado",
        "b: Hola Elsa! te recordamos tu turno de {x} para mañana a las 11. Confirmás?\nu: confirmo",
        "u: me das una cita para {x}?\nb: miércoles 6, 16:45\nu: vale\nb: apuntado",
        "u: cuánto sale {x}?\nb: 20 mil\nu: ok, lo quiero para el lunes 11\nb: a las 10?\nu: a las 10\nb: te espero",
        "u: hola, {x} el sábado se puede?\nb: sábado 9:15 sí\nu: buenísimo\nb: hecho",
        "u: consulto por {x}\nb: claro, el martes 12 a las 20 le sirve?\nu: me sirve\nb: queda agendado",
    ),
    "en": (
        "u: Hi, I'd like to book {x} for Friday at 4\nb: Booked you in",
        "u: hi do you do {x}?\nb: Yes! Thursday 7th at 10 or 3?\nu: 3 please\nb: all set",
        "u: I need an appointment for {x}\nb: Tuesday at 9:30?\nu: yes\nb: confirmed",
        "b: Hi Elsa, a reminder of your {x} tomorrow at 11am. Reply YES to confirm\nu: YES",
        "u: how much is {x}?\nb: £60\nu: ok can I come Friday\nb: 10am or 5pm?\nu: 5pm\nb: see you then",
        "u: {x} on Saturday possible?\nb: 9:15 works\nu: lovely\nb: booked",
        "u: I'm after {x}\nb: we have Friday 8th at 7pm\nu: perfect\nb: in the diary",
        "u: interested in {x}\nb: sure, Tuesday at 8pm ok?\nu: works for me\nb: confirmed",
    ),
}


def one_event(lines: str, lang: str) -> EventDraft:
    [event] = read_events(Chat("", lines, ()).transcript(lang))
    assert event.status is EventStatus.CONFIRMED
    return event


@pytest.mark.parametrize("lang", WORDS)
def test_no_table_knows_them(lang: str):
    assert not {w for word in WORDS[lang] for w in names(word)} & LEXICONS[lang].services_words


@pytest.mark.parametrize(("lang", "way"), [(lang, way) for lang in WAYS for way in range(len(WAYS[lang]))])
def test_a_title_is_found_by_its_place(lang: str, way: int):
    wrong = [
        (word, event.title)
        for word in WORDS[lang]
        if similarity((event := one_event(WAYS[lang][way].replace("{x}", word), lang)).title, word) < 0.5
    ]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(
    ("lang", "lines", "title"),
    [
        ("en", "u: Could I book a buff-up for Friday at 4?\nb: Sure, see you then", "Buff-up"),
        ("es", "u: afilan cuchillos?\nb: si, el jueves a las 4?\nu: dale\nb: listo", "Afilar cuchillos"),
        ("en", "u: do you fix cracked screens?\nb: yes, friday at 2?\nu: ok\nb: booked", "Fix cracked screens"),
        ("es", "u: reservo cancha de vóley mañana?\nb: a las 20\nu: ok\nb: reservada cancha 3", "Cancha de vóley"),
        ("es", "u: quiero clase de oboe\nb: el jueves a las 7 por videollamada?\nu: si\nb: listo", "Clase de oboe"),
    ],
)
def test_the_work_that_is_asked_for_is_the_title(lang: str, lines: str, title: str):
    assert one_event(lines, lang).title == title


@pytest.mark.parametrize(
    ("lang", "said", "place"),
    [
        ("es", "u: dale, en mi casa", "mi casa"),
        ("es", "u: dale, en lo de Irma", "lo de Irma"),
        ("es", "u: dale\nb: por Zoom", "Zoom"),
        ("es", "u: dale\nb: te espero en la puerta del mercado", "puerta del mercado"),
        ("es", "u: dale\nb: listo. Clínica Los Ceibos, calle Tala 18", "Clínica Los Ceibos, calle Tala 18"),
        ("es", "u: dale\nb: listo! Finca La Loma, ruta 5 km 12", "Finca La Loma, ruta 5 km 12"),
        ("es", "u: dale, es Talcahuano 950", "Talcahuano 950"),
        ("es", "u: dale\nb: listo, piso 3 of. 31", "piso 3 of. 31"),
        ("es", "u: dale\nb: confirmado, Centro Médico La Loma", "Centro Médico La Loma"),
        ("es", "u: mejor 17:30 en el quincho de Irma\nb: dale", "quincho de Irma"),
        ("en", "u: great, it's 4 Orchard Barn, Thorpe", "4 Orchard Barn, Thorpe"),
        ("en", "u: make it 6pm by the bandstand\nb: great", "bandstand"),
        ("es", "u: dale\nb: el link: https://meet.google.com/abc-defg-hij", "https://meet.google.com/abc-defg-hij"),
        ("en", "u: great, at our place", "our place"),
        ("en", "u: great\nb: I'll send a Teams link", "Teams"),
        ("en", "u: great\nb: meet you at the side gate", "side gate"),
        ("en", "u: great\nb: Done. Unit 4, Tannery Yard", "Unit 4, Tannery Yard"),
        ("es", "u: dale\nb: listo, en Casa Agave, Colima 145", "Casa Agave, Colima 145"),
        ("es", "u: dale\nb: listo, en la clínica San Rafael, primer piso", "clínica San Rafael, primer piso"),
        ("es", "u: dale, es Los Tilos 1220, Maipú", "Los Tilos 1220, Maipú"),
        ("en", "u: great, it's Flat 4, 19 Alma Road", "Flat 4, 19 Alma Road"),
        ("en", "u: great\nb: we're at Unit 6, Harbour Park", "Unit 6, Harbour Park"),
        ("es", "u: dale, en un rato te confirmo el nombre", None),
        ("en", "u: great, see you at the lesson", None),
    ],
)
def test_a_place_is_found_by_what_leads_to_it(lang: str, said: str, place: str | None):
    opening = {"es": "u: clase de oboe\nb: jueves a las 5?\n", "en": "u: an oboe lesson\nb: Thursday at 5?\n"}[lang]
    [event] = read_events(Chat("", opening + said, ()).transcript(lang))
    assert event.location == place
