"""The providers' channels."""

import re

from app.build.secrets import secret
from app.channels.registry import Channels
from app.settings import Settings


def make_channels(settings: Settings) -> Channels:
    """Every provider's channel; without its credentials it takes webhooks from this machine alone and sends nothing."""
    # Twilio's library takes a fifth of a second, and most commands send nothing.
    from app.channels.chatwoot import ChatwootChannel
    from app.channels.cloud_api import CloudApiChannel
    from app.channels.twilio import TwilioChannel
    from app.channels.waha import WahaChannel
    from app.services.metrics import CHATWOOT_SENDS

    callback = settings.public_base_url and f"{settings.public_base_url}/api/v1/whatsapp/webhook"
    return Channels(
        TwilioChannel(
            account_sid=settings.twilio_account_sid,
            auth_token=secret(settings.twilio_auth_token),
            numbers=[settings.twilio_whatsapp_number] if settings.twilio_whatsapp_number else [],
            status_callback=callback,
            api_base_url=settings.twilio_api_base_url,
            media_hosts=settings.media_hosts,
        ),
        CloudApiChannel(
            app_secret=secret(settings.meta_app_secret),
            access_token=secret(settings.meta_access_token),
            verify_token=secret(settings.meta_verify_token),
            version=settings.meta_graph_version,
            mark_read=settings.read_receipts,
            api_base_url=settings.meta_api_base_url,
            media_hosts=settings.media_hosts,
        ),
        WahaChannel(
            base_url=settings.waha_base_url,
            api_key=secret(settings.waha_api_key),
            hmac_key=secret(settings.waha_hmac_key),
            media_hosts=settings.media_hosts,
        ),
        ChatwootChannel(
            base_url=settings.chatwoot_base_url,
            api_token=secret(settings.chatwoot_api_token),
            account_id=settings.chatwoot_account_id,
            inbox_id=settings.chatwoot_inbox_id,
            webhook_token=secret(settings.chatwoot_webhook_token),
            webhook_secrets=re.split(r"[,\s]+", secret(settings.chatwoot_webhook_secret) or ""),
            validate_conversations=settings.validate_conversations,
            hand_back_label=settings.chatwoot_hand_back_label,
            window_hours=settings.chatwoot_window_hours or None,
            media_hosts=settings.media_hosts,
            on_send=lambda flow, outcome: CHATWOOT_SENDS.labels(flow, outcome).inc(),
        ),
    )
