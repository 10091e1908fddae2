"""Parts made from settings, for the server (`main`) and the command line (`cli`)."""

from app.build.calendar import make_calendar, make_grants, owner_grant
from app.build.channels import make_channels
from app.build.media import make_mailer, make_media_models
from app.build.store import open_database, open_dsn, open_store, store_name
from app.build.understanding import (
    make_agent,
    make_batch,
    make_budget,
    make_extractor,
    make_llm_extractor,
    make_offline_agent,
)

__all__ = [
    "make_agent",
    "make_batch",
    "make_budget",
    "make_calendar",
    "make_channels",
    "make_extractor",
    "make_grants",
    "make_llm_extractor",
    "make_mailer",
    "make_media_models",
    "make_offline_agent",
    "open_database",
    "open_dsn",
    "open_store",
    "owner_grant",
    "store_name",
]
