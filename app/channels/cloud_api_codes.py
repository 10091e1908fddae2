"""The Cloud API's words and numbers, as tables. What is not in them is said to be unknown, never guessed.

Statuses and error numbers: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes; the texts are
ours and say what a person can do.
"""

from app.channels import content
from app.models import DeliveryStatus

STATUSES = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,  # of a voice message
    "failed": DeliveryStatus.FAILED,
}

# Kinds of messages that are a file: the object that describes it has the kind's name.
FILES = {
    "audio": content.AUDIO,
    "document": content.DOCUMENT,
    "image": content.IMAGE,
    "sticker": content.STICKER,
    "video": content.VIDEO,
}

# Kinds that say nothing in the conversation.
SILENT = {
    "request_welcome": "request-welcome",
    "ephemeral": "ephemeral",
    "call_permission_reply": "call-permission",
}

# What a webhook may be about besides messages, under the name by which it is counted.
FIELDS = frozenset(
    {"account_alerts", "account_review_update", "account_settings_update", "account_update", "automatic_events",
     "business_capability_update", "business_status_update", "calls", "flows", "group_lifecycle_update",
     "group_participants_update", "group_settings_update", "group_status_update", "history",
     "message_template_components_update", "message_template_quality_update", "message_template_status_update",
     "messaging_handovers", "partner_solutions", "payment_configuration_update", "phone_number_name_update",
     "phone_number_quality_update", "security", "smb_app_state_sync", "template_category_update", "tracking_events",
     "user_id_update", "user_preferences"}
)  # fmt: skip

OUTSIDE_WINDOW = 131047

# The message itself will never be taken: a person has to do something about it.
REFUSED = {
    33: "the phone number id does not exist or may not be used: check the channel's address and META_ACCESS_TOKEN",
    100: "Meta does not accept the request",
    130472: "WhatsApp does not deliver this message to this customer (an experiment of Meta's)",
    130497: "the business may not write to customers of this country",
    131005: "META_ACCESS_TOKEN lacks the permission whatsapp_business_messaging",
    131008: "Meta misses a part of the request",
    131009: "Meta does not accept a part of the request",
    131021: "the customer's number is our own",
    131026: "the message cannot be delivered: the number is not on WhatsApp, or its WhatsApp is too old",
    131030: "a test number sends to the numbers on its list only: add the customer's there",
    131037: "our number has no approved display name yet",
    131045: "our number is not registered for the Cloud API",
    131047: "the customer last wrote more than 24 hours ago: only an approved template may be sent",
    131049: "WhatsApp does not deliver this message, to keep its users content",
    131050: "the customer has stopped messages of this kind",
    131051: "Meta does not accept messages of this type",
    131062: "this kind of message needs the customer's phone number, which they do not share",
    132000: "the template wants another number of parameters",
    132001: "there is no such template in this language, or it is not approved",
    132005: "the template is too long with these parameters",
    132007: "the template violates WhatsApp's policy",
    132012: "the template wants parameters of another kind",
    132015: "the template is paused because of bad quality",
    132016: "the template is switched off for good because of bad quality",
    133010: "our number is not registered for the Cloud API",
}

# The message may be taken later: what it means, and the seconds to wait when Meta does not say.
UNAVAILABLE: dict[int, tuple[str, float | None]] = {
    0: ("Meta refused the credentials: check META_ACCESS_TOKEN", 300.0),
    1: ("Meta had an internal error", None),
    2: ("Meta is not available", None),
    3: ("META_ACCESS_TOKEN lacks a permission", 300.0),
    4: ("too many requests to Meta", 60.0),
    10: ("META_ACCESS_TOKEN lacks a permission", 300.0),
    190: ("META_ACCESS_TOKEN has expired or was revoked", 300.0),
    368: ("the WhatsApp Business account is blocked for a while", 3600.0),
    613: ("too many requests to Meta", 60.0),
    80007: ("the WhatsApp Business account sent too much in a short time", 60.0),
    130429: ("too many messages to Meta in a short time", 10.0),
    131000: ("Meta had an internal error", None),
    131016: ("WhatsApp is not available", None),
    131031: ("the WhatsApp Business account is locked: see Meta's business support", 3600.0),
    131042: ("the WhatsApp Business account cannot be billed: check its payment method", 3600.0),
    131048: ("our number is limited, because too many customers blocked or reported it", 3600.0),
    131056: ("too many messages to this customer in a short time", 10.0),
    131057: ("the WhatsApp Business account is being maintained", 60.0),
    133004: ("WhatsApp is not available", None),
}

# HTTP statuses that promise nothing about the message, for answers whose number is in neither table.
UNAVAILABLE_STATUS: dict[int, tuple[str, float | None]] = {
    401: UNAVAILABLE[190],
    403: UNAVAILABLE[10],
    408: ("Meta did not read the request in time", None),
    429: UNAVAILABLE[4],
}


def meaning(code: int) -> str | None:
    """What an error number says; None if it is not known."""
    return REFUSED.get(code) or UNAVAILABLE.get(code, (None, None))[0]
