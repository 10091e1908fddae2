"""Reading `application/x-www-form-urlencoded` bodies without losing what a signature covers."""

from typing import Any
from urllib.parse import parse_qsl

from app.channels.base import WebhookRequest
from app.channels.text import clean
from app.errors import MalformedWebhook

CONTENT_TYPE = "application/x-www-form-urlencoded"
MAX_FIELDS = 500  # the largest real form, ten files and a referral, has about 60
CLEANED = "hilo:cleaned"


class Form(dict[str, list[str]]):
    """Fields by name, each with all its values; blank fields and blank names are kept."""

    def first(self, *names: str) -> str:
        """The first value that is not blank among the fields `names`, stripped; else an empty string."""
        return next((value.strip() for name in names for value in self.get(name, ()) if value.strip()), "")

    def getall(self, name: str) -> list[str]:
        """All values of a field, by the name under which multi-dicts are read (twilio's validator looks for
        it)."""
        return self[name]


def content_type(request: WebhookRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def read_form(request: WebhookRequest) -> Form:
    """The request's fields as sent; raise `MalformedWebhook` for anything that is no UTF-8 form.

    Lone surrogates, which are not UTF-8, are let through: they occur in messages, and `clean` mends them.
    """
    if (found := content_type(request)) != CONTENT_TYPE:
        raise MalformedWebhook(f"expected the content type {CONTENT_TYPE}, not {found or 'none'}")
    try:
        pairs = parse_qsl(
            request.body.decode("utf-8", "surrogatepass"),
            keep_blank_values=True,
            errors="surrogatepass",
            max_num_fields=MAX_FIELDS,
        )
    except UnicodeDecodeError:
        raise MalformedWebhook("the form is not UTF-8") from None
    except ValueError:
        raise MalformedWebhook(f"the form has more than {MAX_FIELDS} fields") from None
    form = Form()
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def raw_fields(form: Form) -> dict[str, Any]:
    """All fields for the store: text where a field occurs once, a list where it is repeated.

    NUL and lone surrogates, which Postgres cannot hold, are cleaned; the names of the fields that had any
    stand under `hilo:cleaned`.
    """
    raw: dict[str, Any] = {}
    touched: list[str] = []
    for name, values in form.items():
        kept = [clean(value) for value in values]
        if kept != values or clean(name) != name:
            touched.append(clean(name))
        raw[clean(name)] = kept[0] if len(kept) == 1 else kept
    if touched:
        raw[CLEANED] = touched
    return raw
