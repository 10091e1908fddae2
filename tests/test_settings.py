import re
from pathlib import Path

import pytest

from app.calendars.google_access import Sealer
from app.errors import SettingsError
from app.settings import Settings, load_settings, variable

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load settings from these variables alone."""
    monkeypatch.chdir(tmp_path)

    def load_from(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return load_from


def test_nothing_has_to_be_set(load):
    settings = load()
    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.1", 8000, Path(".hilo"))
    assert settings.database_url is None
    assert settings.zone.key == settings.timezone


def test_empty_means_not_set(load):
    settings = load(HILO_PORT="", DATABASE_URL="", TWILIO_AUTH_TOKEN="")
    assert (settings.port, settings.database_url, settings.twilio_auth_token) == (8000, None, None)


def test_the_environment_wins_over_the_file(load, tmp_path):
    (tmp_path / ".env").write_text("HILO_PORT=9001\nHILO_LOCALE=en  # for our guests\n")
    settings = load(HILO_PORT="9002")
    assert (settings.port, settings.locale) == (9002, "en")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PUBLIC_BASE_URL", "https://citas.example/hilo/", "https://citas.example/hilo"),
        ("TWILIO_WHATSAPP_NUMBER", "+34 600 (111) 222", "whatsapp:+34600111222"),
        ("TWILIO_WHATSAPP_NUMBER", "whatsapp:+34600111222", "whatsapp:+34600111222"),
    ],
)
def test_values_are_brought_to_one_form(load, name, value, expected):
    assert getattr(load(**{name: value}), name.lower()) == expected


@pytest.mark.parametrize("text", ["10.0.0.0/8,127.0.0.1", "10.1.2.3/8 127.0.0.1/32", " 10.0.0.0/8 , 127.0.0.1 ,"])
def test_networks(load, text):
    assert [str(network) for network in load(HILO_TRUSTED_PROXIES=text).trusted_proxies] == [
        "10.0.0.0/8",
        "127.0.0.1/32",
    ]


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"HILO_PORT": "http"}, r"HILO_PORT: .*integer.*HILO_PORT=8000"),
        ({"HILO_PORT": "70000"}, r"HILO_PORT: .*65535.*"),
        ({"HILO_TIMEZONE": "Madrid"}, r"HILO_TIMEZONE: .*time zone.*HILO_TIMEZONE=America/Mexico_City"),
        ({"HILO_TIMEZONE": "../../etc/passwd"}, r"HILO_TIMEZONE: .*time zone.*"),
        ({"HILO_LOCALE": "fr"}, r"HILO_LOCALE: .*'es' or 'en'.*"),
        ({"HILO_TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, r"HILO_TRUSTED_PROXIES: .*networks, separated by commas.*"),
        ({"PUBLIC_BASE_URL": "citas.example"}, r"PUBLIC_BASE_URL: .*http.*"),
        ({"PUBLIC_BASE_URL": "https://citas.example/#rc=3"}, r"PUBLIC_BASE_URL: .*without.*"),
        ({"TWILIO_WHATSAPP_NUMBER": "600111222"}, r"TWILIO_WHATSAPP_NUMBER: .*country code.*"),
        ({"HILO_SECRET_KEY": "short"}, r"HILO_SECRET_KEY: .*`hilo google key` made.*"),
        ({"HILO_WORKING_HOURS": "9-14"}, r"HILO_WORKING_HOURS: should name the days.*HILO_WORKING_HOURS=mon-fri.*"),
        ({"SUPABASE_URL": "https://x.example"}, r"SUPABASE_KEY: is missing.*"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, r"TWILIO_AUTH_TOKEN: is missing.*"),
        ({"HILO_REPLY_QUIET_SECONDS": "20"}, r"HILO_REPLY_MAX_WAIT_SECONDS: .*at least.*"),
    ],
)
def test_a_wrong_setting_is_one_line(load, variables, line):
    with pytest.raises(SettingsError) as raised:
        load(**variables)
    assert re.fullmatch(line, str(raised.value))


def test_each_wrong_setting_has_its_line_and_no_secret_shows(load):
    with pytest.raises(SettingsError) as raised:
        load(DATABASE_URL="mysql://anna:geheim@db", HILO_API_KEY="kurz", HILO_PORT="x", HILO_CONTEXT_MESSAGES="0")
    lines = str(raised.value).splitlines()
    assert sorted(line.split(":")[0] for line in lines) == [
        "DATABASE_URL", "HILO_API_KEY", "HILO_CONTEXT_MESSAGES", "HILO_PORT"
    ]  # fmt: skip
    assert "geheim" not in str(raised.value)
    assert "kurz" not in str(raised.value)
    assert raised.value.__cause__ is None  # else a traceback would print the values after all


def test_secrets_do_not_print(load):
    settings = load(
        DATABASE_URL="postgresql://anna:geheim@db/hilo", TWILIO_AUTH_TOKEN="geheim-1", OPENAI_API_KEY="geheim-2"
    )
    assert "geheim" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_a_misspelt_name_is_pointed_out(load, tmp_path):
    (tmp_path / ".env").write_text("HILO_BATCH_INTERVALL_MINUTES=3\n")
    warnings = load(HILO_PROT="9000", HILO_TIMEZONE="Europe/Madrid", HILO_SHARED="x").warnings
    assert warnings == (
        "HILO_BATCH_INTERVALL_MINUTES is no setting of Hilo; did you mean HILO_BATCH_INTERVAL_MINUTES?",
        "HILO_PROT is no setting of Hilo; did you mean HILO_PORT?",
    )


def test_a_slip_in_a_vendors_name_is_pointed_out_and_other_programs_names_are_not(load):
    others = {"TWILIO_API_KEY": "x", "GOOGLE_API_KEY": "x", "GOOGLE_APPLICATION_CREDENTIALS": "x", "OPENAI_ORG_ID": "x"}
    assert load(TWILIO_AUTH_TOKN="x", HILO_TIMEZONE="Europe/Madrid", **others).warnings == (
        "TWILIO_AUTH_TOKN is no setting of Hilo; did you mean TWILIO_AUTH_TOKEN?",
    )


def test_a_guessed_time_zone_is_said(load):
    assert any("HILO_TIMEZONE is not set" in warning for warning in load().warnings)


def test_a_calendar_without_access_to_it_is_said(load):
    assert any("GOOGLE_CALENDAR_ID alone" in one for one in load(GOOGLE_CALENDAR_ID="a@b.example").warnings)
    assert not any("GOOGLE" in one for one in load(GOOGLE_SERVICE_ACCOUNT="key.json").warnings)


def test_a_file_that_is_no_text(load, tmp_path):
    (tmp_path / ".env").write_bytes(b"HILO_PORT=\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        load()


def test_the_example_file_names_every_setting_with_its_default():
    text = (ROOT / ".env.example").read_text()
    documented = dict(re.findall(r"^#(\w+)=(.*)$", text, re.MULTILINE))
    assert set(documented) == {variable(field) for field in Settings.model_fields}
    for field, info in Settings.model_fields.items():
        assert f"# {info.description}\n#{variable(field)}=" in text
        if info.default_factory is None and info.default not in (None, ()):
            expected = f"{info.default:g}" if isinstance(info.default, float) else str(info.default)
            assert documented[variable(field)] == expected


def test_the_example_file_is_valid_when_everything_in_it_is_set(tmp_path):
    text = re.sub(r"^#(\w+=)", r"\1", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    example = tmp_path / "example.env"
    text = re.sub(r"^(TWILIO_AUTH_TOKEN=)$", r"\1token", text, flags=re.MULTILINE)
    text = re.sub(r"^HILO_SECRET_KEY=$", f"HILO_SECRET_KEY={Sealer.new_key()}", text, flags=re.MULTILINE)
    example.write_text(text)
    assert load_settings(env_file=example).warnings == ()
