"""Health: English."""

from typing import Final

TEXT: Final = {
    # -- health
    "status.title": "Health",
    "status.well": "All is well.",
    "status.wrong": "What needs you",
    "status.chart": "The last two weeks",
    "status.runs": "Processing of the conversations",
    "status.runs_none": "Nothing was processed yet.",
    "status.runs_all": "See the last {n}",
    "status.run_now": "Process what waits now",
    "status.waiting": "{n} conversation is not processed yet.|{n} conversations are not processed yet.",
    "status.doctor": "Examine the whole server",
    "status.doctor_title": "The doctor’s findings",
    "status.doctor_none": "There is nobody to examine it here.",
    "doctor.on": "works",
    "doctor.off": "off",
    "doctor.wrong": "wrong",
    "run.of_these": "{made} ({n} to review)",
    "run.when": "Began",
    "run.by": "Started by",
    "run.took": "Took",
    "run.state": "State",
    "run.conversations": "Conversations",
    "run.messages": "Messages",
    "run.events": "Events",
    "run.failed": "Failed",
    "run.created": "{n} new|{n} new",
    "run.updated": "{n} changed|{n} changed",
    "run.cancelled": "{n} cancelled|{n} cancelled",
    "run.progress": "{done} of {total} conversations",
    "run.running": "Running",
    "run.finished": "Finished",
    "run.interrupted": "Interrupted",
    "run.failed_state": "Failed",
    "run.dry": "trial",
    "trigger.schedule": "the clock",
    "trigger.http": "the API",
    "trigger.cli": "the terminal",
    "trigger.page": "this page",
    "chart.day": "Day",
    "chart.messages": "Messages",
    "chart.events": "Events",
    "chart.decided": "Decided by people",
    "chart.table": "The same as a table",
    "notice.see": "See which",
    "notice.calendar_disconnected": "The calendar is disconnected: {n} event waits to be written.|"
    "The calendar is disconnected: {n} events wait to be written.",
    "notice.calendar_disconnected.mend": "Connect it again with hilo google connect.",
    "notice.calendar_behind": "{n} event could not be written to the calendar.|"
    "{n} events could not be written to the calendar.",
    "notice.calendar_behind.mend": "Hilo keeps trying; the reason is given below.",
    "notice.sending_fails": "{n} message did not reach its customer in the last 24 hours.|"
    "{n} messages did not reach their customers in the last 24 hours.",
    "notice.sending_fails.mend": "Look at the WhatsApp provider’s account and its credentials.",
    "notice.model_over_budget": "The language model’s allowance for today is used up: {n} conversation waits.|"
    "The language model’s allowance for today is used up: {n} conversations wait.",
    "notice.model_over_budget.mend": "It goes on tomorrow, or raise HILO_LLM_DAILY_TOKENS.",
    "notice.replies_late": "{n} conversation waits for the bot’s answer, the oldest for {minutes} minutes.|"
    "{n} conversations wait for the bot’s answer, the oldest for {minutes} minutes.",
    "notice.replies_late.mend": "Is the server running and the model answering? hilo doctor says more.",
    "notice.batch_late": "{n} conversation is not processed yet, the oldest for {minutes} minutes.|"
    "{n} conversations are not processed yet, the oldest for {minutes} minutes.",
    "notice.batch_late.mend": "Process them below; HILO_BATCH_INTERVAL_MINUTES says how often that happens by itself.",
    "notice.parked": "{n} conversation is parked: Hilo cannot go on alone.|"
    "{n} conversations are parked: Hilo cannot go on alone.",
    "notice.parked.mend": "See why, and try again.",
    "notice.drifted": "{n} event was changed in Google and differs from the conversation.|"
    "{n} events were changed in Google and differ from the conversation.",
    "notice.drifted.mend": "The calendar shows them; decide which is right.",
    "notice.unrouted": "{n} message came to a number that belongs to no business here: nobody answers it.|"
    "{n} messages came to a number that belongs to no business here: nobody answers them.",
    "notice.unrouted.mend": "They are kept: hilo tenants channel gives the number to a business, which then has them.",
    "notice.untold": "{n} notice could not be given to the owner since yesterday.|"
    "{n} notices could not be given to the owner since yesterday.",
    "notice.untold.mend": "Check the address or number that the notices go to.",
}
