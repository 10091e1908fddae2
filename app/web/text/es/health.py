"""Health: Spanish."""

from typing import Final

TEXT: Final = {
    # -- health
    "status.title": "Estado",
    "status.well": "Todo va bien.",
    "status.wrong": "Lo que te necesita",
    "status.chart": "Las últimas dos semanas",
    "status.runs": "Procesamiento de las conversaciones",
    "status.runs_none": "Todavía no se ha procesado nada.",
    "status.runs_all": "Ver las {n} últimas",
    "status.run_now": "Procesar ahora lo pendiente",
    "status.waiting": "{n} conversación sin procesar.|{n} conversaciones sin procesar.",
    "status.doctor": "Examinar todo el servidor",
    "status.doctor_title": "Lo que encontró el doctor",
    "status.doctor_none": "Aquí no hay quien lo examine.",
    "doctor.on": "funciona",
    "doctor.off": "apagado",
    "doctor.wrong": "mal",
    "run.of_these": "{made} ({n} por revisar)",
    "run.when": "Empezó",
    "run.by": "La inició",
    "run.took": "Duró",
    "run.state": "Estado",
    "run.conversations": "Conversaciones",
    "run.messages": "Mensajes",
    "run.events": "Citas",
    "run.failed": "Fallidas",
    "run.created": "{n} nueva|{n} nuevas",
    "run.updated": "{n} cambiada|{n} cambiadas",
    "run.cancelled": "{n} cancelada|{n} canceladas",
    "run.progress": "{done} de {total} conversaciones",
    "run.running": "En curso",
    "run.finished": "Terminada",
    "run.interrupted": "Interrumpida",
    "run.failed_state": "Fallida",
    "run.dry": "prueba",
    "trigger.schedule": "el reloj",
    "trigger.http": "la API",
    "trigger.cli": "la terminal",
    "trigger.page": "esta página",
    "chart.day": "Día",
    "chart.messages": "Mensajes",
    "chart.events": "Citas",
    "chart.decided": "Decididas por personas",
    "chart.table": "Lo mismo en una tabla",
    "notice.see": "Ver cuáles",
    "notice.calendar_disconnected": "El calendario está desconectado: {n} cita espera a ser escrita.|"
    "El calendario está desconectado: {n} citas esperan a ser escritas.",
    "notice.calendar_disconnected.mend": "Vuelve a conectarlo con hilo google connect.",
    "notice.calendar_behind": "{n} cita no se pudo escribir en el calendario.|"
    "{n} citas no se pudieron escribir en el calendario.",
    "notice.calendar_behind.mend": "Hilo sigue intentándolo; el motivo está abajo.",
    "notice.sending_fails": "{n} mensaje no llegó a su cliente en las últimas 24 horas.|"
    "{n} mensajes no llegaron a sus clientes en las últimas 24 horas.",
    "notice.sending_fails.mend": "Mira la cuenta del proveedor de WhatsApp y sus credenciales.",
    "notice.model_over_budget": "El modelo de lenguaje agotó su cupo de hoy: {n} conversación espera.|"
    "El modelo de lenguaje agotó su cupo de hoy: {n} conversaciones esperan.",
    "notice.model_over_budget.mend": "Sigue mañana, o sube HILO_LLM_DAILY_TOKENS.",
    "notice.replies_late": "{n} conversación espera respuesta del bot, la más antigua desde hace {minutes} minutos.|"
    "{n} conversaciones esperan respuesta del bot, la más antigua desde hace {minutes} minutos.",
    "notice.replies_late.mend": "¿Corre el servidor y responde el modelo? hilo doctor dice más.",
    "notice.batch_late": "{n} conversación sin procesar, la más antigua desde hace {minutes} minutos.|"
    "{n} conversaciones sin procesar, la más antigua desde hace {minutes} minutos.",
    "notice.batch_late.mend": "Procésalas abajo; HILO_BATCH_INTERVAL_MINUTES dice cada cuánto se hace solo.",
    "notice.parked": "{n} conversación apartada: Hilo no puede seguir solo.|"
    "{n} conversaciones apartadas: Hilo no puede seguir solo.",
    "notice.parked.mend": "Mira por qué, y reintenta.",
    "notice.drifted": "{n} cita se cambió en Google y difiere de la conversación.|"
    "{n} citas se cambiaron en Google y difieren de la conversación.",
    "notice.drifted.mend": "El calendario las muestra; decide cuál vale.",
    "notice.unrouted": "{n} mensaje llegó a un número que aquí no es de ningún negocio: nadie lo responde.|"
    "{n} mensajes llegaron a un número que aquí no es de ningún negocio: nadie los responde.",
    "notice.unrouted.mend": "No se pierden: hilo tenants channel da el número a un negocio, y entonces le llegan.",
    "notice.untold": "{n} aviso no pudo llegarle al dueño desde ayer.|"
    "{n} avisos no pudieron llegarle al dueño desde ayer.",
    "notice.untold.mend": "Revisa a qué dirección o número van los avisos.",
}
