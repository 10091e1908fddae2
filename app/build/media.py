"""What reads files, and what sends e-mails."""

from typing import TYPE_CHECKING

from app.build.secrets import secret
from app.settings import Settings

if TYPE_CHECKING:
    from app.services.media.models import MediaModels
    from app.services.notifying.mail import Mailer


def make_mailer(settings: Settings) -> "Mailer | None":
    """The mail server; None without one. Raises `SettingsError` for a sender that is none."""
    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    from app.services.notifying.mail import Mailer

    return Mailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=secret(settings.smtp_password),
        sender=settings.smtp_from,
    )


def make_media_models(settings: Settings) -> "MediaModels":
    """What hears and sees; without a key for either it reads nothing."""
    from app.services.media.models import Endpoint, MediaModels

    hearing, seeing = secret(settings.transcribe_api_key), secret(settings.vision_api_key)
    seconds = settings.media_timeout_seconds
    return MediaModels(
        hearing=Endpoint(
            key=hearing, model=settings.transcribe_model, base_url=settings.transcribe_base_url, seconds=seconds
        )
        if hearing
        else None,
        seeing=Endpoint(key=seeing, model=settings.vision_model, base_url=settings.vision_base_url, seconds=seconds)
        if seeing
        else None,
    )
