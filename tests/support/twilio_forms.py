"""What Twilio posts to webhooks, and how it signs it."""

import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0" * 32
TOKEN = "a-token-for-tests"

# One client for all: each new one reads every certificate of the machine (20 ms of CPU). Connections are not kept:
# servers are killed here.
_HTTP = httpx.Client(trust_env=False, verify=False, limits=httpx.Limits(max_keepalive_connections=0))


def new_sid(prefix: str) -> str:
    """`SM…`, `ME…`: an id as Twilio makes them."""
    return prefix + uuid.uuid4().hex


def inbound_form(
    *,
    from_: str,
    to: str,
    body: str,
    sid: str | None = None,
    account_sid: str = ACCOUNT,
    media: Sequence[tuple[str, str]] = (),
    fields: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The fields of an incoming WhatsApp message's webhook; `fields` adds to them or replaces some."""
    sid = sid or new_sid("SM")
    form = {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "Body": body,
        "From": from_,
        "To": to,
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "NumSegments": "1",
        "NumMedia": str(len(media)),
        "ReferralNumMedia": "0",
        "ProfileName": "Ana",
        "WaId": from_.rpartition("+")[2],
        "MessageType": "text",
    }
    for index, (media_sid, content_type) in enumerate(media):
        uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{sid}/Media/{media_sid}"
        form |= {f"MediaUrl{index}": f"https://api.twilio.com{uri}", f"MediaContentType{index}": content_type}
    return form | dict(fields or {})


def status_form(sid: str, status: str, *, from_: str, to: str, account_sid: str = ACCOUNT) -> dict[str, str]:
    """The fields of a status callback."""
    form = {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "ChannelPrefix": "whatsapp",
        "ChannelToAddress": to.removeprefix("whatsapp:"),
        "From": from_,
        "To": to,
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "StructuredMessage": "false",
    }
    return form | ({"EventType": "READ"} if status == "read" else {})


def signed_headers(url: str, form: Mapping[str, str], *, auth_token: str) -> dict[str, str]:
    """The headers with which Twilio would post `form` to `url`."""
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": RequestValidator(auth_token).compute_signature(url, dict(form)),
    }


def post_signed(
    url: str,
    form: Mapping[str, str],
    *,
    auth_token: str = TOKEN,
    signed_url: str | None = None,
    timeout: float = 15.0,
) -> httpx.Response:
    """Post a webhook as Twilio does, blank fields included; `signed_url` is the URL that Twilio believes
    in."""
    headers = signed_headers(signed_url or url, form, auth_token=auth_token)
    return _HTTP.post(url, content=urlencode(form), headers=headers, timeout=timeout)
