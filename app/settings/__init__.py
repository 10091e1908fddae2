"""All settings, read once at the start from the environment and from `.env` (the environment wins).

Names that other products gave are kept (DATABASE_URL, TWILIO_AUTH_TOKEN …), ours begin with HILO_. An empty value
counts as not set.
"""

from app.settings.fields import Settings, variable
from app.settings.loading import load_settings

__all__ = ["Settings", "load_settings", "variable"]
