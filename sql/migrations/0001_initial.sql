-- The tables of Hilo. Append-only: once released, this file does not change; the next change is 0002.
-- Everything that must be atomic is a function in sql/functions; nothing writes these tables but those functions,
-- people in the SQL editor, and the triggers of sql/functions/triggers.sql.

create table tenants (
    id          uuid primary key default gen_random_uuid(),
    slug        text not null unique check (slug ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name        text not null,
    timezone    text not null,
    locale      text not null default 'es',
    -- Read by the functions of every message: a slip of somebody's hand in here would refuse them all.
    settings    jsonb not null default '{}' constraint tenants_settings check (
                    jsonb_typeof(settings) = 'object'
                    and coalesce(jsonb_typeof(settings -> 'agent_enabled') in ('boolean', 'null'), true)
                    and coalesce(jsonb_typeof(settings -> 'confirm_batch_events') in ('boolean', 'null'), true)
                    and coalesce(settings ->> 'context_messages' ~ '^[1-9][0-9]{0,2}$', true)
                    and coalesce(settings ->> 'event_minutes' ~ '^[1-9][0-9]{0,3}$', true)
                    and coalesce(settings ->> 'conflict_policy' in ('refuse', 'review', 'allow'), true)
                    and coalesce(jsonb_typeof(settings -> 'templates') in ('object', 'null'), true)
                    and coalesce(jsonb_typeof(settings -> 'reminder_minutes') in ('array', 'null'), true)
                    and coalesce(not settings @? '$.reminder_minutes[*] ? (@.type() != "number" || @ < 5 || @ > 43200)',
                                 true)
                    and coalesce(settings ->> 'quiet_hours' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$',
                                 true)
                    and coalesce(settings ->> 'retention_days' ~ '^[1-9][0-9]{0,4}$', true)
                    and coalesce(jsonb_typeof(settings -> 'notify') in ('object', 'null'), true)
                    and coalesce(settings -> 'notify' ->> 'digest_hour' ~ '^([0-9]|1[0-9]|2[0-3])$', true)
                    and coalesce(settings -> 'notify' ->> 'since'
                                 ~ '^2[0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]', true)
                    and coalesce(jsonb_typeof(settings -> 'notify' -> 'off') in ('array', 'null'), true)),
    -- Part of the calendar feed's address; whoever has it reads the feed.
    feed_token  text not null unique default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now()
);

-- Which tenant a webhook belongs to: the provider and our own address there.
create table channels (
    id               uuid primary key default gen_random_uuid(),
    tenant_id        uuid not null references tenants (id) on delete cascade,
    provider         text not null,
    address          text not null,
    bot_id           text,
    local_id         text,
    -- The name under which the server's environment holds the credentials, never the credentials.
    credentials_ref  text,
    enabled          boolean not null default true,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    unique (provider, address)
);
create index channels_tenant on channels (tenant_id);

create table api_keys (
    id            uuid primary key default gen_random_uuid(),
    -- null: an administrator's key, for every tenant.
    tenant_id     uuid references tenants (id) on delete cascade,
    name          text not null,
    key_hash      text not null unique,
    scopes        text[] not null default '{}',
    created_at    timestamptz not null default now(),
    last_used_at  timestamptz,
    revoked_at    timestamptz
);
create index api_keys_tenant on api_keys (tenant_id);

create table whatsapp_conversations (
    id                uuid primary key default gen_random_uuid(),
    tenant_id         uuid not null references tenants (id) on delete cascade,
    -- The provider's name for the contact, opaque; for Twilio `whatsapp:+…`. A phone number may be absent.
    conversation_id   text not null,
    provider          text not null,
    -- Our address that the contact wrote to last: answers leave from there.
    channel_address   text not null,
    contact_name      text,
    phone             text,
    -- Where the provider wants answers, if that is not conversation_id: what the newest message brought.
    thread            text,
    last_message_at   timestamptz,
    last_inbound_at   timestamptz,
    event_count       integer not null default 0,
    -- Grows with every change to the conversation's events: a batch that read an older state is refused.
    events_version    bigint not null default 0,
    bot_paused_until  timestamptz,
    -- The contact wants no reminders and no templates ("BAJA", "STOP").
    opted_out_at      timestamptz,

    -- Real time. reply_due_at: when the next answer may be written; null: nothing waits.
    reply_due_at         timestamptz,
    reply_waiting_since  timestamptz,
    reply_token          uuid,
    reply_lease_until    timestamptz,
    reply_attempts       integer not null default 0,
    reply_error          text,
    reply_parked_at      timestamptz,
    -- Until then an answer waits for files of the contact's that are being read.
    reply_media_until    timestamptz,

    -- Who answers now, as the provider has still to be told; null: nothing to tell.
    handover_tell        text check (handover_tell in ('person', 'agent')),
    handover_token       uuid,
    handover_lease_until timestamptz,
    handover_attempts    integer not null default 0,
    handover_next_at     timestamptz,
    -- The last message (seq) that has been answered, or needs no answer any more.
    answered_seq         bigint not null default 0,
    -- The last message (seq) that a person has seen on the page.
    seen_seq             bigint not null default 0,

    -- Batch. unprocessed_since: when the oldest unprocessed message was stored; null: all are processed.
    unprocessed_since    timestamptz,
    batch_token          uuid,
    batch_lease_until    timestamptz,
    batch_run_id         uuid,
    batch_done_token     uuid,
    batch_done           jsonb,
    batch_attempts       integer not null default 0,
    batch_error          text,
    batch_next_at        timestamptz,
    batch_parked_at      timestamptz,

    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    unique (tenant_id, conversation_id)
);
create index whatsapp_conversations_newest
    on whatsapp_conversations (tenant_id, coalesce(last_message_at, '-infinity') desc, id desc);
create index whatsapp_conversations_phone on whatsapp_conversations (tenant_id, phone) where phone is not null;
create index whatsapp_conversations_parked on whatsapp_conversations (tenant_id)
    where batch_parked_at is not null or reply_parked_at is not null;
create index whatsapp_conversations_reply_due on whatsapp_conversations (reply_due_at) where reply_due_at is not null;
-- A claim that is repeated finds what it claimed the first time.
create index whatsapp_conversations_reply_token on whatsapp_conversations (reply_token) where reply_token is not null;
create index whatsapp_conversations_handover on whatsapp_conversations (id) where handover_tell is not null;
create index whatsapp_conversations_batch_token on whatsapp_conversations (batch_token) where batch_token is not null;
create index whatsapp_conversations_unprocessed on whatsapp_conversations (unprocessed_since)
    where unprocessed_since is not null;

create table whatsapp_messages (
    id                uuid primary key default gen_random_uuid(),
    -- Receive sequence: breaks ties between equal provider times.
    seq               bigint generated always as identity,
    -- A tenant by way of the conversation: to check it again would lock its one row for every message of everybody.
    tenant_id         uuid not null,
    conversation_id   text not null,
    provider          text not null,
    -- The provider's message id. Null for our own messages until the provider has given one.
    message_sid       text,
    direction         text not null default 'inbound' check (direction in ('inbound', 'outbound')),
    role              text not null default 'user' check (role in ('user', 'bot')),
    -- Of a bot message: who wrote it (agent, holding, operator, phone, api, reminder).
    author            text,
    from_number       text,
    to_number         text,
    body              text not null default '',
    -- The provider's time where it gave one, else ours. Order is (sent_at, seq).
    sent_at           timestamptz not null default now(),
    received_at       timestamptz not null default now(),
    media             jsonb not null default '[]',
    reply_to_sid      text,
    -- Where the provider wants the answer to this message.
    thread            text,
    -- As it came. 'hilo:versions' holds what the message said before it was edited or deleted.
    raw               jsonb not null default '{}',
    backfilled        boolean not null default false,

    processed         boolean not null default false,
    event_extracted   boolean not null default false,
    event_id          uuid,

    -- Outbound only.
    delivery_status   text check (delivery_status in
                        ('held', 'queued', 'sending', 'sent', 'delivered', 'read', 'undelivered', 'failed')),
    delivery_error    text,
    -- Of an answer: the last message (seq) that it answers.
    answers_seq       bigint,
    -- Of a held answer: the message (seq) whose webhook carried it.
    carried_by_seq    bigint,
    send_token        uuid,
    send_lease_until  timestamptz,
    send_started_at   timestamptz,
    send_attempts     integer not null default 0,
    send_next_at      timestamptz,
    -- The provider took it as a text under this id, and reported later that the window was over: it goes as a template
    -- or not at all.
    send_refused_sid  text,

    -- Of a message with files: `waiting` to be turned into text, `read`, `failed`. Null: nobody reads them.
    media_state       text check (media_state in ('waiting', 'read', 'failed')),
    media_error       text,
    media_token       uuid,
    media_lease_until timestamptz,
    media_attempts    integer not null default 0,
    media_next_at     timestamptz,

    -- Of a message that an outside agent posted, or matched with what a webhook brought: the session, and the post's
    -- id there.
    session_id        text,
    session_ref       text,

    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    -- Promise 1: a message is stored once. Nulls are distinct, so our own messages wait here for their id.
    unique (tenant_id, provider, message_sid),
    foreign key (tenant_id, conversation_id) references whatsapp_conversations (tenant_id, conversation_id)
        on update cascade on delete cascade
);
create index whatsapp_messages_order on whatsapp_messages (tenant_id, conversation_id, sent_at, seq);
create index whatsapp_messages_unprocessed on whatsapp_messages (tenant_id, conversation_id, seq) where not processed;
-- What came after the last answer, in a conversation of any length.
create index whatsapp_messages_inbound on whatsapp_messages (tenant_id, conversation_id, seq)
    where role = 'user' and direction = 'inbound';
create index whatsapp_messages_held on whatsapp_messages (tenant_id, conversation_id, carried_by_seq)
    where delivery_status = 'held' or carried_by_seq is not null;
create index whatsapp_messages_send_token on whatsapp_messages (send_token) where send_token is not null;
create index whatsapp_messages_unsent on whatsapp_messages (seq)
    where direction = 'outbound' and delivery_status in ('queued', 'sending');
create index whatsapp_messages_media on whatsapp_messages (tenant_id, conversation_id, seq)
    where media_state = 'waiting';
create index whatsapp_messages_media_token on whatsapp_messages (media_token) where media_token is not null;
create index whatsapp_messages_event on whatsapp_messages (event_id) where event_id is not null;
create unique index whatsapp_messages_session on whatsapp_messages (session_id, session_ref) where session_id is not null;
create index whatsapp_messages_sid on whatsapp_messages (provider, message_sid) where direction = 'outbound';
create index whatsapp_messages_refused_sid on whatsapp_messages (provider, send_refused_sid)
    where send_refused_sid is not null;

-- Other names of a conversation's contact at a provider: a number that was hidden or changed, @lid for @c.us.
create table contact_aliases (
    tenant_id        uuid not null,
    provider         text not null,
    alias            text not null,
    conversation_id  text not null,
    created_at       timestamptz not null default now(),
    primary key (tenant_id, provider, alias),
    foreign key (tenant_id, conversation_id) references whatsapp_conversations (tenant_id, conversation_id)
        on update cascade on delete cascade
);
create index contact_aliases_conversation on contact_aliases (tenant_id, conversation_id);

-- What an agent outside Hilo keeps beside a conversation, until it has been quiet for a day.
create table sessions (
    -- {bot id}_{digits of the phone}_{epoch ms}_{random}
    id               text primary key,
    tenant_id        uuid not null,
    conversation_id  text not null,
    bot_id           text not null,
    local_id         text,
    phone            text not null check (phone ~ '^[0-9]+$'),
    -- As it came.
    user_phone       text not null,
    current_intent   text,
    current_step     text,
    previous_intent  text,
    previous_step    text,
    context          jsonb not null default '{}' check (jsonb_typeof(context) = 'object'),
    -- "hiloReplies": false keeps Hilo's own agent silent.
    metadata         jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
    order_ids        jsonb not null default '[]' check (jsonb_typeof(order_ids) = 'array'),
    is_active        boolean not null default true,
    -- Grows with every change of the state, not with activity.
    version          bigint not null default 1,
    last_activity    timestamptz not null default now(),
    expires_at       timestamptz not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    foreign key (tenant_id, conversation_id) references whatsapp_conversations (tenant_id, conversation_id)
        on update cascade on delete cascade
);
create index sessions_conversation on sessions (tenant_id, conversation_id, bot_id, created_at);
create unique index sessions_one_active on sessions (tenant_id, conversation_id, bot_id) where is_active;
create index sessions_phone on sessions (phone) where is_active;

create table extracted_events (
    id               uuid primary key default gen_random_uuid(),
    tenant_id        uuid not null,
    conversation_id  text not null,
    title            text not null,
    "start"          timestamptz not null,
    "end"            timestamptz,
    all_day          boolean not null default false,
    time_zone        text not null,
    location         text,
    status           text not null check (status in ('proposed', 'confirmed', 'cancelled')),
    source           text not null check (source in ('realtime', 'batch', 'import', 'operator')),
    -- Why it is proposed: a word of app.extraction.base.Reason, and what it collides with.
    reason           text,
    -- The event that this proposal would move or call off: approving it does that, and makes no second one.
    beside           uuid,
    confidence       real not null default 1,
    -- [{message_id, slot, quote}]: promise 5, no event without proof.
    evidence         jsonb not null check (jsonb_array_length(evidence) > 0 or source = 'operator'),
    settled_at       timestamptz,
    -- When it first was confirmed; a feed shows a cancelled event only if it ever was.
    confirmed_at     timestamptz,
    -- Was over before it could be written: kept, not for the calendar.
    history          boolean not null default false,
    decided_by       text,
    decided_at       timestamptz,

    revision             integer not null default 1,
    published_revision   integer not null default 0,
    calendar_state       text not null default 'pending' check (calendar_state in
                           ('pending', 'published', 'failed', 'drifted', 'removed')),
    calendar_event_id    text,
    -- The calendars that entries of it were written to, the present one last.
    calendar_places      text[] not null default '{}',
    calendar_generation  integer not null default 1,
    calendar_etag        text,
    calendar_error       text,
    calendar_token       uuid,
    calendar_lease_until timestamptz,
    calendar_attempts    integer not null default 0,
    -- When it was first claimed for writing: since then the calendar may have it, whatever came of that.
    calendar_begun_at    timestamptz,
    calendar_next_at     timestamptz,
    -- Where its entry takes up time in the calendar, as last written or seen there; null: nowhere.
    calendar_stands      tstzrange,
    -- The calendar's own time of what is recorded here: older news from there are no news.
    calendar_updated_at  timestamptz,
    -- The description that a person wrote in place of ours, and what we would have written over a person's change.
    calendar_text        text,
    calendar_drift       jsonb,

    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    check ("end" is null or "end" > "start"),
    foreign key (tenant_id, conversation_id) references whatsapp_conversations (tenant_id, conversation_id)
        on update cascade on delete cascade
);
create index extracted_events_conversation on extracted_events (tenant_id, conversation_id);
create index extracted_events_start on extracted_events (tenant_id, "start", id);
create index extracted_events_calendar_token on extracted_events (calendar_token) where calendar_token is not null;
create index extracted_events_review on extracted_events (tenant_id, conversation_id) where status = 'proposed';
create index extracted_events_drift on extracted_events (tenant_id) where calendar_drift is not null;
create index extracted_events_standing on extracted_events (tenant_id)
    where status = 'proposed' and calendar_stands is not null;
create index extracted_events_unpublished on extracted_events (tenant_id, updated_at)
    where published_revision < revision;
-- The publisher takes the oldest of all: with 1,000 waiting, a claim that sorts them takes 10 ms.
create index extracted_events_to_publish on extracted_events (updated_at)
    where published_revision < revision and status <> 'proposed';

-- Reminders that were written: each once for an event, a lead time and a moment, whoever asks and however often.
create table reminders (
    event_id    uuid not null references extracted_events (id) on delete cascade,
    -- A confirmation tells the customer what the batch has found.
    kind        text not null default 'reminder' check (kind in ('reminder', 'confirmation')),
    -- Before the event; of a confirmation 0.
    minutes     integer not null,
    "start"     timestamptz not null,
    message_id  uuid not null,
    created_at  timestamptz not null default now(),
    primary key (event_id, kind, minutes, "start")
);

create index reminders_message on reminders (message_id);

-- A tenant's calendar elsewhere: the access (encrypted by the server), and how far its changes were read.
create table calendar_connections (
    tenant_id         uuid primary key references tenants (id) on delete cascade,
    account           text,
    credentials       text,
    -- The token is worth something for this calendar only.
    sync_calendar     text,
    sync_token        text,
    synced_at         timestamptz,
    sync_error        text,
    sync_lease        uuid,
    sync_lease_until  timestamptz,
    -- Disconnected since then: found so by a write, or by a reading (which cannot say that writes work again).
    down_since        timestamptz,
    down_by           text check (down_by in ('write', 'read')),
    down_reason       text,
    -- When one event may be written again, to see whether writes work: one for all processes.
    probe_at          timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now()
);

-- Channels over which calendars say that they have changed. `resource` is null until the calendar has answered; one with
-- `replaced_at` is to be stopped.
create table calendar_channels (
    id           uuid primary key,
    tenant_id    uuid not null references tenants (id) on delete cascade,
    calendar     text not null,
    address      text not null,
    token_hash   text not null,
    resource     text,
    expires_at   timestamptz,
    replaced_at  timestamptz,
    created_at   timestamptz not null default now()
);
create index calendar_channels_tenant on calendar_channels (tenant_id);

-- What became of an event, step by step; the row of extracted_events is the last step.
create table event_revisions (
    id          bigint generated always as identity primary key,
    event_id    uuid not null references extracted_events (id) on delete cascade,
    revision    integer not null,
    source      text not null,
    action      text not null,
    event       jsonb not null,
    created_at  timestamptz not null default now()
);
create index event_revisions_event on event_revisions (event_id, id);

create table batch_runs (
    id             uuid primary key default gen_random_uuid(),
    trigger        text not null,
    tenant_id      uuid references tenants (id) on delete cascade,
    dry_run        boolean not null default false,
    status         text not null default 'running' check (status in ('running', 'finished', 'failed', 'interrupted')),
    -- How many conversations it found waiting when it began.
    total          integer not null default 0,
    conversations  integer not null default 0,
    failed         integer not null default 0,
    messages       integer not null default 0,
    created        integer not null default 0,
    updated        integer not null default 0,
    cancelled      integer not null default 0,
    proposed       integer not null default 0,
    -- What a language model took for it; the cost by the prices in the settings, in their currency.
    model_calls    integer not null default 0,
    input_tokens   bigint not null default 0,
    output_tokens  bigint not null default 0,
    model_cost     double precision not null default 0,
    error          text,
    started_at     timestamptz not null default now(),
    seen_at        timestamptz not null default now(),
    finished_at    timestamptz
);
create index batch_runs_started on batch_runs (started_at desc, id);
create index batch_runs_tenant on batch_runs (tenant_id);

-- What a language model took for a tenant: a row for each answer ('agent') and for each conversation read ('batch').
create table model_usage (
    id             uuid primary key,
    tenant_id      uuid not null references tenants (id) on delete cascade,
    part           text not null check (part in ('agent', 'batch')),
    model          text not null,
    calls          integer not null,
    input_tokens   bigint not null,
    output_tokens  bigint not null,
    cost           double precision not null,
    used_at        timestamptz not null default now()
);
create index model_usage_tenant on model_usage (tenant_id, used_at);
-- Of each part the last answers, and what is reserved: asked before each answer, however long the history.
create index model_usage_part on model_usage (tenant_id, part, used_at) where calls > 0;
create index model_usage_reserved on model_usage (tenant_id, used_at) where calls = 0;

-- Signed messages for an address that no tenant has: kept as the arguments of hilo_store_message, to be replayed.
create table unrouted_messages (
    id           uuid primary key default gen_random_uuid(),
    provider     text not null,
    address      text not null,
    message_sid  text not null,
    arguments    jsonb not null,
    received_at  timestamptz not null default now(),
    unique (provider, message_sid, address)
);

-- Delivery reports that came before the provider's answer told us the message's id; those of messages that others sent
-- with the same account stay without one, and go after two days.
create table early_reports (
    provider         text not null,
    message_sid      text not null,
    -- Our address that it was sent from; empty where the report does not say.
    channel_address  text not null default '',
    status           text not null,
    error            text,
    outside_window   boolean not null default false,
    received_at      timestamptz not null default now(),
    primary key (provider, message_sid, channel_address)
);
create index early_reports_age on early_reports (received_at);

-- Entries that a calendar still holds of events that are gone here (erased, or past their keeping). Their ids are made
-- from the events' ids, so nothing else has to be kept of them.
create table calendar_removals (
    event_id     uuid primary key,
    tenant_id    uuid not null references tenants (id) on delete cascade,
    -- The last one; the entries of those before it go too.
    generation   integer not null,
    -- The calendars that they were written to, as far as is known, besides the one that the tenant has now.
    places       text[] not null default '{}',
    token        uuid,
    lease_until  timestamptz,
    attempts     integer not null default 0,
    -- Not before: a publisher that had the event in its hands may write it until its lease is over.
    next_at      timestamptz not null,
    error        text,
    created_at   timestamptz not null default now()
);
create index calendar_removals_due on calendar_removals (next_at);
create index calendar_removals_tenant on calendar_removals (tenant_id);

-- Ids of erased messages, hashed: the provider goes on listing them, and may repeat a webhook. They go after a month.
create table erased_messages (
    key          text primary key,
    tenant_id    uuid not null references tenants (id) on delete cascade,
    erased_at    timestamptz not null default now()
);
create index erased_messages_tenant on erased_messages (tenant_id);
create index erased_messages_age on erased_messages (erased_at);

-- That something was exported, erased or ran out, when and on whose word: counts, and nothing of anybody.
create table privacy_log (
    id           uuid primary key,
    tenant_id    uuid not null references tenants (id) on delete cascade,
    action       text not null check (action in
                   ('export', 'erase', 'retention', 'retention_days', 'notifications')),
    requested_by text,
    counts       jsonb not null,
    -- Of a retention run: what the last of its calls was given and answered.
    last_call    jsonb,
    created_at   timestamptz not null default now()
);
create index privacy_log_newest on privacy_log (tenant_id, created_at desc, id);

-- Log-ins of the page. Links and cookies are 256 random bits, kept as their SHA-256 like keys.
create table login_links (
    token_hash    text primary key,
    name          text not null,
    -- null: an administrator's, for every tenant.
    tenant_id     uuid references tenants (id) on delete cascade,
    scopes        text[] not null,
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    -- Who took it: a link opens one log-in.
    session_hash  text
);
create index login_links_tenant on login_links (tenant_id);

create table web_sessions (
    token_hash    text primary key,
    -- Of a log-in with a key: it may do what the key may, and ends with it. The rest is of a log-in by link.
    key_hash      text,
    name          text not null,
    tenant_id     uuid references tenants (id) on delete cascade,
    scopes        text[] not null default '{}',
    created_at    timestamptz not null default now(),
    last_seen_at  timestamptz not null default now(),
    expires_at    timestamptz not null
);
create index web_sessions_tenant on web_sessions (tenant_id);

-- What the people of a business are to be told: one row for each thing, state of it and way of telling. Texts are made
-- when they are sent, and kept only while they are on their way.
create table notifications (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null references tenants (id) on delete cascade,
    kind         text not null check (kind in
                   ('event_proposed', 'conversation_parked', 'calendar_disconnected', 'digest', 'test')),
    -- The event's or conversation's row, the tenant, or the day; and which state of it: its revision, or since when.
    subject      text not null,
    revision     bigint not null,
    target       text not null check (target in ('webhook', 'whatsapp', 'email')),
    state        text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'dropped', 'failed')),
    -- The row (the first of them) with which it is told in one message.
    group_id     uuid,
    body         text,
    message_sid  text,
    token        uuid,
    lease_until  timestamptz,
    attempts     integer not null default 0,
    started_at   timestamptz,
    next_at      timestamptz not null default now(),
    error        text,
    sent_at      timestamptz,
    created_at   timestamptz not null default now(),
    -- None is sent twice.
    unique (tenant_id, kind, subject, revision, target)
);
create index notifications_due on notifications (next_at) where state in ('queued', 'sending');
create index notifications_newest on notifications (tenant_id, created_at desc, id);
create index notifications_group on notifications (group_id) where group_id is not null;
create index notifications_token on notifications (token) where token is not null;
create index notifications_sid on notifications (message_sid, tenant_id) where message_sid is not null;
