"""What an answer claims, in many words: a false claim is never sent, a true answer is not replaced."""

import asyncio
import datetime as dt

import pytest

from app.agent.desk import Desk
from app.agent.guarding.facts import checked
from app.agent.outcome import Outcome
from app.agent.prompts import RULES
from app.models import EventSource, EventStatus, Role
from tests.agent.chat import Chat
from tests.support.values import make_event

LIMA = dt.timezone(dt.timedelta(hours=-5))
# Monday, 2 March 2026. Friday is the 6th.


def event(day: int, hour: int, title: str = "Masaje", **more):
    start = dt.datetime(2026, 3, day, hour, tzinfo=LIMA)
    return make_event(start, title=title, time_zone="America/Lima", source=EventSource.REALTIME, **more)


def desk(*lines: str, events=(), taken=()) -> Desk:
    """`lines`: the customer's messages; those that begin with ">" are the business's."""
    chat = Chat(None, taken=taken)
    for line in lines:
        chat.write(line.removeprefix(">"), role=Role.BOT if line.startswith(">") else Role.USER)
    chat.events = {e.id: e for e in events}
    return Desk(turn=chat.turn(), busy=chat._look_up)


def does(on: Desk, *calls) -> list[Outcome]:
    """Runs tools as the model would: ("create", "el viernes a las 10", "masaje")."""

    async def run() -> None:
        for name, *arguments in calls:
            on.results.append(await getattr(on, name)(*arguments))

    asyncio.run(run())
    return on.results


def sent(on: Desk, text: str) -> bool:
    return checked(text, on, instructions=RULES) == text


# ---------------------------------------------------------------- nothing was done

FALSE = """
Sí, tu cita quedó agendada para el viernes 6 a las 10:00.
Si, tu cita quedó agendada para el viernes 6 a las 10:00.
Listo, he creado tu cita para el viernes 6 a las 10:00.
Listo, quedamos el viernes 6 a las 10:00.
Quedamos entonces el viernes.
Te agendo para el viernes 6 a las 10:00.
Te separé el viernes 6 a las 10:00.
Te aparté un lugar el viernes a las 10.
Tu cita quedó para el viernes 6 a las 10:00.
Tu cita es el viernes 6 a las 10:00.
Tienes cita el viernes a las 10.
Te espero el viernes a las 10.
Te espero el viernes.
¡Nos vemos el viernes a las 10!
Listo, el viernes a las 10.
Perfecto, el viernes a las 10.
Perfecto, el viernes a las 10. ¿Algo más?
Apartado el viernes 6 a las 10:00.
Cita confirmada ✅ viernes 6, 10:00
Te confirmo el viernes 6 a las 10:00.
Ya está hecho.
Todo listo.
¡Listo!
Anoté tu cita.
Ya te la anoté.
Hecho, ya lo tienes.
No hay problema, quedó reservado.
Sin problema, tu corte está confirmado.
Dejé reservado el viernes a las 10.
Viernes 6, 10:00, corte de pelo. Te esperamos.
Te puse el viernes a las 10.
Su turno: viernes 6 de marzo, 10:00.
Guardé tu lugar para el viernes 6 a las 10:00.
You're in for Friday at 10:00.
Your appointment is set for Friday at 10:00.
I've got you down for Friday at 10.
I have created your appointment for Friday at 10.
Booked for Friday at 10:00, can't wait to see you!
See you on Friday at 10!
Your haircut is on Friday, March 6 at 10:00 am.
Done, Friday at 10.
Great, Friday at 10 it is.
All set!
No worries, it's booked.
I moved it to Friday at 10.
Your appointment has been cancelled.
Ya lo tienes en el calendario.
Ya quedaste.
Ya quedó.
Quedas agendada para el viernes.
Tu lugar está asegurado para el viernes a las 10.
Te tengo para el viernes a las 10.
Reserva exitosa.
Viernes 10:00 ✅
Va, te veo el viernes a las 10.
Consider it done.
Friday 10am it is.
You have an appointment on Friday at 10.
Your spot is secured for Friday at 10.
Ya cancelé tu cita.
Listo, cancelé tu cita.
Cambié tu cita al lunes.
Eliminé tu cita del viernes.
Tu cita fue dada de baja.
La pasé al lunes 9 a las 12:00.
Tu cita se movió: queda el lunes 9 a las 12:00.
""".strip().splitlines()

HARMLESS = """
Atendemos de lunes a viernes de 9 a 18 h, ¡te esperamos!
Abrimos el sábado de 9:00 a 13:00.
El pedido ya está hecho.
Le paso tu pregunta al equipo. Los precios son los programados en la web.
¿Te agendo el viernes 6 a las 10:00?
Tengo libre el viernes 6 a las 10:00 o a las 11:00. ¿Cuál prefieres?
El viernes 6 a las 10:00 está libre. ¿Te lo agendo?
Puedo ofrecerte el viernes 6 a las 10:00.
Perfecto, el viernes a las 10. ¿A nombre de quién?
Entiendo: corte el viernes 6 a las 10:00. ¿Es correcto?
Listo, ¿a qué hora te queda bien?
Si me confirmas, te agendo el viernes 6 a las 10:00.
Para el viernes a las 10 necesito saber el servicio.
Aún no está agendada: ¿el viernes a qué hora?
No pude agendar el viernes a las 10.
El viernes a las 10 no tenemos lugar.
El viernes está todo ocupado. ¿Te sirve el sábado a las 11?
Te escribimos mañana.
Te confirmo mañana.
El equipo te responde el lunes.
Hoy es lunes 2 de marzo.
El corte cuesta 50 soles y dura una hora.
No, todavía no está agendada.
Si quieres, la dejo agendada.
No está agendada, ¿la agendo?
Would you like me to book Friday at 10?
I have Friday at 10 or 11 available. Which one?
Friday at 10 is free. Shall I book it?
Friday at 10 works. What is it for?
We are open on Saturday from 9 to 1.
We're fully booked on Friday.
Hoy atendemos hasta las 18:00.
Mañana abrimos a las 9:00.
El viernes tengo disponibles: 9:00, 10:00 y 11:30.
Lo más pronto sería el viernes 6 a las 10:00.
El próximo espacio es el viernes a las 10.
No tenemos disponibilidad el viernes; el sábado sí, a las 10 y a las 12.
The earliest I have is Friday at 10.
I can't do Friday at 10, but Saturday at 11 is available.
I couldn't book Friday at 10.
Once you tell me the service, I'll have it booked.
I'll let you know tomorrow.
¿Quieres cancelar tu cita del viernes?
Puedo agendar, mover o cancelar tus citas.
Déjame revisar el viernes a las 10.
Claro, ¿el viernes a las 10 para qué servicio?
El viernes a las 10 sí puedo, ¿qué servicio necesitas?
Con gusto, dime qué servicio quieres el viernes a las 10.
Solo me falta el servicio para agendar el viernes a las 10.
El viernes es feriado, no atendemos.
Estamos en Av. Larco 123, abierto hasta las 20:00.
Sí, aceptamos tarjeta.
""".strip().splitlines()


@pytest.fixture(scope="module")
def empty() -> Desk:
    return desk("Quiero un corte el viernes a las 10, ¿se puede?")


@pytest.mark.parametrize("text", FALSE)
def test_nothing_was_done_and_none_of_it_is_said(empty: Desk, text: str) -> None:
    assert not sent(empty, text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_claims_nothing_is_sent(empty: Desk, text: str) -> None:
    assert sent(empty, text)


# ---------------------------------------------------------------- how things stand

STANDS = """
Tu cita está confirmada.
Sí, tu cita está confirmada.
Tu masaje está confirmado. ¡Gracias!
Tu masaje está confirmado para el viernes 6 a las 10:00.
Tu masaje está confirmado para el viernes 6 a las 10:00, recuerda que hoy es lunes 2.
Te recordaremos el jueves; tu masaje está confirmado para el viernes 6 a las 10.
Sí, tienes masaje el viernes 6 a las 10:00.
Tu cita es el viernes a las 10.
Te esperamos el viernes a las 10.
Quedamos el viernes 6 a las 10:00.
Yes, your appointment is confirmed for Friday at 10:00.
Your massage is booked for Friday, March 6 at 10:00 am.
""".strip().splitlines()
STANDS_NOT = """
Tu masaje está confirmado para el viernes 6 a las 11:00.
Tu masaje es el jueves a las 10.
Tu cita está cancelada.
Tu cita se movió al viernes 6 a las 10:00.
Ambas citas están confirmadas.
Tienes facial el martes 10 a las 9:00.
Tienes masaje el viernes 6 a las 10:00 y facial el martes 10 a las 9:00.
Tu masaje y tu corte están confirmados: viernes 6 a las 10:00 y sábado 7 a las 10:00.
""".strip().splitlines()


@pytest.mark.parametrize("text", STANDS)
def test_a_true_answer_about_what_stands_is_sent(text: str) -> None:
    assert sent(desk("¿mi cita está confirmada?", events=[event(6, 10)]), text)


@pytest.mark.parametrize("text", STANDS_NOT)
def test_a_false_answer_about_what_stands_is_replaced_by_what_does(text: str) -> None:
    on = desk("¿mi cita está confirmada?", events=[event(6, 10)])
    said = checked(text, on, instructions=RULES)
    assert said != text
    assert "Masaje, el viernes 6 de marzo a las 10:00" in said


# ---------------------------------------------------------------- some of it was done

TWO = ("quiero masaje el jueves a las 10 y corte el viernes a las 11",)
TAKEN = (("2026-03-06T11:00", "2026-03-06T12:00"),)


@pytest.mark.parametrize(
    "text",
    [
        "Listo, las dos citas quedaron agendadas.",
        "Listo, ambas citas quedaron agendadas.",
        "Listo, todo quedó agendado.",
        "Both are booked.",
        "Hecho, todo agendado. Masaje: jueves 5 a las 10. Corte: viernes 6 a las 11.",
        "Agendado el masaje el jueves 5 a las 10 y el corte el viernes 6 a las 11.",
        "Tu corte quedó agendado.",
    ],
)
def test_of_two_that_were_wished_for_the_one_refused_is_not_said(text: str) -> None:
    on = desk(*TWO, taken=TAKEN)
    does(on, ("create", "el jueves a las 10", "masaje"), ("create", "el viernes a las 11", "corte"))
    said = checked(text, on, instructions=RULES)
    assert said != text
    assert "Masaje, el jueves 5 de marzo a las 10:00" in said


@pytest.mark.parametrize(
    "text",
    [
        "Listo, tu masaje quedó agendado para el jueves 5 a las 10:00.",
        "Agendé tu masaje el jueves a las 10. El viernes a las 11 ya está ocupado, ¿te sirve a las 12?",
        "Te separé el jueves a las 10 para el masaje.",
    ],
)
def test_of_two_that_were_wished_for_the_one_made_is_said(text: str) -> None:
    on = desk(*TWO, taken=TAKEN)
    does(on, ("create", "el jueves a las 10", "masaje"), ("create", "el viernes a las 11", "corte"))
    assert sent(on, text)


@pytest.mark.parametrize(
    "text",
    [
        "Listo, ambas quedaron agendadas.",
        "Todo agendado.",
        "Both are booked.",
        "Listo: jueves a las 10 y viernes a las 11.",
    ],
)
def test_both_are_said_when_both_were_made(text: str) -> None:
    on = desk(*TWO)
    does(on, ("create", "el jueves a las 10", "masaje"), ("create", "el viernes a las 11", "corte"))
    assert sent(on, text)


def test_cancelled_is_not_said_because_of_an_old_one() -> None:
    old = event(4, 10, "Corte", status=EventStatus.CANCELLED)
    on = desk("cancela mi masaje por favor", events=[event(6, 10), old])
    for text in ("Tu masaje del viernes 6 quedó cancelado.", "Tu cita quedó cancelada.", "Listo, cancelada."):
        assert not sent(on, text)
    does(on, ("cancel", "E1"))
    assert sent(on, "Tu masaje del viernes 6 quedó cancelado.")
    assert sent(on, "Listo, cancelada.")


def test_of_several_the_one_cancelled_is_said_and_not_all() -> None:
    on = desk("cancela la del viernes", events=[event(6, 10), event(9, 12, "Corte")])
    does(on, ("cancel", "E1"))
    assert sent(on, "Cancelé tu cita del viernes 6 a las 10:00.")
    for text in ("Todas tus citas quedaron canceladas.", "Tu corte quedó cancelado.", "Cancelada la del lunes 9."):
        assert not sent(on, text)


def test_moved_is_not_said_because_of_another_that_is_there() -> None:
    on = desk("mueve mi masaje al lunes 9 a las 10", events=[event(6, 10), event(9, 10, "Corte")])
    for text in ("Tu masaje quedó movido al lunes 9 a las 10:00.", "Listo, la moví al lunes 9 a las 10."):
        assert not sent(on, text)


def test_moved_is_said_of_what_was_moved() -> None:
    on = desk("mueve mi masaje al lunes 9 a las 12", events=[event(6, 10)])
    does(on, ("move", "E1", "el lunes 9 a las 12"))
    assert sent(on, "Listo, tu masaje quedó movido al lunes 9 a las 12:00.")
    assert sent(on, "Listo, lo pasé del viernes 6 a las 10:00 al lunes 9 a las 12:00.")
    assert sent(on, "Tu masaje queda el lunes 9 a las 12:00.")
    assert not sent(on, "Tu masaje quedó movido al martes 10 a las 12:00.")


def test_another_subject_at_a_moment_that_is_taken_by_theirs_is_not_booked() -> None:
    on = desk("quiero un facial el viernes a las 10", events=[event(6, 10)])
    assert not sent(on, "Tu facial quedó agendado para el viernes 6 a las 10:00.")
    assert not sent(on, "Tu facial está confirmado.")


@pytest.mark.parametrize(
    "answer",
    [
        "Figura en nuestra agenda.",
        "Dalo por hecho, Rosa",
        "Ya tienes tu espacio.",
        "Tu turno ha sido ingresado en el sistema",
        "You're good for Thursday at 4.",
        "I've squeezed you in.",
        "Booking code 5512",
        "It's on our calendar now.",
    ],
)
def test_a_booking_that_is_only_said_in_other_words_is_not_sent(answer: str) -> None:
    assert not sent(desk("Hola", "quiero un corte el jueves a las 4"), answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Ya no tienes turno.",
        "Tu reserva quedó sin efecto",
        "Ya liberé ese horario.",
        "You're no longer on the list",
        "Change made!",
    ],
)
def test_an_end_that_is_only_said_is_not_sent(answer: str) -> None:
    assert not sent(desk("cancela o mueve mi masaje", events=[event(6, 10)]), answer)


def test_what_stands_may_be_said_to_be_in_the_calendar() -> None:
    assert sent(desk("¿sigue mi cita?", events=[event(6, 10)]), "Sí, tu masaje está en la agenda.")
    assert sent(desk("¿hay lugar?", events=[event(6, 10)]), "Ya no hay lugar ese día.")
