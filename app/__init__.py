"""Hilo: WhatsApp conversations in, calendar events out, nothing lost on the way."""
