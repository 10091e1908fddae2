"""`hilo extract`: files in, files out."""

import json

import pytest

from tests.cli.conftest import Hilo


def talk(name: str, *texts: str) -> dict[str, object]:
    roles = ("user", "bot")
    messages = [{"role": roles[number % 2], "text": text} for number, text in enumerate(texts)]
    return {"id": name, "reference": "2026-05-04T09:00:00", "timezone": "America/Bogota", "messages": messages}


ASKED = "Buenas, ¿me agendas el jueves a las 3 de la tarde para un masaje?"
BOOKED = talk("booked", ASKED, "Claro, agendado", "Gracias")
NOTHING = talk("nothing", "¿Cuánto cuesta el masaje?", "Son 40 soles", "Ok gracias")


def write(hilo: Hilo, name: str, *cases: object) -> None:
    (hilo.folder / name).write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases))


def test_conversations(hilo: Hilo):
    write(hilo, "cases.jsonl", BOOKED, NOTHING)
    done = hilo("extract", "cases.jsonl", "-o", "out.jsonl")
    assert (done.code, done.out) == (0, "")
    booked, nothing = map(json.loads, (hilo.folder / "out.jsonl").read_text().splitlines())
    assert booked["id"] == "booked"
    assert [(event["start"], event["status"]) for event in booked["events"]] == [("2026-05-07T15:00", "confirmed")]
    assert nothing == {"id": "nothing", "events": []}


def test_sentences(hilo: Hilo):
    case = {"id": "s", "text": "nos vemos el jueves de 3 a 4 de la tarde", "reference": "2026-05-04T09:00:00"}
    write(hilo, "in.jsonl", case, case | {"id": "t", "text": "gracias"})
    done = hilo("extract", "--datetime", "in.jsonl", "-o", "-")
    assert [json.loads(line) for line in done.lines] == [
        {"id": "s", "start": "2026-05-07T15:00", "end": "2026-05-07T16:00"},
        {"id": "t"},
    ]


@pytest.mark.parametrize("shape", ["lines", "document"])
def test_explaining_shows_the_words_behind_an_event(hilo: Hilo, shape: str):
    if shape == "lines":
        write(hilo, "file", NOTHING, BOOKED)
        done = hilo.here("extract", "--explain", "file", "--id", "booked")
    else:
        (hilo.folder / "file").write_text(json.dumps(BOOKED, indent=2))
        done = hilo.here("extract", "--explain", "file")
    assert done.code == 0
    assert done.out.startswith("== booked\n")
    assert "nothing" not in done.out
    assert "CONFIRMED" in done.out
    assert "jueves a las 3" in done.out
    assert "in message 1" in done.out


@pytest.mark.parametrize(
    ("arguments", "content", "said"),
    [
        (["in"], '{"id": "1"}', "-o OUT.jsonl"),
        (["in", "-o", "in"], '{"id": "1"}', "holds the cases"),
        (["none", "-o", "out"], "", "none: "),
        (["in", "-o", "no/such/out"], '{"id": "1", "messages": []}', "no/such/out: No such file"),
        (["in", "-o", "out"], '\n{"id": "1", "messages": "x"}', "line 2"),
        (["in", "-o", "out"], "[1]", "line 1: a case is a JSON object"),
        (["--datetime", "in", "-o", "out"], '{"id": "1", "text": "hoy"}', "line 1: 'reference' is missing"),
        (["--datetime", "in", "-o", "out"], "nope", "line 1: "),
        (["in", "-o", "out", "--extractor", "llm"], '{"id": "1", "messages": []}', "OPENAI_API_KEY"),
        (["--explain", "in", "--id", "2"], '{"id": "1", "messages": []}\n{"id": "3", "messages": []}', "has no case 2"),
    ],
)
def test_what_is_wrong_is_one_line(hilo: Hilo, arguments: list[str], content: str, said: str):
    (hilo.folder / "in").write_text(content)
    done = hilo.here("extract", *arguments)
    assert done.code == 1
    assert len(done.err.splitlines()) == 1, done.err
    assert done.err.startswith("hilo: ")
    assert said in done.err
