"""Events to the calendar and back: published, read again, pushed, fed, removed."""
