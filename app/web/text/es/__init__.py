"""Spanish, understood on both sides of the Atlantic."""

from typing import Final

from app.web.text.es import conversations, doctor, events, frame, health, reasons, settings

DAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS: Final = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
DATE: Final = "{weekday} {day} de {month}"

DOCTOR: Final = doctor.TEXT
REASONS: Final = reasons.TEXT
TEXT: Final = {**frame.TEXT, **conversations.TEXT, **events.TEXT, **health.TEXT, **settings.TEXT}
