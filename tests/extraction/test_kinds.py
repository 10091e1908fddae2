"""One small conversation per phenomenon: what settles, what only sounds as if it did, what is added and what is moved.

Lines as in `chats.py`; beside them the confirmed starts of the week of Monday 2026-05-04 ("-" for none).
"""

import pytest

from app.extraction.rules import read_events
from app.models import EventStatus
from tests.extraction.chats import Chat

OFFER = "u: quiero hora para el oculista\nb: Tengo el jueves a las 17:00. "
KINDS = {
    "a yes to a question beside the hour": (OFFER + "¿Ya usó lentes antes?\nu: sí", "-"),
    "the hour said again after it": (OFFER + "¿Ya usó lentes antes?\nu: sí\nb: Pues jueves a las 17:00", "05-07T17:00"),
    "the business expects the customer": (OFFER + "¿Ya usó lentes antes?\nu: sí\nb: Te espero!", "05-07T17:00"),
    "courtesy after putting off": (
        OFFER + "\nu: lo consulto y te digo\nb: Claro, te lo guardo hoy\nu: ok gracias",
        "-",
    ),
    "a small word amid a sentence": ("u: salgo el lunes a las 9 de viaje\nb: Que te vaya bien", "-"),
    "news that please": ("u: el viernes a las 21 toca la banda de Iván\nb: qué bien, suerte", "-"),
    "the last statement of the business": (OFFER + "\nu: dale\nb: Listo, el viernes a las 16:30", "05-08T16:30"),
    "the day of several wishes as good-bye": (
        "u: quiero tinte el jueves a las 10, peinado el jueves a las 12\nb: Listo, nos vemos el jueves",
        "05-07T10:00 05-07T12:00",
    ),
    "an hour as good-bye": (OFFER + "\nu: dale\nb: nos vemos el jueves a las 18:00", "05-07T18:00"),
    "only the hour was lacking": (
        "u: Venís a cenar el sábado?\nb: Sí! a qué hora?\nu: 21:30\nb: llevo postre",
        "05-09T21:30",
    ),
    "what the thing is for": (
        "u: tengo un bautizo el 30 y quiero un traje\nb: pasa el martes a las 6\nu: ok",
        "05-05T18:00",
    ),
    "no particular day": ("u: si lo dejo un martes me lo dan ese día?\nb: sí, a las 19\nu: perfecto", "-"),
    "a time limit": ("u: mi reembolso?\nb: En 48 horas lo tiene\nu: ok gracias", "-"),
    "one of two called off": (
        "u: baño\nb: Toby el martes a las 10 y Rex a las 12?\nu: dale\nu: Rex está mal, solo llevo a Toby\nb: ok",
        "05-05T10:00",
    ),
    "a thing added by its name": (
        OFFER + "\nu: dale\nb: y los cristales se entregan el lunes 11 a las 10\nu: bueno",
        "05-07T17:00 05-11T10:00",
    ),
    "the week said once": (
        "u: 3 sesiones de fisio\nb: ¿lunes, martes y jueves de la semana que viene a las 9?\nu: perfecto",
        "05-11T09:00 05-12T09:00 05-14T09:00",
    ),
    "days by number in a row": (
        "u: el pack de 3\nb: Propongo jueves 7, 14 y 21 a las 18:00\nu: los tres",
        "05-07T18:00 05-14T18:00 05-21T18:00",
    ),
    "some of the days, and another": (
        "b: martes, jueves y sábado a las 12?\nu: martes y jueves sí, el sábado no. ¿lunes?\nb: el 11 a las 12\nu: va",
        "05-05T12:00 05-07T12:00 05-11T12:00",
    ),
    "ordinals alone in English": ("u: can I get a trim on the 28th or 29th?\nb: 29th at 3?\nu: yes", "05-29T15:00"),
    "noon in a morning's talk": (
        "b: ¿le viene el jueves por la mañana, a las 11?\nu: mejor a las 12 si puede ser\nb: Sin problema, a las 12",
        "05-07T12:00",
    ),
    "when what was left will be ready": (
        "u: mañana a las 9:30 la dejo\nb: dale, a las 9:30 te esperamos. para el jueves ya está\nu: joya",
        "05-05T09:30",
    ),
    "a deposit is no hour": (
        "u: este sábado hay lugar para 4?\nb: sí, empieza 19:30, con anticipo de 300\nu: va\nb: reservado",
        "05-09T19:30",
    ),
    "a boat for a day and not for six": (
        "u: I booked a boat for 6 June at 10. Could we make it the 13th?\nb: sure, same time?\nu: yes\nb: done",
        "06-13T10:00",
    ),
    "a day that names its month": (
        "u: el 20 de mayo a las 10 puede ser?\nb: sí\nu: uy no, mejor el 5 de junio misma hora\nb: listo, anotado",
        "06-05T10:00",
    ),
    "left and fetched": ("u: la moto\nb: déjela el martes a las 9\nu: ok, la recojo a las 7\nb: vale", "05-05T09:00"),
    "a number that corrects its weekday": (
        "b: Would this Thursday at 9:30 suit?\nu: away, next Thursday?\nb: Thursday 14th at 9:30\nu: thanks",
        "05-14T09:30",
    ),
    "agreed to with a question": (
        OFFER + "\nu: dale\nb: se me complicó, lo corremos al viernes?\nu: ya dale, misma hora?\nb: sí",
        "05-08T17:00",
    ),
    "one word": ("b: ¿vienes al control el jueves a las 5?\nu: voy", "05-07T17:00"),
    "seen, and not put off": (
        "u: sigo con tos\nb: venga el miércoles a las 9 y lo vemos\nu: ok gracias",
        "05-06T09:00",
    ),
    "a notice, and who will come": ("b: Reunión de consorcio el martes 12 19hs\nu: ok, ahí estaré", "05-12T19:00"),
    "a notice, and no more": ("b: Reunión de consorcio el martes 12 19hs\nu: ok", "-"),
    "asked for anew on another day": (
        "u: agenda cerámica el 8 de junio a las 9\nb: Listo\nu: y el 29 también\nb: Listo, agendado",
        "06-08T09:00 06-29T09:00",
    ),
    "every week, and this one": (
        "u: clases de piano\nb: tengo los lunes 18 hs o los jueves 17 hs\nu: ¿este jueves?\nb: dale",
        "05-07T17:00",
    ),
    "the day that one is busy on": ("u: el jueves salgo temprano, ¿a las 3 se podría?\nb: perfecto", "05-07T15:00"),
    "the weekday of today": ("u: ¿cuándo empieza a pintar?\nb: El lunes a las 7\nu: listo", "05-11T07:00"),
    "why the hour asked for cannot be": (
        "u: control el lunes 18, ¿a las 9?\nb: 9:30, a las 9 tengo cesárea\nu: ya",
        "05-18T09:30",
    ),
    "one of three refused": (
        (
            "u: 3 sesiones\nb: ¿lunes 11, miércoles 13 y viernes 15 a las 9?\nu: el viernes no puedo\n"
            "b: lunes, miércoles y jueves, misma hora\nu: perfecto"
        ),
        "05-11T09:00 05-13T09:00 05-14T09:00",
    ),
    "brought, and fetched on another day": (
        "u: arreglo de pantalón\nb: tráelo mañana a las 11\nu: vale\nb: el viernes a las 13 lo puedes recoger\nu: ok",
        "05-05T11:00 05-08T13:00",
    ),
    "people, and the part of the day": (
        "u: somos 12 para el viernes de noche\nb: a las 20 o 22:30\nu: a las 20 ta\nb: anotado",
        "05-08T20:00",
    ),
    "an hour beside one that is taken": (
        "u: can I swap to Thursday 7am?\nb: Thursday 7am is gone, 6.30?\nu: ok",
        "05-07T06:30",
    ),
    "the same weekday weeks later": (
        "u: can I get her first shots?\nb: Tuesday 10:20?\nu: ok\nb: And the booster 3 weeks later, same time?\nu: ok",
        "05-05T10:20 05-26T10:20",
    ),
    "no worries is a yes": (
        OFFER + "\nu: dale\nb: se me complicó, ¿puede a las 19:00?\nu: no se preocupe",
        "05-07T19:00",
    ),
    "one of two, and why": (
        "u: un oculista\nb: el jueves a las 9 o el lunes 11 a las 9\nu: el lunes, porque el jueves hay kermés",
        "05-11T09:00",
    ),
    "what is on then": (
        OFFER + "\nu: el jueves tengo kendo a las 18, no llego\nb: ¿y el viernes a la misma hora?\nu: ok",
        "05-08T17:00",
    ),
    "back to the offer": (
        OFFER + "\nu: ¿no habrá nada por la mañana?\nb: por la mañana operamos\nu: bueno, entonces esa\nb: ok",
        "05-07T17:00",
    ),
    "not back to it with thanks alone": (
        OFFER + "\nu: ¿no habrá nada por la mañana?\nb: por la mañana operamos\nu: ah ok gracias",
        "-",
    ),
    "both of them, and not two o'clock": (
        "u: pestañas\nb: jueves una a las 10 y otra a las 12?\nu: yo 10 y ella a las 12\nb: las apunto a las dos",
        "05-07T10:00 05-07T12:00",
    ),
    "one such day": (
        "u: ¿hacen esmaltado los domingos?\nb: solo de lunes a sábado\nu: ¿y este sábado se puede?\nb: a las 9\nu: ok",
        "05-09T09:00",
    ),
    "a trouble that there is none of": (
        OFFER + "\nu: dale\nb: se me complicó, ¿puede a las 19:00?\nu: no hay grindel",
        "05-07T19:00",
    ),
    "an answer by number": (
        "b: su cita de control es el jueves 7 a las 10:20. Responda 1 confirmar 2 cancelar\nu: 1\nb: ok",
        "05-07T10:20",
    ),
    "a no by number": (
        "b: su cita de control es el jueves 7 a las 10:20. Responda 1 confirmar 2 cancelar\nu: 2\nb: ok",
        "-",
    ),
    "minutes behind a blank": ("u: quiero un asado\nb: el sábado 20 30 en casa\nu: dale", "05-09T20:30"),
    "on the way to who gave the address": (
        "u: me quedé sin luz\nb: dirección?\nu: Av. Grau 210\nb: en 40 min llego\nu: listo",
        "05-04T09:43",
    ),
    "the second told right after the first": (
        OFFER + "\nu: dale\nb: y los cristales se entregan el lunes 11 a las 10\nu: zumbado",
        "05-07T17:00 05-11T10:00",
    ),
    "a trouble that is taken all the same": (
        "u: poner vidrio\nb: el jueves a las 7?\nu: a las 7 es muy temprano pero va\nb: listo",
        "05-07T07:00",
    ),
    "a question for another day is no hypothesis": ("u: ¿y si fuera el jueves a las 10?\nb: dale", "05-07T10:00"),
    "what is left is no booking": (
        (
            "u: hay hora para brackets\nb: me queda el jueves 15:00 y el viernes 11:30\nu: cuánto sale\nb: 30"
            "\nu: el viernes"
        ),
        "05-08T11:30",
    ),
    "weekdays with an hour each": (
        "u: when r u free for braids, i can do whatever\nb: Would fri 10 or sun 1 do\nu: fri",
        "05-08T10:00",
    ),
    "two days by their short names": (
        "u: can I book some lessons\nb: Thu 7th 4pm, Sat 9th 9am, Tue 12th 5pm\nu: sat and tue please, got work thurs",
        "05-09T09:00 05-12T17:00",
    ),
    "a week with a bound": (
        "u: la semana que viene cualquier día después de las 5\nb: martes 17:30 o jueves 18:15\nu: el martes va",
        "05-12T17:30",
    ),
    "why the hour does not suit": (
        (
            "u: vacunas para mis dos gatos el jueves a las 10\nb: Jueves 10 tengo cirugía. 11:15?\nu: ok 11:15"
            "\nb: te espero"
        ),
        "05-07T11:15",
    ),
    "what the other one has on": (
        "u: can I get chemistry help\nb: Wed 4:30?\nu: She has volleyball Wed. Thursday?\nb: Thursday 5:15\nu: perfect",
        "05-07T17:15",
    ),
    "a party of the business before it": (
        (
            "u: can I book face painting, May 16th, 1pm"
            "\nb: I have another party that ends at noon, so I could do 1:30?\nu: great"
        ),
        "05-16T13:30",
    ),
    "one of two that cannot be": (
        (
            "u: can I have Tuesday 6am and Wednesday 7pm please\nb: both booked"
            "\nu: I won't make it tomorrow, keep me in for wednesday!"
            "\nb: see you Wednesday"
        ),
        "05-06T19:00",
    ),
    "the hour alone, asked for again": (
        (
            "u: can I book the hall on Wednesday 6th May, 2 til 4\nb: yes it's free"
            "\nu: Could we have it from 1.30 to set up?"
            "\nb: Of course, 1.30 to 4 then"
        ),
        "05-06T13:30",
    ),
    "the same weekday of another week": (
        (
            "u: can I get a room thursday evening\nb: 6-9 or 8-11?\nu: 8-11\nb: booked"
            "\nu: can we do next thursday instead?\nb: next thurs only got 7-10\nu: yeah go on then"
        ),
        "05-14T19:00",
    ),
    "brought and fetched on two days": (
        (
            "u: lugar para Toto del viernes al domingo?\nb: a qué hora lo traerías el viernes?\nu: 8 de la mañana"
            "\nb: y lo retirás el domingo a qué hora?\nu: tipo 19\nb: Buenísimo, te espero el viernes"
        ),
        "05-08T08:00 05-10T19:00",
    ),
    "within the window": (
        (
            "u: arreglar la lavadora\nb: tenemos técnico mañana entre 2 y 5\nu: después de las 3 por favor"
            "\nb: Ok, queda entre 3 y 5"
        ),
        "05-05T15:00",
    ),
    "the hour of another day": (
        (
            "u: can I book a trial for the wedding on 20 June?\nb: Sat 9th May 10am?\nu: perfect"
            "\nb: What time is the ceremony on the 20th?"
            "\nu: 1pm\nb: I'll come at 8 then, what's the address?\nu: 2 Elm Road"
        ),
        "05-09T10:00 06-20T08:00",
    ),
    "another lesson called off with it": (
        "b: need to cancel Leo's lesson today. Would Thursday or Friday at 4 do?\nu: Friday works\nb: great",
        "05-08T16:00",
    ),
    "besides the speaker a relative": (
        "u: me anotas el viernes a las 4 y a mi primo a las 4:40?\nb: listo",
        "05-08T16:00 05-08T16:40",
    ),
    "instead of the hour it was": (
        "b: We had a cancellation tomorrow at 9.15, Would you like it instead of Thursday 4pm?\nu: yes please",
        "05-05T09:15",
    ),
    "both of a day": (
        "u: can I bring both boys?\nb: Friday 5 and 5:25?\nu: yes friday!\nb: got them down",
        "05-08T17:00 05-08T17:25",
    ),
    "a question about only the other one": (
        (
            "u: quiero agendar dos faciales\nb: qué día para la primera?\nu: este sábado a las 12"
            "\nb: Perfecto, sábado 9 a las 12. "
            "¿La segunda el sábado 23?\nu: si pero a las 10 am\nb: Va, 23 a las 10 am"
        ),
        "05-09T12:00 05-23T10:00",
    ),
    "the doctor's days elsewhere": (
        "u: es el consultorio del dr Paz?\nb: se mudó. Atiende lunes y miércoles de 14 a 19\nu: ah ok gracias",
        "-",
    ),
    "a bus that goes anyway": (
        "u: a que hora sale el ultimo bus a Ica el 24\nb: el 24 sale 6:30 pm\nu: ya gracias",
        "-",
    ),
    "a result from an hour on": (
        "u: y el resultado de la placa?\nb: Al día siguiente a partir de las 4 pm\nu: ok gracias",
        "-",
    ),
    "a slip put right beside the next question": (
        (
            "u: Book me a tune-up for Saturday at 9\nb: Sure, Saturday, May 9 at 9:00 am. What is it about?"
            "\nu: I mean Friday\nb: Great, Friday, May 8 at 9:00 am. Anything else?"
        ),
        "05-08T09:00",
    ),
    "the same in Spanish": (
        (
            "u: Quiero una afinación para el sábado a las 9\nb: Claro, el sábado 9 a las 9:00. ¿Algo más?"
            "\nu: quiero decir el viernes\nb: Ok, el viernes 8 a las 9:00. ¿Algo más?"
        ),
        "05-08T09:00",
    ),
    "a friend who is coming in": (
        "u: Would Tara be in Saturday? my mate's coming in at 2\nb: yes till 4\nu: cool ta",
        "-",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_one_of_each_kind(name: str):
    lines, expected = KINDS[name]
    locale = "en" if "can I" in lines or "Would" in lines else "es"
    found = [e for e in read_events(Chat(name, lines).transcript(locale)) if e.status is EventStatus.CONFIRMED]
    starts = sorted(e.start.strftime("%m-%dT%H:%M") for e in found)
    assert starts == [] if expected == "-" else starts == expected.split()


def test_what_was_only_said_beside_it_is_proposed():
    lines, _ = KINDS["a yes to a question beside the hour"]
    (event,) = read_events(Chat("beside", lines).transcript())
    assert event.status is EventStatus.PROPOSED


def test_what_was_spelled_otherwise_is_quoted_as_it_was_written():
    chat = Chat("quoted", "u: quiero un asado\nb: el sábado 20 30 en casa\nu: dale")
    (event,) = read_events(chat.transcript())
    said = {e.slot: e.quote for e in event.evidence}
    assert said["time"] == "el sábado 20 30"
