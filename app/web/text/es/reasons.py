"""Why something did not work, in Spanish: from Hilo's own English reasons, as the store keeps them. {…} stands for
anything. What providers and models say in their own words stays as it is."""

from typing import Final

TEXT: Final = {
    # -- sending
    "the customer's number is not valid": "el número del cliente no es válido",
    "our number is not valid": "nuestro número no es válido",
    "the account may not send to this country": "la cuenta no puede enviar a este país",
    "our number cannot send this message": "nuestro número no puede enviar este mensaje",
    "a trial account sends to verified numbers only": "una cuenta de prueba solo envía a números verificados",
    "the customer has unsubscribed from our number (STOP)": "el cliente se dio de baja de nuestro número (STOP)",
    "this sender cannot reach this recipient": "este remitente no llega a este destinatario",
    "the customer's number cannot receive messages": "el número del cliente no puede recibir mensajes",
    "the message is too long": "el mensaje es demasiado largo",
    "WhatsApp does not know the customer's address": "WhatsApp no conoce el número del cliente",
    "WhatsApp does not accept this content": "WhatsApp no acepta este contenido",
    "our number is no WhatsApp sender of this Twilio account": "nuestro número no es un remitente de WhatsApp de esta "
    "cuenta de Twilio",
    "the message violates WhatsApp's policy": "el mensaje incumple las normas de WhatsApp",
    "the customer has not joined the Twilio sandbox (or left it): send the join code to it again": "el cliente no se "
    "ha "
    "unido al sandbox de Twilio (o lo dejó): que le envíe otra vez el código",
    "the customer last wrote more than 24 hours ago: only an approved template may be sent": "el cliente escribió por "
    "última vez hace más de 24 horas: solo se puede enviar una plantilla aprobada",
    "WhatsApp cannot deliver to this recipient": "WhatsApp no puede entregar a este destinatario",
    "WhatsApp does not deliver this message to this customer": "WhatsApp no entrega este mensaje a este cliente",
    "the customer has blocked our number": "el cliente ha bloqueado nuestro número",
    "too many replies to one number in a short time": "demasiadas respuestas a un número en poco tiempo",
    "Twilio refused the credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN": "Twilio rechazó las "
    "credenciales: "
    "revisa TWILIO_ACCOUNT_SID y TWILIO_AUTH_TOKEN",
    "the Twilio account is not active": "la cuenta de Twilio no está activa",
    "too many requests to Twilio": "demasiadas peticiones a Twilio",
    "Twilio had an internal error": "Twilio tuvo un error interno",
    "WhatsApp had an internal error": "WhatsApp tuvo un error interno",
    "Twilio is not available": "Twilio no está disponible",
    "our number has too many messages waiting": "nuestro número tiene demasiados mensajes en espera",
    "too many messages to WhatsApp in a short time": "demasiados mensajes a WhatsApp en poco tiempo",
    "the account's daily number of messages is used up": "la cuenta agotó sus mensajes de hoy",
    "Twilio refused the message: {said}": "Twilio rechazó el mensaje: {said}",
    "{name} cannot be reached": "no se alcanza {name}",
    "{name} did not answer in time": "{name} no respondió a tiempo",
    "{name}'s answer cannot be read": "no se entiende la respuesta de {name}",
    "{name}'s answer names no message": "la respuesta de {name} no nombra ningún mensaje",
    "the connection broke": "se cortó la conexión",
    "the session is not working: start it, or scan its QR code": "la sesión no funciona: arráncala o escanea su "
    "código QR",
    "conversation {n} no longer exists in Chatwoot": "la conversación {n} ya no existe en Chatwoot",
    "the customer's phone number is not known": "no se conoce el teléfono del cliente",
    "{settings} are needed to use {name}'s API": "faltan {settings} para usar la API de {name}",
    "{setting} is needed to use {name}'s API": "falta {setting} para usar la API de {name}",
    "the appointment has begun or changed: no reminder any more": "la cita empezó o cambió: ya no hay recordatorio",
    # -- notices
    "telling it was begun too often": "se intentó demasiadas veces",
    "not sent again: a process ended while it was being sent, and it may have arrived": "no se repite: un proceso "
    "acabó "
    "mientras se enviaba, y puede haber llegado",
    "no mail server is set up: HILO_SMTP_HOST": "no hay servidor de correo: HILO_SMTP_HOST",
    "the webhook did not answer in time": "el webhook no respondió a tiempo",
    "the webhook cannot be reached: {why}": "no se alcanza el webhook: {why}",
    "the webhook is gone (410)": "el webhook ya no existe (410)",
    "the webhook answered {n}": "el webhook respondió {n}",
    "this tenant has no channel that messages can be sent with": "este negocio no tiene ningún canal para enviar "
    "mensajes",
    # -- files
    "the document has no text (a scan, perhaps)": "el documento no tiene texto (quizá es un escaneo)",
    "the PDF is encrypted": "el PDF está cifrado",
    "the PDF cannot be read: it is damaged, or unpacks to too much": "no se puede leer el PDF: está dañado o es enorme",
    "reading the PDF takes too long": "leer el PDF tarda demasiado",
    "the file is empty": "el archivo está vacío",
    "the file is larger than {n} MB": "el archivo pasa de {n} MB",
    "the model found nothing in the file": "el modelo no encontró nada en el archivo",
    "the model did not answer in time": "el modelo no respondió a tiempo",
    "the model's server cannot be reached": "no se alcanza el servidor del modelo",
    "the model's server answered {n}": "el servidor del modelo respondió {n}",
    "the model's answer cannot be read": "no se entiende la respuesta del modelo",
    # -- answers and the batch
    "the server stopped": "el servidor se detuvo",
    "the server stopped; the next run goes on": "el servidor se detuvo; la próxima vez sigue",
    "the process stopped before the run was over; its conversations are taken up again": "el proceso se detuvo antes "
    "de "
    "terminar; sus conversaciones se retoman",
    "The model did not answer within {n} s.": "El modelo no respondió en {n} s.",
    "The model failed: {why}.": "El modelo falló: {why}.",
    "The model answered nothing.": "El modelo no respondió nada.",
    "The model's answer was cut off.": "La respuesta del modelo quedó cortada.",
    "The language model {wrong}.": "El modelo de lenguaje falló: {wrong}.",
    "the extractor broke: {why}": "la lectura falló: {why}",
    "the calendar changed under every answer": "el calendario cambió mientras se respondía",
    "the tenant's time zone {zone} is not known": "no se conoce la zona horaria {zone} del negocio",
    # -- the calendar
    "calendar disconnected: {why}": "calendario desconectado: {why}",
    "{tenant} has no Google calendar: hilo google connect": "{tenant} no tiene calendario de Google: hilo google "
    "connect",
    "Nobody has connected this calendar: hilo google connect": "Nadie ha conectado este calendario: hilo google "
    "connect",
    "Google does not accept the access of {account}: connect again ({words})": "Google no acepta el acceso de "
    "{account}: "
    "conéctalo otra vez ({words})",
    "Google has no calendar {calendar} for {account}: {mend}": "Google no tiene el calendario {calendar} para "
    "{account}: "
    "revisa su id y compártelo con {account} («Realizar cambios en eventos»)",
    "{account} may not write to {calendar} ({words}): {mend}": "{account} no puede escribir en {calendar} ({words}): "
    "compártelo con esa cuenta («Realizar cambios en eventos») y activa Google Calendar API en su proyecto",
    "{account} may only read {calendar}: {mend}": "{account} solo puede leer {calendar}: compártelo con esa cuenta "
    "(«Realizar cambios en eventos»)",
    "Google does not answer": "Google no responde",
}
