import io
import json
import logging
from urllib.parse import quote, quote_plus

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from app.logs import Scrubber, configure_logging
from tests.support.plain_logs import plain_logs

digits = st.text("0123456789", min_size=7, max_size=14).map(lambda rest: f"3{rest}")
words = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-._~", min_size=12, max_size=40)


@pytest.fixture
def written():
    """Configures logging to a text stream; returns a function that gives the lines."""
    before = (logging.root.handlers[:], logging.root.level)
    stream = io.StringIO()

    def configure(kind="json", **options):
        configure_logging(format=kind, stream=stream, **options)
        return lambda: stream.getvalue().splitlines()

    yield configure
    logging.root.handlers[:], logging.root.level = before
    logging.captureWarnings(capture=False)
    plain_logs()


phone_forms = st.sampled_from(
    [
        lambda number: f"+{number}",
        lambda number: f"whatsapp:+{number}",
        lambda number: quote(f"whatsapp:+{number}", safe=""),
        lambda number: quote(quote(f"whatsapp:+{number}", safe=""), safe=""),
        lambda number: f"From=whatsapp%3A%2b{number}&To=x",
        lambda number: f"/api/v1/whatsapp/conversations/whatsapp:+{number}/messages",
        lambda number: f"+{number[:2]} {number[2:5]} {number[5:]}",
        lambda number: f"+{number[:1]} ({number[1:4]}) {number[4:7]}-{number[7:]}",
        lambda number: f"tel:+{number[:2]}.{number[2:5]}.{number[5:]}",
    ]
)


@given(number=digits, form=phone_forms, around=st.sampled_from(["", " ", "'", '"', "(", "=", "/", "\n"]))
def test_no_full_phone_number_survives(number, form, around):
    scrubbed = Scrubber().text(f"before{around}{form(number)}{around}after")
    left = "".join(character for character in scrubbed if character.isdigit())
    assert number not in left
    assert number[:-3] not in left
    assert scrubbed.startswith("before")
    assert scrubbed.endswith("after")


@given(number=st.text("0123456789", min_size=9, max_size=13).map(lambda rest: f"5{rest}"))
@pytest.mark.parametrize(
    "form", ["{}@c.us", "{}@s.whatsapp.net", "/chats/{}/", "wa_id={}", "false_{}@c.us_3EB0", "%3A{}"]
)
def test_no_whatsapp_id_survives(number, form):
    assert number not in Scrubber().text(form.format(number))


@given(
    secret=words,
    form=st.sampled_from(
        [
            "Authorization: Bearer {}",
            '{{"authorization": "Bearer {}"}}',
            "authorization=Basic {}",
            "bearer {}",
            "X-API-Key: {}",
            "GET /api/v1/calendar.ics?token={}",
            "/feed?a=b&token={}&c=d",
            "%3Ftoken%3D{}",
            "postgresql://hilo:{}@localhost/hilo",
            "https://AC123:{}@api.twilio.com/2010-04-01",
            "connection to 'host=db password={} user=hilo' failed",
            "{{'auth_token': '{}'}}",
            "access_token={}",
            "sk-{}",
            "sb_secret_{}",
            "X-Twilio-Signature: {}",
        ]
    ),
)
def test_no_secret_survives_by_its_place(secret, form):
    assert secret not in Scrubber().text(f"failed: {form.format(secret)} , retry")


@given(secret=st.text(min_size=6, max_size=60), before=st.text(max_size=10), after=st.text(max_size=10))
def test_our_own_secrets_are_removed_wherever_they_are(secret, before, after):
    scrubber = Scrubber([secret])
    try:
        encoded = [quote(secret, safe=""), quote_plus(secret)]
    except UnicodeEncodeError:
        encoded = []
    for form in [secret, *encoded]:
        scrubbed = scrubber.text(before + form + after)
        assert form not in scrubbed or form in before + "***" + after


@given(
    plain=st.dictionaries(
        st.sampled_from(["id", "count", "seconds"]), st.integers(0, 10**8) | st.booleans() | st.none()
    )
)
def test_what_is_harmless_stays(plain):
    assert Scrubber().value(plain) == plain


@pytest.mark.parametrize(
    "text",
    [
        "stored SM0123456789abcdef0123456789012345",
        "event 7c9e6679-7425-40de-944b-e07fc1f90ae7 from 2026-11-20T10:00:00+01:00 to 2026-11-20T11:00:00-06:00",
        "took 0.1234567890123 s",
        "migration hilo_migrations 0001_initial applied in 1234 ms",
        "http://127.0.0.1:8000/api/v1/whatsapp/webhook",
    ],
)
def test_what_an_operator_needs_stays(text):
    assert Scrubber(["geheimnis"]).text(text) == text


REFUSAL = "refused +34600111222\nDETAIL:  Failing row contains (1, mañana a las 10)."


def refuse(text: str) -> None:
    # A traceback shows lines of code, so the text must not stand in the line that raises.
    raise ValueError(text)


@pytest.mark.parametrize("kind", ["json", "console"])
def test_whoever_logs_it(written, kind):
    lines = written(kind, secrets=["our-own-secret"], level="debug")
    log = structlog.get_logger("app.x").bind(conversation_id="whatsapp:+34600111222")
    log.info(
        "stored", body="mañana a las 10", raw={"Body": "mañana a las 10", "From": "+34600111222"}, phone=34600111222
    )
    log.info("sent %s", "to +34600111222", nested=[{"token": "abc"}, {"text": "mañana a las 10"}])
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "10.0.0.1:9", "GET", "/c/whatsapp%3A%2B34600111222?token=abcdef", "1.1", 200
    )
    logging.getLogger("httpx").info("HTTP Request: GET https://AC1:our-own-secret@api.example/%s", "+34600111222")
    logging.getLogger("openai").debug("Request options: mañana a las 10")
    logging.getLogger("twilio.http_client").info("Body: mañana a las 10")
    try:
        refuse(REFUSAL)
    except ValueError:
        log.exception("failed")
        logging.getLogger("other").exception("failed")
    text = "\n".join(lines())
    assert "failed" in text
    assert "…222" in text
    for secret in ("34600111222", "mañana a las 10", "our-own-secret", "abcdef", "'abc'"):
        assert secret not in text
    # what is shown of an exception never holds local variables
    assert "lines = " not in text


def test_json_lines_are_json_and_access_has_fields(written):
    lines = written("json")
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "10.0.0.1:9", "GET", "/healthz", "1.1", 200)
    structlog.get_logger("app").warning("dos\nlíneas", why=ValueError("así"))
    access, ours = [json.loads(line) for line in lines()]
    assert (access["event"], access["method"], access["path"], access["status"]) == ("request", "GET", "/healthz", 200)
    assert (ours["event"], ours["why"], ours["level"], ours["logger"]) == ("dos\nlíneas", "así", "warning", "app")


def test_auto_is_json_where_nobody_looks(written):
    lines = written("auto")
    structlog.get_logger("app").info("x")
    assert json.loads(lines()[0])["event"] == "x"


def test_configured_twice_logs_once(written):
    written("json")
    lines = written("json", level="warning")
    structlog.get_logger("app").warning("x")
    structlog.get_logger("app").info("y")
    assert len(lines()) == 1
