"""Voice notes, pictures and documents of messages, as text."""
