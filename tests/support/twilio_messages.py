"""Messages as Twilio keeps them, and as its API shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any


@dataclass(kw_only=True)
class Stored:
    """A message as Twilio keeps it."""

    sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    sent: datetime | None = None
    status_callback: str | None = None
    media: Sequence[tuple[str, str]] = ()  # (sid, content type)
    error_code: int | None = None

    def resource(self, account: str) -> dict[str, Any]:
        uri = f"/2010-04-01/Accounts/{account}/Messages/{self.sid}"
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "direction": self.direction,
            "date_created": format_datetime(self.created),
            "date_updated": format_datetime(self.created),
            "date_sent": format_datetime(self.sent) if self.sent else None,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_,
            "messaging_service_sid": None,
            "num_media": str(len(self.media)),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


def sent_within(message: Stored, fields: Mapping[str, str], *, whole_days: bool) -> bool:
    """`DateSent>` and `DateSent<` are inclusive, and in GMT; a bare date is the whole day."""
    after, before = fields.get("DateSent>"), fields.get("DateSent<")
    if whole_days:
        after, before = after and after[:10], before and before[:10]
    if not after and not before:
        return True
    if message.sent is None:
        return False
    if after and message.sent < _moment(after):
        return False
    whole_day = timedelta(days=1) if before and "T" not in before else timedelta(seconds=1)
    return not before or message.sent < _moment(before) + whole_day


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def media_list(base: str, message: Stored) -> dict[str, Any]:
    uri = f"{base}/{message.sid}/Media"
    media = [
        {
            "sid": sid,
            "content_type": content_type,
            "parent_sid": message.sid,
            "uri": f"{uri}/{sid}.json",
            "account_sid": base.split("/")[3],
            "date_created": format_datetime(message.created),
            "date_updated": format_datetime(message.created),
        }
        for sid, content_type in message.media
    ]
    return {"media_list": media, "page": 0, "page_size": 50, "uri": f"{uri}.json", "next_page_uri": None}
