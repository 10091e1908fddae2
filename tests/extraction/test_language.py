"""A third language is tables and nothing else: a handful of Portuguese words read a conversation to its event."""

from collections.abc import Iterator

import pytest

from app.extraction.rules import read_events
from app.extraction.rules.acts import Act
from app.extraction.rules.lang import LEXICONS, Lexicon
from app.models import EventStatus
from app.temporal import register
from app.temporal.lang import LANGUAGES
from tests.extraction.chats import Chat
from tests.temporal.test_language import PORTUGUESE

SAID = {
    Act.ACCEPT: "sim, claro, beleza, pode ser, combinado, perfeito, fechado, tá bom, ótimo",
    Act.REFUSE: "não",
    Act.CANNOT: "não posso, não consigo, não dá, não vou poder",
    Act.HEDGE: "talvez, vou ver, não sei",
    Act.CONFIRM: "agendad{o,a}, marcad{o,a}, confirmad{o,a}, fica marcad{o,a}",
    Act.WANT: "quero, queria, preciso",
    Act.OFFER: "tenho, temos",
    Act.ASK_FREE: "tem, pode",
    Act.MOVE: "mudar, passar para, em vez de",
    Act.CANCEL: "cancela{r,}",
    Act.THANKS: "obrigad{o,a}",
}
WORDS = Lexicon(
    code="pt",
    acts={act: SAID.get(act, "") for act in Act},
    short={"vc": "você", "blz": "beleza"},
    common="o a os as um uma de do da que para com não sim quero você obrigado bom boa dia tarde eu às amanhã",
    ordinals={1: "a primeira, o primeiro", 2: "a segunda opção, o segundo"},
    asks="quero/queria/preciso (marcar/agendar) um/uma, marcar um/uma, agendar um/uma",
    services="corte limpeza consulta aula visita cabelo",
    generic="consulta",
    joins="de do da para com o a",
    stops="às amanhã hoje por favor obrigado tem pode",
    articles="o a os as um uma de para",
    places="rua avenida praça",
    venues="clínica salão",
    at="em no na",
    in_place="em no na",
    answers="é seria",
    either="ou",
    also="e",
    splits="mas",
    pauses="e",
    counts={2: "duas aulas"},
    evening="jantar",
    morning="café",
    leads="quero marcar um uma",
    troubles="problema com o/a",
    light="",
    meetings="reunião",
    desk="horário vaga",
    people="filho filha",
    determined="o a um uma meu minha",
    questions="onde quem",
    single={},
    spare="antes",
    head_first=True,
    fallback="Compromisso",
    title_fronts="",
    title_ends="que",
    yes="sim claro",
    doubts="não nem nunca",
    linking="é seria",
    modals="posso pode",
)


@pytest.fixture(autouse=True)
def portuguese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    register(PORTUGUESE)
    monkeypatch.setitem(LEXICONS, "pt", WORDS)
    yield
    del LANGUAGES["pt"]


def test_a_conversation_in_a_third_language():
    chat = Chat(
        "corte",
        """
        u: boa tarde, quero marcar um corte de cabelo para amanhã às 4
        b: amanhã às 4 não dá, tenho sexta às 5 da tarde ou sábado às 10
        u: sexta então
        b: marcado!
        """,
        zone="America/Sao_Paulo",
    )
    [event] = read_events(chat.transcript(locale="pt"))
    assert event.status is EventStatus.CONFIRMED
    assert event.start.isoformat() == "2026-05-08T17:00:00-03:00"
    assert event.title == "Corte de cabelo"


def test_it_refuses_and_cancels_as_well():
    chat = Chat(
        "cancelado",
        """
        u: quero agendar uma limpeza para sexta às 8 da noite
        b: combinado, agendada
        u: preciso cancelar, obrigado
        b: tá bom
        """,
        zone="America/Sao_Paulo",
    )
    [event] = read_events(chat.transcript(locale="pt"))
    assert event.status is EventStatus.CANCELLED
