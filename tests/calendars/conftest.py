from tests.calendars.google_world import calendar, google

__all__ = ["calendar", "google"]
