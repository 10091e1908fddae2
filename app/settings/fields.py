"""The table of all settings: name, type, limits, default, an example, and what each does. Those of what is connected
stand in `connections.py`. `.env.example` documents each for an operator; a test holds them together."""

from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, SecretStr, model_validator

from app.settings.connections import PREFIX, ConnectionSettings
from app.settings.types import (
    Hosts,
    Hours,
    LongKey,
    Networks,
    PostgresUrl,
    Url,
    Zone,
    system_zone,
)
from app.working_hours import EXAMPLE


class Settings(ConnectionSettings):
    """What an operator may set. Frozen; secrets show as `**********` wherever they are printed."""

    _warnings: tuple[str, ...] = PrivateAttr(default=())

    # -- the server ----------------------------------------------------------------------------------------------------
    host: str = Field(default="127.0.0.1", examples=["127.0.0.1"])
    """Address to listen on. The default is reachable from this machine alone."""
    port: int = Field(default=8000, ge=1, le=65535)
    """Port to listen on."""
    workers: int = Field(default=1, ge=1, le=64)
    """Server processes. All of them answer and process; work is claimed in the database."""
    data_dir: Path = Field(default=Path(".hilo"), examples=["/var/lib/hilo"])
    """Folder of the embedded Postgres and of the key that Hilo makes for itself."""
    timezone: Zone = Field(default_factory=system_zone, examples=["America/Mexico_City"])
    """Time zone of the default tenant. Without it the system's is taken, and a warning says so."""
    locale: Literal["es", "en"] = "es"
    """Language of the default tenant, for what has no message to answer in its language."""
    public_base_url: Url | None = Field(
        default=None, validation_alias="PUBLIC_BASE_URL", examples=["https://hilo.example.com"]
    )
    """Address under which the world reaches this server; webhooks are signed against it."""
    trusted_proxies: Networks = Field(default=(), examples=["127.0.0.1/32,10.0.0.0/8"])
    """Networks of the proxies whose X-Forwarded-… headers are believed, separated by commas."""
    max_body_kb: int = Field(default=256, ge=16, le=65536)
    """Largest request body that is read, in kB; above it 413."""
    api_key: LongKey | None = Field(default=None, examples=["a-long-random-text"])
    """Administrator's key for the API. Without it Hilo makes one in the data folder (`hilo keys show`)."""
    login_hours: float = Field(default=168, ge=0.1, le=720)
    """A log-in on the page ends when it was not used for this long, in hours; after 30 days in any case."""
    log_format: Literal["auto", "json", "console"] = "auto"
    """How logs are written; auto: for people on a terminal, JSON otherwise."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged."""

    # -- the store -----------------------------------------------------------------------------------------------------
    database_url: PostgresUrl | None = Field(
        default=None, validation_alias="DATABASE_URL", examples=["postgresql://hilo:password@localhost/hilo"]
    )
    """A Postgres 15 or newer. Without it, and without Supabase, the embedded one is used."""
    database_pool: int = Field(default=10, ge=1, le=200)
    """Most connections that one process opens to Postgres."""
    supabase_url: Url | None = Field(
        default=None, validation_alias="SUPABASE_URL", examples=["https://abcdefgh.supabase.co"]
    )
    """A Supabase project, used through its API."""
    supabase_key: SecretStr | None = Field(default=None, validation_alias="SUPABASE_KEY", examples=["sb_secret_..."])
    """Its secret key (or the older service_role key)."""

    # -- the agent -----------------------------------------------------------------------------------------------------
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY", examples=["sk-..."])
    """Without it the offline model answers and the rules extractor reads."""
    openai_base_url: Url | None = Field(
        default=None, validation_alias="OPENAI_BASE_URL", examples=["http://127.0.0.1:11434/v1"]
    )
    """Another server with OpenAI's interface."""
    openai_model: str = Field(default="gpt-5-mini", validation_alias="OPENAI_MODEL", min_length=1)
    """Model that answers and extracts."""
    llm_fallback: Literal["none", "rules"] = "none"
    """Who reads a conversation that the model could not: nobody, so that it waits with its reason, or the rules."""
    llm_window_tokens: int = Field(default=12_000, ge=500, le=1_000_000)
    """Longer conversations are read in overlapping pieces of about this many tokens."""
    llm_timeout_seconds: float = Field(default=60, ge=1, le=600)
    """One call of the batch to the model takes no longer than this, its whole answer included, in seconds."""
    llm_attempts: int = Field(default=3, ge=1, le=10)
    """Calls of the batch for one answer, when the model fails."""
    llm_daily_tokens: int = Field(default=0, ge=0, le=10_000_000_000)
    """Most tokens of each tenant in a day (UTC), then the offline model answers and the rules read; 0: any number."""
    llm_input_price: float = Field(default=0, ge=0, le=1_000_000)
    """Price of a million tokens that the model reads, for the cost shown."""
    llm_output_price: float = Field(default=0, ge=0, le=1_000_000)
    """Price of a million tokens that it writes."""
    agent_timeout_seconds: float = Field(default=60, ge=0.5, le=600)
    """An answer takes no longer than this, all calls of the model included, in seconds."""
    transcribe_api_key: SecretStr | None = Field(default=None, examples=["sk-..."])
    """Voice notes are turned into text with it; without it they stay `[Audio message]`."""
    transcribe_base_url: Url = "https://api.openai.com/v1"
    """Server with OpenAI's /audio/transcriptions."""
    transcribe_model: str = Field(default="gpt-4o-mini-transcribe", min_length=1)
    """Model that transcribes."""
    vision_api_key: SecretStr | None = Field(default=None, examples=["sk-..."])
    """Images are described with it; without it they stay `[Image]`."""
    vision_base_url: Url = "https://api.openai.com/v1"
    """Server with OpenAI's /chat/completions and a model that sees."""
    vision_model: str = Field(default="gpt-5-mini", min_length=1)
    """Model that describes images."""
    read_documents: bool = True
    """Documents (PDF, plain text) are read here, without a model; off: they keep their label and name."""
    media_max_mb: float = Field(default=20, gt=0, le=100)
    """Largest file that is fetched, in MB."""
    media_timeout_seconds: float = Field(default=30, ge=1, le=120)
    """Fetching a file takes no longer than this, and neither does the model's answer, in seconds."""
    media_wait_seconds: float = Field(default=20, ge=0, le=300)
    """An answer waits no longer than this for files to be turned into text, in seconds."""
    media_hosts: Hosts = Field(default=(), examples=["bucket.s3.eu-west-1.amazonaws.com"])
    """Further hosts that files may come from (a storage of WAHA's or Chatwoot's), separated by commas."""
    context_messages: int = Field(default=10, ge=1, le=100)
    """Messages of a conversation that the agent sees."""
    reply_quiet_seconds: float = Field(default=2, ge=0, le=60)
    """An answer waits until the customer has been quiet for this long, in seconds."""
    reply_max_wait_seconds: float = Field(default=10, ge=0, le=300)
    """An answer waits no longer than this, in seconds, however many messages follow one another."""
    human_pause_hours: float = Field(default=12, ge=0, le=720)
    """The agent is silent for so many hours after a person has written on the phone or in Chatwoot; 0: it is not."""
    reply_concurrency: int = Field(default=8, ge=1, le=256)
    """Conversations that one process answers at the same time."""
    lease_seconds: float = Field(default=30, ge=2, le=600)
    """How long work that a process has claimed waits for it, in seconds; after a crash others take it up then."""
    poll_seconds: float | None = Field(default=None, ge=0.1, le=60, examples=["5"])
    """How often a process looks for work that others left, in seconds. Default: 1, over Supabase's API 5."""
    reminder_seconds: float = Field(default=60, ge=1, le=3600)
    """How often it is looked which reminders are due, in seconds."""
    twiml_wait_seconds: float = Field(default=8, ge=0, le=12)
    """Without Twilio's REST credentials: seconds that a webhook waits for its reply (Twilio waits 15); 0: none."""

    # -- the batch -----------------------------------------------------------------------------------------------------
    batch_interval_minutes: float = Field(default=5, ge=0, le=1440)
    """How often the batch runs, in minutes; 0: never by itself."""
    batch_quiet_minutes: float = Field(default=5, ge=0, le=1440)
    """A scheduled batch takes conversations that have been quiet for this long, in minutes."""
    batch_max_age_minutes: float = Field(default=60, ge=1, le=10080)
    """It also takes those whose oldest unprocessed message is this old, in minutes."""
    batch_limit: int = Field(default=100, ge=1, le=10000)
    """Most conversations in one run."""
    batch_concurrency: int = Field(default=2, ge=1, le=64)
    """Conversations that one run reads at the same time."""
    batch_max_attempts: int = Field(default=5, ge=1, le=100)
    """Failures after which a conversation is parked for a person."""
    backfill_interval_minutes: float = Field(default=10, ge=0, le=1440)
    """How often the store is compared with the provider's list of messages, in minutes; 0: only at the start."""
    backfill_answer_minutes: float = Field(default=10, ge=0, le=1440)
    """A message found that way is still answered up to this age, in minutes."""

    # -- conversation sync ---------------------------------------------------------------------------------------------
    session_hours: float = Field(default=24, gt=0, le=8760)
    """A session of the conversation-sync API lasts this long without activity, in hours."""
    sync_requests_per_minute: int = Field(default=12_000, ge=0, le=10_000_000)
    """Most requests to the conversation-sync API with one key, per minute and server process; 0: no limit."""
    sync_context_kb: int = Field(default=64, ge=1, le=1024)
    """Largest context and metadata of a session together, in kB."""
    sync_messages: int = Field(default=20, ge=1, le=200)
    """Messages of a conversation that the conversation-sync API shows in previousMessages."""

    # -- events --------------------------------------------------------------------------------------------------------
    event_minutes: int = Field(default=60, ge=5, le=1440)
    """Length of an event of which nobody said how long it takes, in minutes."""
    working_hours: Hours | None = Field(default=None, examples=[EXAMPLE])
    """When appointments are offered and taken, in the tenant's time zone. Without it any hour is."""
    conflict_policy: Literal["refuse", "review", "allow"] = "refuse"
    """What happens to an event at a time that is taken: refused, stored for review, or made."""

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if self.supabase_url and not self.supabase_key:
            raise ValueError("SUPABASE_KEY: is missing; SUPABASE_URL needs it")
        if self.supabase_key and not self.supabase_url:
            raise ValueError("SUPABASE_URL: is missing; SUPABASE_KEY needs it")
        if self.reply_max_wait_seconds < self.reply_quiet_seconds:
            raise ValueError("HILO_REPLY_MAX_WAIT_SECONDS: should be at least HILO_REPLY_QUIET_SECONDS")
        return self

    def secret_values(self) -> list[str]:
        """What must never show in a log."""
        values = (getattr(self, field) for field in type(self).model_fields)
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the operator: settings that are not wrong but may not be what was meant."""
        return self._warnings


def variable(field: str) -> str:
    """The environment variable of a field of `Settings`."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{field.upper()}"
