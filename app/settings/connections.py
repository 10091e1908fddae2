"""The settings of what is connected from elsewhere: WhatsApp providers, mail, Google Calendar. Part of `Settings`."""

from typing import Final, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings.types import FernetKey, MailSender, Names, Url, WhatsAppNumber

PREFIX: Final = "HILO_"


class ConnectionSettings(BaseSettings):
    """Each is off until it is set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        validate_by_name=True,
    )

    # -- Twilio --------------------------------------------------------------------------------------------------------
    twilio_account_sid: str | None = Field(
        default=None, validation_alias="TWILIO_ACCOUNT_SID", pattern="^AC", examples=["ACxxxxxxxxxxxxxxxx"]
    )
    """Account that replies are sent with. Without it a webhook's answer carries the reply."""
    twilio_auth_token: SecretStr | None = Field(default=None, validation_alias="TWILIO_AUTH_TOKEN")
    """Token that webhooks are signed with. Without it webhooks are taken from this machine alone."""
    twilio_whatsapp_number: WhatsAppNumber | None = Field(
        default=None, validation_alias="TWILIO_WHATSAPP_NUMBER", examples=["+14155238886"]
    )
    """Our own WhatsApp number: what was sent to it is compared with what is stored."""
    twilio_api_base_url: Url | None = Field(
        default=None, validation_alias="TWILIO_API_BASE_URL", examples=["http://127.0.0.1:4010"]
    )
    """Another address for Twilio's API, for tests."""

    # -- Meta's Cloud API ----------------------------------------------------------------------------------------------
    meta_app_secret: SecretStr | None = Field(default=None, validation_alias="META_APP_SECRET")
    """Secret that webhooks are signed with. Without it webhooks are taken from this machine alone."""
    meta_verify_token: SecretStr | None = Field(
        default=None, validation_alias="META_VERIFY_TOKEN", examples=["a-word-of-your-choice"]
    )
    """Word that Meta's console asks for beside the webhook's address."""
    meta_access_token: SecretStr | None = Field(default=None, validation_alias="META_ACCESS_TOKEN")
    """Token of a system user with whatsapp_business_messaging. Without it nothing is sent."""
    meta_graph_version: str = Field(default="v23.0", validation_alias="META_GRAPH_VERSION", pattern=r"^v\d+\.\d+$")
    """Version of the Graph API."""
    meta_api_base_url: Url | None = Field(
        default=None, validation_alias="META_API_BASE_URL", examples=["http://127.0.0.1:4020"]
    )
    """Another address for the Graph API, for tests."""
    read_receipts: bool = True
    """Show customers that their message was read and is being answered, where the provider can (Cloud API)."""

    # -- WAHA ----------------------------------------------------------------------------------------------------------
    waha_base_url: Url | None = Field(
        default=None, validation_alias="WAHA_BASE_URL", examples=["http://127.0.0.1:3000"]
    )
    """Address of the WAHA server. Without it nothing is sent."""
    waha_api_key: SecretStr | None = Field(default=None, validation_alias="WAHA_API_KEY")
    """Its key (X-Api-Key)."""
    waha_hmac_key: SecretStr | None = Field(default=None, validation_alias="WAHA_HMAC_KEY")
    """Key that its webhooks are signed with. Without it webhooks are taken from this machine alone."""

    # -- Chatwoot ------------------------------------------------------------------------------------------------------
    chatwoot_base_url: Url | None = Field(
        default=None, validation_alias="CHATWOOT_BASE_URL", examples=["https://app.chatwoot.com"]
    )
    """Address of the Chatwoot installation."""
    chatwoot_api_token: SecretStr | None = Field(default=None, validation_alias="CHATWOOT_API_TOKEN")
    """Access token of an agent bot, or of a user. Without it nothing is sent."""
    chatwoot_account_id: int | None = Field(default=None, ge=1, validation_alias="CHATWOOT_ACCOUNT_ID", examples=[3])
    """Account for messages that Hilo starts outside any conversation."""
    chatwoot_inbox_id: int | None = Field(default=None, ge=1, validation_alias="CHATWOOT_INBOX_ID", examples=[12])
    """Inbox for messages that Hilo starts outside any conversation."""
    chatwoot_webhook_token: SecretStr | None = Field(
        default=None, validation_alias="CHATWOOT_WEBHOOK_TOKEN", examples=["a-long-random-text"]
    )
    """Secret end of the webhook's path; letters and digits."""
    chatwoot_webhook_secret: SecretStr | None = Field(default=None, validation_alias="CHATWOOT_WEBHOOK_SECRET")
    """Secrets that its webhooks are signed with (4.12 or newer), separated by commas, one for each webhook."""
    chatwoot_hand_back_label: str = Field(default="bot", validation_alias="CHATWOOT_HAND_BACK_LABEL")
    """Label that gives a conversation back to the agent when somebody adds it."""
    chatwoot_window_hours: float = Field(default=0, ge=0, le=720, validation_alias="CHATWOOT_WINDOW_HOURS")
    """Hours after a customer's last message in which its inboxes take answers (24 for WhatsApp inboxes); 0: always."""
    validate_conversations: bool = Field(default=False, validation_alias="VALIDATE_CONVERSATIONS")
    """Ask Chatwoot for a conversation before each answer, and find or make another if it is gone."""

    # -- notices to the owner ------------------------------------------------------------------------------------------
    smtp_host: str | None = Field(default=None, min_length=1, examples=["smtp.example.com"])
    """Mail server that notices are sent with. Without it nobody is told by e-mail."""
    smtp_port: int | None = Field(default=None, ge=1, le=65535, examples=[587])
    """Its port. Default: 587 with starttls, 465 with tls, 25 with none."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted; none only for a server on this machine or inside."""
    smtp_user: str | None = Field(default=None, min_length=1, examples=["avisos@example.com"])
    """Whom to log in as there. Without it nobody is logged in."""
    smtp_password: SecretStr | None = Field(default=None, examples=["an-app-password"])
    """The password for it."""
    smtp_from: MailSender | None = Field(default=None, examples=["Hilo <avisos@example.com>"])
    """Whom notices come from: an address, with or without a name before it."""
    notify_inside: Names = Field(default=(), examples=["n8n,127.0.0.1"])
    """Hosts in your network that webhooks for notices may lead to, also without TLS, separated by commas."""

    # -- Google Calendar -----------------------------------------------------------------------------------------------
    google_service_account: SecretStr | None = Field(
        default=None, validation_alias="GOOGLE_SERVICE_ACCOUNT", examples=["/etc/hilo/google-key.json"]
    )
    """Key of a service account: the path of its file, or its JSON. The calendar is shared with its address."""
    google_calendar_id: str | None = Field(
        default=None, validation_alias="GOOGLE_CALENDAR_ID", examples=["citas@group.calendar.google.com"]
    )
    """Calendar of the default tenant; other tenants name theirs (`hilo google connect`)."""
    google_delegated_user: str | None = Field(
        default=None, validation_alias="GOOGLE_DELEGATED_USER", examples=["citas@example.com"]
    )
    """Whom the service account acts for, where the domain's administrator has delegated that to it."""
    google_client_id: str | None = Field(
        default=None, validation_alias="GOOGLE_CLIENT_ID", examples=["123.apps.googleusercontent.com"]
    )
    """OAuth client (desktop app) for connecting a person's calendar, instead of a service account."""
    google_client_secret: SecretStr | None = Field(
        default=None, validation_alias="GOOGLE_CLIENT_SECRET", examples=["GOCSPX-..."]
    )
    """Its secret."""
    google_token_url: Url = Field(default="https://oauth2.googleapis.com/token", validation_alias="GOOGLE_TOKEN_URL")
    """Where OAuth tokens come from; another address for tests."""
    google_api_url: Url | None = Field(
        default=None, validation_alias="GOOGLE_API_URL", examples=["http://127.0.0.1:9200/calendar/v3"]
    )
    """Another address for Google Calendar's API, for tests."""
    google_sync_seconds: float = Field(default=60, ge=1, le=86400)
    """How often changes that people made in Google are read, in seconds."""
    google_concurrency: int = Field(default=8, ge=1, le=32)
    """Writes to Google that one process has under way. Google allows 600 requests a minute per user."""
    google_requests_per_minute: float = Field(default=540, ge=1, le=10000)
    """Requests to Google that one process makes in a minute, at most; share the quota between processes."""
    secret_key: FernetKey | None = None
    """Encrypts the access to Google that people gave (`hilo google key` makes one)."""

    @model_validator(mode="after")
    def _connections_belong_together(self) -> Self:
        if self.twilio_account_sid and not self.twilio_auth_token:
            raise ValueError("TWILIO_AUTH_TOKEN: is missing; TWILIO_ACCOUNT_SID needs it")
        if bool(self.google_client_id) != bool(self.google_client_secret):
            raise ValueError("GOOGLE_CLIENT_ID: belongs together with GOOGLE_CLIENT_SECRET")
        if self.google_client_id and not self.secret_key:
            raise ValueError("HILO_SECRET_KEY: is missing; GOOGLE_CLIENT_ID needs it (`hilo google key` makes one)")
        if bool(self.smtp_host) != bool(self.smtp_from):
            raise ValueError("HILO_SMTP_HOST: belongs together with HILO_SMTP_FROM")
        if bool(self.smtp_user) != bool(self.smtp_password):
            raise ValueError("HILO_SMTP_USER: belongs together with HILO_SMTP_PASSWORD")
        if self.smtp_security == "none" and self.smtp_user and self.smtp_host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("HILO_SMTP_SECURITY: none would send the password in the clear")
        return self
