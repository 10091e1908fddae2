-- The whole schema of Hilo, for an SQL editor or psql. Generated from sql/migrations, sql/functions and sql/grants.sql
-- (`hilo sql` prints it): change those. It may be run again, and brings an older database of Hilo up to date.

begin;
select pg_advisory_xact_lock(4845120017);
set local search_path = public;
set local client_min_messages = warning;
set local statement_timeout = 0;

create table if not exists hilo_migrations (
    number      integer primary key,  -- 0: functions and grants
    name        text not null,
    checksum    text not null,
    applied_at  timestamptz not null default now()
);
alter table hilo_migrations enable row level security;
commit;

begin;
select pg_advisory_xact_lock(4845120017);
set local search_path = public;
set local client_min_messages = warning;
set local statement_timeout = 0;

do $hilo$
declare
    applied text := (select checksum from hilo_migrations where number = 1);
begin
    if applied = 'ea8772969344d4ea0387a8231baebc042cd02adc69286d5694b0c867e8017826' then
        return;
    elsif applied is not null then
        raise exception 'migration % was applied with another text', '0001_initial';
    end if;
    execute $hilo_0001$
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

$hilo_0001$;
    insert into hilo_migrations (number, name, checksum) values (1, '0001_initial', 'ea8772969344d4ea0387a8231baebc042cd02adc69286d5694b0c867e8017826');
end
$hilo$;
commit;

begin;
select pg_advisory_xact_lock(4845120017);
set local search_path = public;
set local client_min_messages = warning;
set local statement_timeout = 0;

do $hilo$
begin
    if (select max(number) from hilo_migrations) > 1 then
        raise exception 'the database is newer than this script, which ends with migration 1';
    end if;
end
$hilo$;

-- functions/010_json.sql

-- How rows look to the outside: one function per table, so that a column is named in one place.

create or replace function hilo_tenant_json(t tenants) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'id', t.id, 'slug', t.slug, 'name', t.name, 'timezone', t.timezone, 'locale', t.locale,
        'settings', t.settings, 'feed_token', t.feed_token, 'created_at', t.created_at);
end;

-- Without a search path of its own the planner writes it into the query: with one it was a call for each message, of
-- 10 µs. A standard body has its names bound when it is made, and this one names nothing but Postgres' own functions.
create or replace function hilo_message_json(m whatsapp_messages) returns jsonb
language sql stable security invoker
begin atomic
    select jsonb_build_object(
        'id', m.id, 'seq', m.seq, 'conversation_id', m.conversation_id, 'message_sid', m.message_sid,
        'provider', m.provider, 'direction', m.direction, 'role', m.role, 'author', m.author, 'body', m.body,
        'from_number', m.from_number, 'to_number', m.to_number, 'sent_at', m.sent_at,
        'received_at', m.received_at, 'media', m.media, 'media_state', m.media_state,
        'media_error', m.media_error, 'reply_to_sid', m.reply_to_sid,
        'processed', m.processed, 'event_extracted', m.event_extracted, 'event_id', m.event_id,
        'backfilled', m.backfilled, 'delivery_status', m.delivery_status, 'delivery_error', m.delivery_error,
        'edited_at', case when m.raw #>> '{hilo:versions,-1,kind}' = 'edited'
            then m.raw #> '{hilo:versions,-1,at}' end,
        'created_at', m.created_at, 'updated_at', m.updated_at);
end;

create or replace function hilo_event_json(e extracted_events) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'id', e.id, 'tenant_id', e.tenant_id, 'conversation', c.id, 'conversation_id', e.conversation_id,
        'contact_name', c.contact_name, 'phone', c.phone, 'title', e.title, 'start', e.start, 'end', e."end",
        'all_day', e.all_day, 'time_zone', e.time_zone, 'location', e.location, 'status', e.status)
        || jsonb_build_object(
        'source', e.source, 'reason', e.reason, 'beside', e.beside, 'confidence', e.confidence, 'evidence', e.evidence,
        'evidence_message_ids', (
            select coalesce(jsonb_agg(distinct p.value -> 'message_id'), '[]')
            from jsonb_array_elements(e.evidence) p),
        'settled_at', e.settled_at, 'confirmed_at', e.confirmed_at, 'history', e.history,
        'decided_by', e.decided_by, 'decided_at', e.decided_at, 'revision', e.revision,
        'published_revision', e.published_revision, 'calendar_state', e.calendar_state,
        'calendar_event_id', e.calendar_event_id, 'calendar_generation', e.calendar_generation,
        'calendar_etag', e.calendar_etag, 'calendar_error', e.calendar_error,
        'calendar_text', e.calendar_text, 'calendar_drift', e.calendar_drift,
        'created_at', e.created_at, 'updated_at', e.updated_at)
    from (select 1) one
    left join whatsapp_conversations c
        on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id;
end;

-- The event that stands and that this one, a proposal, would move or end.
create or replace function hilo_event_stands(e extracted_events) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select hilo_event_json(h) from extracted_events h
     where h.id = e.beside and h.tenant_id = e.tenant_id and h.status = 'confirmed' and e.status = 'proposed';
end;

-- The events that this message proves, or that it was marked with by hand.
create or replace function hilo_message_events(m whatsapp_messages) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_event_json(e) order by e.start, e.id), '[]') from extracted_events e
     where e.tenant_id = m.tenant_id and e.conversation_id = m.conversation_id
       and (e.id = m.event_id or e.evidence @> jsonb_build_array(jsonb_build_object('message_id', m.id)));
end;

create or replace function hilo_conversation_json(c whatsapp_conversations) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'id', c.id, 'tenant_id', c.tenant_id, 'conversation_id', c.conversation_id, 'provider', c.provider,
        'channel_address', c.channel_address, 'contact_name', c.contact_name, 'phone', c.phone, 'thread', c.thread,
        'last_message_at', c.last_message_at, 'event_count', c.event_count,
        'bot_paused_until', c.bot_paused_until, 'opted_out_at', c.opted_out_at, 'reply_due_at', c.reply_due_at,
        'reply_attempts', c.reply_attempts, 'reply_error', c.reply_error, 'reply_parked_at', c.reply_parked_at,
        'batch_attempts', c.batch_attempts, 'batch_error', c.batch_error, 'batch_next_at', c.batch_next_at,
        'batch_parked_at', c.batch_parked_at, 'created_at', c.created_at, 'updated_at', c.updated_at,
        'last_message', (
            select left(m.body, 200) from whatsapp_messages m
            where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
            order by m.sent_at desc, m.seq desc limit 1),
        'unprocessed_count', case when c.unprocessed_since is null then 0 else (
            select count(*) from whatsapp_messages m
            where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id and not m.processed) end);
end;

-- What a list of conversations shows besides: all of it is one look into an index for each.
create or replace function hilo_conversation_badges(c whatsapp_conversations) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'unread_count', (
            select count(*) from (
                select 1 from whatsapp_messages m
                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                   and m.role = 'user' and m.direction = 'inbound' and m.seq > c.seen_seq limit 100) unread),
        'proposed_count', (
            select count(*) from extracted_events e
             where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id and e.status = 'proposed'),
        'last_role', last.role, 'last_author', last.author)
      from (select 1) one
      left join lateral (
            select m.role, m.author from whatsapp_messages m
             where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
             order by m.sent_at desc, m.seq desc limit 1) last on true;
end;

-- functions/020_triggers.sql

-- Triggers keep what is derived true, also for rows written by hand in the SQL editor. No business logic here.

create or replace function hilo_touch() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    new.updated_at := now();
    return new;
end $$;

-- Each of these locks the conversation before it looks: a batch or an answer that is being completed at that moment
-- looks for what is unprocessed too, cannot see rows that are not committed yet, and must not have the last word.

-- hilo_store_message has already written all this when it inserts, holds the lock, and names the message in hilo.counted.
create or replace function hilo_message_inserted() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id for no key update;
    if v_conversation.last_message_at >= new.sent_at
       and (new.direction <> 'inbound' or v_conversation.last_inbound_at >= new.sent_at)
       and (new.processed or v_conversation.unprocessed_since <= new.created_at) then
        return null;
    end if;
    update whatsapp_conversations c
       set last_message_at = greatest(c.last_message_at, new.sent_at),
           last_inbound_at = case when new.direction = 'inbound' then greatest(c.last_inbound_at, new.sent_at)
                                  else c.last_inbound_at end,
           unprocessed_since = case when new.processed then c.unprocessed_since
                                    else least(c.unprocessed_since, new.created_at) end
     where c.id = v_conversation.id;
    return null;
end $$;

-- Derive from scratch what a conversation's row says of its messages. A batch that has read the older state is
-- refused: it may have read what is no more.
create or replace function hilo_recount_messages(p_tenant uuid, p_conversation_id text) returns void
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    perform 1 from whatsapp_conversations c
      where c.tenant_id = p_tenant and c.conversation_id = p_conversation_id for no key update;
    update whatsapp_conversations c
       set last_message_at = (select max(m.sent_at) from whatsapp_messages m
                               where m.tenant_id = p_tenant and m.conversation_id = p_conversation_id),
           last_inbound_at = (select max(m.sent_at) from whatsapp_messages m
                               where m.tenant_id = p_tenant and m.conversation_id = p_conversation_id
                                 and m.direction = 'inbound'),
           unprocessed_since = (select min(m.created_at) from whatsapp_messages m
                                 where m.tenant_id = p_tenant and m.conversation_id = p_conversation_id
                                   and not m.processed),
           events_version = c.events_version + 1
     where c.tenant_id = p_tenant and c.conversation_id = p_conversation_id;
end $$;

-- Messages deleted by hand. Events that they prove stay, with the message's id and the words that were quoted: what a
-- person has in the calendar does not vanish with a message.
create or replace function hilo_messages_deleted() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    perform hilo_recount_messages(k.tenant_id, k.conversation_id)
       from (select distinct g.tenant_id, g.conversation_id from gone g order by 1, 2) k;
    return null;
end $$;

-- Text, time, speaker or conversation changed by hand. (A conversation that is renamed takes its messages along by
-- the foreign key: the old one is gone then, and nothing to count anew.)
create or replace function hilo_message_edited() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    if exists (select 1 from whatsapp_conversations c
                where c.tenant_id = old.tenant_id and c.conversation_id = old.conversation_id) then
        perform hilo_recount_messages(k.tenant_id, k.conversation_id)
           from (select old.tenant_id, old.conversation_id union select new.tenant_id, new.conversation_id
                 order by 1, 2) k;
    end if;
    return null;
end $$;

-- processed set or taken back. Only the oldest unprocessed message moves unprocessed_since, so that a batch that marks
-- thousands counts anew once.
create or replace function hilo_message_processed() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    perform 1 from whatsapp_conversations c
      where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id
        and (not new.processed or c.unprocessed_since = new.created_at) for no key update;
    if found then
        update whatsapp_conversations c
           set unprocessed_since = (select min(m.created_at) from whatsapp_messages m
                                     where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                                       and not m.processed)
         where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id;
    end if;
    return null;
end $$;

create or replace function hilo_events_changed() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_key record;
begin
    if tg_op = 'DELETE' then
        update whatsapp_messages m set event_id = null, event_extracted = false where m.event_id = old.id;
    end if;
    for v_key in
        select k.tenant_id, k.conversation_id
          from (values (old.tenant_id, old.conversation_id), (new.tenant_id, new.conversation_id))
               k (tenant_id, conversation_id)
         where k.tenant_id is not null group by 1, 2 order by 1, 2
    loop
        perform 1 from whatsapp_conversations c
          where c.tenant_id = v_key.tenant_id and c.conversation_id = v_key.conversation_id for no key update;
        update whatsapp_conversations c
           set event_count = (select count(*) from extracted_events e
                               where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
                                 and e.status <> 'cancelled'),
               events_version = c.events_version + 1
         where c.tenant_id = v_key.tenant_id and c.conversation_id = v_key.conversation_id;
    end loop;
    return null;
end $$;

-- What is busy sets the time itself: a call of this function costs as much as another index.
create or replace trigger hilo_touch before update on tenants
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on channels
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on whatsapp_conversations
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on sessions
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on whatsapp_messages
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();
create or replace trigger hilo_touch before update on extracted_events
    for each row when (new.updated_at = old.updated_at) execute function hilo_touch();

create or replace trigger hilo_message_inserted after insert on whatsapp_messages
    for each row when ((current_setting('hilo.counted', true) = new.message_sid) is not true)
    execute function hilo_message_inserted();
create or replace trigger hilo_messages_deleted after delete on whatsapp_messages
    referencing old table as gone for each statement execute function hilo_messages_deleted();
create or replace trigger hilo_message_edited
    after update of tenant_id, conversation_id, body, sent_at, role, direction on whatsapp_messages
    for each row when ((old.tenant_id, old.conversation_id, old.body, old.sent_at, old.role, old.direction)
        is distinct from (new.tenant_id, new.conversation_id, new.body, new.sent_at, new.role, new.direction))
    execute function hilo_message_edited();
create or replace trigger hilo_message_processed after update of processed on whatsapp_messages
    for each row when (old.processed is distinct from new.processed) execute function hilo_message_processed();
-- The publisher's bookkeeping (calendar_*) is no change of the event.
create or replace trigger hilo_events_changed
    after insert or delete or update of tenant_id, conversation_id, title, "start", "end", all_day, location, status,
        reason, evidence, revision
    on extracted_events
    for each row execute function hilo_events_changed();

-- functions/030_ingest.sql

-- Messages come in, delivery reports come in.

-- The tenant of our address at a provider; null when there are channels and none is this one. With no channel at all
-- the tenant "default" takes everything.
create or replace function hilo_route(p_provider text, p_channel_address text) returns uuid
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid;
begin
    select c.tenant_id into v_tenant from channels c
     where c.provider = p_provider and c.address = p_channel_address and c.enabled;
    if found or exists (select 1 from channels) then
        return v_tenant;
    end if;
    select t.id into v_tenant from tenants t where t.slug = 'default';
    if not found then
        raise exception 'there is no tenant yet' using errcode = 'HL001',
            hint = 'The server makes the tenant "default" when it starts; start it once, or add one with `hilo tenants add`.';
    end if;
    return v_tenant;
end $$;

-- The conversation of a contact that is known by several names; the contact's own name when there is none yet.
create or replace function hilo_find_contact(p_tenant uuid, p_provider text, p_contact text, p_aliases jsonb default '[]')
returns text
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(
        (select c.conversation_id from whatsapp_conversations c
          where c.tenant_id = p_tenant and c.conversation_id = p_contact),
        (select a.conversation_id from contact_aliases a
          where a.tenant_id = p_tenant and a.provider = p_provider and a.alias = p_contact),
        (select c.conversation_id from jsonb_array_elements_text(p_aliases) n(name)
           join whatsapp_conversations c on c.tenant_id = p_tenant and c.conversation_id = n.name
          where c.provider = p_provider limit 1),
        (select a.conversation_id from jsonb_array_elements_text(p_aliases) n(name)
           join contact_aliases a on a.tenant_id = p_tenant and a.provider = p_provider and a.alias = n.name limit 1),
        p_contact);
end;

-- What a contact says of being written to: `out` (no reminders, no templates), `in`, or null.
create or replace function hilo_consent(p_text text) returns text
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select case when w.word in ('baja', 'stop', 'unsubscribe') then 'out'
                when w.word in ('alta', 'start', 'unstop') then 'in' end
      from (select lower(btrim(p_text, E' \t\r\n.,!¡"''*')) as word) w;
end;

-- What is kept of an erased message: enough to know it again, and nothing to find it by.
create or replace function hilo_erased_key(p_tenant uuid, p_provider text, p_message_sid text) returns text
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select encode(sha256(convert_to(p_tenant::text || ' ' || p_provider || ' ' || p_message_sid, 'UTF8')), 'hex');
end;

-- Whether this outbound message is one that Hilo sent to the owner, also while the provider's answer is still to come.
create or replace function hilo_is_notification(p_tenant uuid, p_message_sid text, p_body text) returns boolean
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select exists (select 1 from notifications n where n.tenant_id = p_tenant and n.message_sid = p_message_sid)
        or exists (select 1 from notifications n
                    where n.tenant_id = p_tenant and n.state = 'sending' and n.target = 'whatsapp'
                      and btrim(regexp_replace(n.body, '\s+', ' ', 'g'))
                          = btrim(regexp_replace(p_body, '\s+', ' ', 'g')));
end;

-- What is not to be stored: a message that was erased and that the provider still has (in its list, or in a webhook that
-- it repeats), and the echo of what Hilo told the owner, which is no conversation.
create or replace function hilo_is_refused(
    p_tenant uuid, p_provider text, p_message_sid text, p_direction text, p_body text
) returns boolean
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select exists (select 1 from erased_messages x where x.key = hilo_erased_key(p_tenant, p_provider, p_message_sid))
        or (p_direction = 'outbound' and hilo_is_notification(p_tenant, p_message_sid, p_body));
end;

-- Store one message, once. Returns {outcome: stored|duplicate|unrouted, …}; safe to repeat.
-- The conversation's row is locked first, so that seq and commit order agree within a conversation and the batch
-- never steps over a message that was stored but not yet committed.
-- p_media_seconds: its files are to be turned into text (037_media.sql), and an answer waits so long for that; null: not.
create or replace function hilo_store_message(
    p_provider text,
    p_channel_address text,
    p_contact text,
    p_message_sid text,
    p_body text,
    p_direction text default 'inbound',
    p_role text default 'user',
    p_sent_at timestamptz default null,
    p_contact_name text default null,
    p_phone text default null,
    p_media jsonb default '[]',
    p_reply_to_sid text default null,
    p_raw jsonb default '{}',
    p_backfilled boolean default false,
    p_backfill_answer_seconds double precision default 600,
    p_quiet_seconds double precision default 2,
    p_max_wait_seconds double precision default 10,
    p_aliases jsonb default '[]',
    p_thread text default null,
    p_author text default null,
    p_answer boolean default true,
    p_pause_seconds double precision default null,
    p_session_seconds double precision default 86400,
    p_media_seconds double precision default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
-- What nearly every message goes through is four statements that name few columns: each costs the server 10 to 50 µs,
-- whatever it finds. What is rare looks closer, behind a condition.
declare
    v_now timestamptz := clock_timestamp();
    v_tenant uuid;
    v_slug text;
    v_settings jsonb;
    v_bot_id text;
    v_local_id text;
    v_contact text := p_contact;
    v_conversation uuid;
    v_phone text;
    v_paused_until timestamptz;
    v_answered_seq bigint;
    v_sent_at timestamptz;
    v_stored_at timestamptz;
    v_looked boolean := false;
    v_told whatsapp_messages;
    v_unchanged boolean := false;
    v_id uuid;
    v_seq bigint;
    v_replies boolean;
    v_answer boolean;
    v_due_at timestamptz;
begin
    -- The tenant, as hilo_route finds it, and the conversation of a contact that is known.
    select t.id, t.slug, t.settings, h.bot_id, h.local_id, c.id, c.phone, c.bot_paused_until, c.answered_seq
      into v_tenant, v_slug, v_settings, v_bot_id, v_local_id, v_conversation, v_phone, v_paused_until, v_answered_seq
      from tenants t
      join whatsapp_conversations c on c.tenant_id = t.id and c.conversation_id = p_contact
      left join channels h on h.provider = p_provider and h.address = p_channel_address and h.enabled
     where t.id = coalesce((select x.tenant_id from channels x
                             where x.provider = p_provider and x.address = p_channel_address and x.enabled),
                           (select d.id from tenants d
                             where d.slug = 'default' and not exists (select 1 from channels)))
       for no key update of c;
    if not found then
        v_tenant := hilo_route(p_provider, p_channel_address);
        select t.slug, t.settings, h.bot_id, h.local_id into v_slug, v_settings, v_bot_id, v_local_id
          from tenants t
          left join channels h on h.provider = p_provider and h.address = p_channel_address and h.enabled
         where t.id = v_tenant;
        if not found then
            insert into unrouted_messages (provider, address, message_sid, arguments)
            values (p_provider, p_channel_address, p_message_sid, jsonb_build_object(
                'p_provider', p_provider, 'p_channel_address', p_channel_address, 'p_contact', p_contact,
                'p_message_sid', p_message_sid, 'p_body', p_body, 'p_direction', p_direction, 'p_role', p_role,
                'p_sent_at', coalesce(p_sent_at, v_now), 'p_contact_name', p_contact_name, 'p_phone', p_phone,
                'p_media', p_media, 'p_reply_to_sid', p_reply_to_sid, 'p_raw', p_raw, 'p_aliases', p_aliases,
                'p_thread', p_thread, 'p_author', p_author, 'p_answer', p_answer, 'p_media_seconds', p_media_seconds))
            on conflict (provider, address, message_sid) do nothing;
            return jsonb_build_object('outcome', 'unrouted');
        end if;
    end if;

    -- A provider's clock may be wrong: a time in the future, or before WhatsApp existed, is not believed.
    v_sent_at := case when p_sent_at > v_now + interval '2 minutes' or p_sent_at < '2009-01-01' or p_sent_at is null
                      then v_now else p_sent_at end;

    if v_conversation is null then
        -- Erased, or stored before under another contact: no conversation is made for it.
        if hilo_is_refused(v_tenant, p_provider, p_message_sid, p_direction, p_body) then
            return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant);
        end if;
        -- First messages under two names at the same moment are one conversation's: who shares a name waits here.
        perform pg_advisory_xact_lock(name.key)
           from (select distinct hashtextextended(v_tenant || ' ' || p_provider || ' ' || n.name, 1) as key
                   from (select jsonb_array_elements_text(p_aliases) union select p_contact) n(name) order by 1) name;
        v_contact := hilo_find_contact(v_tenant, p_provider, p_contact, p_aliases);
        select c.id, c.phone, c.bot_paused_until, c.answered_seq
          into v_conversation, v_phone, v_paused_until, v_answered_seq
          from whatsapp_conversations c
         where c.tenant_id = v_tenant and c.conversation_id = v_contact for no key update;
        if not found then
            select m.id, m.seq into v_id, v_seq from whatsapp_messages m
             where m.tenant_id = v_tenant and m.provider = p_provider and m.message_sid = p_message_sid;
            if found then
                return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant, 'message_id', v_id, 'seq', v_seq);
            end if;
            insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, contact_name, phone)
            values (v_tenant, v_contact, p_provider, p_channel_address, p_contact_name, p_phone)
            on conflict (tenant_id, conversation_id) do update set updated_at = now()
            returning id, phone, bot_paused_until, answered_seq
                 into v_conversation, v_phone, v_paused_until, v_answered_seq;
        end if;
    end if;

    -- Most providers give whole seconds. Within one, what we stored first came first: a quick reply does not sort before
    -- the answer that it replies to.
    v_stored_at := v_sent_at;
    if v_sent_at = date_trunc('second', v_sent_at) then
        select greatest(v_sent_at, max(m.sent_at) + interval '1 microsecond') into v_stored_at from whatsapp_messages m
         where m.tenant_id = v_tenant and m.conversation_id = v_contact
           and m.sent_at > v_sent_at and m.sent_at < v_sent_at + interval '1 second';
    end if;

    loop
        -- Stored at once, unless there may be more to it: then it is looked at below, and comes back here if it is new.
        if v_looked or (p_direction = 'inbound' and not p_backfilled) then
            insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, direction, role, author,
                from_number, to_number, body, sent_at, received_at, media, media_state, reply_to_sid, thread, raw,
                backfilled, created_at)
            select v_tenant, v_contact, p_provider, p_message_sid, p_direction, p_role,
                coalesce(p_author, case when p_role = 'bot' then 'phone' end),
                case when p_direction = 'inbound' then p_contact else p_channel_address end,
                case when p_direction = 'inbound' then p_channel_address else p_contact end,
                p_body, v_stored_at, v_now, p_media, case when p_media_seconds is not null then 'waiting' end,
                p_reply_to_sid, p_thread, p_raw, p_backfilled, v_now
             where (v_looked or not (exists (select 1 from erased_messages x where x.tenant_id = v_tenant)
                                     -- An agent outside told us of a message, under no id.
                                     or exists (select 1 from whatsapp_messages m
                                                 where m.tenant_id = v_tenant and m.conversation_id = v_contact
                                                   and m.sent_at >= v_sent_at - interval '10 minutes'
                                                   and m.sent_at <= v_sent_at + interval '10 minutes'
                                                   and m.author = 'api' and m.message_sid is null)))
               -- For the trigger: what it would do is done below.
               and set_config('hilo.counted', p_message_sid, true) is not null
            on conflict (tenant_id, provider, message_sid) do nothing
            returning id, seq into v_id, v_seq;
            exit when found;
            if v_looked then
                -- The same id under another contact, committed this very moment.
                return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant);
            end if;
        end if;

        if hilo_is_refused(v_tenant, p_provider, p_message_sid, p_direction, p_body) then
            return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant);
        end if;
        select m.* into v_told from whatsapp_messages m
         where m.tenant_id = v_tenant and m.provider = p_provider and m.message_sid = p_message_sid;
        if found then
            v_id := v_told.id;
            v_seq := v_told.seq;
        else
            select m.* into v_told from whatsapp_messages m
             where m.tenant_id = v_tenant and m.conversation_id = v_contact and m.author = 'api'
               and m.sent_at between v_sent_at - interval '10 minutes' and v_sent_at + interval '10 minutes'
               and m.message_sid is null and m.role = p_role
               and btrim(regexp_replace(m.body, '\s+', ' ', 'g')) = btrim(regexp_replace(p_body, '\s+', ' ', 'g'))
             order by m.sent_at, m.seq limit 1;
        end if;
        -- Whether an agent outside has told us of it before its webhook came, under the provider's id or under none.
        if not coalesce(v_told.conversation_id = v_contact and v_told.direction = p_direction and v_told.author = 'api'
                        and v_told.session_id is not null and v_told.raw = '{}', false) then
            v_told := null;
        end if;
        if v_id is not null and v_told.id is null then
            if not p_backfilled then
                -- The comparison with the provider's list was faster than the webhook, which knows more: the sender's name,
                -- places, buttons. What reads otherwise now is read again.
                update whatsapp_messages m
                   set backfilled = false, raw = p_raw, media = p_media,
                       -- What was read out of its files stays.
                       body = case when m.media_state = 'read' then m.body else p_body end,
                       reply_to_sid = coalesce(p_reply_to_sid, m.reply_to_sid),
                       processed = m.processed and (m.body = p_body or m.media_state = 'read')
                 where m.id = v_id and m.backfilled and m.direction = p_direction;
                if found then
                    update whatsapp_conversations c
                       set contact_name = coalesce(nullif(p_contact_name, ''), c.contact_name),
                           phone = coalesce(p_phone, c.phone)
                     where c.id = v_conversation;
                end if;
            end if;
            return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant, 'conversation', v_conversation,
                'message_id', v_id, 'seq', v_seq);
        end if;

        -- The provider lists what an imported chat holds already: from now on that row is the provider's. Its text and time
        -- stay, and the import knows it again by 'hilo:export'.
        if p_backfilled then
            update whatsapp_messages m
               set provider = p_provider, message_sid = p_message_sid, thread = p_thread, reply_to_sid = p_reply_to_sid,
                   media = case when p_media = '[]' then m.media else p_media end,
                   raw = p_raw || m.raw || jsonb_build_object('hilo:export', m.message_sid)
             where m.id = (select x.id from whatsapp_messages x
                            where x.tenant_id = v_tenant and x.conversation_id = v_contact and x.provider = 'export'
                              and x.direction = p_direction
                              and x.sent_at >= date_trunc('minute', v_sent_at) - interval '1 minute'
                              and x.sent_at < date_trunc('minute', v_sent_at) + interval '2 minutes'
                              and (hilo_import_key(x.body) = hilo_import_key(p_body)
                                   or (x.raw ->> 'kind' = 'media' and p_media <> '[]'))
                            order by date_trunc('minute', x.sent_at) <> date_trunc('minute', v_sent_at), x.sent_at, x.seq
                            limit 1)
            returning m.id, m.seq into v_id, v_seq;
            if found then
                return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant,
                    'conversation', v_conversation, 'message_id', v_id, 'seq', v_seq);
            end if;
        end if;
        -- Our own message comes back as an echo before the provider's answer to us has told its id.
        if p_direction = 'outbound' and v_told.id is null then
            update whatsapp_messages m
               set message_sid = p_message_sid, delivery_status = 'sent', send_token = null, send_lease_until = null
             where m.id = (select x.id from whatsapp_messages x
                            where x.tenant_id = v_tenant and x.conversation_id = v_contact and x.direction = 'outbound'
                              -- queued after an attempt: the answer to us was lost, the message was not
                              and (x.delivery_status = 'sending' or (x.delivery_status = 'queued' and x.send_attempts > 0))
                              and x.message_sid is null
                              and btrim(regexp_replace(x.body, '\s+', ' ', 'g'))
                                  = btrim(regexp_replace(p_body, '\s+', ' ', 'g'))
                            order by x.seq limit 1)
            returning m.id, m.seq into v_id, v_seq;
            if found then
                return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant,
                    'conversation', v_conversation, 'message_id', v_id, 'seq', v_seq);
            end if;
        end if;
        if v_told.id is not null then
            v_unchanged := coalesce(v_told.processed and v_told.body = p_body and v_told.media = p_media, false);
            -- The provider's time is the better one, as far as the order of what is stored stays.
            select least(v_told.sent_at, greatest(v_sent_at, max(m.sent_at) + interval '1 microsecond')) into v_stored_at
              from whatsapp_messages m
             where m.tenant_id = v_tenant and m.conversation_id = v_contact
               and (m.sent_at, m.seq) < (v_told.sent_at, v_told.seq);
            exit;
        end if;
        v_looked := true;
    end loop;
    v_sent_at := v_stored_at;

    -- Whoever writes has a session, so that an agent outside finds the tenant by the phone alone. What is old when it
    -- comes (a backfill) opens none.
    if v_sent_at > v_now - make_interval(secs => p_session_seconds) then
        -- As hilo_touch_session does it, without the call.
        update sessions s
           set last_activity = v_now, expires_at = v_now + make_interval(secs => p_session_seconds),
               local_id = coalesce(v_local_id, s.local_id), updated_at = now()
         where s.tenant_id = v_tenant and s.conversation_id = v_contact
           and s.bot_id = coalesce(v_bot_id, v_slug) and s.is_active and s.expires_at > v_now
        returning s.metadata -> 'hiloReplies' is distinct from 'false'::jsonb into v_replies;
        if not found then
            v_replies := hilo_touch_session(v_tenant, v_contact,
                coalesce(p_phone, v_phone,
                         substring(v_contact from '^(?:whatsapp:)?(\+?[1-9][0-9]{6,14})$'), ''),
                coalesce(v_bot_id, v_slug), v_local_id, p_session_seconds,
                p_direction = 'inbound') -> 'replies';
        end if;
    end if;
    v_answer := p_direction = 'inbound' and p_role = 'user' and p_answer
        and coalesce((v_settings ->> 'agent_enabled')::boolean, true)
        and coalesce(v_replies, true)
        and coalesce(v_paused_until, '-infinity') <= v_now
        -- What was told of may be answered already, by the agent that told us or by ours.
        and coalesce(v_told.seq > v_answered_seq, true)
        and (not p_backfilled or v_sent_at > v_now - make_interval(secs => p_backfill_answer_seconds));

    update whatsapp_conversations c
       set last_message_at = greatest(c.last_message_at, v_sent_at),
           last_inbound_at = case when p_direction = 'inbound' then greatest(c.last_inbound_at, v_sent_at)
                                  else c.last_inbound_at end,
           thread = case when c.provider = p_provider then coalesce(p_thread, c.thread) else p_thread end,
           provider = p_provider,
           channel_address = p_channel_address,
           contact_name = coalesce(nullif(p_contact_name, ''), c.contact_name),
           phone = coalesce(p_phone, c.phone),
           unprocessed_since = case when v_unchanged then c.unprocessed_since
                                    else coalesce(c.unprocessed_since, v_told.created_at, v_now) end,
           reply_waiting_since = case when v_answer then coalesce(c.reply_waiting_since, v_now)
                                      else c.reply_waiting_since end,
           reply_due_at = case when v_answer then least(
                                   v_now + make_interval(secs => p_quiet_seconds),
                                   coalesce(c.reply_waiting_since, v_now) + make_interval(secs => p_max_wait_seconds))
                               else c.reply_due_at end,
           reply_attempts = case when v_answer then 0 else c.reply_attempts end,
           reply_error = case when v_answer then null else c.reply_error end,
           reply_parked_at = case when v_answer then null else c.reply_parked_at end,
           opted_out_at = case when p_direction <> 'inbound' or p_role <> 'user' then c.opted_out_at
                               else case hilo_consent(p_body) when 'out' then v_now when 'in' then null
                                                              else c.opted_out_at end end,
           reply_media_until = case when p_direction = 'inbound' and p_media_seconds > 0
                                    then v_now + make_interval(secs => p_media_seconds)
                                    else c.reply_media_until end,
           -- A new message gives a parked conversation one more try; the attempts made still count.
           batch_next_at = null,
           batch_parked_at = null,
           updated_at = now()
     where c.id = v_conversation
    returning c.reply_due_at into v_due_at;

    if p_contact <> v_contact or p_aliases <> '[]' then
        insert into contact_aliases (tenant_id, provider, alias, conversation_id)
        select v_tenant, p_provider, n.name, v_contact
          from (select jsonb_array_elements_text(p_aliases) union select p_contact) n(name)
         where n.name <> v_contact
           and not exists (select 1 from whatsapp_conversations c
                            where c.tenant_id = v_tenant and c.conversation_id = n.name)
        on conflict (tenant_id, provider, alias) do nothing;
    end if;

    -- The webhook knows more than the agent that told us of it.
    if v_told.id is not null then
        update whatsapp_messages m
           set message_sid = p_message_sid, provider = p_provider, body = p_body, sent_at = v_sent_at, media = p_media,
               raw = p_raw, reply_to_sid = p_reply_to_sid, thread = p_thread, backfilled = p_backfilled,
               author = case when p_role = 'bot' then m.author end, processed = v_unchanged,
               from_number = case when p_direction = 'inbound' then p_contact else p_channel_address end,
               to_number = case when p_direction = 'inbound' then p_channel_address else p_contact end
         where m.id = v_told.id;
        return jsonb_build_object('outcome', 'duplicate', 'tenant_id', v_tenant, 'conversation', v_conversation,
            'message_id', v_told.id, 'seq', v_told.seq, 'reply_due', v_answer);
    end if;

    -- A person answered from the phone: nothing of the agent's shall follow what they have seen. An old echo that is
    -- added late has not seen what the customer wrote after it.
    if p_direction = 'outbound' and not exists (
            select 1 from whatsapp_messages m
             where m.tenant_id = v_tenant and m.conversation_id = v_contact and m.role = 'user'
               and m.direction = 'inbound' and m.seq > v_answered_seq and m.sent_at > v_sent_at) then
        update whatsapp_conversations c
           set answered_seq = v_seq, reply_due_at = null, reply_waiting_since = null, reply_token = null,
               reply_lease_until = null, reply_attempts = 0, reply_error = null, reply_parked_at = null
         where c.id = v_conversation;
    end if;
    -- A person has the conversation: the agent stays out of it for a while.
    if p_pause_seconds > 0 then
        update whatsapp_conversations c
           set bot_paused_until = greatest(c.bot_paused_until, v_sent_at + make_interval(secs => p_pause_seconds))
         where c.id = v_conversation;
    end if;

    return jsonb_build_object('outcome', 'stored', 'tenant_id', v_tenant, 'conversation', v_conversation,
        'message_id', v_id, 'seq', v_seq, 'reply_due', v_answer,
        'reply_in', case when v_answer then extract(epoch from v_due_at - v_now) else 0 end);
end $$;

-- Store what was kept for a channel that has a tenant now. At most p_limit at a time; returns how many went and how
-- many are left. Contact by contact, so that two replays at once lock the conversations in the same order.
create or replace function hilo_replay_unrouted(p_limit integer default 500) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_row unrouted_messages;
    v_stored jsonb;
    v_count integer := 0;
begin
    for v_row in
        select u.* from unrouted_messages u
          join channels c on c.provider = u.provider and c.address = u.address and c.enabled
         order by u.arguments ->> 'p_contact', u.received_at limit p_limit for update of u skip locked
    loop
        select hilo_store_message(
            p_provider => a ->> 'p_provider', p_channel_address => a ->> 'p_channel_address',
            p_contact => a ->> 'p_contact', p_message_sid => a ->> 'p_message_sid', p_body => a ->> 'p_body',
            p_direction => a ->> 'p_direction', p_role => a ->> 'p_role',
            p_sent_at => (a ->> 'p_sent_at')::timestamptz, p_contact_name => a ->> 'p_contact_name',
            p_phone => a ->> 'p_phone', p_media => a -> 'p_media', p_reply_to_sid => a ->> 'p_reply_to_sid',
            p_raw => a -> 'p_raw', p_backfilled => true, p_aliases => coalesce(a -> 'p_aliases', '[]'),
            p_thread => a ->> 'p_thread', p_author => a ->> 'p_author',
            p_answer => coalesce((a ->> 'p_answer')::boolean, true),
            p_media_seconds => (a ->> 'p_media_seconds')::double precision)
          into v_stored from (select v_row.arguments as a) args;
        -- The channel may have been switched off since the rows were chosen.
        continue when v_stored ->> 'outcome' = 'unrouted';
        delete from unrouted_messages u where u.id = v_row.id;
        v_count := v_count + 1;
    end loop;
    return jsonb_build_object('replayed', v_count, 'left', (select count(*) from unrouted_messages));
end $$;

create or replace function hilo_list_unrouted() returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(u), '[]') from (
        select provider, address, count(*) as messages, min(received_at) as first_at, max(received_at) as last_at
          from unrouted_messages group by provider, address order by max(received_at) desc limit 100) u;
end;

create or replace function hilo_delivery_rank(p_status text) returns integer
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(array_position(
        array['held', 'queued', 'sending', 'sent', 'undelivered', 'failed', 'delivered', 'read'], p_status), 0);
end;

-- Held by whoever files a report for an id that is not known yet, and by whoever makes the id known: else the two
-- could pass each other unseen, and the report would wait for ever.
create or replace function hilo_lock_sid(p_provider text, p_message_sid text) returns void
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    select pg_advisory_xact_lock(hashtextextended(p_provider || ' ' || p_message_sid, 0));
end;

-- The provider took a text and says now that it came after the window: as a template then, or not at all (once: what it
-- refuses again has failed). Nothing for messages that others sent.
create or replace function hilo_send_as_template(p_message uuid, p_error text) returns boolean
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with again as (
        update whatsapp_messages m
           set send_refused_sid = m.message_sid, message_sid = null, delivery_status = 'queued', delivery_error = p_error,
               send_token = null, send_lease_until = null, send_started_at = null, send_next_at = null,
               send_attempts = 0
         where m.id = p_message and m.direction = 'outbound' and m.send_started_at is not null
           and m.send_refused_sid is null
        returning 1)
    select exists (select 1 from again);
end;

drop function if exists hilo_update_delivery(text, text, text, text);
-- A delivery report. Reports come unordered: a lower rank never replaces a higher one. It is about what was sent from
-- p_channel_address, or by the tenant of that address; where the report does not say from where, only an id that no two
-- tenants have is believed.
-- p_outside_window: it failed because the customer had not written for too long.
-- {outcome: updated|stale|requeued|unknown}
create or replace function hilo_update_delivery(
    p_provider text, p_message_sid text, p_status text, p_error text default null,
    p_channel_address text default null, p_outside_window boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_message whatsapp_messages;
begin
    for v_try in 1..2 loop
        if v_try = 2 then
            perform hilo_lock_sid(p_provider, p_message_sid);
        end if;
        select m.* into v_message from whatsapp_messages m
         where m.provider = p_provider and m.message_sid = p_message_sid and m.direction = 'outbound'
           and case when p_channel_address is not null
                    then m.from_number = p_channel_address or m.tenant_id = hilo_route(p_provider, p_channel_address)
                    else not exists (select 1 from whatsapp_messages o
                                      where o.provider = p_provider and o.message_sid = p_message_sid
                                        and o.direction = 'outbound' and o.tenant_id <> m.tenant_id) end
         order by m.seq limit 1 for no key update;
        exit when found;
    end loop;
    if v_message.id is null then
        -- What the owner was told: Twilio refuses some of it only now.
        update notifications n set state = 'failed', error = left(coalesce(p_error, p_status), 500)
         where n.message_sid = p_message_sid and n.state = 'sent' and p_status in ('failed', 'undelivered');
        if found then
            return jsonb_build_object('outcome', 'updated');
        end if;
        -- Said before, and on its way as a template under another id.
        if exists (select 1 from whatsapp_messages m
                    where m.provider = p_provider and m.send_refused_sid = p_message_sid) then
            return jsonb_build_object('outcome', 'stale');
        end if;
        -- Locked rows are another report's to delete: two of these must not wait for each other.
        delete from early_reports r
         where (r.provider, r.message_sid, r.channel_address) in (
               select o.provider, o.message_sid, o.channel_address from early_reports o
                where o.received_at < now() - interval '2 days'
                order by o.received_at limit 20 for update skip locked);
        insert into early_reports as r (provider, message_sid, channel_address, status, error, outside_window)
        values (p_provider, p_message_sid, coalesce(p_channel_address, ''), p_status, p_error, p_outside_window)
        on conflict (provider, message_sid, channel_address) do update
            set status = excluded.status, error = coalesce(excluded.error, r.error),
                outside_window = excluded.outside_window
            where hilo_delivery_rank(r.status) < hilo_delivery_rank(excluded.status);
        return jsonb_build_object('outcome', 'unknown');
    end if;
    if hilo_delivery_rank(p_status) <= hilo_delivery_rank(v_message.delivery_status) then
        return jsonb_build_object('outcome', 'stale', 'message_id', v_message.id);
    end if;
    if p_outside_window and hilo_send_as_template(v_message.id, left(p_error, 500)) then
        return jsonb_build_object('outcome', 'requeued', 'message_id', v_message.id);
    end if;
    update whatsapp_messages m
       set delivery_status = p_status,
           -- What arrived after all has no error any more.
           delivery_error = case when p_status not in ('delivered', 'read') then coalesce(p_error, m.delivery_error) end
     where m.id = v_message.id;
    return jsonb_build_object('outcome', 'updated', 'message_id', v_message.id);
end $$;

-- Which of these provider ids are stored (or kept raw) already; for the comparison with the provider's own list. With
-- p_channel_address only what the tenant of that address has: ids need not be unique between tenants.
create or replace function hilo_known_sids(p_provider text, p_sids jsonb, p_channel_address text default null)
returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(s.sid), '[]')
      from jsonb_array_elements_text(p_sids) s(sid)
     where exists (select 1 from tenants t join whatsapp_messages m
                     on m.tenant_id = t.id and m.provider = p_provider and m.message_sid = s.sid
                    where p_channel_address is null
                       or t.id = (select c.tenant_id from channels c
                                   where c.provider = p_provider and c.address = p_channel_address)
                       or (t.slug = 'default' and not exists (select 1 from channels)))
        or exists (select 1 from tenants t join erased_messages x
                     on x.key = hilo_erased_key(t.id, p_provider, s.sid)
                    where p_channel_address is null
                       or t.id = (select c.tenant_id from channels c
                                   where c.provider = p_provider and c.address = p_channel_address)
                       or (t.slug = 'default' and not exists (select 1 from channels)))
        or exists (select 1 from whatsapp_messages m
                    where m.provider = p_provider and m.send_refused_sid = s.sid
                      and (p_channel_address is null or m.from_number = p_channel_address))
        or exists (select 1 from unrouted_messages u
                    where u.provider = p_provider and u.message_sid = s.sid
                      and (p_channel_address is null or u.address = p_channel_address));
end;

-- functions/035_amendments.sql

-- What is said later about something stored: a message was edited or deleted, a contact has another name, a person takes
-- a conversation or gives it back.

-- A message is now as its author wants it. What it said before stays in raw under 'hilo:versions', the batch looks again,
-- and an answer or a completion that was being made from the old text is void. With p_contact a message that was never
-- seen is stored as it is now; the original, should it still come, is a duplicate then.
-- {outcome: amended|unchanged|stale|unknown, or what hilo_store_message says}; safe to repeat.
create or replace function hilo_amend_message(
    p_provider text,
    p_channel_address text,
    p_contact text,
    p_message_sid text,
    p_body text,
    p_kind text,
    p_amendment_sid text default null,
    p_at timestamptz default null,
    p_direction text default 'inbound',
    p_role text default 'user',
    p_contact_name text default null,
    p_phone text default null,
    p_media jsonb default '[]',
    p_raw jsonb default '{}',
    p_aliases jsonb default '[]',
    p_thread text default null,
    p_author text default null,
    p_answer boolean default true,
    p_quiet_seconds double precision default 2,
    p_max_wait_seconds double precision default 10
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_at timestamptz := case when p_at between '2009-01-01' and v_now + interval '2 minutes' then p_at else v_now end;
    v_tenant uuid := hilo_route(p_provider, p_channel_address);
    v_message whatsapp_messages;
    v_version jsonb;
    v_versions jsonb;
    v_stored jsonb;
begin
    v_version := jsonb_build_object('kind', p_kind, 'at', v_at, 'sid', p_amendment_sid, 'raw', p_raw);
    if v_tenant is null then
        update unrouted_messages u
           set arguments = jsonb_set(jsonb_set(u.arguments, '{p_body}', to_jsonb(p_body)), '{p_raw,hilo:versions}',
                   coalesce(u.arguments #> '{p_raw,hilo:versions}', '[]')
                       || (v_version || jsonb_build_object('body', u.arguments -> 'p_body')))
         where u.provider = p_provider and u.address = p_channel_address and u.message_sid = p_message_sid
           and u.arguments ->> 'p_body' is distinct from p_body;
        if found then
            return jsonb_build_object('outcome', 'unrouted');
        end if;
    else
        select m.* into v_message from whatsapp_messages m
         where m.tenant_id = v_tenant and m.provider = p_provider and m.message_sid = p_message_sid;
    end if;
    if v_message.id is null then
        if p_contact is null then
            return jsonb_build_object('outcome', 'unknown');
        end if;
        v_stored := hilo_store_message(
            p_provider => p_provider, p_channel_address => p_channel_address, p_contact => p_contact,
            p_message_sid => p_message_sid, p_body => p_body, p_direction => p_direction, p_role => p_role,
            p_sent_at => v_at, p_contact_name => p_contact_name, p_phone => p_phone, p_media => p_media,
            p_raw => p_raw || jsonb_build_object('hilo:versions', jsonb_build_array(v_version - 'raw')),
            p_aliases => p_aliases, p_thread => p_thread, p_author => p_author,
            p_answer => p_answer and p_kind = 'edited',
            p_quiet_seconds => p_quiet_seconds, p_max_wait_seconds => p_max_wait_seconds);
        -- The original came in at this very moment: then it is there to be changed.
        if v_tenant is null or v_stored ->> 'outcome' <> 'duplicate' then
            return v_stored;
        end if;
        select m.* into v_message from whatsapp_messages m
         where m.tenant_id = v_tenant and m.provider = p_provider and m.message_sid = p_message_sid;
        if not found then  -- it was erased
            return v_stored;
        end if;
    end if;

    -- The conversation first, as everywhere; then the message as it is under the lock.
    perform 1 from whatsapp_conversations c
      where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id for no key update;
    select m.* into v_message from whatsapp_messages m where m.id = v_message.id;
    v_versions := coalesce(v_message.raw -> 'hilo:versions', '[]');
    if v_message.body = p_body then
        return jsonb_build_object('outcome', 'unchanged', 'message_id', v_message.id);
    end if;
    -- Deleted is for good, and an older edit that comes late does not undo a newer one.
    if v_versions -> -1 ->> 'kind' = 'revoked'
       or (p_kind = 'edited' and (v_versions -> -1 ->> 'at')::timestamptz > v_at) then
        return jsonb_build_object('outcome', 'stale', 'message_id', v_message.id);
    end if;
    update whatsapp_messages m
       set body = p_body, processed = false,
           raw = m.raw || jsonb_build_object('hilo:versions',
                 v_versions || (v_version || jsonb_build_object('body', m.body)))
     where m.id = v_message.id;
    update whatsapp_conversations c
       set unprocessed_since = coalesce(c.unprocessed_since, v_now),
           batch_token = null, batch_lease_until = null, batch_run_id = null, batch_next_at = null,
           batch_parked_at = null
     where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id;
    -- Not answered yet: begin again with the new text, if anything is left to answer. What was answered is the batch's.
    update whatsapp_conversations c
       set reply_token = null, reply_lease_until = null, reply_attempts = 0,
           reply_due_at = case when w.waits then v_now + make_interval(secs => p_quiet_seconds) end,
           reply_waiting_since = case when w.waits then c.reply_waiting_since end
      from (select exists (
                select 1 from whatsapp_messages m
                  join whatsapp_conversations o on o.tenant_id = m.tenant_id and o.conversation_id = m.conversation_id
                 where m.tenant_id = v_tenant and m.conversation_id = v_message.conversation_id
                   and m.seq > o.answered_seq and m.role = 'user' and m.direction = 'inbound'
                   and coalesce(m.raw -> 'hilo:versions' -> -1 ->> 'kind', '') <> 'revoked') as waits) w
     where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id
       and v_message.direction = 'inbound' and v_message.seq > c.answered_seq and c.reply_due_at is not null;
    return jsonb_build_object('outcome', 'amended', 'tenant_id', v_tenant, 'message_id', v_message.id,
        'seq', v_message.seq, 'conversation', (
            select c.id from whatsapp_conversations c
             where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id),
        'reply_due', exists (
            select 1 from whatsapp_conversations c
             where c.tenant_id = v_tenant and c.conversation_id = v_message.conversation_id
               and c.reply_due_at is not null));
end $$;

-- Another name of a contact. {outcome: linked|known|unknown|unrouted}; known: it is a conversation of its own already.
create or replace function hilo_link_contact(
    p_provider text, p_channel_address text, p_contact text, p_alias text
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid := hilo_route(p_provider, p_channel_address);
    v_contact text;
begin
    if v_tenant is null then
        return jsonb_build_object('outcome', 'unrouted');
    end if;
    v_contact := hilo_find_contact(v_tenant, p_provider, p_contact);
    perform 1 from whatsapp_conversations c
      where c.tenant_id = v_tenant and c.conversation_id = v_contact for no key update;
    if not found then
        return jsonb_build_object('outcome', 'unknown');
    end if;
    if exists (select 1 from whatsapp_conversations c where c.tenant_id = v_tenant and c.conversation_id = p_alias) then
        return jsonb_build_object('outcome', 'known');
    end if;
    insert into contact_aliases (tenant_id, provider, alias, conversation_id)
    values (v_tenant, p_provider, p_alias, v_contact)
    on conflict (tenant_id, provider, alias) do update set conversation_id = excluded.conversation_id;
    return jsonb_build_object('outcome', 'linked');
end $$;

drop function if exists hilo_set_handover(text, text, text, timestamptz);
-- A person takes a contact's conversation until p_until, or gives it to the agent (null). p_tell: the provider is to be
-- told (066_handover.sql).
-- {outcome: paused|resumed|unknown|unrouted}
create or replace function hilo_set_handover(
    p_provider text, p_channel_address text, p_contact text, p_until timestamptz default null,
    p_tell boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid := hilo_route(p_provider, p_channel_address);
    v_conversation uuid;
begin
    if v_tenant is null then
        return jsonb_build_object('outcome', 'unrouted');
    end if;
    select c.id into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_tenant and c.conversation_id = hilo_find_contact(v_tenant, p_provider, p_contact);
    if not found then
        return jsonb_build_object('outcome', 'unknown');
    end if;
    perform hilo_pause_conversation(v_tenant, v_conversation, p_until, p_tell);
    return jsonb_build_object('outcome', case when p_until is null then 'resumed' else 'paused' end,
        'conversation', v_conversation);
end $$;

-- functions/036_import.sql

-- Messages of an exported chat come in, many of one conversation in one call.

-- What two copies of a message are compared by: its text without invisible marks, spaces as one.
create or replace function hilo_import_key(p_text text) returns text
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select btrim(regexp_replace(
        regexp_replace(p_text, '[\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]', '', 'g'),
        '[\s\u00a0\u202f]+', ' ', 'g'));
end;

-- Store lines of an export as messages of one contact. p_lines: [{sid, body, direction, at, to_minute, media, raw}] in
-- the order of the file; of a long export the last lines come in the first call. p_provider and p_channel_address are
-- for a conversation that is new. Returns {stored, known, recognised, shifted, conversation}; safe to repeat.
--   known: imported before (shifted: with another time). recognised: came by webhook or was sent by Hilo; such a message
--   is remembered in raw ->> 'hilo:export', so that of two equal lines the second finds its own.
-- Nothing of this waits for an answer. seq is below all that was received, so never above answered_seq; a batch that
-- reads the conversation meanwhile sees by the number of messages that it has to read again.
create or replace function hilo_import_messages(
    p_tenant uuid,
    p_contact text,
    p_provider text,
    p_channel_address text,
    p_lines jsonb,
    p_contact_name text default null,
    p_phone text default null,
    p_dry_run boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_conversation whatsapp_conversations;
    v_line jsonb;
    v_key text;
    v_at timestamptz;
    v_before timestamptz;
    v_before_is_old boolean;
    v_known_at jsonb;
    v_ids uuid[];
    v_times timestamptz[];
    v_keys text[];
    v_directions text[];
    v_with_media boolean[];
    v_sids text[];
    v_n bigint;
    v_new jsonb[] := '{}';
    v_known integer := 0;
    v_recognised integer := 0;
    v_shifted integer := 0;
    v_base bigint;
begin
    perform 1 from tenants t where t.id = p_tenant;
    if not found then
        raise exception 'there is no such tenant' using errcode = 'HL404';
    end if;
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = p_tenant and c.conversation_id = p_contact for no key update;
    if not found and not p_dry_run then
        insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, contact_name, phone)
        values (p_tenant, p_contact, p_provider, p_channel_address, nullif(p_contact_name, ''), p_phone)
        on conflict (tenant_id, conversation_id) do update set updated_at = now()
        returning * into v_conversation;
    end if;

    -- All that may be found, looked up once: 5,000 look-ups, one by one, took 20 seconds.
    select coalesce(jsonb_object_agg(m.message_sid, m.sent_at), '{}') into v_known_at from whatsapp_messages m
     where m.tenant_id = p_tenant and m.provider = 'export'
       and m.message_sid in (select l ->> 'sid' from jsonb_array_elements(p_lines) l);
    select array_agg(m.id), array_agg(m.sent_at), array_agg(hilo_import_key(m.body)), array_agg(m.direction),
           array_agg(m.media <> '[]'), array_agg(m.raw ->> 'hilo:export')
      into v_ids, v_times, v_keys, v_directions, v_with_media, v_sids
      from (select x.* from whatsapp_messages x
             where x.tenant_id = p_tenant and x.conversation_id = p_contact and x.provider <> 'export'
               and x.sent_at between
                   (select min((l ->> 'at')::timestamptz) from jsonb_array_elements(p_lines) l) - interval '2 minutes'
                   and (select max((l ->> 'at')::timestamptz) from jsonb_array_elements(p_lines) l)
                       + interval '2 minutes'
             order by x.sent_at, x.seq) m;

    for v_line in select l.value from jsonb_array_elements(p_lines) with ordinality l order by l.ordinality loop
        v_at := (v_line ->> 'at')::timestamptz;
        if v_known_at ? (v_line ->> 'sid') then
            v_before := (v_known_at ->> (v_line ->> 'sid'))::timestamptz;
            v_before_is_old := true;
            v_known := v_known + 1;
            v_shifted := v_shifted + (abs(extract(epoch from v_before - v_at)) >= 60)::integer;
            continue;
        end if;
        if v_ids is not null then
            -- A webhook's message has the server's clock, the export the phone's: a minute more or less is the same.
            v_key := hilo_import_key(v_line ->> 'body');
            select m.n into v_n
              from unnest(v_times, v_keys, v_directions, v_with_media, v_sids) with ordinality
                   m (at, key, direction, with_media, sid, n)
             where m.at >= date_trunc('minute', v_at) - interval '1 minute'
               and m.at < date_trunc('minute', v_at) + interval '2 minutes'
               and m.direction = v_line ->> 'direction'
               and coalesce(m.sid, v_line ->> 'sid') = v_line ->> 'sid'
               and (m.key = v_key or (v_line -> 'raw' ->> 'kind' = 'media' and m.with_media))
             order by m.sid is null, date_trunc('minute', m.at) <> date_trunc('minute', v_at), m.n limit 1;
            if found then
                v_before := v_times[v_n];
                v_before_is_old := true;
                v_recognised := v_recognised + 1;
                if v_sids[v_n] is null and not p_dry_run then
                    update whatsapp_messages m
                       set raw = m.raw || jsonb_build_object('hilo:export', v_line ->> 'sid')
                     where m.id = v_ids[v_n];
                end if;
                v_sids[v_n] := v_line ->> 'sid';
                continue;
            end if;
        end if;
        -- An export without seconds: after what was said before it in the same minute. What was stored before this
        -- import has a higher seq, so a moment later than that.
        if (v_line ->> 'to_minute')::boolean and date_trunc('minute', v_before) = v_at then
            v_at := v_before + case when v_before_is_old then interval '1 microsecond' else interval '0' end;
        end if;
        v_before := v_at;
        v_before_is_old := false;
        v_new := v_new || jsonb_set(v_line, '{at}', to_jsonb(v_at));
    end loop;

    if not p_dry_run and cardinality(v_new) > 0 then
        update whatsapp_conversations c
           set last_message_at = greatest(c.last_message_at, n.newest),
               last_inbound_at = greatest(c.last_inbound_at, n.newest_inbound),
               contact_name = coalesce(c.contact_name, nullif(p_contact_name, '')),
               phone = coalesce(c.phone, p_phone),
               unprocessed_since = coalesce(c.unprocessed_since, v_now),
               batch_next_at = null,
               batch_parked_at = null
          from (select max((l ->> 'at')::timestamptz) as newest,
                       max((l ->> 'at')::timestamptz) filter (where l ->> 'direction' = 'inbound') as newest_inbound
                  from unnest(v_new) l) n
         where c.id = v_conversation.id;
        select least(min(m.seq), 0) - cardinality(v_new) into v_base from whatsapp_messages m
         where m.tenant_id = p_tenant and m.conversation_id = p_contact;
        insert into whatsapp_messages (seq, tenant_id, conversation_id, provider, message_sid, direction, role, author,
            from_number, to_number, body, sent_at, received_at, media, raw, backfilled, created_at)
        overriding system value
        select v_base + l.n - 1, p_tenant, p_contact, 'export', l.line ->> 'sid', l.line ->> 'direction',
               case l.line ->> 'direction' when 'inbound' then 'user' else 'bot' end,
               case l.line ->> 'direction' when 'outbound' then 'phone' end,
               case l.line ->> 'direction' when 'inbound' then p_contact else v_conversation.channel_address end,
               case l.line ->> 'direction' when 'inbound' then v_conversation.channel_address else p_contact end,
               l.line ->> 'body', (l.line ->> 'at')::timestamptz, v_now, coalesce(l.line -> 'media', '[]'),
               coalesce(l.line -> 'raw', '{}'), true, v_now
          from unnest(v_new) with ordinality l (line, n)
         order by l.n
        on conflict (tenant_id, provider, message_sid) do nothing;
    end if;
    return jsonb_build_object('stored', cardinality(v_new), 'known', v_known, 'recognised', v_recognised,
        'shifted', v_shifted, 'conversation', v_conversation.id);
end $$;

-- functions/037_media.sql

-- Files that came with messages are turned into text: claim a message, say what its files hold, or why not.

create or replace function hilo_media_json(m whatsapp_messages) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('claimed', true, 'token', m.media_token, 'attempt', m.media_attempts,
        'message', hilo_message_json(m), 'channel_address',
        case m.direction when 'inbound' then m.to_number else m.from_number end, 'locale', t.locale)
      from (select 1) one left join tenants t on t.id = m.tenant_id;
end;

-- Claim a message whose files wait, newest first: somebody waits for its answer. Those whose sender is p_providers only.
-- p_token is made for this one call: the call repeated with it finds what it claimed the first time.
create or replace function hilo_claim_media(
    p_token uuid, p_providers jsonb, p_lease_seconds double precision default 60
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_message whatsapp_messages;
begin
    select m.* into v_message from whatsapp_messages m where m.media_token = p_token and m.media_lease_until > v_now;
    if found then
        return hilo_media_json(v_message);
    end if;
    select m.* into v_message from whatsapp_messages m
     where m.media_state = 'waiting' and p_providers ? m.provider
       and coalesce(m.media_next_at, '-infinity') <= v_now and coalesce(m.media_lease_until, '-infinity') < v_now
     order by m.seq desc limit 1 for no key update of m skip locked;
    if not found then
        return jsonb_build_object('claimed', false, 'next_in', (
            select extract(epoch from min(greatest(m.media_next_at, m.media_lease_until, v_now)) - v_now)
              from whatsapp_messages m where m.media_state = 'waiting' and p_providers ? m.provider));
    end if;
    update whatsapp_messages m
       set media_token = p_token, media_lease_until = v_now + make_interval(secs => p_lease_seconds),
           media_attempts = m.media_attempts + 1
     where m.id = v_message.id returning * into v_message;
    return hilo_media_json(v_message);
end $$;

-- Reading takes its time. False: another has the message.
create or replace function hilo_renew_media(p_message uuid, p_token uuid, p_lease_seconds double precision) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with renewed as (
        update whatsapp_messages m
           set media_lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
         where m.id = p_message and m.media_token = p_token returning 1)
    select jsonb_build_object('renewed', exists (select 1 from renewed));
end;

-- The files of a message hold p_body, where p_before stood; null: nothing could be read out of them, for good
-- (p_error), or this time (p_retry_seconds). The answer need not wait any longer, and what is being made from the
-- old text is void, as when a message is edited.
-- {outcome: read|failed|waiting|changed|lost}; 'changed': edited or deleted meanwhile, nothing was written.
create or replace function hilo_finish_media(
    p_message uuid, p_token uuid, p_before text, p_body text default null, p_error text default null,
    p_retry_seconds double precision default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_message whatsapp_messages;
    v_conversation whatsapp_conversations;
    v_outcome text;
    v_waits boolean;
begin
    select m.* into v_message from whatsapp_messages m where m.id = p_message;
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_message.tenant_id and c.conversation_id = v_message.conversation_id for no key update;
    select m.* into v_message from whatsapp_messages m where m.id = p_message for no key update;
    if v_message.media_token is distinct from p_token then
        return jsonb_build_object('outcome', case when v_message.media_state = 'read' and v_message.body = p_body
                                                  then 'read' else 'lost' end);
    end if;
    v_outcome := case when v_message.body <> p_before then 'changed'
                      when p_body is not null then 'read'
                      when p_retry_seconds is not null then 'waiting'
                      else 'failed' end;
    update whatsapp_messages m
       set media_token = null, media_lease_until = null, media_error = left(p_error, 500),
           -- What was deleted is read by nobody; an edited one is read again, under its new text.
           media_state = case when v_outcome <> 'changed' then v_outcome
                              when m.raw -> 'hilo:versions' -> -1 ->> 'kind' = 'revoked' then null
                              else 'waiting' end,
           media_next_at = v_now + make_interval(secs => p_retry_seconds),
           body = case when v_outcome = 'read' then p_body else m.body end,
           processed = m.processed and v_outcome <> 'read'
     where m.id = p_message;
    if v_outcome = 'read' then
        update whatsapp_conversations c
           set unprocessed_since = coalesce(c.unprocessed_since, v_now),
               batch_token = null, batch_lease_until = null, batch_run_id = null, batch_next_at = null,
               batch_parked_at = null
         where c.id = v_conversation.id;
        update whatsapp_conversations c
           set reply_token = null, reply_lease_until = null, reply_attempts = 0
         where c.id = v_conversation.id and v_message.direction = 'inbound'
           and v_message.seq > c.answered_seq and c.reply_due_at is not null;
    end if;
    if v_outcome in ('read', 'failed') then
        select exists (select 1 from whatsapp_messages m
                        where m.tenant_id = v_message.tenant_id and m.conversation_id = v_message.conversation_id
                          and m.media_state = 'waiting' and m.direction = 'inbound') into v_waits;
        update whatsapp_conversations c set reply_media_until = null where c.id = v_conversation.id and not v_waits;
    end if;
    return jsonb_build_object('outcome', v_outcome, 'conversation', v_conversation.id);
end $$;

-- functions/040_events.sql

-- Events: the one place that writes them, and what is taken.

-- The time that an event's entry takes up in a calendar, from {start, end}; null for none, or for no length.
create or replace function hilo_stands(p_stands jsonb) returns tstzrange
language sql immutable security invoker set search_path = public, pg_temp
begin atomic
    select nullif(tstzrange((p_stands ->> 'start')::timestamptz, (p_stands ->> 'end')::timestamptz), 'empty')
     where p_stands ->> 'start' is not null;
end;

-- What takes up a tenant's time in [p_from, p_to), half-open: confirmed events, and those that were proposed anew while
-- they stand in the calendar, where they stand there. An event without an end lasts p_minutes. What a sample
-- conversation made takes nobody's hour.
create or replace function hilo_busy(
    p_tenant uuid, p_from timestamptz, p_to timestamptz, p_minutes integer default 60,
    p_conversation_id text default null
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object(
            'event_id', b.id, 'start', b.start, 'end', b.until,
            'title', b.title, 'own', coalesce(b.conversation_id = p_conversation_id, false)) order by b.start), '[]')
      from (select e.id, e.start, coalesce(e."end", e.start + make_interval(mins => p_minutes)) as until, e.title,
                   e.conversation_id
              from extracted_events e
             where e.tenant_id = p_tenant and e.status = 'confirmed' and not e.all_day
               and e.start < p_to and e.start > p_from - interval '7 days'
            union all
            select e.id, lower(e.calendar_stands), upper(e.calendar_stands), e.title, e.conversation_id
              from extracted_events e
             where e.tenant_id = p_tenant and e.status = 'proposed' and e.calendar_stands is not null
               and lower(e.calendar_stands) < p_to) b
     where b.until > p_from
       and (b.conversation_id not like 'sample:%' or p_conversation_id like 'sample:%');
end;

-- The events that a list of changes is about, as they are now.
create or replace function hilo_changed_events(p_changes jsonb) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_event_json(e) order by e.start, e.id), '[]') from extracted_events e
     where e.id in (select (c.value ->> 'event_id')::uuid from jsonb_array_elements(p_changes) c);
end;

-- The changes, with each event that is made out of an undecided proposal of its conversation (the same moment, a message
-- of proof in common: the other reader saw it before it was settled) turned into an update of that proposal; two for one
-- proposal are that proposal and a new event.
create or replace function hilo_adopt_proposals(p_tenant uuid, p_conversation_id text, p_changes jsonb) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(case when m.id is not null and m.nth = 1
                                   then m.value || jsonb_build_object('action', 'update', 'event_id', m.id)
                                   else m.value end
                              order by m.ordinality), '[]')
      from (select c.value, c.ordinality, p.id, row_number() over (partition by p.id order by c.ordinality) as nth
              from jsonb_array_elements(p_changes) with ordinality c
              left join lateral (
                    select e.id from extracted_events e
                     where c.value ->> 'action' = 'create' and c.value -> 'draft' ->> 'status' = 'confirmed'
                       and e.tenant_id = p_tenant and e.conversation_id = p_conversation_id
                       and e.status = 'proposed' and e.decided_by is null
                       and e.start = (c.value -> 'draft' ->> 'start')::timestamptz
                       and e.all_day = coalesce((c.value -> 'draft' ->> 'all_day')::boolean, false)
                       and not p_changes @> jsonb_build_array(jsonb_build_object('event_id', e.id))
                       and exists (select 1 from jsonb_array_elements(e.evidence) a
                                     join jsonb_array_elements(c.value -> 'draft' -> 'evidence') b
                                       on a.value -> 'message_id' = b.value -> 'message_id')
                     order by e.created_at, e.id limit 1) p on true) m;
end;

-- Apply a list of changes [{action, event_id, draft, evidence, expected_revision, history}] to one conversation's
-- events. Only called by functions that hold the conversation's row lock; locks the tenant's calendar (its row) so
-- that two conversations cannot take the same hour.
-- p_policy for what overlaps a confirmed event: 'refuse' applies nothing and returns the conflicts, 'review'
-- proposes it, 'allow' does not look. An event that is not at its expected_revision any more is a conflict under each
-- of them. Nothing was applied when the result has no 'created'.
create or replace function hilo_apply_event_changes(
    p_tenant uuid, p_conversation_id text, p_source text, p_changes jsonb, p_policy text, p_minutes integer
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_change jsonb;
    v_draft jsonb;
    v_action text;
    v_id uuid;
    v_start timestamptz;
    v_end timestamptz;
    v_taken_until timestamptz;
    v_fills boolean;
    v_old extracted_events;
    v_new extracted_events;
    v_evidence jsonb;
    v_status text;
    v_reason text;
    v_moved boolean;
    v_busy jsonb;
    v_conflicts jsonb := '[]';
    v_touched uuid[];
    v_created uuid[] := '{}';
    v_updated uuid[] := '{}';
    v_cancelled uuid[] := '{}';
    v_proposed integer := 0;
begin
    if jsonb_array_length(p_changes) = 0 then
        return jsonb_build_object('created', '[]'::jsonb, 'updated', '[]'::jsonb, 'cancelled', '[]'::jsonb,
            'proposed', 0, 'conflicts', '[]'::jsonb, 'events', '[]'::jsonb);
    end if;
    perform 1 from tenants t where t.id = p_tenant for no key update;
    p_changes := hilo_adopt_proposals(p_tenant, p_conversation_id, p_changes);
    select array_agg((c ->> 'event_id')::uuid) into v_touched from jsonb_array_elements(p_changes) c;

    -- All or nothing: what may not be is found before anything is written.
    for v_change in select c from jsonb_array_elements(p_changes) c loop
        v_id := (v_change ->> 'event_id')::uuid;
        v_action := v_change ->> 'action';
        v_draft := v_change -> 'draft';
        v_start := (v_draft ->> 'start')::timestamptz;
        v_end := (v_draft ->> 'end')::timestamptz;
        if v_action <> 'cancel' and v_end <= v_start then
            raise exception 'the end of an event must come after its start' using errcode = 'HL422';
        end if;
        select e.* into v_old from extracted_events e where e.id = v_id for no key update;
        if found and (v_old.tenant_id <> p_tenant or v_old.conversation_id <> p_conversation_id) then
            raise exception 'event % belongs to another conversation', v_id using errcode = 'HL403';
        end if;
        if v_old.id is null and v_action <> 'create' then
            raise exception 'there is no event % in this conversation', v_id using errcode = 'HL404';
        end if;
        if v_old.id is not null and (v_change ->> 'expected_revision')::integer <> v_old.revision then
            v_conflicts := v_conflicts || jsonb_build_object('event_id', v_id, 'start', v_old.start,
                'end', coalesce(v_old."end", v_old.start + make_interval(mins => p_minutes)),
                'title', v_old.title, 'own', true);
            continue;
        end if;
        continue when p_policy <> 'refuse' or v_action = 'cancel' or v_draft ->> 'status' <> 'confirmed'
            or coalesce((v_draft ->> 'all_day')::boolean, false)
            or coalesce((v_change ->> 'history')::boolean, false);
        v_busy := hilo_busy(p_tenant, v_start, coalesce(v_end, v_start + make_interval(mins => p_minutes)),
            p_minutes, p_conversation_id);
        select v_conflicts || coalesce(jsonb_agg(b), '[]') into v_conflicts
          from jsonb_array_elements(v_busy) b where (b ->> 'event_id')::uuid <> all (v_touched);
    end loop;
    if jsonb_array_length(v_conflicts) > 0 then
        return jsonb_build_object('conflicts', v_conflicts);
    end if;

    for v_change in select c from jsonb_array_elements(p_changes) c loop
        v_action := v_change ->> 'action';
        v_id := (v_change ->> 'event_id')::uuid;
        v_draft := v_change -> 'draft';
        select e.* into v_old from extracted_events e where e.id = v_id for no key update;

        -- Proof is a message of this very conversation; anything else is dropped (promise 5).
        select coalesce(jsonb_agg(distinct p), '[]') into v_evidence
          from jsonb_array_elements(coalesce(v_draft -> 'evidence', v_change -> 'evidence', '[]')) p
         where exists (select 1 from whatsapp_messages m
                        where m.id = (p ->> 'message_id')::uuid and m.tenant_id = p_tenant
                          and m.conversation_id = p_conversation_id);
        if v_action <> 'cancel' and v_evidence = '[]' and p_source <> 'operator' then
            raise exception 'an event needs a message of its conversation as evidence' using errcode = 'HL422';
        end if;

        if v_action = 'cancel' then
            continue when v_old.status = 'cancelled';
            update extracted_events e
               set status = 'cancelled', reason = null, revision = e.revision + 1, source = p_source,
                   evidence = case when v_evidence = '[]' then e.evidence else e.evidence || v_evidence end,
                   calendar_next_at = null, calendar_attempts = 0
             where e.id = v_id returning * into v_new;
            v_cancelled := v_cancelled || v_id;
        else
            v_status := v_draft ->> 'status';
            v_reason := v_draft ->> 'reason';
            v_start := (v_draft ->> 'start')::timestamptz;
            v_end := (v_draft ->> 'end')::timestamptz;
            v_taken_until := coalesce(v_end, v_start + make_interval(mins => p_minutes));
            v_fills := not coalesce((v_draft ->> 'all_day')::boolean, false)
                and not coalesce((v_change ->> 'history')::boolean, false);
            if v_status = 'confirmed' and p_policy = 'review' and v_fills
               -- What stands where it stood has been decided before; made longer, it reaches into what is new.
               and not coalesce(v_old.status = 'confirmed' and v_old.start = v_start and v_taken_until
                    <= coalesce(v_old."end", v_old.start + make_interval(mins => p_minutes)), false)
            then
                select b into v_busy
                  from jsonb_array_elements(hilo_busy(p_tenant, v_start, v_taken_until, p_minutes, p_conversation_id)) b
                 where (b ->> 'event_id')::uuid <> v_id limit 1;
                if found then
                    v_status := 'proposed';
                    v_reason := 'calendar_conflict';
                    v_conflicts := v_conflicts || v_busy;
                end if;
            end if;
            if v_old.id is null then
                insert into extracted_events (id, tenant_id, conversation_id, title, "start", "end", all_day,
                    time_zone, location, status, source, reason, beside, confidence, evidence, settled_at, confirmed_at,
                    history)
                values (v_id, p_tenant, p_conversation_id, v_draft ->> 'title', v_start, v_end,
                    coalesce((v_draft ->> 'all_day')::boolean, false),
                    v_draft ->> 'time_zone', v_draft ->> 'location', v_status, p_source, v_reason,
                    (v_draft ->> 'beside')::uuid, coalesce((v_draft ->> 'confidence')::real, 1), v_evidence,
                    (v_draft ->> 'settled_at')::timestamptz, case when v_status = 'confirmed' then now() end,
                    coalesce((v_change ->> 'history')::boolean, false))
                returning * into v_new;
                v_created := v_created || v_id;
            else
                -- What a calendar shows makes a new revision; further proof of the same is kept without one.
                v_moved := (v_old.title, v_old.start, v_old."end", v_old.all_day, v_old.time_zone, v_old.location,
                            v_old.status, v_old.reason)
                    is distinct from (v_draft ->> 'title', v_start, v_end,
                        coalesce((v_draft ->> 'all_day')::boolean, false), v_draft ->> 'time_zone',
                        v_draft ->> 'location', v_status, v_reason);
                continue when not v_moved and v_old.evidence = v_evidence;
                update extracted_events e
                   set title = v_draft ->> 'title', "start" = v_start, "end" = v_end,
                       all_day = coalesce((v_draft ->> 'all_day')::boolean, false),
                       time_zone = v_draft ->> 'time_zone', location = v_draft ->> 'location', status = v_status,
                       reason = v_reason,
                       beside = case when v_status = 'proposed'
                                     then coalesce((v_draft ->> 'beside')::uuid, e.beside) end,
                       confidence = coalesce((v_draft ->> 'confidence')::real, 1),
                       evidence = v_evidence,
                       settled_at = coalesce((v_draft ->> 'settled_at')::timestamptz, e.settled_at),
                       confirmed_at = coalesce(e.confirmed_at, case when v_status = 'confirmed' then now() end),
                       source = case when v_moved then p_source else e.source end,
                       history = case when v_moved then coalesce((v_change ->> 'history')::boolean, false)
                                      else e.history end,
                       revision = e.revision + v_moved::integer,
                       calendar_next_at = case when not v_moved then e.calendar_next_at end,
                       calendar_attempts = case when v_moved then 0 else e.calendar_attempts end
                 where e.id = v_id returning * into v_new;
                if v_moved then
                    v_updated := v_updated || v_id;
                end if;
            end if;
            if v_new.status = 'proposed' and (v_old.id is null or v_moved) then
                v_proposed := v_proposed + 1;
            end if;
        end if;

        if v_old.id is null or v_new.revision > v_old.revision then
            insert into event_revisions (event_id, revision, source, action, event)
            values (v_new.id, v_new.revision, p_source, v_action, to_jsonb(v_new) - 'calendar_token');
        end if;
        update whatsapp_messages m
           set event_extracted = true, event_id = v_new.id,
               processed = m.processed or p_source = 'realtime'
         where m.tenant_id = p_tenant and m.conversation_id = p_conversation_id
           and m.id in (select (p ->> 'message_id')::uuid from jsonb_array_elements(v_evidence) p)
           and (m.event_id is distinct from v_new.id or not m.event_extracted or not m.processed);
    end loop;

    return jsonb_build_object('created', to_jsonb(v_created), 'updated', to_jsonb(v_updated),
        'cancelled', to_jsonb(v_cancelled), 'proposed', v_proposed, 'conflicts', v_conflicts,
        'events', hilo_changed_events(p_changes));
end $$;

-- A person decides: approve (with corrections or without), correct, reject, cancel. What they decide is theirs:
-- the batch leaves it unless later messages say otherwise. Returns {outcome: done|conflict|stale|refused, event, …}.
create or replace function hilo_update_event(
    p_tenant uuid, p_event uuid, p_action text, p_patch jsonb default '{}', p_by text default 'operator',
    p_expected_revision integer default null, p_force boolean default false, p_minutes integer default 60
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
    v_before extracted_events;
    v_done jsonb;
    v_conflicts jsonb;
begin
    if p_action not in ('approve', 'correct', 'reject', 'cancel') then
        raise exception 'unknown action %', p_action using errcode = 'HL422',
            hint = 'Use approve, correct, reject or cancel.';
    end if;
    select e.* into v_event from extracted_events e where e.id = p_event and e.tenant_id = p_tenant;
    if not found then
        raise exception 'there is no event %', p_event using errcode = 'HL404';
    end if;
    -- The order of locks is conversation, tenant, event, everywhere.
    perform 1 from whatsapp_conversations c
      where c.tenant_id = p_tenant and c.conversation_id = v_event.conversation_id for no key update;
    perform 1 from tenants t where t.id = p_tenant for no key update;
    select e.* into v_before from extracted_events e where e.id = p_event for no key update;
    if not found then
        raise exception 'there is no event %', p_event using errcode = 'HL404';
    end if;
    v_event := v_before;

    -- What may be the move or the end of an event that stands was proposed beside it: approved, it is done to that one,
    -- and the proposal is through. An event that is gone meanwhile is not: then the proposal is one of its own.
    if p_action = 'approve' and v_before.status = 'cancelled' and exists (
        select 1 from event_revisions r join extracted_events e on e.id = v_before.beside
         where r.event_id = p_event and r.revision = v_before.revision and r.action = 'approve')
    then
        return jsonb_build_object('outcome', 'done', 'event', (select hilo_event_json(e) from extracted_events e
            where e.id = v_before.beside and e.tenant_id = p_tenant));
    end if;
    if p_action = 'approve' and v_before.status <> 'confirmed' and exists (
        select 1 from extracted_events e
         where e.id = v_before.beside and e.tenant_id = p_tenant and e.status = 'confirmed'
           and e.conversation_id = v_before.conversation_id)
    then
        if p_expected_revision <> v_before.revision then
            return jsonb_build_object('outcome', 'stale', 'event', hilo_event_json(v_before));
        end if;
        v_done := hilo_update_event(p_tenant, v_before.beside,
            case when v_before.reason = 'cancel_unsure' then 'cancel' else 'approve' end,
            jsonb_strip_nulls(jsonb_build_object('start', v_before.start, 'end', v_before."end",
                'all_day', v_before.all_day, 'location', v_before.location)) || p_patch,
            p_by, null, p_force, p_minutes);
        if v_done ->> 'outcome' <> 'done' then
            return v_done;
        end if;
        update extracted_events e set evidence = e.evidence || v_before.evidence
         where e.id = v_before.beside and not e.evidence @> v_before.evidence;
        update extracted_events e
           set status = 'cancelled', source = 'operator', reason = null, decided_by = p_by, decided_at = now(), revision = e.revision + 1
         where e.id = p_event returning * into v_event;
        insert into event_revisions (event_id, revision, source, action, event)
        values (p_event, v_event.revision, 'operator', p_action, to_jsonb(v_event) - 'calendar_token');
        return v_done;
    end if;

    if p_action in ('reject', 'cancel') then
        v_event.status := 'cancelled';
    else
        v_event.title := coalesce(p_patch ->> 'title', v_before.title);
        v_event.start := coalesce((p_patch ->> 'start')::timestamptz, v_before.start);
        v_event."end" := case when p_patch ? 'end' then (p_patch ->> 'end')::timestamptz
                              -- A new start alone moves the event and keeps its length.
                              else v_event.start + make_interval(secs => extract(epoch from v_before."end" - v_before.start)) end;
        v_event.all_day := coalesce((p_patch ->> 'all_day')::boolean, v_before.all_day);
        v_event.location := case when p_patch ? 'location' then p_patch ->> 'location' else v_before.location end;
        v_event.status := case when p_action = 'approve' then 'confirmed' else v_before.status end;
    end if;

    -- It is so already, by a person's decision: this call repeated, or somebody who decided the same.
    if v_event.status = 'cancelled' and v_before.status = 'cancelled' and p_action <> 'correct'
       or v_before.decided_at is not null and v_before.status <> 'cancelled'
          and (v_event.title, v_event.start, v_event."end", v_event.all_day, v_event.location, v_event.status)
              is not distinct from (v_before.title, v_before.start, v_before."end", v_before.all_day,
                                    v_before.location, v_before.status)
    then
        if p_action = 'approve' and v_before.calendar_drift is not null
            and coalesce(p_expected_revision, v_before.revision) = v_before.revision then
            -- It stays as a person has it in the calendar, whatever the chat had asked for.
            update extracted_events e set calendar_drift = null, calendar_state = 'published', decided_by = p_by,
                   decided_at = now()
             where e.id = p_event returning * into v_before;
        end if;
        return jsonb_build_object('outcome', 'done', 'event', hilo_event_json(v_before));
    end if;
    if p_expected_revision <> v_before.revision then
        return jsonb_build_object('outcome', 'stale', 'event', hilo_event_json(v_before));
    end if;
    if (p_action = 'reject' and v_before.status = 'confirmed')
       or (p_action = 'correct' and v_before.status = 'cancelled') then
        return jsonb_build_object('outcome', 'refused', 'event', hilo_event_json(v_before));
    end if;
    if v_event."end" <= v_event.start then
        raise exception 'the end of an event must come after its start' using errcode = 'HL422';
    end if;
    if v_event.status = 'confirmed' and not v_event.all_day and not p_force then
        select jsonb_agg(b) into v_conflicts from jsonb_array_elements(hilo_busy(p_tenant, v_event.start,
            coalesce(v_event."end", v_event.start + make_interval(mins => p_minutes)), p_minutes,
            v_event.conversation_id)) b
         where (b ->> 'event_id')::uuid <> p_event;
        if v_conflicts is not null then
            return jsonb_build_object('outcome', 'conflict', 'conflicts', v_conflicts,
                'event', hilo_event_json(v_before));
        end if;
    end if;

    update extracted_events e
       set title = v_event.title, "start" = v_event.start, "end" = v_event."end", all_day = v_event.all_day,
           location = v_event.location, status = v_event.status, source = 'operator',
           -- A day is one of the zone that it was given in.
           time_zone = case when p_patch ? 'start' then (select t.timezone from tenants t where t.id = p_tenant)
                            else e.time_zone end,
           reason = case when v_event.status = 'proposed' then e.reason end,
           confirmed_at = coalesce(e.confirmed_at, case when v_event.status = 'confirmed' then now() end),
           -- What a calendar shows already stays there, also when it is corrected afterwards.
           history = v_event.status = 'confirmed' and case when e.status = 'confirmed' then e.history
               else coalesce(v_event."end", v_event.start + make_interval(mins => p_minutes)) < now() end,
           decided_by = p_by, decided_at = now(), revision = e.revision + 1,
           calendar_next_at = null, calendar_attempts = 0
     where e.id = p_event returning * into v_event;
    insert into event_revisions (event_id, revision, source, action, event)
    values (p_event, v_event.revision, 'operator', p_action, to_jsonb(v_event) - 'calendar_token');
    return jsonb_build_object('outcome', 'done', 'event', hilo_event_json(v_event));
end $$;

-- functions/050_replies.sql

-- Real-time answers: claim a conversation, commit the answer, or say why not.

create or replace function hilo_conversation_events(
    p_tenant uuid, p_conversation_id text, p_since timestamptz default '-infinity'
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_event_json(e) order by e.start, e.id), '[]')
      from extracted_events e
     where e.tenant_id = p_tenant and e.conversation_id = p_conversation_id
       and coalesce(e."end", e.start) >= p_since;
end;

-- The last p_limit messages, oldest first.
create or replace function hilo_conversation_context(
    p_tenant uuid, p_conversation_id text, p_limit integer default 10
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_message_json(m) order by m.sent_at, m.seq), '[]')
      from (select x.* from whatsapp_messages x
             where x.tenant_id = p_tenant and x.conversation_id = p_conversation_id
             order by x.sent_at desc, x.seq desc limit p_limit) m;
end;

-- What a turn needs of a claimed conversation. All that waits is in its messages, up to 50, also beyond p_context.
create or replace function hilo_reply_state(p_conversation uuid, p_context integer) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('claimed', true, 'token', c.reply_token, 'attempt', c.reply_attempts,
        'last_seq', w.last_seq, 'answered_seq', c.answered_seq, 'conversation', hilo_conversation_json(c), 'tenant', hilo_tenant_json(t),
        'messages', hilo_conversation_context(c.tenant_id, c.conversation_id, greatest(
            coalesce((t.settings ->> 'context_messages')::integer, p_context), least(w.n, 50)::integer)),
        'events', hilo_conversation_events(c.tenant_id, c.conversation_id, now() - interval '1 day'))
      from whatsapp_conversations c
      join tenants t on t.id = c.tenant_id
      cross join lateral (
            select coalesce(max(m.seq), c.answered_seq) as last_seq, count(*) as n from whatsapp_messages m
             where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
               and m.seq > c.answered_seq and m.role = 'user' and m.direction = 'inbound') w
     where c.id = p_conversation;
end;

-- Claim one conversation that waits for an answer. Returns {claimed: true, token, last_seq, conversation, tenant,
-- messages, events} or {claimed: false, next_in: seconds until something may be due, null when nothing waits}.
-- p_token is made for this one call: the call repeated with it finds what it claimed the first time.
create or replace function hilo_claim_reply(
    p_token uuid, p_lease_seconds double precision default 30, p_context integer default 10,
    p_max_claims integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_conversation whatsapp_conversations;
    v_waiting integer;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.reply_token = p_token and c.reply_lease_until > v_now;
    if found then
        return hilo_reply_state(v_conversation.id, p_context);
    end if;
    loop
        select c.* into v_conversation from whatsapp_conversations c
         where c.reply_due_at <= v_now and coalesce(c.reply_lease_until, '-infinity') < v_now
           and coalesce(c.reply_media_until, '-infinity') <= v_now
         order by c.reply_due_at limit 1 for no key update skip locked;
        if not found then
            -- Of the many that wait for their time the first is enough; those whose time has come are few: they are
            -- being answered, or their files are being read.
            return jsonb_build_object('claimed', false, 'next_in', extract(epoch from least(
                (select c.reply_due_at from whatsapp_conversations c
                  where c.reply_due_at > v_now order by c.reply_due_at limit 1),
                (select min(greatest(c.reply_lease_until, c.reply_media_until, v_now)) from whatsapp_conversations c
                  where c.reply_due_at <= v_now)) - v_now));
        end if;
        select count(*) into v_waiting from whatsapp_messages m
         where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
           and m.seq > v_conversation.answered_seq and m.role = 'user' and m.direction = 'inbound';
        if v_waiting > 0 and coalesce(v_conversation.bot_paused_until, '-infinity') <= v_now
           and v_conversation.reply_attempts < p_max_claims then
            exit;
        end if;
        -- Nothing to answer, a person has taken over, or it has taken the process down again and again.
        update whatsapp_conversations c
           set reply_due_at = null, reply_waiting_since = null, reply_token = null, reply_lease_until = null,
               reply_parked_at = case when v_waiting > 0 and c.reply_attempts >= p_max_claims then v_now end,
               reply_error = case when v_waiting > 0 and c.reply_attempts >= p_max_claims
                                  then coalesce(c.reply_error, 'the answer was begun too often and never finished') end
         where c.id = v_conversation.id;
    end loop;
    update whatsapp_conversations c
       set reply_token = p_token, reply_lease_until = v_now + make_interval(secs => p_lease_seconds),
           reply_attempts = c.reply_attempts + 1
     where c.id = v_conversation.id;
    return hilo_reply_state(v_conversation.id, p_context);
end $$;

create or replace function hilo_renew_reply(p_conversation uuid, p_token uuid, p_lease_seconds double precision)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with renewed as (
        update whatsapp_conversations c
           set reply_lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
         where c.id = p_conversation and c.reply_token = p_token returning 1)
    select jsonb_build_object('renewed', exists (select 1 from renewed));
end;

drop function if exists hilo_commit_reply(
    uuid, uuid, bigint, jsonb, jsonb, text, text, integer, double precision);
drop function if exists hilo_commit_reply(
    uuid, uuid, bigint, jsonb, jsonb, text, text, integer, double precision, boolean);
-- Commit an answer and its events together. p_parts: [{id, body}], ids made by the caller, so that a repeat is
-- recognised. p_deliver: 'queued' (the sender takes it) or 'held' (a waiting webhook takes it). p_pause_seconds: the agent
-- is silent for so long after it, a person takes over; p_tell: which the provider is to be told (066_handover.sql).
-- p_seen: {event: revision} that the turn was told of; one that the batch or a person has made or changed since makes the
-- answer as void as a further message does.
-- Returns {outcome: committed|lost|paused|overtaken|conflict, …}. After 'conflict' the lease is kept: run the turn again.
create or replace function hilo_commit_reply(
    p_conversation uuid, p_token uuid, p_last_seq bigint, p_parts jsonb, p_changes jsonb,
    p_deliver text default 'queued', p_policy text default 'refuse', p_minutes integer default 60,
    p_pause_seconds double precision default null, p_tell boolean default false, p_seen jsonb default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
    v_applied jsonb;
    v_sent_at timestamptz;
begin
    select c.* into v_conversation from whatsapp_conversations c where c.id = p_conversation for no key update;
    if exists (select 1 from whatsapp_messages m
                where m.id = (p_parts -> 0 ->> 'id')::uuid and m.tenant_id = v_conversation.tenant_id
                  and m.conversation_id = v_conversation.conversation_id) then
        return jsonb_build_object('outcome', 'committed', 'repeated', true, 'events', hilo_changed_events(p_changes));
    end if;
    if v_conversation.reply_token is distinct from p_token then
        return jsonb_build_object('outcome', 'lost');
    end if;
    if v_conversation.bot_paused_until > clock_timestamp() then
        update whatsapp_conversations c
           set reply_token = null, reply_lease_until = null, reply_due_at = null, reply_waiting_since = null,
               reply_attempts = 0
         where c.id = p_conversation;
        return jsonb_build_object('outcome', 'paused');
    end if;
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_conversation.tenant_id
                  and m.conversation_id = v_conversation.conversation_id
                  and m.seq > p_last_seq and m.role = 'user' and m.direction = 'inbound')
       or p_seen is not null and exists (
                select 1 from extracted_events e
                 where e.tenant_id = v_conversation.tenant_id
                   and e.conversation_id = v_conversation.conversation_id
                   and coalesce(e."end", e.start) >= now() - interval '1 day'
                   and e.revision is distinct from (p_seen ->> e.id::text)::integer) then
        update whatsapp_conversations c
           set reply_token = null, reply_lease_until = null, reply_attempts = 0
         where c.id = p_conversation;
        return jsonb_build_object('outcome', 'overtaken');
    end if;

    v_applied := hilo_apply_event_changes(v_conversation.tenant_id, v_conversation.conversation_id, 'realtime',
        p_changes, p_policy, p_minutes);
    if not v_applied ? 'created' then
        return jsonb_build_object('outcome', 'conflict', 'conflicts', v_applied -> 'conflicts');
    end if;

    -- An answer never sorts before what it answers, whatever the clocks say.
    select greatest(clock_timestamp(), max(m.sent_at) + interval '1 microsecond') into v_sent_at
      from whatsapp_messages m
     where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id;
    insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
        to_number, body, sent_at, delivery_status, answers_seq)
    select (p.value ->> 'id')::uuid, v_conversation.tenant_id, v_conversation.conversation_id,
           v_conversation.provider, 'outbound', 'bot', 'agent', v_conversation.channel_address,
           v_conversation.conversation_id, p.value ->> 'body',
           v_sent_at + (p.ordinality - 1) * interval '1 microsecond', p_deliver, p_last_seq
      from jsonb_array_elements(p_parts) with ordinality p order by p.ordinality;
    update whatsapp_conversations c
       set answered_seq = p_last_seq, reply_token = null, reply_lease_until = null, reply_due_at = null,
           reply_waiting_since = null, reply_attempts = 0, reply_error = null, reply_parked_at = null,
           bot_paused_until = coalesce(clock_timestamp() + make_interval(secs => p_pause_seconds), c.bot_paused_until),
           handover_tell = case when p_tell then 'person' else c.handover_tell end,
           handover_token = case when p_tell then null else c.handover_token end,
           handover_attempts = case when p_tell then 0 else c.handover_attempts end,
           handover_next_at = case when p_tell then null else c.handover_next_at end,
           unprocessed_since = (select min(m.created_at) from whatsapp_messages m
                                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                                   and not m.processed)
     where c.id = p_conversation;
    return jsonb_build_object('outcome', 'committed', 'events', v_applied -> 'events',
        'created', v_applied -> 'created', 'updated', v_applied -> 'updated', 'cancelled', v_applied -> 'cancelled');
end $$;

-- The turn failed. With p_retry_seconds it is tried again; without, it is parked for the operator.
create or replace function hilo_fail_reply(
    p_conversation uuid, p_token uuid, p_error text, p_retry_seconds double precision default null
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update whatsapp_conversations c
           set reply_token = null, reply_lease_until = null, reply_error = left(p_error, 500),
               -- What comes in now begins a burst of its own, with its own time to wait.
               reply_waiting_since = null,
               -- No attempts are counted: a message came in meanwhile, and its own answer is due as it was.
               reply_due_at = case when c.reply_attempts = 0 then c.reply_due_at
                                   else clock_timestamp() + make_interval(secs => p_retry_seconds) end,
               reply_parked_at = case when p_retry_seconds is null and c.reply_attempts > 0
                                      then clock_timestamp() end
         where c.id = p_conversation and c.reply_token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end);
end;

-- The model is down: a word for the customer meanwhile, once for all that waits. It answers nothing: the answer itself
-- stays due. {outcome: told, or nothing (told before, answered, overtaken or lost)}.
create or replace function hilo_hold_reply(
    p_conversation uuid, p_token uuid, p_last_seq bigint, p_id uuid, p_body text, p_deliver text default 'queued'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.id = p_conversation and c.reply_token = p_token for no key update;
    if not found or coalesce(v_conversation.bot_paused_until, '-infinity') > clock_timestamp() then
        return jsonb_build_object('outcome', 'nothing');
    end if;
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
                  and m.author = 'holding' and m.answers_seq > v_conversation.answered_seq) then
        return jsonb_build_object('outcome', case when exists (select 1 from whatsapp_messages m where m.id = p_id)
                                                  then 'told' else 'nothing' end);
    end if;
    insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
        to_number, body, sent_at, delivery_status, answers_seq)
    select p_id, v_conversation.tenant_id, v_conversation.conversation_id, v_conversation.provider, 'outbound', 'bot',
           'holding', v_conversation.channel_address, v_conversation.conversation_id, p_body,
           greatest(clock_timestamp(), max(m.sent_at) + interval '1 microsecond'), p_deliver, p_last_seq
      from whatsapp_messages m
     where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id;
    return jsonb_build_object('outcome', 'told');
end $$;

-- For the webhook that waits (no REST credentials). p_seq: the message that this request brought.
-- {outcome: ready (parts), overtaken (a later request carries the answer), none (nothing to say), waiting}.
-- An earlier answer that no webhook carried (it came too late, or the next message overtook its webhook) goes along
-- while it is younger than p_max_age_seconds: the agent has written on as if it had been said.
create or replace function hilo_take_held_reply(
    p_conversation uuid, p_seq bigint, p_max_age_seconds double precision default 600
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
    v_parts jsonb;
begin
    select c.* into v_conversation from whatsapp_conversations c where c.id = p_conversation;
    -- Carried already: this call is repeated, its reply was lost.
    select jsonb_agg(m.body order by m.seq) into v_parts from whatsapp_messages m
     where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
       and m.carried_by_seq = p_seq;
    if v_parts is not null then
        return jsonb_build_object('outcome', 'ready', 'parts', v_parts);
    end if;
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_conversation.tenant_id
                  and m.conversation_id = v_conversation.conversation_id
                  and m.seq > p_seq and m.role = 'user' and m.direction = 'inbound') then
        return jsonb_build_object('outcome', 'overtaken');
    end if;
    if v_conversation.answered_seq < p_seq and not exists (
        select 1 from whatsapp_messages m
         where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
           and m.author = 'holding' and m.delivery_status = 'held' and m.answers_seq = p_seq) then
        return jsonb_build_object('outcome', case when v_conversation.reply_due_at is null then 'none' else 'waiting' end,
            'due_in', extract(epoch from v_conversation.reply_due_at - clock_timestamp()));
    end if;
    with taken as (
        update whatsapp_messages m set delivery_status = 'sent', carried_by_seq = p_seq
         where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
           and m.delivery_status = 'held' and m.answers_seq <= p_seq
           and (m.answers_seq = p_seq
                or m.created_at > clock_timestamp() - make_interval(secs => p_max_age_seconds))
        returning m.seq, m.body)
    select jsonb_agg(t.body order by t.seq) into v_parts from taken t;
    return jsonb_build_object('outcome', case when v_parts is null then 'none' else 'ready' end,
        'parts', coalesce(v_parts, '[]'));
end $$;

-- functions/060_delivery.sql

-- Outbound messages on their way to the provider.

-- A message as its sender has it: `resumed` says that there was an earlier attempt, which died or ended without a
-- clear no, so that the provider may have the message already.
create or replace function hilo_outbound_json(m whatsapp_messages) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('claimed', true, 'token', m.send_token, 'resumed', m.send_attempts > 1,
        'attempt', m.send_attempts, 'started_at', m.send_started_at, 'message', hilo_message_json(m),
        'conversation', c.id,
        'contact', m.conversation_id, 'channel_address', m.from_number, 'phone', c.phone,
        'contact_name', c.contact_name,
        -- What decides whether it may go as it is (`services.delivery`); updated_at is when it was claimed.
        'since_inbound', extract(epoch from m.updated_at - c.last_inbound_at),
        'template_only', m.send_refused_sid is not null, 'refused', m.delivery_error,
        'lease_left', extract(epoch from m.send_lease_until - clock_timestamp()),
        -- A reminder that could not leave in time is none any more.
        'void', exists (select 1 from reminders r left join extracted_events e on e.id = r.event_id
                         where m.author = 'reminder' and r.message_id = m.id
                           and (e.status is distinct from 'confirmed' or e."start" <> r."start"
                                or case when e.all_day then e."start" + interval '1 day' else e."start" end
                                   <= clock_timestamp())),
        'opted_out', c.opted_out_at is not null, 'templates', coalesce(nullif(t.settings -> 'templates', 'null'), '{}'),
        -- An answer goes where its question came from, whatever came in elsewhere meanwhile.
        'thread', coalesce((select i.thread from whatsapp_messages i
                             where i.tenant_id = m.tenant_id and i.conversation_id = m.conversation_id
                               and i.seq = m.answers_seq and i.provider = m.provider),
                           case when c.provider = m.provider then c.thread end),
        'reply_to_sid', (select i.message_sid from whatsapp_messages i
                          where i.tenant_id = m.tenant_id and i.conversation_id = m.conversation_id
                            and i.seq = m.answers_seq and i.role = 'user' and i.direction = 'inbound'))
      from (select 1) one
      left join whatsapp_conversations c on c.tenant_id = m.tenant_id and c.conversation_id = m.conversation_id
      left join tenants t on t.id = m.tenant_id;
end;

-- Claim the oldest message to send. Parts of one conversation go out in order. p_token is made for this one call: the
-- call repeated with it finds what it claimed the first time.
create or replace function hilo_claim_outbound(
    p_token uuid, p_providers jsonb, p_lease_seconds double precision default 60
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_message whatsapp_messages;
begin
    -- Repeated: what this token claimed the first time.
    select m.* into v_message from whatsapp_messages m
     where m.send_token = p_token and m.delivery_status = 'sending' and m.send_lease_until > v_now;
    if found then
        return hilo_outbound_json(v_message);
    end if;
    select m.* into v_message from whatsapp_messages m
     where m.direction = 'outbound' and m.delivery_status in ('queued', 'sending')
       and p_providers ? m.provider
       and case m.delivery_status when 'queued' then coalesce(m.send_next_at, '-infinity') <= v_now
                                  else coalesce(m.send_lease_until, '-infinity') < v_now end
       and not exists (
           select 1 from whatsapp_messages e
            where e.tenant_id = m.tenant_id and e.conversation_id = m.conversation_id and e.direction = 'outbound'
              and e.delivery_status in ('queued', 'sending') and e.seq < m.seq)
     order by m.seq limit 1 for no key update of m skip locked;
    if not found then
        return jsonb_build_object('claimed', false, 'next_in', (
            -- Of each conversation only the first can go: those behind it wait for it, however long they are due.
            select extract(epoch from min(greatest(m.send_next_at, m.send_lease_until, v_now)) - v_now)
              from whatsapp_messages m
             where m.direction = 'outbound' and m.delivery_status in ('queued', 'sending')
               and p_providers ? m.provider
               and not exists (
                   select 1 from whatsapp_messages e
                    where e.tenant_id = m.tenant_id and e.conversation_id = m.conversation_id
                      and e.direction = 'outbound' and e.delivery_status in ('queued', 'sending')
                      and e.seq < m.seq)));
    end if;
    update whatsapp_messages m
       set delivery_status = 'sending', send_token = p_token, send_attempts = m.send_attempts + 1,
           send_lease_until = v_now + make_interval(secs => p_lease_seconds),
           send_started_at = coalesce(m.send_started_at, v_now)
     where m.id = v_message.id returning * into v_message;
    return hilo_outbound_json(v_message);
end $$;

-- The provider took it. A report that overtook the provider's answer is applied now.
create or replace function hilo_mark_sent(p_message uuid, p_token uuid, p_message_sid text) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_message whatsapp_messages;
    v_early early_reports;
begin
    select m.* into v_message from whatsapp_messages m where m.id = p_message for no key update;
    if p_message_sid in (v_message.message_sid, v_message.send_refused_sid) then
        return jsonb_build_object('outcome', 'sent', 'repeated', true);
    end if;
    if v_message.send_token is distinct from p_token then
        return jsonb_build_object('outcome', 'lost');
    end if;
    perform hilo_lock_sid(v_message.provider, p_message_sid);
    -- An echo of it may have come in first and been stored as a message of its own, in other words than we sent.
    delete from whatsapp_messages m
     where m.tenant_id = v_message.tenant_id and m.provider = v_message.provider
       and m.message_sid = p_message_sid and m.id <> p_message and m.direction = 'outbound'
       and m.delivery_status is null;
    -- Two numbers of one tenant write to each other, and the other side's copy has the id already. It was sent all the
    -- same: whatever else is unclear, it must not be sent again.
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_message.tenant_id and m.provider = v_message.provider
                  and m.message_sid = p_message_sid and m.direction = 'inbound') then
        update whatsapp_messages m
           set send_token = null, send_lease_until = null, delivery_status = 'sent',
               delivery_error = 'the provider''s id for it belongs to another message: ' || p_message_sid
         where m.id = p_message;
        return jsonb_build_object('outcome', 'sent');
    end if;
    if exists (select 1 from whatsapp_messages m
                where m.tenant_id = v_message.tenant_id and m.provider = v_message.provider
                  and m.message_sid = p_message_sid) then
        raise exception 'another message has the provider''s id %', p_message_sid using errcode = 'HL409';
    end if;
    delete from early_reports r
     where r.provider = v_message.provider and r.message_sid = p_message_sid
       and (r.channel_address in (v_message.from_number, '')
            or hilo_route(r.provider, r.channel_address) = v_message.tenant_id)
    returning * into v_early;
    update whatsapp_messages m
       set message_sid = p_message_sid, send_token = null, send_lease_until = null,
           delivery_status = case when hilo_delivery_rank(v_early.status) > hilo_delivery_rank('sent')
                                  then v_early.status else 'sent' end,
           delivery_error = v_early.error
     where m.id = p_message;
    if v_early.outside_window then
        perform hilo_send_as_template(p_message, left(v_early.error, 500));
    end if;
    return jsonb_build_object('outcome', 'sent');
end $$;

-- A slow provider: the sender is still at it. False: another has the message, or it is sent already.
create or replace function hilo_renew_outbound(p_message uuid, p_token uuid, p_lease_seconds double precision)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with renewed as (
        update whatsapp_messages m
           set send_lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
         where m.id = p_message and m.send_token = p_token and m.delivery_status = 'sending' returning 1)
    select jsonb_build_object('renewed', exists (select 1 from renewed));
end;

-- The provider did not take it: again after p_retry_seconds, or never (null). p_park: a person has to see to it, so
-- the conversation is among those that wait for the operator.
create or replace function hilo_mark_send_failed(
    p_message uuid, p_token uuid, p_error text, p_retry_seconds double precision default null,
    p_park boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation uuid;
begin
    select c.id into v_conversation from whatsapp_messages m
      join whatsapp_conversations c on c.tenant_id = m.tenant_id and c.conversation_id = m.conversation_id
     where m.id = p_message for no key update of c;
    update whatsapp_messages m
       set delivery_status = case when p_retry_seconds is null then 'failed' else 'queued' end,
           delivery_error = left(p_error, 500), send_token = null, send_lease_until = null,
           send_next_at = clock_timestamp() + make_interval(secs => p_retry_seconds)
     where m.id = p_message and m.send_token = p_token;
    if not found then
        return jsonb_build_object('outcome', 'lost');
    end if;
    update whatsapp_conversations c
       set reply_parked_at = clock_timestamp(), reply_error = left(p_error, 500)
     where c.id = v_conversation and p_park;
    return jsonb_build_object('outcome', 'failed');
end $$;

-- Write as the business. The agent's pending answer is dropped: a person has answered.
create or replace function hilo_post_message(
    p_tenant uuid, p_conversation uuid, p_parts jsonb, p_deliver text default 'queued', p_author text default 'operator'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.id = p_conversation and c.tenant_id = p_tenant for no key update;
    if not found then
        raise exception 'there is no conversation %', p_conversation using errcode = 'HL404';
    end if;
    if jsonb_array_length(p_parts) = 0 then
        raise exception 'a message needs a text' using errcode = 'HL422';
    end if;
    if not exists (select 1 from whatsapp_messages m
                    where m.id = (p_parts -> 0 ->> 'id')::uuid and m.tenant_id = p_tenant
                      and m.conversation_id = v_conversation.conversation_id) then
        insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
            to_number, body, sent_at, delivery_status)
        select (p.value ->> 'id')::uuid, p_tenant, v_conversation.conversation_id, v_conversation.provider, 'outbound',
               'bot', p_author, v_conversation.channel_address, v_conversation.conversation_id, p.value ->> 'body',
               greatest(clock_timestamp(), v_conversation.last_message_at + interval '1 microsecond')
                   + (p.ordinality - 1) * interval '1 microsecond', p_deliver
          from jsonb_array_elements(p_parts) with ordinality p order by p.ordinality;
        update whatsapp_conversations c
           set reply_due_at = null, reply_waiting_since = null, reply_token = null, reply_lease_until = null,
               reply_attempts = 0, reply_error = null, reply_parked_at = null,
               answered_seq = (select max(m.seq) from whatsapp_messages m
                                where m.tenant_id = p_tenant and m.conversation_id = c.conversation_id
                                  and m.id in (select (p.value ->> 'id')::uuid from jsonb_array_elements(p_parts) p))
         where c.id = p_conversation;
    end if;
    return (select coalesce(jsonb_agg(hilo_message_json(m) order by m.seq), '[]') from whatsapp_messages m
             where m.tenant_id = p_tenant and m.conversation_id = v_conversation.conversation_id and m.id in (
                select (p.value ->> 'id')::uuid from jsonb_array_elements(p_parts) p));
end $$;

-- functions/065_reminders.sql

-- Reminders of confirmed events, and confirmations of what the batch has found, each once.

-- Whether a moment lies in a tenant's quiet hours (`21:00-08:00`, its own clock; null: there are none).
create or replace function hilo_is_quiet(p_hours text, p_zone text, p_at timestamptz) returns boolean
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(case when q.begins < q.ends then q.local >= q.begins and q.local < q.ends
                         when q.begins > q.ends then q.local >= q.begins or q.local < q.ends end, false)
      from (select split_part(p_hours, '-', 1)::time as begins, split_part(p_hours, '-', 2)::time as ends,
                   (p_at at time zone p_zone)::time as local) q;
end;

-- When a reminder p_minutes before p_event is said: in quiet hours not, but when they end; if that is too late for it, a
-- quarter of an hour before they begin.
create or replace function hilo_reminder_at(p_event timestamptz, p_minutes integer, p_hours text, p_zone text)
returns timestamptz
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select case when not hilo_is_quiet(p_hours, p_zone, q.wanted) then q.wanted
                when q.ends < p_event then q.ends else q.begins - interval '15 minutes' end
      from (select n.wanted,
                   (n.day + h.begins - case when n.day + h.begins > n.local then interval '1 day' else '0' end)
                       at time zone p_zone as begins,
                   (n.day + h.ends + case when n.day + h.ends <= n.local then interval '1 day' else '0' end)
                       at time zone p_zone as ends
              from (select w.wanted, w.wanted at time zone p_zone as local,
                           date_trunc('day', w.wanted at time zone p_zone) as day
                      from (select p_event - make_interval(mins => p_minutes) as wanted) w) n
              cross join (select split_part(p_hours, '-', 1)::time as begins,
                                 split_part(p_hours, '-', 2)::time as ends) h) q;
end;

drop function if exists hilo_due_reminders(integer);
-- What is due now in conversations of these providers: {items: [{event, minutes, conversation, tenant}]}; nothing in a
-- tenant's quiet hours. Of the lead times that a tenant has set
-- the last one that has passed counts, so that a server that was down sends one reminder and not all. None is due that was
-- due before the event was settled: who has just booked needs no reminder. An event of a whole day is reminded of from
-- nine in the morning of its day backwards.
create or replace function hilo_due_reminders(p_providers jsonb, p_limit integer default 50) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
            'event', hilo_event_json(d.event), 'minutes', d.minutes, 'conversation', hilo_conversation_json(d.conversation),
            'tenant', hilo_tenant_json(d.tenant)) order by d.at), '[]'))
      from (select e as event, c as conversation, t as tenant, r.minutes, b.at
              from tenants t
              join extracted_events e on e.tenant_id = t.id
              join whatsapp_conversations c on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id
              cross join lateral (
                    select case when e.all_day then e.start + interval '9 hours' else e.start end as at) b
              cross join lateral (
                    select min(l.minutes::integer) as minutes
                      from jsonb_array_elements_text(t.settings -> 'reminder_minutes') l (minutes)
                     where hilo_reminder_at(b.at, l.minutes::integer, t.settings ->> 'quiet_hours', t.timezone) <= now()) r
             where jsonb_typeof(t.settings -> 'reminder_minutes') = 'array'
               and e.status = 'confirmed' and not e.history and c.opted_out_at is null
               and p_providers ? c.provider and e.conversation_id not like 'sample:%'
               and e.start > now() - interval '9 hours' and e.start < now() + interval '31 days' and b.at > now()
               and r.minutes is not null
               and not hilo_is_quiet(t.settings ->> 'quiet_hours', t.timezone, now())
               and greatest(e.confirmed_at, e.settled_at, e.decided_at)
                   < hilo_reminder_at(b.at, r.minutes, t.settings ->> 'quiet_hours', t.timezone)
               and not exists (select 1 from reminders x
                                where x.event_id = e.id and x.start = e.start and x.minutes <= r.minutes
                                  and x.kind = 'reminder')
             order by b.at limit p_limit) d;
end;

-- Events that the batch has read out of a conversation and nobody has told the customer of, of tenants that want it
-- (confirm_batch_events); in the same shape. Only while a plain text may go out, when the conversation rests, and when no
-- person has taken it over or decided about the event.
create or replace function hilo_due_confirmations(p_providers jsonb, p_limit integer default 50) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
            'event', hilo_event_json(d.event), 'kind', 'confirmation', 'minutes', 0,
            'conversation', hilo_conversation_json(d.conversation),
            'tenant', hilo_tenant_json(d.tenant)) order by d.since), '[]'))
      from (select e as event, c as conversation, t as tenant, e.confirmed_at as since
              from tenants t
              join extracted_events e on e.tenant_id = t.id
              join whatsapp_conversations c on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id
             where t.settings -> 'confirm_batch_events' = 'true'::jsonb
               and e.status = 'confirmed' and e.source = 'batch' and e.decided_at is null and not e.history
               and e.start > now() and e.start < now() + interval '2 years'
               and e.confirmed_at > now() - interval '1 day'
               and p_providers ? c.provider and e.conversation_id not like 'sample:%'
               and c.last_inbound_at > now() - interval '24 hours' + interval '1 minute'
               and c.opted_out_at is null and coalesce(c.bot_paused_until, '-infinity') <= now()
               and c.reply_due_at is null and c.unprocessed_since is null
               and not hilo_is_quiet(t.settings ->> 'quiet_hours', t.timezone, now())
               and not exists (select 1 from reminders x
                                where x.event_id = e.id and x.start = e.start and x.kind = 'confirmation')
             order by e.confirmed_at limit p_limit) d;
end;

drop function if exists hilo_write_reminder(uuid, integer, timestamptz, integer, uuid, text, text);
-- Write the reminder, unless another process has, or the event is not any more what p_start and p_revision say.
-- {outcome: written|done|changed}
create or replace function hilo_write_reminder(
    p_event uuid, p_minutes integer, p_start timestamptz, p_revision integer, p_message uuid, p_body text,
    p_deliver text default 'queued', p_kind text default 'reminder'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
    v_conversation whatsapp_conversations;
begin
    -- Repeated: its reply was lost.
    if exists (select 1 from reminders r where r.event_id = p_event and r.message_id = p_message) then
        return jsonb_build_object('outcome', 'written');
    end if;
    select e.* into v_event from extracted_events e where e.id = p_event;
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_event.tenant_id and c.conversation_id = v_event.conversation_id for no key update;
    select e.* into v_event from extracted_events e where e.id = p_event for no key update;
    if v_event.status is distinct from 'confirmed' or v_event.start <> p_start or v_event.revision <> p_revision
       or v_conversation.opted_out_at is not null
       -- They write: what was found may be another thing in a moment.
       or (p_kind = 'confirmation' and (v_conversation.reply_due_at is not null
                                        or v_conversation.unprocessed_since is not null)) then
        return jsonb_build_object('outcome', 'changed');
    end if;
    insert into reminders (event_id, kind, minutes, "start", message_id)
    values (p_event, p_kind, p_minutes, p_start, p_message)
    on conflict (event_id, kind, minutes, "start") do nothing;
    if not found then
        return jsonb_build_object('outcome', 'done');
    end if;
    insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role, author, from_number,
        to_number, body, sent_at, delivery_status)
    values (p_message, v_event.tenant_id, v_event.conversation_id, v_conversation.provider, 'outbound', 'bot', 'reminder',
        v_conversation.channel_address, v_event.conversation_id, p_body,
        greatest(clock_timestamp(), v_conversation.last_message_at + interval '1 microsecond'), p_deliver);
    return jsonb_build_object('outcome', 'written');
end $$;

-- functions/066_handover.sql

-- A provider where people answer too is told who does now. The wish is kept with the pause itself, so that a crash before
-- the call does not lose it; telling twice changes nothing there.

create or replace function hilo_handover_json(c whatsapp_conversations) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('claimed', true, 'token', c.handover_token, 'attempt', c.handover_attempts,
        'to_agent', c.handover_tell = 'agent', 'conversation', hilo_conversation_json(c));
end;

-- Claim a conversation whose provider is to be told. p_token is made for this one call: the call repeated with it finds
-- what it claimed the first time.
create or replace function hilo_claim_handover(
    p_token uuid, p_providers jsonb, p_lease_seconds double precision default 60
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_conversation whatsapp_conversations;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.handover_tell is not null and c.handover_token = p_token and c.handover_lease_until > v_now;
    if found then
        return hilo_handover_json(v_conversation);
    end if;
    select c.* into v_conversation from whatsapp_conversations c
     where c.handover_tell is not null and p_providers ? c.provider
       and coalesce(c.handover_next_at, '-infinity') <= v_now
       and (c.handover_token is null or c.handover_lease_until < v_now)
     order by c.id limit 1 for no key update skip locked;
    if not found then
        return jsonb_build_object('claimed', false, 'next_in', (
            select extract(epoch from min(greatest(c.handover_next_at,
                       case when c.handover_token is not null then c.handover_lease_until end, v_now)) - v_now)
              from whatsapp_conversations c where c.handover_tell is not null and p_providers ? c.provider));
    end if;
    update whatsapp_conversations c
       set handover_token = p_token, handover_lease_until = v_now + make_interval(secs => p_lease_seconds),
           handover_attempts = c.handover_attempts + 1
     where c.id = v_conversation.id returning * into v_conversation;
    return hilo_handover_json(v_conversation);
end $$;

-- The provider knows, or will never take it (null); or again after p_retry_seconds. {outcome: done|waiting|lost}; lost: it
-- was paused or resumed meanwhile, and is to be told that.
create or replace function hilo_finish_handover(
    p_conversation uuid, p_token uuid, p_retry_seconds double precision default null
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with finished as (
        update whatsapp_conversations c
           set handover_tell = case when p_retry_seconds is not null then c.handover_tell end,
               handover_attempts = case when p_retry_seconds is not null then c.handover_attempts else 0 end,
               handover_next_at = clock_timestamp() + make_interval(secs => p_retry_seconds),
               handover_token = null, handover_lease_until = null
         where c.id = p_conversation and c.handover_token = p_token returning 1)
    select jsonb_build_object('outcome', case when not exists (select 1 from finished) then 'lost'
                                              when p_retry_seconds is not null then 'waiting' else 'done' end);
end;

-- functions/070_batch.sql

-- The batch job: claim a conversation, read all of it, complete. A completion names the last message that was read
-- and how many there were; what came in meanwhile stays unprocessed (promise 4).

create or replace function hilo_start_batch_run(
    p_run uuid, p_trigger text, p_tenant uuid default null, p_dry_run boolean default false
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into batch_runs (id, trigger, tenant_id, dry_run) values (p_run, p_trigger, p_tenant, p_dry_run)
    on conflict (id) do nothing;
    -- A run whose process died says so.
    update batch_runs r set status = 'interrupted', finished_at = r.seen_at,
           error = 'the process stopped before the run was over; its conversations are taken up again'
     where r.status = 'running' and r.seen_at < now() - interval '15 minutes';
    select jsonb_build_object('run', p_run);
end;

create or replace function hilo_finish_batch_run(p_run uuid, p_status text, p_counts jsonb, p_error text default null)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    update batch_runs r
       set status = p_status, seen_at = now(), error = left(p_error, 500),
           finished_at = case when p_status = r.status then r.finished_at when p_status <> 'running' then now() end,
           total = coalesce((p_counts ->> 'total')::integer, r.total),
           conversations = coalesce((p_counts ->> 'conversations')::integer, r.conversations),
           failed = coalesce((p_counts ->> 'failed')::integer, r.failed),
           messages = coalesce((p_counts ->> 'messages')::integer, r.messages),
           created = coalesce((p_counts ->> 'created')::integer, r.created),
           updated = coalesce((p_counts ->> 'updated')::integer, r.updated),
           cancelled = coalesce((p_counts ->> 'cancelled')::integer, r.cancelled),
           proposed = coalesce((p_counts ->> 'proposed')::integer, r.proposed),
           model_calls = coalesce((p_counts ->> 'model_calls')::integer, r.model_calls),
           input_tokens = coalesce((p_counts ->> 'input_tokens')::bigint, r.input_tokens),
           output_tokens = coalesce((p_counts ->> 'output_tokens')::bigint, r.output_tokens),
           model_cost = coalesce((p_counts ->> 'model_cost')::double precision, r.model_cost)
     where r.id = p_run;
    select to_jsonb(r) from batch_runs r where r.id = p_run;
end;

create or replace function hilo_list_batch_runs(p_tenant uuid default null, p_limit integer default 20) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(r) order by r.started_at desc), '[]')
      from (select x.* from batch_runs x where p_tenant is null or x.tenant_id = p_tenant
             order by x.started_at desc limit p_limit) r;
end;

-- How many conversations a run would take now.
create or replace function hilo_count_batch(
    p_quiet_seconds double precision, p_max_age_seconds double precision, p_all boolean default false,
    p_tenant uuid default null, p_conversation uuid default null
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('waiting', count(*)) from whatsapp_conversations c
     where c.unprocessed_since is not null
       and (p_tenant is null or c.tenant_id = p_tenant)
       and (p_conversation is null or c.id = p_conversation)
       and (p_conversation is not null or c.batch_parked_at is null)
       and coalesce(c.batch_lease_until, '-infinity') < now()
       and (p_all or coalesce(c.batch_next_at, '-infinity') <= now())
       and (p_all or (c.reply_due_at is null and c.last_message_at < now() - make_interval(secs => p_quiet_seconds))
            or c.unprocessed_since < now() - make_interval(secs => p_max_age_seconds));
end;

-- Claim one conversation with unprocessed messages, oldest first, at most once per run. Scheduled runs take those
-- that are quiet and wait for no answer, or old; p_all (HTTP, CLI) takes all but the parked ones; p_conversation takes
-- that one, parked or not.
-- p_token is made for this one call: the call repeated with it finds what it claimed the first time.
create or replace function hilo_claim_batch(
    p_run uuid, p_token uuid, p_lease_seconds double precision,
    p_quiet_seconds double precision, p_max_age_seconds double precision, p_max_attempts integer default 5,
    p_all boolean default false, p_tenant uuid default null, p_conversation uuid default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_conversation whatsapp_conversations;
begin
    select c.* into v_conversation from whatsapp_conversations c
     where c.batch_token = p_token and c.batch_lease_until > v_now;
    if found then
        return jsonb_build_object('claimed', true, 'token', p_token) || hilo_batch_state(v_conversation.id);
    end if;
    loop
        select c.* into v_conversation from whatsapp_conversations c
         where c.unprocessed_since is not null
           and (p_tenant is null or c.tenant_id = p_tenant)
           and (p_conversation is null or c.id = p_conversation)
           and (p_conversation is not null or c.batch_parked_at is null)
           and coalesce(c.batch_lease_until, '-infinity') < v_now
           and c.batch_run_id is distinct from p_run
           and (p_all or coalesce(c.batch_next_at, '-infinity') <= v_now)
           and (p_all or (c.reply_due_at is null and c.last_message_at < v_now - make_interval(secs => p_quiet_seconds))
                or c.unprocessed_since < v_now - make_interval(secs => p_max_age_seconds))
         order by c.unprocessed_since limit 1 for no key update skip locked;
        if not found then
            return jsonb_build_object('claimed', false);
        end if;
        exit when v_conversation.batch_attempts < p_max_attempts * 2 or p_conversation is not null;
        -- Attempts are counted when they begin: this one takes the process down before it can fail.
        update whatsapp_conversations c
           set batch_parked_at = v_now, batch_token = null, batch_lease_until = null,
               batch_error = coalesce(c.batch_error, 'reading it was begun too often and never finished')
         where c.id = v_conversation.id;
    end loop;
    update whatsapp_conversations c
       set batch_token = p_token, batch_lease_until = v_now + make_interval(secs => p_lease_seconds),
           batch_run_id = p_run, batch_attempts = c.batch_attempts + 1
     where c.id = v_conversation.id returning * into v_conversation;
    update batch_runs r set seen_at = v_now where r.id = p_run;
    return jsonb_build_object('claimed', true, 'token', p_token) || hilo_batch_state(v_conversation.id);
end $$;

-- What a claimed conversation holds now: {conversation, tenant, last_seq, message_count, events_version, events}.
create or replace function hilo_batch_state(p_conversation uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp as $$
    select jsonb_build_object(
        'conversation', hilo_conversation_json(c), 'tenant', hilo_tenant_json(t),
        'events_version', c.events_version, 'attempt', c.batch_attempts,
        'last_seq', coalesce(s.last_seq, 0), 'message_count', coalesce(s.n, 0),
        'events', hilo_conversation_events(c.tenant_id, c.conversation_id))
      from whatsapp_conversations c
      join tenants t on t.id = c.tenant_id
      cross join lateral (select max(m.seq) as last_seq, count(*) as n from whatsapp_messages m
                           where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id) s
     where c.id = p_conversation
$$;

-- The transcript, in order, in keyset pages: {items: [{id, seq, role, at, text, by_agent, delivered}], next}.
create or replace function hilo_transcript(
    p_conversation uuid, p_last_seq bigint, p_after jsonb default null, p_limit integer default 1000
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with page as (
        select m.id, m.seq, m.role, m.sent_at, m.body, m.delivery_status, m.author, m.raw -> 'hilo:versions' as versions
          from whatsapp_conversations c
          join whatsapp_messages m on m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
         where c.id = p_conversation and m.seq <= p_last_seq
           and (m.sent_at, m.seq) > (coalesce((p_after ->> 'sent_at')::timestamptz, '-infinity'),
                                     coalesce((p_after ->> 'seq')::bigint, 0))
         order by m.sent_at, m.seq limit p_limit)
    select jsonb_build_object(
        'items', coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'seq', p.seq, 'role', p.role, 'at', p.sent_at,
            -- Neither a reminder nor a holding answer says anything new about an appointment.
            'text', p.body, 'by_agent', p.author is not distinct from 'agent',
            'delivered', (p.author in ('reminder', 'holding')) is not true
                and coalesce(p.delivery_status not in ('held', 'failed', 'undelivered'), true),
            -- What it said before each edit; what is deleted says nothing any more.
            'edits', case when p.versions -> -1 ->> 'kind' = 'edited' then (
                select coalesce(jsonb_agg(jsonb_build_object('at', v.value -> 'at', 'before', v.value -> 'body')
                           order by v.ordinality), '[]')
                  from jsonb_array_elements(p.versions) with ordinality v where v.value ->> 'body' is not null)
                else '[]' end)
            order by p.sent_at, p.seq), '[]'),
        'next', case when count(*) = p_limit then (
            select jsonb_build_object('sent_at', l.sent_at, 'seq', l.seq) from page l
             order by l.sent_at desc, l.seq desc limit 1) end)
      from page p;
end;

create or replace function hilo_renew_batch(p_conversation uuid, p_token uuid, p_lease_seconds double precision)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with renewed as (
        update whatsapp_conversations c
           set batch_lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
         where c.id = p_conversation and c.batch_token = p_token returning 1)
    select jsonb_build_object('renewed', exists (select 1 from renewed));
end;

-- One step: events changed, messages marked processed, lease given back.
-- {outcome: completed|lost|changed}; 'changed': messages or events moved on since the claim and the lease is kept,
-- so read again under the same token. A batch drops no event for a conflict: 'refuse' reviews.
create or replace function hilo_complete_batch(
    p_conversation uuid, p_token uuid, p_last_seq bigint, p_message_count bigint, p_events_version bigint,
    p_changes jsonb, p_policy text default 'review', p_minutes integer default 60, p_source text default 'batch'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_conversation whatsapp_conversations;
    v_applied jsonb;
    v_marked integer;
    v_done jsonb;
begin
    select c.* into v_conversation from whatsapp_conversations c where c.id = p_conversation for no key update;
    if v_conversation.batch_done_token = p_token then
        return v_conversation.batch_done
            || jsonb_build_object('repeated', true, 'events', (
                select coalesce(jsonb_agg(hilo_event_json(e) order by e.start, e.id), '[]') from extracted_events e
                 where to_jsonb(e.id) in (
                    select jsonb_array_elements(v_conversation.batch_done -> 'created'
                        || (v_conversation.batch_done -> 'updated') || (v_conversation.batch_done -> 'cancelled')))));
    end if;
    if v_conversation.batch_token is distinct from p_token then
        return jsonb_build_object('outcome', 'lost');
    end if;
    if v_conversation.events_version <> p_events_version or p_message_count <> (
           select count(*) from whatsapp_messages m
            where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
              and m.seq <= p_last_seq) then
        return jsonb_build_object('outcome', 'changed');
    end if;
    v_applied := hilo_apply_event_changes(v_conversation.tenant_id, v_conversation.conversation_id, p_source,
        p_changes, case when p_policy = 'refuse' then 'review' else p_policy end, p_minutes);
    if not v_applied ? 'created' then
        return jsonb_build_object('outcome', 'changed');
    end if;
    update whatsapp_messages m set processed = true
     where m.tenant_id = v_conversation.tenant_id and m.conversation_id = v_conversation.conversation_id
       and m.seq <= p_last_seq and not m.processed;
    get diagnostics v_marked = row_count;
    -- Conflicts hold titles of other conversations' events, and would outlive these.
    v_done := (v_applied - 'events' - 'conflicts') || jsonb_build_object('outcome', 'completed', 'messages', v_marked);
    update whatsapp_conversations c
       set unprocessed_since = (select min(m.created_at) from whatsapp_messages m
                                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                                   and not m.processed),
           batch_token = null, batch_lease_until = null, batch_done_token = p_token, batch_done = v_done,
           batch_attempts = 0, batch_error = null, batch_next_at = null, batch_parked_at = null
     where c.id = p_conversation;
    return v_done || jsonb_build_object('events', v_applied -> 'events');
end $$;

-- Reading failed: again after a while that doubles, or parked after p_max_attempts or when it can't help to repeat.
create or replace function hilo_fail_batch(
    p_conversation uuid, p_token uuid, p_error text, p_backoff_seconds double precision default 60,
    p_max_attempts integer default 5, p_park boolean default false
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update whatsapp_conversations c
           set batch_token = null, batch_lease_until = null, batch_error = left(p_error, 500),
               -- Only what never comes back counts on towards the bound of hilo_claim_batch; what fails in an
               -- orderly way is tried once more with every new message.
               batch_attempts = least(c.batch_attempts, p_max_attempts),
               batch_parked_at = case when p_park or c.batch_attempts >= p_max_attempts then clock_timestamp() end,
               batch_next_at = clock_timestamp()
                   + make_interval(secs => least(p_backoff_seconds * 2 ^ (c.batch_attempts - 1), 86400))
         where c.id = p_conversation and c.batch_token = p_token returning c.batch_parked_at)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end,
        'parked', exists (select 1 from failed f where f.batch_parked_at is not null));
end;

-- Give a claim back as if it had not been: a dry run, or a shutdown in the middle.
create or replace function hilo_release_batch(p_conversation uuid, p_token uuid, p_keep_run boolean default false)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with released as (
        update whatsapp_conversations c
           set batch_token = null, batch_lease_until = null, batch_attempts = greatest(c.batch_attempts - 1, 0),
               batch_run_id = case when p_keep_run then c.batch_run_id end
         where c.id = p_conversation and c.batch_token = p_token returning 1)
    select jsonb_build_object('released', exists (select 1 from released));
end;

-- Mark one message by hand, with the event it belongs to or without.
create or replace function hilo_mark_message_processed(p_tenant uuid, p_message uuid, p_event uuid default null)
returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_message whatsapp_messages;
begin
    select m.* into v_message from whatsapp_messages m where m.id = p_message and m.tenant_id = p_tenant;
    if not found then
        return null;
    end if;
    if p_event is not null and not exists (
            select 1 from extracted_events e where e.id = p_event and e.tenant_id = p_tenant
               and e.conversation_id = v_message.conversation_id) then
        raise exception 'there is no event % in this conversation', p_event using errcode = 'HL404';
    end if;
    perform 1 from whatsapp_conversations c
      where c.tenant_id = p_tenant and c.conversation_id = v_message.conversation_id for no key update;
    update whatsapp_messages m
       set processed = true, event_id = coalesce(p_event, m.event_id),
           event_extracted = m.event_extracted or p_event is not null
     where m.id = p_message returning * into v_message;
    update whatsapp_conversations c
       set unprocessed_since = (select min(m.created_at) from whatsapp_messages m
                                 where m.tenant_id = p_tenant and m.conversation_id = c.conversation_id
                                   and not m.processed)
     where c.tenant_id = p_tenant and c.conversation_id = v_message.conversation_id;
    return hilo_message_json(v_message);
end $$;

-- The operator tries a parked conversation again, in both readers.
create or replace function hilo_retry_conversation(p_tenant uuid, p_conversation uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    update whatsapp_conversations c
       set batch_parked_at = null, batch_next_at = null, batch_attempts = 0, batch_error = null,
           reply_due_at = case when c.reply_parked_at is null then c.reply_due_at else clock_timestamp() end,
           reply_parked_at = null, reply_attempts = 0, reply_error = null
     where c.id = p_conversation and c.tenant_id = p_tenant;
    select hilo_conversation_json(c) from whatsapp_conversations c
     where c.id = p_conversation and c.tenant_id = p_tenant;
end;

drop function if exists hilo_pause_conversation(uuid, uuid, timestamptz);
-- Pause the agent until p_until, or hand back (null). Handing back does not answer what a person left open.
-- p_tell: the provider is to be told who answers now (066_handover.sql); else it knows, or has nobody.
create or replace function hilo_pause_conversation(
    p_tenant uuid, p_conversation uuid, p_until timestamptz, p_tell boolean default false
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    update whatsapp_conversations c
       set bot_paused_until = p_until,
           reply_due_at = case when p_until is null then c.reply_due_at end,
           reply_waiting_since = case when p_until is null then c.reply_waiting_since end,
           reply_token = case when p_until is null then c.reply_token end,
           reply_lease_until = case when p_until is null then c.reply_lease_until end,
           handover_tell = case when p_tell then case when p_until is null then 'agent' else 'person' end end,
           handover_token = null, handover_attempts = 0, handover_next_at = null
     where c.id = p_conversation and c.tenant_id = p_tenant;
    select hilo_conversation_json(c) from whatsapp_conversations c
     where c.id = p_conversation and c.tenant_id = p_tenant;
end;

-- functions/080_publishing.sql

-- The outbox of calendars that are written to (the feed is read from the rows as they are).

-- Claim up to p_limit events whose calendar copy is behind. A cancelled event that nobody ever began to write is left
-- out, and so are history and samples. p_token is made for this one call: the call repeated with it finds what it claimed.
-- p_tenants: 'all', 'linked' (those that name a calendar of theirs) or 'linked_or_default'.
-- Of a calendar that is disconnected one event is given per p_probe_seconds, to whichever process asks first (probe).
drop function if exists hilo_claim_publish(uuid, integer, double precision, uuid, text);
create or replace function hilo_claim_publish(
    p_token uuid, p_limit integer default 20, p_lease_seconds double precision default 60, p_tenant uuid default null,
    p_tenants text default 'all', p_probe_seconds double precision default 60
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_ids uuid[];
    v_down uuid;
begin
    select array_agg(e.id) into v_ids from extracted_events e
     where e.calendar_token = p_token and e.calendar_lease_until > v_now;
    if v_ids is null then
        select array_agg(x.id) into v_ids from (
            select e.id from extracted_events e
             where e.published_revision < e.revision and e.status <> 'proposed' and not e.history
               and e.conversation_id not like 'sample:%'
               and (e.status = 'confirmed'
                    or (e.status = 'cancelled' and (e.calendar_begun_at is not null or e.calendar_event_id is not null)))
               and e.calendar_state <> 'removed'
               and (p_tenant is null or e.tenant_id = p_tenant)
               and (p_tenants = 'all' or exists (
                    select 1 from tenants t where t.id = e.tenant_id and (t.settings ->> 'google_calendar_id' <> ''
                        or (p_tenants = 'linked_or_default' and t.slug = 'default'))))
               and coalesce(e.calendar_next_at, '-infinity') <= v_now
               and coalesce(e.calendar_lease_until, '-infinity') < v_now
               and not exists (select 1 from calendar_connections k where k.tenant_id = e.tenant_id
                    and k.down_by = 'write' and coalesce(k.probe_at, '-infinity') > v_now)
             order by e.updated_at limit p_limit for no key update skip locked) x;
        for v_down in
            select k.tenant_id from calendar_connections k
             where k.down_by = 'write' and k.tenant_id in (
                select e.tenant_id from extracted_events e where e.id = any (v_ids))
        loop
            update calendar_connections k set probe_at = v_now + make_interval(secs => p_probe_seconds)
             where k.tenant_id = v_down and k.down_by = 'write' and coalesce(k.probe_at, '-infinity') <= v_now;
            -- The others wait; all of them where another process was faster.
            select array_agg(x.id) into v_ids from (
                select e.id, e.tenant_id, row_number() over (partition by e.tenant_id order by e.updated_at, e.id) as nth
                  from extracted_events e where e.id = any (v_ids)) x
             where x.tenant_id <> v_down or (found and x.nth = 1);
        end loop;
        update extracted_events e
           set calendar_token = p_token, calendar_lease_until = v_now + make_interval(secs => p_lease_seconds),
               calendar_begun_at = coalesce(e.calendar_begun_at, v_now),
               calendar_attempts = e.calendar_attempts + 1
         where e.id = any (v_ids);
    end if;
    return (select coalesce(jsonb_agg(jsonb_build_object('event', hilo_event_json(e), 'tenant', hilo_tenant_json(t),
                             'attempt', e.calendar_attempts, 'stands', case when e.calendar_stands is not null then jsonb_build_object(
                                'start', lower(e.calendar_stands), 'end', upper(e.calendar_stands)) end,
                             'probe', exists (select 1 from calendar_connections k
                                where k.tenant_id = e.tenant_id and k.down_by = 'write'))), '[]')
              from extracted_events e join tenants t on t.id = e.tenant_id where e.id = any (v_ids));
end $$;

-- Of what waits for a person (calendar_drift): the rest, once p_revision is written. What the calendar overruled just
-- before that write waits on; a person's correction answers all of it, a change by the chat what it changes.
create or replace function hilo_drift_left(p_event extracted_events, p_revision integer) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select case when (p_event).status <> 'confirmed' or w.source = 'operator' then null
                when w.source = 'calendar' then (p_event).calendar_drift
                else nullif((select coalesce(jsonb_object_agg(d.key, d.value), '{}') from jsonb_each((p_event).calendar_drift) d
                    where case when d.key in ('start', 'end', 'all_day')
                               then (b.event -> 'start', b.event -> 'end', b.event -> 'all_day')
                                    = (w.event -> 'start', w.event -> 'end', w.event -> 'all_day')
                               else b.event -> d.key = w.event -> d.key end), '{}') end
      from (select 1) one
      left join lateral (select x.* from event_revisions x where x.event_id = (p_event).id and x.revision = p_revision
                          order by x.id desc limit 1) w on true
      left join lateral (select x.* from event_revisions x where x.event_id = (p_event).id and x.revision = (p_event).published_revision
                          order by x.id desc limit 1) b on true;
end;

-- Written: p_revision is the one that was written; a newer one stays behind and is claimed again.
-- p_kept: what a person had changed in the calendar and what therefore stays there: the event follows it. p_overruled:
-- what we wanted there instead. p_removed: a person has deleted the entry. Nothing of this is recorded when the
-- event has changed meanwhile: the next write finds the calendar as it is, and weighs it against the newer event.
-- p_first: nothing was written, for an entry has to go that tells nothing once it is gone: what a person changed in it
-- is recorded, and the event is claimed again. p_stands: {start, end} of the time that the entry takes up. p_place: the
-- calendar that it was written to.
drop function if exists hilo_complete_publish(uuid, uuid, integer, text, text, timestamptz, jsonb, jsonb, boolean);
drop function if exists hilo_complete_publish(uuid, uuid, integer, text, text, timestamptz, jsonb, jsonb, boolean, boolean, jsonb);
create or replace function hilo_complete_publish(
    p_event uuid, p_token uuid, p_revision integer, p_calendar_event_id text, p_etag text default null,
    p_updated_at timestamptz default null, p_kept jsonb default '{}', p_overruled jsonb default '{}',
    p_removed boolean default false, p_first boolean default false, p_stands jsonb default null,
    p_place text default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
    v_drift jsonb;
begin
    if p_kept <> '{}' or p_removed then
        -- The order of locks is conversation, tenant, event; the event itself is going to change.
        perform 1 from whatsapp_conversations c join extracted_events e
             on e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
          where e.id = p_event for no key update of c;
        perform 1 from tenants t join extracted_events e on e.tenant_id = t.id
          where e.id = p_event for no key update of t;
    end if;
    select e.* into v_event from extracted_events e where e.id = p_event for no key update;
    if v_event.calendar_token is distinct from p_token then
        -- Repeated, or another publisher has written as much.
        return jsonb_build_object('outcome', case when v_event.published_revision >= p_revision
            and v_event.calendar_event_id = p_calendar_event_id then 'published' else 'lost' end);
    end if;
    if (p_kept <> '{}' or p_removed) and v_event.revision <> p_revision then
        update extracted_events e
           set calendar_token = null, calendar_lease_until = null, calendar_attempts = 0, calendar_next_at = null
         where e.id = p_event;
        return jsonb_build_object('outcome', 'changed');
    end if;
    if p_first then
        update extracted_events e
           set calendar_etag = p_etag, calendar_updated_at = coalesce(p_updated_at, e.calendar_updated_at),
               calendar_token = null, calendar_lease_until = null, calendar_attempts = 0, calendar_next_at = null
         where e.id = p_event;
        perform hilo_follow_calendar(p_event, p_kept, p_overruled, false, p_written => false);
        return jsonb_build_object('outcome', 'recorded');
    end if;
    if p_removed then
        update extracted_events e
           set calendar_error = null, calendar_token = null, calendar_lease_until = null, calendar_attempts = 0,
               calendar_next_at = null, calendar_event_id = p_calendar_event_id, calendar_etag = p_etag,
               calendar_updated_at = p_updated_at
         where e.id = p_event;
        perform hilo_entry_removed(p_event);
        return jsonb_build_object('outcome', 'published');
    end if;
    v_drift := case when v_event.calendar_drift is not null then hilo_drift_left(v_event, p_revision) end;
    update extracted_events e
       set published_revision = greatest(e.published_revision, p_revision),
           calendar_state = case when v_drift is not null then 'drifted' else 'published' end,
           calendar_event_id = p_calendar_event_id, calendar_etag = p_etag, calendar_error = null,
           calendar_places = case when p_place is null then e.calendar_places
                                  else array_append(array_remove(e.calendar_places, p_place), p_place) end,
           calendar_updated_at = p_updated_at, calendar_drift = v_drift, calendar_stands = hilo_stands(p_stands),
           calendar_token = null, calendar_lease_until = null, calendar_attempts = 0, calendar_next_at = null
     where e.id = p_event;
    perform hilo_follow_calendar(p_event, p_kept, p_overruled, false);
    update calendar_connections c set down_since = null, down_by = null, down_reason = null, probe_at = null
     where c.tenant_id = v_event.tenant_id and c.down_since is not null;
    return jsonb_build_object('outcome', 'published');
end $$;

-- Not written: again after p_retry_seconds. p_refused: the calendar does not take this event; that may pass as well (a lock
-- on one entry, a rule of the calendar), so it is tried on, rarely.
drop function if exists hilo_fail_publish(uuid, uuid, text, double precision);
create or replace function hilo_fail_publish(
    p_event uuid, p_token uuid, p_error text, p_retry_seconds double precision, p_refused boolean default false
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update extracted_events e
           -- No attempts are counted: the event changed meanwhile, and its newer revision is still to be tried.
           set calendar_state = case when p_refused and e.calendar_attempts > 0 then 'failed'
                                     else e.calendar_state end,
               calendar_error = left(p_error, 500), calendar_token = null, calendar_lease_until = null,
               calendar_next_at = case when e.calendar_attempts = 0 then null
                                       else clock_timestamp() + make_interval(secs => p_retry_seconds) end
         where e.id = p_event and e.calendar_token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end);
end;

-- Not written: something else takes up the time in the calendar. A person decides; what they decide is written.
create or replace function hilo_review_publish(p_event uuid, p_token uuid, p_revision integer) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
begin
    perform 1 from whatsapp_conversations c join extracted_events e
         on e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
      where e.id = p_event for no key update of c;
    update extracted_events e
       set status = case when e.revision = p_revision then 'proposed' else e.status end,
           reason = case when e.revision = p_revision then 'calendar_conflict' else e.reason end,
           revision = e.revision + (e.revision = p_revision)::integer,
           calendar_token = null, calendar_lease_until = null, calendar_attempts = 0, calendar_next_at = null
     where e.id = p_event and e.calendar_token = p_token and e.status = 'confirmed' returning * into v_event;
    if v_event.revision = p_revision + 1 and v_event.status = 'proposed' then
        insert into event_revisions (event_id, revision, source, action, event)
        values (p_event, v_event.revision, 'calendar', 'conflict', to_jsonb(v_event) - 'calendar_token');
    end if;
    return jsonb_build_object('outcome', case when v_event.id is null then 'lost' else 'reviewed' end);
end $$;

-- What the feed shows: confirmed events, and cancelled ones that were once confirmed, from p_since on. In pages, because
-- 20,000 events take longer than PostgREST is given; by id, so that an event that moves meanwhile is not passed over.
drop function if exists hilo_feed(text, timestamptz);
create or replace function hilo_feed(
    p_feed_token text, p_since timestamptz, p_after uuid default null, p_limit integer default 1000
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with page as (
        select e as row, e.id from extracted_events e
         where e.tenant_id = (select t.id from tenants t where t.feed_token = p_feed_token) and e.start >= p_since
           and e.conversation_id not like 'sample:%'
           and (e.status = 'confirmed' or (e.status = 'cancelled' and e.confirmed_at is not null))
           and e.id > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
         order by e.id limit p_limit)
    select jsonb_build_object('tenant', hilo_tenant_json(t), 'events', (
            select coalesce(jsonb_agg(hilo_event_json(p.row) order by p.id), '[]') from page p),
        'next', (select case when count(*) = p_limit then max(p.id::text) end from page p))
      from tenants t where t.feed_token = p_feed_token;
end;

-- functions/085_calendar_changes.sql

-- What people do in the calendar comes back into the events.

-- Make an event what the calendar holds. p_kept: {title, start, end, all_day, location, text} as far as they differ;
-- p_overruled: what we wanted there. p_written: the calendar's entry is the event's now; else it is still to be written,
-- as a new one or as none. Only called by functions that hold the locks.
drop function if exists hilo_follow_calendar(uuid, jsonb, jsonb, boolean, boolean);
create or replace function hilo_follow_calendar(
    p_event uuid, p_kept jsonb, p_overruled jsonb, p_removed boolean, p_restored boolean default false,
    p_written boolean default true
) returns void
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
    v_moved boolean;
begin
    v_moved := p_removed or p_restored or p_kept - 'text' <> '{}';
    if not v_moved and p_kept = '{}' then
        return;
    end if;
    update extracted_events e
       set title = coalesce(nullif(p_kept ->> 'title', ''), e.title),
           "start" = coalesce((p_kept ->> 'start')::timestamptz, e.start),
           "end" = case when p_kept ? 'end' then (p_kept ->> 'end')::timestamptz else e."end" end,
           all_day = coalesce((p_kept ->> 'all_day')::boolean, e.all_day),
           time_zone = case when p_kept ? 'start' then (select t.timezone from tenants t where t.id = e.tenant_id)
                            else e.time_zone end,
           location = case when p_kept ? 'location' then p_kept ->> 'location' else e.location end,
           status = case when p_removed then 'cancelled' when p_restored then 'confirmed' else e.status end,
           -- A person decided: the batch leaves it unless later messages say otherwise.
           decided_by = case when v_moved then 'calendar' else e.decided_by end,
           decided_at = case when v_moved then now() else e.decided_at end,
           revision = e.revision + v_moved::integer,
           published_revision = case when p_written then e.revision + v_moved::integer else e.published_revision end,
           calendar_stands = case when not p_removed then e.calendar_stands end,
           calendar_text = case when p_kept ? 'text' then p_kept ->> 'text' else e.calendar_text end,
           -- What was overruled before waits for a person still, whatever else changes in the calendar.
           calendar_state = case when p_removed then 'removed'
                                 when not p_written then 'pending'
                                 when p_overruled <> '{}' or e.calendar_drift is not null then 'drifted'
                                 else 'published' end,
           calendar_drift = case when not p_removed then nullif(coalesce(e.calendar_drift, '{}') || p_overruled, '{}') end
     where e.id = p_event returning * into v_event;
    if v_moved then
        insert into event_revisions (event_id, revision, source, action, event)
        values (p_event, v_event.revision, 'calendar', case when p_removed then 'cancel' else 'update' end,
                to_jsonb(v_event) - 'calendar_token');
    end if;
end $$;

-- A person deleted the entry of an event that is behind. Where something was agreed that the calendar did not show as far
-- as is known, that does not vanish with the entry: it goes to review, and is written as a new entry if it is approved.
-- Only called by functions that hold the locks.
create or replace function hilo_entry_removed(p_event uuid) returns void
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
begin
    update extracted_events e
       set status = 'proposed', reason = 'calendar_removed', decided_by = null, decided_at = null,
           revision = e.revision + 1, calendar_generation = e.calendar_generation + 1, calendar_event_id = null,
           calendar_etag = null, calendar_updated_at = null, calendar_stands = null, calendar_state = 'pending',
           calendar_drift = null
     where e.id = p_event and (e.published_revision > 0 or e.revision > 1) returning * into v_event;
    if not found then
        perform hilo_follow_calendar(p_event, '{}', '{}', true);
        return;
    end if;
    insert into event_revisions (event_id, revision, source, action, event)
    values (p_event, v_event.revision, 'calendar', 'conflict', to_jsonb(v_event) - 'calendar_token');
end $$;

-- The events of entries that were seen in the calendar, of those that the tenant has. `busy`: a publisher is at it.
drop function if exists hilo_calendar_event(uuid, uuid);
create or replace function hilo_calendar_events(p_tenant uuid, p_events jsonb) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('event', hilo_event_json(e),
               'busy', coalesce(e.calendar_lease_until > clock_timestamp(), false))), '[]')
      from extracted_events e
     where e.tenant_id = p_tenant
       and e.id in (select x.value::uuid from jsonb_array_elements_text(p_events) x);
end;

-- A person restored the entry of a cancelled event. Where its hour was given to somebody else meanwhile a person decides;
-- until then it stands in the calendar, and takes the hour as well. Only called by functions that hold the locks.
create or replace function hilo_review_restored(p_event uuid, p_policy text) returns void
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
    v_settings jsonb;
    v_minutes integer;
begin
    select e.* into v_event from extracted_events e where e.id = p_event;
    select t.settings into v_settings from tenants t where t.id = v_event.tenant_id;
    v_minutes := coalesce((v_settings ->> 'event_minutes')::integer, 60);
    if v_event.status <> 'confirmed' or v_event.all_day or coalesce(v_settings ->> 'conflict_policy', p_policy) = 'allow'
        or not exists (
            select 1 from jsonb_array_elements(hilo_busy(v_event.tenant_id, v_event.start,
                coalesce(v_event."end", v_event.start + make_interval(mins => v_minutes)), v_minutes)) b
             where (b ->> 'event_id')::uuid <> p_event)
    then
        return;
    end if;
    update extracted_events e
       set status = 'proposed', reason = 'calendar_conflict', decided_by = null, decided_at = null,
           revision = e.revision + 1, published_revision = e.revision + 1
     where e.id = p_event returning * into v_event;
    insert into event_revisions (event_id, revision, source, action, event)
    values (p_event, v_event.revision, 'calendar', 'conflict', to_jsonb(v_event) - 'calendar_token');
end $$;

-- The entries that stand in this calendar as far as is known here, of events to come: [{event_id, generation}].
create or replace function hilo_calendar_standing(p_tenant uuid, p_place text) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('event_id', e.id, 'generation', e.calendar_generation)), '[]')
      from extracted_events e
     where e.tenant_id = p_tenant and e.start > now() and e.status in ('confirmed', 'proposed')
       and e.calendar_event_id = 'hilo' || replace(e.id::text, '-', '') || e.calendar_generation
       and e.calendar_places[cardinality(e.calendar_places)] = p_place;
end;

-- An entry as it was seen. p_revision: of the event that it was compared with; p_stands: {start, end} of the time that it
-- takes up; p_place: the calendar; p_policy: of conflicts, where the tenant has none. Returns {outcome}:
-- followed; known (nothing new); again (what is there must go, the publisher sees to it); behind (the event has a change
-- that is not written yet: the publisher weighs the two); busy or stale (look again); unknown (no such event).
drop function if exists hilo_observe_calendar(uuid, uuid, integer, integer, text, timestamptz, jsonb, boolean);
drop function if exists hilo_observe_calendar(uuid, uuid, integer, integer, text, timestamptz, jsonb, boolean, jsonb);
create or replace function hilo_observe_calendar(
    p_tenant uuid, p_event uuid, p_generation integer, p_revision integer, p_etag text, p_updated_at timestamptz,
    p_kept jsonb, p_removed boolean, p_stands jsonb default null, p_place text default null,
    p_policy text default 'review'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_event extracted_events;
    v_late boolean;
    v_entry text := 'hilo' || replace(p_event::text, '-', '') || p_generation;
begin
    perform 1 from whatsapp_conversations c join extracted_events e
         on e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
      where e.id = p_event and e.tenant_id = p_tenant for no key update of c;
    perform 1 from tenants t where t.id = p_tenant for no key update;
    select e.* into v_event from extracted_events e
     where e.id = p_event and e.tenant_id = p_tenant for no key update;
    if not found then
        return jsonb_build_object('outcome', 'unknown');
    end if;
    if v_event.calendar_lease_until > clock_timestamp() then
        return jsonb_build_object('outcome', 'busy');
    end if;
    if v_event.revision <> p_revision then
        return jsonb_build_object('outcome', 'stale');
    end if;
    if p_generation <> v_event.calendar_generation then
        v_late := not p_removed and p_generation < v_event.calendar_generation;
    elsif p_etag = v_event.calendar_etag or p_updated_at < v_event.calendar_updated_at then
        return jsonb_build_object('outcome', 'known');
    else
        -- We found nothing to cancel, and then it came after all: an insert that was long under way.
        v_late := not p_removed and v_event.status = 'cancelled' and v_event.calendar_updated_at is null
            and v_event.published_revision = v_event.revision;
    end if;
    if v_late then
        update extracted_events e
           set published_revision = e.revision - 1, calendar_etag = null, calendar_next_at = null,
               calendar_state = 'pending', calendar_begun_at = coalesce(e.calendar_begun_at, now())
         where e.id = p_event;
        return jsonb_build_object('outcome', 'again');
    elsif p_generation <> v_event.calendar_generation then
        if p_removed and v_event.calendar_event_id = v_entry then
            update extracted_events e set calendar_event_id = null, calendar_stands = null where e.id = p_event;
        end if;
        return jsonb_build_object('outcome', 'known');
    end if;
    -- Whatever else comes of it, and whoever wrote it and died before it was recorded: there it stands.
    update extracted_events e
       set calendar_stands = case when not p_removed then hilo_stands(p_stands) end,
           calendar_event_id = case when p_removed then e.calendar_event_id else v_entry end,
           calendar_places = case when p_removed or p_place is null then e.calendar_places
                                  else array_append(array_remove(e.calendar_places, p_place), p_place) end
     where e.id = p_event;
    if v_event.status = 'proposed' and p_removed then
        -- When it is approved it is written anew.
        update extracted_events e
           set calendar_generation = e.calendar_generation + 1, calendar_event_id = null, calendar_etag = null,
               calendar_updated_at = null
         where e.id = p_event;
        return jsonb_build_object('outcome', 'known');
    end if;
    if v_event.published_revision < v_event.revision and v_event.status = 'confirmed' and p_removed then
        perform hilo_entry_removed(p_event);
        return jsonb_build_object('outcome', 'followed');
    end if;
    if v_event.published_revision < v_event.revision then
        -- What was refused may be taken now.
        update extracted_events e set calendar_next_at = null where e.id = p_event and e.calendar_state = 'failed';
        return jsonb_build_object('outcome', 'behind');
    end if;
    -- Of a deleted entry nothing but its id is promised.
    update extracted_events e
       set calendar_etag = p_etag, calendar_updated_at = coalesce(p_updated_at, e.calendar_updated_at)
     where e.id = p_event;
    if v_event.status = 'cancelled' and p_removed then
        return jsonb_build_object('outcome', 'known');
    end if;
    perform hilo_follow_calendar(p_event, p_kept, '{}', p_removed, v_event.status = 'cancelled');
    if v_event.status = 'cancelled' then
        perform hilo_review_restored(p_event, p_policy);
    end if;
    return jsonb_build_object('outcome', case
        when p_kept <> '{}' or p_removed or v_event.status = 'cancelled' then 'followed' else 'known' end);
end $$;

-- An event that comes back to life needs another entry: Google takes no id a second time. The publisher sees to it that
-- the former is gone.
create or replace function hilo_event_revived() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    new.calendar_generation := old.calendar_generation + 1;
    new.calendar_state := 'pending';
    new.calendar_etag := null;
    new.calendar_updated_at := null;
    return new;
end $$;
create or replace trigger hilo_event_revived before update of status on extracted_events
    for each row when (old.status = 'cancelled' and new.status <> 'cancelled' and old.calendar_begun_at is not null
        -- Written and restored by a person: the entry is there.
        and new.published_revision < new.revision)
    execute function hilo_event_revived();

-- Claim the reading of a tenant's changes: {claimed, token (null: read everything), down (it cannot be written to)}. One
-- process at a time; asked again with its p_lease it goes on.
create or replace function hilo_claim_calendar_sync(
    p_tenant uuid, p_lease uuid, p_calendar text, p_lease_seconds double precision, p_not_after timestamptz
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_connection calendar_connections;
begin
    insert into calendar_connections (tenant_id) values (p_tenant) on conflict (tenant_id) do nothing;
    update calendar_connections c
       set sync_lease = p_lease, sync_lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
     where c.tenant_id = p_tenant
       and (c.sync_lease = p_lease or coalesce(c.sync_lease_until, '-infinity') < clock_timestamp())
       and coalesce(c.synced_at, '-infinity') <= p_not_after
    returning * into v_connection;
    if not found then
        return jsonb_build_object('claimed', false);
    end if;
    return jsonb_build_object('claimed', true, 'token',
        case when v_connection.sync_calendar = p_calendar then v_connection.sync_token end,
        'down', coalesce(v_connection.down_by = 'write', false));
end $$;

-- Read. Without p_sync_token the next reading begins where this one did; p_error says why.
create or replace function hilo_complete_calendar_sync(
    p_tenant uuid, p_lease uuid, p_calendar text, p_sync_token text default null, p_error text default null
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with done as (
        update calendar_connections c
           set sync_token = case when p_sync_token is not null then p_sync_token
                                 when c.sync_calendar = p_calendar then c.sync_token end,
               sync_calendar = p_calendar, sync_error = left(p_error, 500), synced_at = clock_timestamp(),
               sync_lease = null, sync_lease_until = null, updated_at = now(),
               down_since = case when p_error is not null or c.down_by = 'write' then c.down_since end,
               down_by = case when p_error is not null or c.down_by = 'write' then c.down_by end,
               down_reason = case when p_error is not null or c.down_by = 'write' then c.down_reason end
         where c.tenant_id = p_tenant and c.sync_lease = p_lease returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from done) then 'done' else 'lost' end);
end;

-- A tenant's calendar is disconnected (found by 'write' or 'read'), until something of that kind works again. One that
-- cannot be written to is tried after p_probe_seconds, with one event (hilo_claim_publish).
drop function if exists hilo_calendar_down(uuid, text);
create or replace function hilo_calendar_down(
    p_tenant uuid, p_by text, p_reason text default null, p_probe_seconds double precision default 60
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into calendar_connections as c (tenant_id, down_since, down_by, down_reason, probe_at)
    values (p_tenant, now(), p_by, left(p_reason, 500),
            case when p_by = 'write' then clock_timestamp() + make_interval(secs => p_probe_seconds) end)
    on conflict (tenant_id) do update
        set down_since = coalesce(c.down_since, now()),
            down_by = case when c.down_by = 'write' then c.down_by else excluded.down_by end,
            down_reason = case when c.down_by = 'write' and p_by <> 'write' then c.down_reason
                               else excluded.down_reason end,
            probe_at = case when p_by = 'write' and c.probe_at > clock_timestamp() then c.probe_at
                            else coalesce(excluded.probe_at, c.probe_at) end;
    select jsonb_build_object('down_since', c.down_since) from calendar_connections c where c.tenant_id = p_tenant;
end;

-- What the calendar refused is tried again now: somebody has put its access right, or the calendar itself.
create or replace function hilo_retry_refused(p_tenant uuid) returns void
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    update extracted_events e set calendar_next_at = null
     where e.tenant_id = p_tenant and e.calendar_state = 'failed' and e.published_revision < e.revision;
end;

-- It works again.
create or replace function hilo_calendar_up(p_tenant uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    select hilo_retry_refused(p_tenant);
    update calendar_connections c set down_since = null, down_by = null, down_reason = null, probe_at = null
     where c.tenant_id = p_tenant;
    select jsonb_build_object('up', true);
end;

-- The calendars that are disconnected, [{tenant (its short name), reason, since}]. p_tenants as in hilo_claim_publish.
create or replace function hilo_calendars_down(p_tenants text default 'all') returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('tenant', t.slug, 'reason', c.down_reason, 'since', c.down_since)
                              order by t.slug), '[]')
      from calendar_connections c join tenants t on t.id = c.tenant_id
     where c.down_since is not null and (p_tenants = 'all' or t.settings ->> 'google_calendar_id' <> ''
           or (p_tenants = 'linked_or_default' and t.slug = 'default'));
end;

-- A tenant's access to its calendar, as the server encrypted it; null credentials take it away.
create or replace function hilo_save_calendar_access(p_tenant uuid, p_account text, p_credentials text) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into calendar_connections as c (tenant_id, account, credentials)
    values (p_tenant, p_account, p_credentials)
    on conflict (tenant_id) do update set account = excluded.account, credentials = excluded.credentials,
        sync_token = null, updated_at = now();
    select hilo_retry_refused(p_tenant);
    select jsonb_build_object('saved', true);
end;

create or replace function hilo_calendar_access(p_tenant uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('account', c.account, 'credentials', c.credentials, 'synced_at', c.synced_at,
                              'sync_error', c.sync_error, 'pushed_until', (
                select max(h.expires_at) from calendar_channels h
                 where h.tenant_id = c.tenant_id and h.replaced_at is null and h.resource is not null))
      from calendar_connections c where c.tenant_id = p_tenant;
end;

-- functions/086_calendar_channels.sql

-- Channels over which a calendar says that it has changed.

-- What is to be stopped: replaced channels that may still be alive. The answer to a watch may have been lost with its
-- process; the resource is the same for all channels of a calendar.
create or replace function hilo_replaced_channels(p_tenant uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'resource', coalesce(c.resource, o.resource))), '[]')
      from calendar_channels c
      left join lateral (select x.resource from calendar_channels x
            where x.tenant_id = c.tenant_id and x.calendar = c.calendar and x.resource is not null limit 1) o on true
     where c.tenant_id = p_tenant and c.replaced_at is not null and coalesce(c.resource, o.resource) is not null;
end;

-- Claim the making of a tenant's next channel, p_channel: {claimed, stop: [{id, resource}]}. Not claimed while there is a
-- good one, or while another process makes one. p_address null: there shall be none. It is written down before the
-- calendar is asked, so that a channel whose answer was lost is known and can be stopped.
create or replace function hilo_claim_calendar_channel(
    p_tenant uuid, p_channel uuid, p_calendar text, p_address text, p_token_hash text,
    p_renew_seconds double precision, p_lease_seconds double precision
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_claimed boolean;
begin
    insert into calendar_connections (tenant_id) values (p_tenant) on conflict (tenant_id) do nothing;
    perform 1 from calendar_connections c where c.tenant_id = p_tenant for no key update;
    delete from calendar_channels c
     where c.tenant_id = p_tenant and coalesce(c.expires_at, c.created_at + interval '8 days') < v_now;
    update calendar_channels c set replaced_at = v_now
     where c.tenant_id = p_tenant and c.replaced_at is null
       and (p_address is null or (c.resource is null and c.created_at < v_now - make_interval(secs => p_lease_seconds)));
    if p_address is not null
        and not exists (select 1 from calendar_channels c
             where c.tenant_id = p_tenant and c.replaced_at is null and (c.resource is null
               or (c.calendar = p_calendar and c.address = p_address and c.expires_at > v_now
                   + least(make_interval(secs => p_renew_seconds), (c.expires_at - c.created_at) / 2))))
    then
        insert into calendar_channels (id, tenant_id, calendar, address, token_hash, created_at)
        values (p_channel, p_tenant, p_calendar, p_address, p_token_hash, v_now);
    end if;
    -- Also when it is asked again because the answer was lost.
    v_claimed := exists (select 1 from calendar_channels c
         where c.id = p_channel and c.replaced_at is null and c.resource is null);
    return jsonb_build_object('claimed', v_claimed, 'stop', hilo_replaced_channels(p_tenant));
end $$;

-- The channel is there: it replaces all others. One that took so long that another was made is to be stopped itself.
create or replace function hilo_complete_calendar_channel(
    p_tenant uuid, p_channel uuid, p_resource text, p_expires_at timestamptz
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_channel calendar_channels;
begin
    perform 1 from calendar_connections c where c.tenant_id = p_tenant for no key update;
    update calendar_channels c set resource = p_resource, expires_at = p_expires_at
     where c.id = p_channel and c.tenant_id = p_tenant returning * into v_channel;
    if v_channel.id is not null and v_channel.replaced_at is null then
        update calendar_channels c set replaced_at = clock_timestamp()
         where c.tenant_id = p_tenant and c.id <> p_channel and c.replaced_at is null;
    end if;
    return jsonb_build_object('stop', hilo_replaced_channels(p_tenant));
end $$;

-- It was not made, or is no more.
create or replace function hilo_forget_calendar_channel(p_tenant uuid, p_channel uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with gone as (delete from calendar_channels c where c.id = p_channel and c.tenant_id = p_tenant returning 1)
    select jsonb_build_object('forgotten', exists (select 1 from gone));
end;

-- Whose a channel is, and how its token is checked; null for one that was never asked for.
create or replace function hilo_calendar_channel(p_channel uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('tenant', hilo_tenant_json(t), 'token_hash', c.token_hash)
      from calendar_channels c join tenants t on t.id = c.tenant_id where c.id = p_channel;
end;

-- functions/090_reading.sql

-- Lists for people and agents, in keyset pages: {items, next}; `next` is the key of the last item, null at the end.
-- The first page begins before everything, instead of `p_cursor is null or …`: the planner can use the index then.

-- p_name and p_digits: what is searched for as a regular expression of letters with and without accents, and as the
-- digits of a number. A search that finds nothing reads all conversations of the tenant: 0.2 s for 100,000 of them, where
-- translate() of each name takes 0.8 s.
create or replace function hilo_list_conversations(
    p_tenant uuid, p_limit integer default 50, p_cursor jsonb default null, p_search text default null,
    p_unprocessed boolean default null, p_parked boolean default null, p_paused boolean default null,
    p_review boolean default null, p_unsent boolean default null, p_name text default null,
    p_digits text default null
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with page as (
        select c as row, c.id, coalesce(c.last_message_at, '-infinity') as at from whatsapp_conversations c
         where c.tenant_id = p_tenant
           and (coalesce(c.last_message_at, '-infinity'), c.id) < (
                coalesce((p_cursor ->> 'at')::timestamptz, 'infinity'),
                coalesce((p_cursor ->> 'id')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           and (p_search is null or c.contact_name ~ p_name or c.phone like coalesce(p_digits, p_search)
                or c.conversation_id ilike p_search or c.conversation_id like p_digits)
           and (p_unprocessed is null or p_unprocessed = (c.unprocessed_since is not null))
           and (p_parked is null or p_parked = (c.batch_parked_at is not null or c.reply_parked_at is not null))
           and (p_paused is null or p_paused = (coalesce(c.bot_paused_until, '-infinity') > now()))
           -- As hilo_tenant_status counts them.
           and (p_unsent is null or p_unsent = (coalesce(c.last_message_at, '-infinity') > now() - interval '1 day'
                and exists (
                select 1 from whatsapp_messages m
                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                   and m.sent_at > now() - interval '1 day' and m.direction = 'outbound'
                   and (m.delivery_status in ('failed', 'undelivered') or (m.delivery_status in ('queued', 'sending')
                        and m.send_attempts > 0 and m.delivery_error is not null)))))
           and (p_review is null or p_review = exists (
                select 1 from extracted_events e where e.tenant_id = c.tenant_id
                   and e.conversation_id = c.conversation_id
                   and (e.status = 'proposed' or e.calendar_drift is not null)))
         order by coalesce(c.last_message_at, '-infinity') desc, c.id desc limit p_limit)
    select jsonb_build_object(
        'items', coalesce(jsonb_agg(hilo_conversation_json(p.row) || hilo_conversation_badges(p.row)
                                  order by p.at desc, p.id desc), '[]'),
        'next', case when count(*) = p_limit then (
            select jsonb_build_object('at', l.at, 'id', l.id) from page l order by l.at, l.id limit 1) end)
      from page p;
end;

-- By the row's UUID or the contact's own id. Null when this tenant has none such.
create or replace function hilo_get_conversation(p_tenant uuid, p_key text) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select hilo_conversation_json(c) || hilo_conversation_badges(c) from whatsapp_conversations c
     where c.tenant_id = p_tenant
       -- Two index look-ups; comparing c.id::text would read every conversation of the tenant.
       and (c.conversation_id = p_key
            or c.id = case when p_key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_key::uuid end)
     order by (c.conversation_id = p_key) desc limit 1;
end;

-- Each message with the events that it proves.
create or replace function hilo_list_messages(
    p_tenant uuid, p_conversation uuid, p_limit integer default 50, p_cursor jsonb default null,
    p_descending boolean default false
) returns jsonb
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
    v_key text;
    v_items jsonb;
begin
    select c.conversation_id into v_key from whatsapp_conversations c
     where c.id = p_conversation and c.tenant_id = p_tenant;
    if p_descending then
        select jsonb_agg(hilo_message_json(m) || jsonb_build_object('events', hilo_message_events(m))
                         order by m.sent_at desc, m.seq desc) into v_items
          from (select x.* from whatsapp_messages x
                 where x.tenant_id = p_tenant and x.conversation_id = v_key
                   and (x.sent_at, x.seq) < (coalesce((p_cursor ->> 'sent_at')::timestamptz, 'infinity'),
                                             coalesce((p_cursor ->> 'seq')::bigint, 0))
                 order by x.sent_at desc, x.seq desc limit p_limit) m;
    else
        select jsonb_agg(hilo_message_json(m) || jsonb_build_object('events', hilo_message_events(m))
                         order by m.sent_at, m.seq) into v_items
          from (select x.* from whatsapp_messages x
                 where x.tenant_id = p_tenant and x.conversation_id = v_key
                   and (x.sent_at, x.seq) > (coalesce((p_cursor ->> 'sent_at')::timestamptz, '-infinity'),
                                             coalesce((p_cursor ->> 'seq')::bigint, 0))
                 order by x.sent_at, x.seq limit p_limit) m;
    end if;
    return jsonb_build_object('items', coalesce(v_items, '[]'),
        'next', case when jsonb_array_length(v_items) = p_limit
                     then jsonb_build_object('sent_at', v_items -> -1 -> 'sent_at', 'seq', v_items -> -1 -> 'seq') end);
end $$;

create or replace function hilo_list_events(
    p_tenant uuid, p_limit integer default 50, p_cursor jsonb default null, p_status text default null,
    p_from timestamptz default null, p_to timestamptz default null, p_conversation uuid default null,
    p_search text default null
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with page as (
        select e as row, e.start as at, e.id from extracted_events e
         where e.tenant_id = p_tenant
           and (e.start, e.id) > (coalesce((p_cursor ->> 'at')::timestamptz, '-infinity'),
                                  coalesce((p_cursor ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'))
           and (p_status is null or e.status = p_status
                -- What a person has to decide about: proposed, or the calendar and the chat say different things.
                or (p_status = 'review' and (e.status = 'proposed' or e.calendar_drift is not null)))
           and (p_from is null or e.start >= p_from)
           and (p_to is null or e.start < p_to)
           and (p_conversation is null or e.conversation_id = (
                select c.conversation_id from whatsapp_conversations c
                 where c.id = p_conversation and c.tenant_id = p_tenant))
           and (p_search is null or e.title ilike p_search or e.location ilike p_search)
         order by e.start, e.id limit p_limit)
    select jsonb_build_object(
        'items', coalesce(jsonb_agg(hilo_event_json(p.row) order by p.at, p.id), '[]'),
        'next', case when count(*) = p_limit then (
            select jsonb_build_object('at', l.at, 'id', l.id) from page l order by l.at desc, l.id desc limit 1) end)
      from page p;
end;

create or replace function hilo_get_event(p_tenant uuid, p_event uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select hilo_event_json(e) || jsonb_build_object('stands', hilo_event_stands(e), 'revisions', (
            select coalesce(jsonb_agg(jsonb_build_object('revision', r.revision, 'action', r.action,
                'source', r.source, 'at', r.created_at, 'event', r.event) order by r.id), '[]')
              from event_revisions r where r.event_id = e.id),
            'evidence_messages', (
            select coalesce(jsonb_agg(hilo_message_json(m) order by m.sent_at, m.seq), '[]') from whatsapp_messages m
             where m.tenant_id = p_tenant
               and m.id in (select (p.value ->> 'message_id')::uuid from jsonb_array_elements(e.evidence) p)))
      from extracted_events e where e.id = p_event and e.tenant_id = p_tenant;
end;

-- Everything the health check, the metrics and the doctor count, in one call.
create or replace function hilo_status() returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'now', now(),
        'server_version', current_setting('server_version'),
        'tenants', (select count(*) from tenants),
        'channels', (select count(*) from channels),
        'conversations_unprocessed', (
            select count(*) from whatsapp_conversations c where c.unprocessed_since is not null),
        'oldest_unprocessed', (select min(c.unprocessed_since) from whatsapp_conversations c
            where c.unprocessed_since is not null),
        'conversations_parked', (select count(*) from whatsapp_conversations c
            where (c.unprocessed_since is not null and c.batch_parked_at is not null)
               or c.reply_parked_at is not null),
        'replies_due', (select count(*) from whatsapp_conversations c where c.reply_due_at is not null),
        'oldest_reply_due', (select min(c.reply_due_at) from whatsapp_conversations c
            where c.reply_due_at is not null),
        'messages_unsent', (select count(*) from whatsapp_messages m
            where m.direction = 'outbound' and m.delivery_status in ('queued', 'sending')),
        'events_proposed', (select count(*) from extracted_events e where e.status = 'proposed')
            + (select count(*) from extracted_events e where e.calendar_drift is not null and e.status <> 'proposed'),
        'events_unpublished', (select count(*) from extracted_events e
            where e.published_revision < e.revision and e.status = 'confirmed' and not e.history),
        'events_refused', (select count(*) from extracted_events e
            where e.calendar_state = 'failed' and e.published_revision < e.revision and not e.history),
        'unrouted', (select count(*) from unrouted_messages),
        'removals_late', (select count(*) from calendar_removals r where r.created_at < now() - interval '10 minutes'),
        'untold', (select count(*) from notifications n
            where n.state = 'failed' and n.created_at > now() - interval '1 day'),
        'last_batch_run', (select to_jsonb(r) from batch_runs r order by r.started_at desc limit 1));
end;

-- functions/095_tenants.sql

-- Tenants, their channels, and keys.

create or replace function hilo_ensure_default_tenant(p_timezone text, p_locale text) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant tenants;
begin
    -- The default tenant follows the server's settings.
    select t.* into v_tenant from tenants t where t.slug = 'default';
    if not found then
        insert into tenants (slug, name, timezone, locale) values ('default', 'Hilo', p_timezone, p_locale)
        on conflict (slug) do update set timezone = excluded.timezone, locale = excluded.locale
        returning * into v_tenant;
    elsif (v_tenant.timezone, v_tenant.locale) is distinct from (p_timezone, p_locale) then
        update tenants t set timezone = p_timezone, locale = p_locale where t.id = v_tenant.id returning * into v_tenant;
    end if;
    return hilo_tenant_json(v_tenant);
end $$;

create or replace function hilo_save_tenant(
    p_slug text, p_name text, p_timezone text, p_locale text default 'es', p_settings jsonb default '{}'
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into tenants as t (slug, name, timezone, locale, settings)
    values (p_slug, p_name, p_timezone, p_locale, p_settings)
    on conflict (slug) do update set name = excluded.name, timezone = excluded.timezone, locale = excluded.locale,
        settings = t.settings || excluded.settings
    returning hilo_tenant_json(t);
end;

create or replace function hilo_list_tenants() returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(hilo_tenant_json(t) || jsonb_build_object('channels', (
            select coalesce(jsonb_agg(to_jsonb(c) order by c.provider, c.address), '[]') from channels c
             where c.tenant_id = t.id)) order by t.slug), '[]') from tenants t;
end;

create or replace function hilo_save_channel(
    p_tenant_slug text, p_provider text, p_address text, p_bot_id text default null, p_local_id text default null,
    p_credentials_ref text default null, p_enabled boolean default true
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid;
    v_channel channels;
begin
    select t.id into v_tenant from tenants t where t.slug = p_tenant_slug;
    if not found then
        raise exception 'there is no tenant %', p_tenant_slug using errcode = 'HL404',
            hint = 'Add it first: hilo tenants add';
    end if;
    insert into channels as c (tenant_id, provider, address, bot_id, local_id, credentials_ref, enabled)
    values (v_tenant, p_provider, p_address, p_bot_id, p_local_id, p_credentials_ref, p_enabled)
    on conflict (provider, address) do update set bot_id = coalesce(excluded.bot_id, c.bot_id),
        local_id = coalesce(excluded.local_id, c.local_id),
        credentials_ref = coalesce(excluded.credentials_ref, c.credentials_ref), enabled = excluded.enabled
        where c.tenant_id = excluded.tenant_id
    returning * into v_channel;
    if not found then
        raise exception '% is already a channel of another tenant', p_address using errcode = 'HL409';
    end if;
    return to_jsonb(v_channel);
end $$;

create or replace function hilo_create_api_key(
    p_id uuid, p_name text, p_key_hash text, p_tenant uuid default null, p_scopes jsonb default '[]'
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into api_keys as k (id, tenant_id, name, key_hash, scopes)
    values (p_id, p_tenant, p_name, p_key_hash, array(select jsonb_array_elements_text(p_scopes)))
    on conflict (key_hash) do update set revoked_at = null
    returning to_jsonb(k) - 'key_hash';
end;

-- The key of this hash, and its tenant; null when there is none or it is revoked. Use is recorded once a minute,
-- so that a busy key does not rewrite its row with every request.
create or replace function hilo_use_api_key(p_key_hash text) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_key api_keys;
begin
    select k.* into v_key from api_keys k where k.key_hash = p_key_hash and k.revoked_at is null;
    if not found then
        return null;
    end if;
    if coalesce(v_key.last_used_at, '-infinity') < now() - interval '1 minute' then
        update api_keys k set last_used_at = now() where k.id = v_key.id;
    end if;
    return to_jsonb(v_key) - 'key_hash' || jsonb_build_object('tenant', (
        select hilo_tenant_json(t) from tenants t where t.id = v_key.tenant_id));
end $$;

create or replace function hilo_list_api_keys() returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(k) - 'key_hash' || jsonb_build_object('tenant', t.slug)
                              order by k.created_at), '[]')
      from api_keys k left join tenants t on t.id = k.tenant_id;
end;

create or replace function hilo_revoke_api_key(p_id uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with revoked as (
        update api_keys k set revoked_at = now() where k.id = p_id and k.revoked_at is null returning 1)
    select jsonb_build_object('revoked', exists (select 1 from revoked));
end;

-- What was applied to this database, number → [name, checksum], 0 being functions and grants: for a server that has no
-- connection to look for itself. A string body, because a restore drops the table.
create or replace function hilo_schema() returns jsonb
language sql stable security invoker set search_path = public, pg_temp as $$
    select coalesce(jsonb_object_agg(m.number, jsonb_build_array(m.name, m.checksum)), '{}') from hilo_migrations m
$$;

-- functions/097_usage.sql

-- What language models took, by tenant. Days are UTC days, as the daily cap counts them.

-- Whether the tenant may use the model once more today, its cap being p_cap tokens (0: any number). Where it may, what
-- such an answer took of late is set down under p_id, until hilo_use_model puts what it really took in its place: so that
-- those under way at once count as well. What a process that died had set down counts for an hour.
create or replace function hilo_reserve_model(
    p_id uuid, p_tenant uuid, p_part text, p_model text, p_cap bigint
) returns jsonb
language plpgsql volatile security invoker set search_path = public, pg_temp as $$
declare
    v_used bigint;
begin
    if p_cap <= 0 then
        return jsonb_build_object('granted', true);
    end if;
    perform pg_advisory_xact_lock(hashtextextended('hilo model ' || p_tenant, 0));
    if exists (select from model_usage where id = p_id) then
        return jsonb_build_object('granted', true);  -- asked again, as the answer was lost
    end if;
    delete from model_usage u where u.tenant_id = p_tenant and u.calls = 0 and u.used_at < now() - interval '1 hour';
    select coalesce(sum(u.input_tokens + u.output_tokens), 0) into v_used from model_usage u
     where u.tenant_id = p_tenant and u.used_at >= date_trunc('day', now(), 'UTC');
    if v_used < p_cap then
        insert into model_usage (id, tenant_id, part, model, calls, input_tokens, output_tokens, cost)
        select p_id, p_tenant, p_part, p_model, 0, coalesce(avg(x.tokens)::bigint, 2000), 0, 0
          from (select u.input_tokens + u.output_tokens as tokens from model_usage u
                 where u.tenant_id = p_tenant and u.part = p_part and u.calls > 0
                 order by u.used_at desc limit 20) x;
    end if;
    return jsonb_build_object('granted', v_used < p_cap);
end $$;

-- Record one answer's or one conversation's use under an id of the caller, so that it counts once; in place of what was
-- reserved under it.
create or replace function hilo_use_model(
    p_id uuid, p_tenant uuid, p_part text, p_model text, p_calls integer, p_input bigint, p_output bigint,
    p_cost double precision default 0
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into model_usage as u (id, tenant_id, part, model, calls, input_tokens, output_tokens, cost)
    values (p_id, p_tenant, p_part, p_model, p_calls, p_input, p_output, p_cost)
    on conflict (id) do update
       set calls = excluded.calls, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
           cost = excluded.cost
     where u.calls = 0;
    delete from model_usage where id = p_id and calls = 0;  -- it came to no answer
    select jsonb_build_object('recorded', true);
end;

-- What each tenant, or this one, has used in the last p_days days (1: since the day began), by part and model.
create or replace function hilo_model_usage(p_tenant uuid default null, p_days integer default 1) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(x) order by x.tenant, x.part, x.model), '[]')
      from (select t.id as tenant_id, t.slug as tenant, t.settings, u.part, u.model, sum(u.calls)::bigint as calls,
                   sum(u.input_tokens)::bigint as input_tokens, sum(u.output_tokens)::bigint as output_tokens,
                   sum(u.cost) as cost
              from model_usage u join tenants t on t.id = u.tenant_id
             where (p_tenant is null or u.tenant_id = p_tenant)
               and u.used_at >= date_trunc('day', now(), 'UTC') - make_interval(days => p_days - 1)
             group by t.id, t.slug, t.settings, u.part, u.model) x;
end;

-- functions/100_sessions.sql

-- Sessions: what an agent outside Hilo keeps beside a conversation. Its messages are whatsapp_messages, nothing else.
-- Locks are taken as everywhere: the conversation first, then the session.

-- A session with its last p_messages messages. `is_active` is false as well when its time has run out.
create or replace function hilo_session_json(p_session sessions, p_messages integer) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'id', p_session.id, 'tenant_id', p_session.tenant_id, 'sub_domain', t.slug, 'time_zone', t.timezone,
        'conversation_id', p_session.conversation_id, 'bot_id', p_session.bot_id, 'local_id', p_session.local_id,
        'phone', p_session.phone, 'user_phone', p_session.user_phone,
        'current_intent', p_session.current_intent, 'current_step', p_session.current_step,
        'previous_intent', p_session.previous_intent, 'previous_step', p_session.previous_step)
        || jsonb_build_object(
        'context', p_session.context, 'metadata', p_session.metadata, 'order_ids', p_session.order_ids,
        'messages', (
            select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'content', m.body, 'timestamp', m.sent_at)
                                      order by m.sent_at, m.seq), '[]')
              from (select x.role, x.body, x.sent_at, x.seq from whatsapp_messages x
                     where x.tenant_id = p_session.tenant_id and x.conversation_id = p_session.conversation_id
                     order by x.sent_at desc, x.seq desc limit p_messages) m),
        'last_user_message', (
            select m.body from whatsapp_messages m
             where m.tenant_id = p_session.tenant_id and m.conversation_id = p_session.conversation_id
               and m.role = 'user' and m.direction = 'inbound'
             order by m.seq desc limit 1),
        'is_active', p_session.is_active and p_session.expires_at > clock_timestamp(),
        'version', p_session.version, 'last_activity', p_session.last_activity,
        'expires_at', p_session.expires_at, 'created_at', p_session.created_at, 'updated_at', p_session.updated_at)
      from tenants t where t.id = p_session.tenant_id;
end;

-- The active session of a contact with a bot: renewed, or with p_open the next one. The caller holds the conversation.
-- Returns {id, replies: whether Hilo's own agent may answer}. A session inherits that switch from the one before: an
-- agent that answers a conversation does not lose it to Hilo overnight.
create or replace function hilo_touch_session(
    p_tenant uuid, p_conversation_id text, p_user_phone text, p_bot_id text, p_local_id text,
    p_session_seconds double precision, p_open boolean default true, p_metadata jsonb default '{}'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_expires timestamptz := v_now + make_interval(secs => p_session_seconds);
    v_session sessions;
    v_digits text := regexp_replace(p_user_phone, '[^0-9]', '', 'g');
begin
    select s.* into v_session from sessions s
     where s.tenant_id = p_tenant and s.conversation_id = p_conversation_id and s.bot_id = p_bot_id and s.is_active
       for no key update;
    if v_session.expires_at > v_now then
        update sessions s
           set last_activity = v_now, expires_at = v_expires, local_id = coalesce(p_local_id, s.local_id),
               metadata = s.metadata || p_metadata
         where s.id = v_session.id
        returning * into v_session;
    elsif p_open and v_digits <> '' then
        if found then
            update sessions s set is_active = false where s.id = v_session.id;
        end if;
        insert into sessions (id, tenant_id, conversation_id, bot_id, local_id, phone, user_phone, metadata,
            last_activity, expires_at, created_at, updated_at)
        values (format('%s_%s_%s_%s', regexp_replace(p_bot_id, '[^A-Za-z0-9_.-]', '-', 'g'), v_digits, floor(extract(epoch from v_now) * 1000)::bigint,
                       substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)),
            p_tenant, p_conversation_id, p_bot_id, p_local_id, v_digits, p_user_phone,
            coalesce((select jsonb_build_object('hiloReplies', s.metadata -> 'hiloReplies') from sessions s
                       where s.tenant_id = p_tenant and s.conversation_id = p_conversation_id and s.bot_id = p_bot_id
                         and s.metadata ? 'hiloReplies' order by s.created_at desc limit 1), '{}') || p_metadata,
            v_now, v_expires, v_now, v_now)
        returning * into v_session;
    end if;
    if v_session.expires_at <= v_now then
        v_session := null;
    end if;
    return jsonb_build_object('id', v_session.id,
        'replies', v_session.metadata -> 'hiloReplies' is distinct from 'false'::jsonb);
end $$;

-- For an agent that begins: the session of this phone in this tenant. p_phones: the digits under which the contact may
-- be known, the given ones first. Safe to repeat: an active session is returned as it is.
create or replace function hilo_create_session(
    p_tenant uuid, p_phones jsonb, p_user_phone text, p_bot_id text default null, p_local_id text default null,
    p_metadata jsonb default '{}', p_session_seconds double precision default 86400, p_messages integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_channel channels;
    v_conversation whatsapp_conversations;
    v_bot_id text;
    v_provider text;
    v_touched jsonb;
begin
    select c.* into v_channel from channels c where c.tenant_id = p_tenant and c.enabled
     order by (c.bot_id is not distinct from p_bot_id) desc, (c.local_id is not distinct from p_local_id) desc,
              c.created_at, c.id limit 1;
    v_bot_id := coalesce(p_bot_id, v_channel.bot_id, (select t.slug from tenants t where t.id = p_tenant));
    v_provider := coalesce(v_channel.provider, 'twilio');
    select c.* into v_conversation
      from jsonb_array_elements_text(p_phones) with ordinality p (digits, n)
      join whatsapp_conversations c on c.tenant_id = p_tenant and (c.phone = '+' || p.digits
           or c.conversation_id in ('whatsapp:+' || p.digits, p.digits, p.digits || '@c.us'))
     order by c.last_message_at desc nulls last, p.n limit 1;
    if found then
        select c.* into v_conversation from whatsapp_conversations c where c.id = v_conversation.id for no key update;
    else
        insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, phone)
        values (p_tenant, case v_provider when 'cloud_api' then p_phones ->> 0 when 'waha' then p_phones ->> 0 || '@c.us'
                          else 'whatsapp:+' || (p_phones ->> 0) end,
                v_provider, coalesce(v_channel.address, v_bot_id), '+' || (p_phones ->> 0))
        on conflict (tenant_id, conversation_id) do update set updated_at = now()
        returning * into v_conversation;
        -- The provider may name the contact by another form of its number: one contact all the same.
        insert into contact_aliases (tenant_id, provider, alias, conversation_id)
        select p_tenant, v_provider, a.name, v_conversation.conversation_id
          from jsonb_array_elements_text(p_phones) p (digits),
               lateral unnest(array['whatsapp:+' || p.digits, p.digits, p.digits || '@c.us']) a (name)
         where a.name <> v_conversation.conversation_id
        on conflict (tenant_id, provider, alias) do nothing;
    end if;
    v_touched := hilo_touch_session(p_tenant, v_conversation.conversation_id, p_user_phone, v_bot_id,
        coalesce(p_local_id, v_channel.local_id), p_session_seconds, true, p_metadata);
    return (select hilo_session_json(s, p_messages) from sessions s where s.id = v_touched ->> 'id');
end $$;

-- The newest active session of a phone: of one tenant, or of all (p_tenant null: an administrator). Null when none.
create or replace function hilo_find_session(
    p_phones jsonb, p_tenant uuid default null, p_bot_id text default null, p_messages integer default 20
) returns jsonb
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
    v_session sessions;
begin
    select s.* into v_session from sessions s
     where s.is_active and s.expires_at > clock_timestamp()
       and s.phone = any (array(select jsonb_array_elements_text(p_phones)))
       and (p_tenant is null or s.tenant_id = p_tenant) and (p_bot_id is null or s.bot_id = p_bot_id)
     order by s.last_activity desc, s.created_at desc limit 1;
    return case when found then hilo_session_json(v_session, p_messages) end;
end $$;

-- By its id, whether active or not. Null when there is none that this caller may see.
create or replace function hilo_get_session(p_session text, p_tenant uuid default null, p_messages integer default 20)
returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select hilo_session_json(s, p_messages) from sessions s
     where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant);
end;

-- Merge what an agent says of a session. Null: not said. The keys of p_context and p_metadata replace those of the same
-- name. The version grows when something changed, and only then; with p_if_version the state must be that version.
-- {outcome: synced (session) | inactive | overtaken (version) | too_large (bytes)}. Safe to repeat.
create or replace function hilo_sync_session(
    p_session text, p_tenant uuid default null, p_intent text default null, p_step text default null,
    p_context jsonb default '{}', p_metadata jsonb default '{}', p_is_active boolean default null,
    p_if_version bigint default null, p_max_bytes integer default 65536,
    p_session_seconds double precision default 86400, p_messages integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_old sessions;
    v_new sessions;
    v_changed boolean;
begin
    if p_metadata ? 'hiloReplies' then
        perform 1 from whatsapp_conversations c join sessions s
             on s.tenant_id = c.tenant_id and s.conversation_id = c.conversation_id
          where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant) for no key update of c;
    end if;
    select s.* into v_old from sessions s
     where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant) for no key update;
    -- A call that closed the session and is repeated finds it as it left it.
    if not found or v_old.expires_at <= v_now or not (v_old.is_active or (p_is_active is false
            and coalesce(v_old.version = p_if_version + 1, false))) then
        return jsonb_build_object('outcome', 'inactive');
    end if;
    v_new := v_old;
    if p_intent <> coalesce(v_old.current_intent, '') then
        v_new.previous_intent := v_old.current_intent;
        v_new.current_intent := p_intent;
    end if;
    if p_step <> coalesce(v_old.current_step, '') then
        v_new.previous_step := v_old.current_step;
        v_new.current_step := p_step;
    end if;
    v_new.context := v_old.context || (p_context - array['previousMessages', 'orderIds']);
    v_new.metadata := v_old.metadata || p_metadata;
    v_new.is_active := coalesce(p_is_active, v_old.is_active);
    v_changed := v_new is distinct from v_old;
    if v_changed and octet_length(v_new.context::text) + octet_length(v_new.metadata::text) > p_max_bytes then
        return jsonb_build_object('outcome', 'too_large',
            'bytes', octet_length(v_new.context::text) + octet_length(v_new.metadata::text));
    end if;
    if v_old.version <> coalesce(p_if_version, v_old.version)
       and (v_changed or v_old.version <> p_if_version + 1) then
        return jsonb_build_object('outcome', 'overtaken', 'version', v_old.version);
    end if;
    update sessions s
       set current_intent = v_new.current_intent, previous_intent = v_new.previous_intent,
           current_step = v_new.current_step, previous_step = v_new.previous_step, context = v_new.context,
           metadata = v_new.metadata, is_active = v_new.is_active, version = s.version + v_changed::integer,
           last_activity = v_now, expires_at = v_now + make_interval(secs => p_session_seconds)
     where s.id = v_old.id returning * into v_new;
    -- The agent outside answers from now on: what Hilo was about to say is dropped.
    if p_metadata -> 'hiloReplies' = 'false' then
        update whatsapp_conversations c
           set reply_due_at = null, reply_waiting_since = null, reply_token = null, reply_lease_until = null
         where c.tenant_id = v_new.tenant_id and c.conversation_id = v_new.conversation_id
           and c.reply_due_at is not null;
    end if;
    return jsonb_build_object('outcome', 'synced', 'session', hilo_session_json(v_new, p_messages));
end $$;

-- A message of the agent's conversation. p_id: its id, of the provider's or the agent's making; p_key: names this call,
-- so that a repeat is recognised where there is no id. A message without an id that a webhook has stored (same session,
-- role and text, last 10 minutes, not matched yet) is that message.
-- {outcome: added | adopted | known | inactive, session}
create or replace function hilo_add_session_message(
    p_session text, p_role text, p_content text, p_tenant uuid default null, p_id text default null,
    p_key text default null, p_sent_at timestamptz default null,
    p_session_seconds double precision default 86400, p_messages integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_session sessions;
    v_conversation whatsapp_conversations;
    v_message uuid;
    v_seq bigint;
    v_sent_at timestamptz;
    v_outcome text := 'known';
    v_ref text := coalesce(p_id, p_key);
begin
    select s.* into v_session from sessions s where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant);
    select c.* into v_conversation from whatsapp_conversations c
     where c.tenant_id = v_session.tenant_id and c.conversation_id = v_session.conversation_id for no key update;
    select s.* into v_session from sessions s
     where s.id = v_session.id and s.is_active and s.expires_at > v_now for no key update;
    if not found then
        return jsonb_build_object('outcome', 'inactive');
    end if;

    select m.id into v_message from whatsapp_messages m where m.session_id = v_session.id and m.session_ref = v_ref;
    if v_message is null and p_id is not null then
        update whatsapp_messages m set session_id = v_session.id, session_ref = v_ref
         where m.tenant_id = v_session.tenant_id and m.provider = v_conversation.provider and m.message_sid = p_id
           and m.conversation_id = v_session.conversation_id and m.session_id is null
        returning m.id into v_message;
    end if;
    if v_message is null and p_id is null then
        update whatsapp_messages m set session_id = v_session.id, session_ref = coalesce(v_ref, m.id::text)
         where m.id = (select x.id from whatsapp_messages x
                        where x.tenant_id = v_session.tenant_id and x.conversation_id = v_session.conversation_id
                          and x.sent_at > least(v_now, p_sent_at) - interval '10 minutes' and x.received_at > v_now - interval '1 day'
                          and x.role = p_role and x.session_id is null and x.author is distinct from 'api'
                          and x.received_at >= v_session.created_at - interval '1 minute'
                          and btrim(regexp_replace(x.body, '\s+', ' ', 'g'))
                              = btrim(regexp_replace(p_content, '\s+', ' ', 'g'))
                        order by x.sent_at, x.seq limit 1)
        returning m.id into v_message;
        v_outcome := case when v_message is null then 'known' else 'adopted' end;
    end if;
    if v_message is null then
        v_outcome := 'added';
        -- Without a time of its own it follows what is there, whatever the clocks say.
        v_sent_at := case when p_sent_at between '2009-01-01' and v_now + interval '2 minutes' then p_sent_at
                          else greatest(v_now, v_conversation.last_message_at + interval '1 microsecond') end;
        update whatsapp_conversations c
           set last_message_at = greatest(c.last_message_at, v_sent_at),
               last_inbound_at = case when p_role = 'user' then greatest(c.last_inbound_at, v_sent_at)
                                      else c.last_inbound_at end,
               unprocessed_since = coalesce(c.unprocessed_since, v_now), batch_next_at = null, batch_parked_at = null
         where c.id = v_conversation.id;
        insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, direction, role, author,
            from_number, to_number, body, sent_at, received_at, delivery_status, session_id, session_ref, created_at)
        select v_session.tenant_id, v_session.conversation_id, v_conversation.provider,
               -- The webhook of the same message, should it still come, is a duplicate then.
               (select p_id where not exists (
                    select 1 from whatsapp_messages m where m.tenant_id = v_session.tenant_id
                       and m.provider = v_conversation.provider and m.message_sid = p_id)),
               case p_role when 'user' then 'inbound' else 'outbound' end, p_role, 'api',
               case p_role when 'user' then v_session.conversation_id else v_conversation.channel_address end,
               case p_role when 'user' then v_conversation.channel_address else v_session.conversation_id end,
               p_content, v_sent_at, v_now, case p_role when 'bot' then 'sent' end, v_session.id,
               coalesce(v_ref, gen_random_uuid()::text), v_now
        returning id, seq into v_message, v_seq;
        -- The agent outside has answered: nothing of Hilo's shall follow.
        if p_role = 'bot' then
            update whatsapp_conversations c
               set answered_seq = v_seq, reply_due_at = null, reply_waiting_since = null, reply_token = null,
                   reply_lease_until = null, reply_attempts = 0, reply_error = null, reply_parked_at = null
             where c.id = v_conversation.id;
        end if;
    end if;
    update sessions s
       set last_activity = v_now, expires_at = v_now + make_interval(secs => p_session_seconds)
     where s.id = v_session.id returning * into v_session;
    return jsonb_build_object('outcome', v_outcome, 'message_id', v_message,
        'session', hilo_session_json(v_session, p_messages));
end $$;

-- Link an order, once. {outcome: linked | inactive, session}
create or replace function hilo_link_order(
    p_session text, p_order_id text, p_tenant uuid default null,
    p_session_seconds double precision default 86400, p_messages integer default 20
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_session sessions;
begin
    update sessions s
       set order_ids = case when s.order_ids ? p_order_id then s.order_ids else s.order_ids || to_jsonb(p_order_id) end,
           version = s.version + (not s.order_ids ? p_order_id)::integer,
           last_activity = v_now, expires_at = v_now + make_interval(secs => p_session_seconds)
     where s.id = p_session and (p_tenant is null or s.tenant_id = p_tenant) and s.is_active and s.expires_at > v_now
    returning * into v_session;
    if not found then
        return jsonb_build_object('outcome', 'inactive');
    end if;
    return jsonb_build_object('outcome', 'linked', 'session', hilo_session_json(v_session, p_messages));
end $$;

-- For the doctor: active sessions, those to which an agent outside has written, those in which it alone answers, and of
-- these the ones whose customer has waited for more than p_waiting_seconds while that agent said nothing to anybody.
create or replace function hilo_session_status(p_waiting_seconds double precision default 600) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with alive as (
        select s.version > 1 or exists (select 1 from whatsapp_messages x where x.session_id = s.id) as written,
               s.metadata -> 'hiloReplies' = 'false' as outside, m.sent_at as since, m.role,
               max(b.sent_at) over (partition by s.tenant_id) as last_answer
          from sessions s
          left join lateral (
                select x.role, x.sent_at from whatsapp_messages x
                 where s.metadata -> 'hiloReplies' = 'false'
                   and x.tenant_id = s.tenant_id and x.conversation_id = s.conversation_id
                 order by x.sent_at desc, x.seq desc limit 1) m on true
          left join lateral (
                select x.sent_at from whatsapp_messages x
                 where s.metadata -> 'hiloReplies' = 'false' and x.role = 'bot'
                   and x.tenant_id = s.tenant_id and x.conversation_id = s.conversation_id
                 order by x.sent_at desc, x.seq desc limit 1) b on true
         where s.is_active and s.expires_at > now()),
    waiting as (
        select a.since from alive a
         where a.role = 'user' and a.since < now() - make_interval(secs => p_waiting_seconds)
           and a.since > coalesce(a.last_answer, '-infinity'))
    select jsonb_build_object('active', count(*), 'written', count(*) filter (where a.written),
        'answered_outside', count(*) filter (where a.outside), 'waiting', (select count(*) from waiting),
        'oldest_waiting', (select min(w.since) from waiting w))
      from alive a;
end;

-- functions/110_web.sql

-- The page: log-ins, what it shows beyond the lists of 090_reading.sql, and what tells it that something changed.

create or replace function hilo_create_login_link(
    p_link_hash text, p_name text, p_tenant uuid, p_scopes jsonb, p_seconds double precision
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    delete from login_links l where l.expires_at < now() - interval '1 day';
    insert into login_links (token_hash, name, tenant_id, scopes, expires_at)
    values (p_link_hash, p_name, p_tenant, array(select jsonb_array_elements_text(p_scopes)),
            now() + make_interval(secs => p_seconds))
    on conflict (token_hash) do nothing;
    select jsonb_build_object('expires_at', l.expires_at) from login_links l where l.token_hash = p_link_hash;
end;

create or replace function hilo_web_session_json(s web_sessions) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select to_jsonb(s) - 'token_hash' || jsonb_build_object('tenant', (
        select hilo_tenant_json(t) from tenants t where t.id = s.tenant_id));
end;

-- A log-in by a link, which opens one: taken again for the same log-in it answers the same. Null when it is none.
create or replace function hilo_take_login_link(p_link_hash text, p_token_hash text, p_seconds double precision)
returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_link login_links;
    v_session web_sessions;
begin
    update login_links l set session_hash = p_token_hash
     where l.token_hash = p_link_hash and l.expires_at > now()
       and (l.session_hash is null or l.session_hash = p_token_hash)
    returning * into v_link;
    if not found then
        return null;
    end if;
    insert into web_sessions as s (token_hash, name, tenant_id, scopes, expires_at)
    values (p_token_hash, v_link.name, v_link.tenant_id, v_link.scopes, now() + make_interval(secs => p_seconds))
    on conflict (token_hash) do update set last_seen_at = now() returning * into v_session;
    return hilo_web_session_json(v_session);
end $$;

-- A log-in with a key, known by its hash alone.
create or replace function hilo_open_web_session(
    p_token_hash text, p_key_hash text, p_name text, p_seconds double precision
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    delete from web_sessions s where s.expires_at < now();
    insert into web_sessions as s (token_hash, key_hash, name, expires_at)
    values (p_token_hash, p_key_hash, p_name, now() + make_interval(secs => p_seconds))
    on conflict (token_hash) do update set last_seen_at = now()
    returning hilo_web_session_json(s);
end;

-- The living log-in of a cookie, null when there is none. Use is recorded once a minute.
create or replace function hilo_use_web_session(p_token_hash text, p_idle_seconds double precision) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_session web_sessions;
begin
    select s.* into v_session from web_sessions s
     where s.token_hash = p_token_hash and s.expires_at > now()
       and s.last_seen_at > now() - make_interval(secs => p_idle_seconds);
    if not found then
        return null;
    end if;
    if v_session.last_seen_at < now() - interval '1 minute' then
        update web_sessions s set last_seen_at = now() where s.token_hash = p_token_hash;
    end if;
    return hilo_web_session_json(v_session);
end $$;

-- Log out. Without p_token_hash everybody, and links that were not taken are void.
create or replace function hilo_close_web_sessions(p_token_hash text default null) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    delete from login_links l where p_token_hash is null;
    with gone as (
        delete from web_sessions s where p_token_hash is null or s.token_hash = p_token_hash returning 1)
    select jsonb_build_object('closed', (select count(*) from gone));
end;

-- A person has looked at a conversation up to p_seq.
create or replace function hilo_mark_seen(p_tenant uuid, p_conversation uuid, p_seq bigint) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    update whatsapp_conversations c set seen_seq = p_seq
     where c.id = p_conversation and c.tenant_id = p_tenant and c.seen_seq < p_seq;
    select jsonb_build_object('seen', p_seq);
end;

-- What a person has to decide about, by start: proposed events, and those about which the calendar and the chat say
-- different things. Each with the messages that prove it and the events that it collides with.
create or replace function hilo_list_review(
    p_tenant uuid, p_limit integer default 20, p_cursor jsonb default null, p_minutes integer default 60
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with page as (
        select e as row, e.start as at, e.id from extracted_events e
         where e.tenant_id = p_tenant and (e.status = 'proposed' or e.calendar_drift is not null)
           and (e.start, e.id) > (coalesce((p_cursor ->> 'at')::timestamptz, '-infinity'),
                                  coalesce((p_cursor ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'))
         order by e.start, e.id limit p_limit)
    select jsonb_build_object(
        'items', coalesce(jsonb_agg(hilo_event_json(p.row) || jsonb_build_object(
            'stands', hilo_event_stands(p.row),
            'evidence_messages', (
                select coalesce(jsonb_agg(hilo_message_json(m) order by m.sent_at, m.seq), '[]')
                  from whatsapp_messages m
                 where m.tenant_id = p_tenant and m.id in (
                    select (v.value ->> 'message_id')::uuid from jsonb_array_elements((p.row).evidence) v)),
            'conflicts', case when (p.row).all_day then '[]' else (
                select coalesce(jsonb_agg(b.value || jsonb_build_object('contact_name', coalesce(c.contact_name, c.phone),
                            'conversation', c.id)), '[]')
                  from jsonb_array_elements(hilo_busy(p_tenant, p.at,
                    coalesce((p.row)."end", p.at + make_interval(mins => p_minutes)), p_minutes,
                    (p.row).conversation_id)) b
                  left join extracted_events o on o.id = (b.value ->> 'event_id')::uuid
                  left join whatsapp_conversations c
                    on c.tenant_id = o.tenant_id and c.conversation_id = o.conversation_id
                 -- What it would move is not in its way.
                 where (b.value ->> 'event_id')::uuid not in (p.id, coalesce((p.row).beside, p.id))) end) order by p.at, p.id), '[]'),
        'next', case when count(*) = p_limit then (
            select jsonb_build_object('at', l.at, 'id', l.id) from page l order by l.at desc, l.id desc limit 1) end)
      from page p;
end;

-- The events that begin in [p_from, p_to), by start, with as much of each as a calendar shows: a month of a busy business
-- has thousands.
create or replace function hilo_calendar(
    p_tenant uuid, p_from timestamptz, p_to timestamptz, p_limit integer default 10000
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'title', e.title, 'start', e.start, 'end', e."end",
            'all_day', e.all_day, 'status', e.status, 'contact_name', coalesce(c.contact_name, c.phone),
            'drifted', e.calendar_state = 'drifted' or coalesce(e.calendar_drift, '{}') <> '{}',
            'behind', e.published_revision < e.revision and not e.history and e.conversation_id not like 'sample:%')
        order by e.start, e.id), '[]')
      from (select x.* from extracted_events x
             where x.tenant_id = p_tenant and x.start >= p_from and x.start < p_to
               -- A change that was proposed and is through was never an appointment of its own.
               and (x.status <> 'cancelled' or x.beside is null)
             order by x.start, x.id limit p_limit) e
      left join whatsapp_conversations c
        on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id;
end;

-- Marks that change when what a page shows has changed: the newest conversations, one of them with its messages and
-- events, the proposed events, the events of [p_from, p_to), the newest run. Asked once a second by each open page, so
-- that each is a look at the end of an index.
create or replace function hilo_pulse(
    p_tenant uuid, p_conversation uuid default null, p_from timestamptz default null, p_to timestamptz default null
) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object(
        'list', (
            select jsonb_build_array(count(*), max(x.updated_at)) from (
                select c.updated_at from whatsapp_conversations c where c.tenant_id = p_tenant
                 order by coalesce(c.last_message_at, '-infinity') desc, c.id desc limit 60) x),
        'thread', (
            select jsonb_build_array(c.events_version, c.bot_paused_until, c.batch_parked_at, c.reply_parked_at,
                    (select jsonb_build_array(count(*), max(x.seq), max(x.updated_at)) from (
                        select m.seq, m.updated_at from whatsapp_messages m
                         where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
                         order by m.sent_at desc, m.seq desc limit 60) x),
                    (select jsonb_build_array(count(*), max(e.updated_at)) from extracted_events e
                      where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id))
              from whatsapp_conversations c where c.id = p_conversation and c.tenant_id = p_tenant),
        'review', (
            select jsonb_build_array(count(*), max(e.updated_at)) from extracted_events e
             where e.tenant_id = p_tenant and (e.status = 'proposed' or e.calendar_drift is not null)),
        'calendar', (
            select jsonb_build_array(count(*), max(e.updated_at)) from extracted_events e
             where e.tenant_id = p_tenant and e.start >= p_from and e.start < p_to),
        'run', (
            select jsonb_build_array(r.id, r.status, r.total, r.conversations, r.failed) from batch_runs r
             where r.tenant_id = p_tenant or r.tenant_id is null order by r.started_at desc limit 1));
end;

-- What of one tenant waits, is parked or went wrong; failures of the last day.
create or replace function hilo_tenant_status(p_tenant uuid) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with sent as (
        select m.delivery_status, m.delivery_error, m.updated_at, m.created_at, m.send_attempts
          from whatsapp_conversations c
          join whatsapp_messages m on m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
         where c.tenant_id = p_tenant and coalesce(c.last_message_at, '-infinity') > now() - interval '1 day'
           and m.sent_at > now() - interval '1 day' and m.direction = 'outbound'),
    failed as (select s.* from sent s where s.delivery_status in ('failed', 'undelivered')),
    waiting as (select s.* from sent s where s.delivery_status in ('queued', 'sending') and s.send_attempts > 0
                   and s.delivery_error is not null),
    behind as (
        select e.calendar_error, e.updated_at from extracted_events e
         where e.tenant_id = p_tenant and e.published_revision < e.revision and not e.history
           and (e.calendar_error is not null or exists (
                select 1 from calendar_connections k where k.tenant_id = p_tenant and k.down_by = 'write'))
           and e.status <> 'proposed' and e.conversation_id not like 'sample:%')
    select jsonb_build_object(
        'now', now(),
        'conversations', (select count(*) from (
            select 1 from whatsapp_conversations c where c.tenant_id = p_tenant limit 1) x),
        'unprocessed', (select count(*) from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.unprocessed_since is not null),
        'oldest_unprocessed', (select min(c.unprocessed_since) from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.unprocessed_since is not null and c.batch_parked_at is null),
        'parked', (select count(*) from whatsapp_conversations c
            where c.tenant_id = p_tenant and (c.batch_parked_at is not null or c.reply_parked_at is not null)),
        'replies_due', (select count(*) from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.reply_due_at is not null),
        'oldest_reply_due', (select min(c.reply_due_at) from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.reply_due_at is not null),
        'proposed', (select count(*) from extracted_events e
            where e.tenant_id = p_tenant and (e.status = 'proposed' or e.calendar_drift is not null)),
        'sending_failed', (select count(*) from failed),
        'sending_waits', (select count(*) from waiting),
        'sending_error', (select s.delivery_error from (table failed union all table waiting) s
            where s.delivery_error is not null order by s.updated_at desc limit 1),
        'calendar_behind', (select count(*) from behind),
        'calendar_error', coalesce(
            (select 'calendar disconnected: ' || k.down_reason from calendar_connections k
              where k.tenant_id = p_tenant and k.down_by = 'write'),
            (select b.calendar_error from behind b order by b.updated_at desc limit 1),
            (select k.sync_error from calendar_connections k where k.tenant_id = p_tenant)),
        'drifted', (select count(*) from extracted_events e
            where e.tenant_id = p_tenant and e.calendar_drift is not null and e.calendar_drift <> '{}'
              and e.status <> 'cancelled' and e.start > now() - interval '30 days'),
        'untold', (select count(*) from notifications n where n.tenant_id = p_tenant and n.state = 'failed'
            and n.created_at > now() - interval '1 day'),
        'untold_error', (select n.error from notifications n where n.tenant_id = p_tenant and n.state = 'failed'
            and n.created_at > now() - interval '1 day' order by n.created_at desc, n.id limit 1),
        -- No tenant's: for those who see the whole server.
        'unrouted', (select count(*) from (select 1 from unrouted_messages limit 1000) x),
        'unrouted_address', (select u.provider || ' ' || u.address from unrouted_messages u limit 1),
        'batch_error', (select c.batch_error from whatsapp_conversations c
            where c.tenant_id = p_tenant and c.unprocessed_since is not null and c.batch_error is not null
            order by c.updated_at desc limit 1));
end;

-- Per day of the tenant's calendar, the last p_days of them with today: messages, events that were made, events that a
-- person decided about. Days without any are left out.
create or replace function hilo_daily(p_tenant uuid, p_days integer default 14) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with since as (
        select t.timezone as zone, (date_trunc('day', now() at time zone t.timezone)
               - make_interval(days => p_days - 1)) at time zone t.timezone as at
          from tenants t where t.id = p_tenant),
    happened as (
        select (m.sent_at at time zone s.zone)::date as day, 'messages' as what
          from since s
          join whatsapp_conversations c
            on c.tenant_id = p_tenant and coalesce(c.last_message_at, '-infinity') >= s.at
          join whatsapp_messages m
            on m.tenant_id = p_tenant and m.conversation_id = c.conversation_id and m.sent_at >= s.at
        union all
        select (e.created_at at time zone s.zone)::date, 'events' from since s, extracted_events e
         where e.tenant_id = p_tenant and e.created_at >= s.at
        union all
        select (e.decided_at at time zone s.zone)::date, 'decided' from since s, extracted_events e
         where e.tenant_id = p_tenant and e.decided_at >= s.at)
    select coalesce(jsonb_agg(to_jsonb(d) order by d.day), '[]') from (
        select h.day, count(*) filter (where h.what = 'messages') as messages,
               count(*) filter (where h.what = 'events') as events,
               count(*) filter (where h.what = 'decided') as decided
          from happened h group by h.day) d;
end;

-- Take a sample conversation away with its messages and events. Nothing of it was ever in a calendar.
create or replace function hilo_remove_sample(p_tenant uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with gone as (
        delete from whatsapp_conversations c
         where c.tenant_id = p_tenant and c.conversation_id like 'sample:%' returning 1)
    select jsonb_build_object('removed', (select count(*) from gone));
end;

-- functions/120_privacy.sql

-- What is kept of people: a copy of it, its erasure, and its end after a time.

-- The conversations of one contact: named by the row's id, the contact's id, another name or the phone number, and
-- whatever the same number wrote on other channels. Ids of rows, in the order in which they are locked.
create or replace function hilo_contact_conversations(p_tenant uuid, p_key text) returns uuid[]
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    with named as (
        select c.id, coalesce(c.phone, substring(c.conversation_id from '^whatsapp:(\+[0-9]+)$')) as phone
          from whatsapp_conversations c
         where c.tenant_id = p_tenant
           and (c.conversation_id in (p_key, 'whatsapp:' || p_key)
                or c.phone = p_key
                or c.id = case when p_key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_key::uuid end
                or c.conversation_id in (select a.conversation_id from contact_aliases a
                                          where a.tenant_id = p_tenant and a.alias = p_key)))
    select array_agg(x.id order by x.id) from (
        select n.id from named n
        union
        select c.id from named n join whatsapp_conversations c
            on c.tenant_id = p_tenant and (c.phone = n.phone or c.conversation_id = 'whatsapp:' || n.phone)) x;
end;

-- Everything that is kept of a contact, as one document; null when there is no such contact. p_id is made for this one
-- call and names its line in the log.
create or replace function hilo_export_contact(p_tenant uuid, p_key text, p_id uuid, p_by text default null)
returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_ids uuid[] := hilo_contact_conversations(p_tenant, p_key);
    v_export jsonb;
begin
    if v_ids is null then
        return null;
    end if;
    select jsonb_build_object('conversations', jsonb_agg(
        to_jsonb(c) - array['reply_token', 'batch_token', 'batch_done_token', 'batch_done', 'batch_run_id']
        || jsonb_build_object(
            'aliases', (
                select coalesce(jsonb_agg(jsonb_build_object('provider', a.provider, 'alias', a.alias)), '[]')
                  from contact_aliases a
                 where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id),
            'messages', (
                select coalesce(jsonb_agg(to_jsonb(m) - array['send_token', 'media_token'] order by m.sent_at, m.seq), '[]')
                  from whatsapp_messages m
                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id),
            'events', (
                select coalesce(jsonb_agg(to_jsonb(e) - 'calendar_token' || jsonb_build_object('revisions', (
                        select coalesce(jsonb_agg(to_jsonb(r) order by r.id), '[]') from event_revisions r
                         where r.event_id = e.id)) order by e.start, e.id), '[]')
                  from extracted_events e
                 where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id),
            'sessions', (
                select coalesce(jsonb_agg(to_jsonb(s) order by s.created_at), '[]') from sessions s
                 where s.tenant_id = c.tenant_id and s.conversation_id = c.conversation_id)) order by c.id))
      into v_export from whatsapp_conversations c where c.id = any (v_ids);
    insert into privacy_log (id, tenant_id, action, requested_by, counts)
    values (p_id, p_tenant, 'export', p_by, jsonb_build_object('conversations', cardinality(v_ids)))
    on conflict (id) do nothing;
    return v_export;
end $$;

-- Remember the entries that a calendar holds, or is being given, of events that are about to go.
create or replace function hilo_remove_entries(p_events uuid[]) returns integer
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_count integer;
begin
    insert into calendar_removals (event_id, tenant_id, generation, places, next_at)
    select e.id, e.tenant_id, e.calendar_generation, e.calendar_places, greatest(clock_timestamp(), e.calendar_lease_until)
      from extracted_events e
     where e.id = any (p_events) and (e.calendar_begun_at is not null or e.calendar_event_id is not null)
    on conflict (event_id) do nothing;
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- Remember messages that are about to go, as far back as any provider is asked for its list.
create or replace function hilo_remember_erased(p_messages uuid[]) returns void
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into erased_messages (key, tenant_id)
    select hilo_erased_key(m.tenant_id, m.provider, m.message_sid), m.tenant_id from whatsapp_messages m
     where m.id = any (p_messages) and m.message_sid is not null and m.provider <> 'export'
       and greatest(m.sent_at, m.received_at) > now() - interval '7 days'
    on conflict (key) do nothing;
    delete from erased_messages x where x.erased_at < now() - interval '30 days';
end;

-- Erase a contact: every row that says anything of them, in one step. What a calendar elsewhere holds is removed by the
-- server soon after (calendar_removals). p_id is made for this one call: it names the line in the log, and the call
-- repeated with it returns that line's counts. p_orphans: also messages that no tenant has, to an address that is not
-- another tenant's. p_dry_run: does it, counts, and takes it back. Null when there is no such contact.
create or replace function hilo_erase_contact(
    p_tenant uuid, p_key text, p_id uuid, p_by text default null, p_orphans boolean default true,
    p_dry_run boolean default false
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_ids uuid[];
    v_keys text[];
    v_names text[];
    v_digits text[];
    v_messages uuid[];
    v_events uuid[];
    v_sids text[];
    v_counts jsonb;
    v_n integer;
begin
    select l.counts into v_counts from privacy_log l where l.id = p_id and l.tenant_id = p_tenant;
    if found then
        return v_counts;
    end if;
    begin
        v_ids := hilo_contact_conversations(p_tenant, p_key);
        -- The order of locks is conversation, tenant, event.
        perform 1 from whatsapp_conversations c where c.id = any (v_ids) order by c.id for update;
        perform 1 from tenants t where t.id = p_tenant for no key update;
        select array_agg(c.id), array_agg(c.conversation_id) into v_ids, v_keys
          from whatsapp_conversations c where c.id = any (v_ids);
        if v_ids is null then
            return null;
        end if;
        select array_agg(distinct x.name) into v_names from (
            select unnest(v_keys) union
            select c.phone from whatsapp_conversations c where c.id = any (v_ids) and c.phone is not null union
            select a.alias from contact_aliases a where a.tenant_id = p_tenant and a.conversation_id = any (v_keys)
        ) x(name);
        select array_agg(distinct d.digits) into v_digits from (
            select regexp_replace(n, '\D', '', 'g') from unnest(v_names) n) d(digits) where length(d.digits) >= 7;
        select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(m.provider || ' ' || m.message_sid)
                   filter (where m.message_sid is not null), '{}'),
               jsonb_build_object('messages', count(*), 'media', coalesce(sum(jsonb_array_length(m.media)), 0))
          into v_messages, v_sids, v_counts
          from whatsapp_messages m where m.tenant_id = p_tenant and m.conversation_id = any (v_keys);
        select coalesce(array_agg(e.id), '{}') into v_events
          from extracted_events e where e.tenant_id = p_tenant and e.conversation_id = any (v_keys);
        v_counts := v_counts || jsonb_build_object('conversations', cardinality(v_ids),
            'events', cardinality(v_events), 'calendar_entries', hilo_remove_entries(v_events),
            'revisions', (select count(*) from event_revisions r where r.event_id = any (v_events)),
            'sessions', (select count(*) from sessions s
                          where s.tenant_id = p_tenant and s.conversation_id = any (v_keys)));
        perform hilo_remember_erased(v_messages);
        delete from extracted_events e where e.id = any (v_events);
        delete from whatsapp_messages m where m.tenant_id = p_tenant and m.conversation_id = any (v_keys);
        delete from whatsapp_conversations c where c.id = any (v_ids);
        delete from early_reports r
         where r.provider || ' ' || r.message_sid = any (v_sids)
            or regexp_replace(r.error, '\D', '', 'g') like any (select '%' || d || '%' from unnest(v_digits) d);
        delete from unrouted_messages u
         where (u.arguments ->> 'p_contact' = any (v_names) or u.arguments ->> 'p_phone' = any (v_names)
                or u.arguments -> 'p_aliases' ?| v_names)
           and case (select c.tenant_id from channels c where c.provider = u.provider and c.address = u.address)
                   when p_tenant then true else p_orphans and not exists (
                       select 1 from channels c where c.provider = u.provider and c.address = u.address) end;
        get diagnostics v_n = row_count;
        v_counts := v_counts || jsonb_build_object('unrouted', v_n);
        delete from notifications n
         where n.tenant_id = p_tenant and n.subject in (select unnest(v_ids || v_events)::text);
        -- A text on its way may name anybody; without it the server only makes it anew. That of an e-mail says nothing.
        update notifications n set body = null
         where n.tenant_id = p_tenant and n.body is not null and n.target <> 'email';
        update batch_runs r set error = 'erased'
         where (r.tenant_id = p_tenant or r.tenant_id is null)
           and (r.error like any (select '%' || replace(replace(replace(n, '\', '\\'), '%', '\%'), '_', '\_') || '%'
                                    from unnest(v_names) n)
                or regexp_replace(r.error, '\D', '', 'g') like any (select '%' || d || '%' from unnest(v_digits) d));
        if p_dry_run then
            raise exception 'a dry run' using errcode = 'HL000';
        end if;
        insert into privacy_log (id, tenant_id, action, requested_by, counts)
        values (p_id, p_tenant, 'erase', p_by, v_counts);
    exception when sqlstate 'HL000' then
        null;
    end;
    return v_counts;
end $$;

-- Let go what is older than p_days, conversation by conversation: messages, events that are over, sessions, and the
-- contact when nothing is left of it. What is not processed stays with its whole conversation, and so do the messages
-- that prove an event which stays. One call sees to p_limit conversations; `next` is where the next one begins, null at
-- the end. All calls of a run have one p_id; one that is repeated returns what it did.
create or replace function hilo_apply_retention(
    p_tenant uuid, p_days integer, p_id uuid, p_after uuid default null, p_limit integer default 200,
    p_dry_run boolean default false, p_by text default null
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_before timestamptz := now() - make_interval(days => p_days);
    v_after uuid := coalesce(p_after, '00000000-0000-0000-0000-000000000000');
    v_page uuid[];
    v_ids uuid[];
    v_keys text[];
    v_events uuid[];
    v_messages uuid[];
    v_entries integer;
    v_sessions integer;
    v_contacts integer;
    v_counts jsonb;
    v_answer jsonb;
begin
    if p_days < 1 then
        raise exception 'messages are kept for one day at least' using errcode = 'HL422';
    end if;
    select l.last_call -> 'answer' into v_answer from privacy_log l
     where l.id = p_id and l.tenant_id = p_tenant and l.last_call ->> 'after' = v_after::text;
    if found then
        return v_answer;
    end if;
    begin
        select array_agg(x.id order by x.id) into v_page from (
            select c.id from whatsapp_conversations c
             where c.tenant_id = p_tenant and c.id > v_after order by c.id limit p_limit) x;
        select array_agg(x.id), array_agg(x.conversation_id) into v_ids, v_keys from (
            select c.id, c.conversation_id from whatsapp_conversations c
             where c.id = any (v_page) and c.unprocessed_since is null and c.reply_due_at is null
               and coalesce(c.batch_lease_until, '-infinity') < now()
             order by c.id for update skip locked) x;
        select coalesce(array_agg(e.id), '{}') into v_events from extracted_events e
         where e.tenant_id = p_tenant and e.conversation_id = any (v_keys)
           and coalesce(e."end", e.start + case when e.all_day then interval '1 day' else interval '0' end) < v_before;
        v_entries := hilo_remove_entries(v_events);
        delete from extracted_events e where e.id = any (v_events);
        select coalesce(array_agg(m.id), '{}') into v_messages from whatsapp_messages m
         where m.tenant_id = p_tenant and m.conversation_id = any (v_keys) and m.sent_at < v_before and m.processed
           and coalesce(m.delivery_status, '') not in ('held', 'queued', 'sending')
           and not exists (select 1 from extracted_events e
                            where e.tenant_id = p_tenant and e.conversation_id = m.conversation_id
                              and (e.id = m.event_id
                                   or e.evidence @> jsonb_build_array(jsonb_build_object('message_id', m.id))));
        perform hilo_remember_erased(v_messages);
        delete from whatsapp_messages m where m.id = any (v_messages);
        delete from sessions s
         where s.tenant_id = p_tenant and s.conversation_id = any (v_keys) and s.last_activity < v_before;
        get diagnostics v_sessions = row_count;
        delete from whatsapp_conversations c
         where c.id = any (v_ids) and c.created_at < v_before and coalesce(c.bot_paused_until, '-infinity') < now()
           and not exists (select 1 from whatsapp_messages m
                            where m.tenant_id = p_tenant and m.conversation_id = c.conversation_id)
           and not exists (select 1 from extracted_events e
                            where e.tenant_id = p_tenant and e.conversation_id = c.conversation_id)
           and not exists (select 1 from sessions s
                            where s.tenant_id = p_tenant and s.conversation_id = c.conversation_id);
        get diagnostics v_contacts = row_count;
        v_counts := jsonb_build_object('messages', cardinality(v_messages), 'events', cardinality(v_events),
            'calendar_entries', v_entries, 'sessions', v_sessions, 'conversations', v_contacts);
        v_answer := jsonb_build_object('counts', v_counts, 'next',
            case when cardinality(v_page) = p_limit then v_page[p_limit] end);
        if p_dry_run then
            raise exception 'a dry run' using errcode = 'HL000';
        end if;
        if exists (select 1 from jsonb_each_text(v_counts) n where n.value <> '0')
           or exists (select 1 from privacy_log l where l.id = p_id) then
            insert into privacy_log as l (id, tenant_id, action, requested_by, counts, last_call)
            values (p_id, p_tenant, 'retention', p_by, v_counts,
                    jsonb_build_object('after', v_after, 'answer', v_answer))
            on conflict (id) do update
                set last_call = excluded.last_call,
                    counts = (select jsonb_object_agg(n.key, (l.counts ->> n.key)::integer + n.value::integer)
                                from jsonb_each_text(excluded.counts) n);
        end if;
    exception when sqlstate 'HL000' then
        null;
    end;
    return v_answer;
end $$;

-- That somebody changed how long things are kept, or who is told. p_id is made for this one call.
create or replace function hilo_note_setting(
    p_tenant uuid, p_id uuid, p_action text, p_by text default null, p_days integer default null
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into privacy_log (id, tenant_id, action, requested_by, counts)
    values (p_id, p_tenant, p_action, p_by, jsonb_strip_nulls(jsonb_build_object('days', p_days)))
    on conflict (id) do nothing;
    select jsonb_build_object('outcome', 'noted');
end;

create or replace function hilo_list_privacy_log(p_tenant uuid, p_limit integer default 50) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(l) - 'last_call' || jsonb_build_object('days', l.counts -> 'days')
                              order by l.created_at desc, l.id), '[]') from (
        select x.* from privacy_log x where x.tenant_id = p_tenant
         order by x.created_at desc, x.id limit p_limit) l;
end;

-- Claim an entry to remove. p_tenants as in hilo_claim_publish; p_token is made for this one call.
create or replace function hilo_claim_removal(
    p_token uuid, p_lease_seconds double precision default 60, p_tenants text default 'all'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_removal calendar_removals;
begin
    select r.* into v_removal from calendar_removals r where r.token = p_token and r.lease_until > v_now;
    if not found then
        select r.* into v_removal from calendar_removals r
         where r.next_at <= v_now and coalesce(r.lease_until, '-infinity') < v_now
           and (p_tenants = 'all' or exists (
                select 1 from tenants t where t.id = r.tenant_id and (t.settings ->> 'google_calendar_id' <> ''
                    or (p_tenants = 'linked_or_default' and t.slug = 'default'))))
           and not exists (select 1 from calendar_connections k where k.tenant_id = r.tenant_id
                and k.down_by = 'write' and coalesce(k.probe_at, '-infinity') > v_now)
         order by r.next_at limit 1 for no key update skip locked;
        if not found then
            return null;
        end if;
        update calendar_removals r
           set token = p_token, lease_until = v_now + make_interval(secs => p_lease_seconds), attempts = r.attempts + 1
         where r.event_id = v_removal.event_id returning * into v_removal;
    end if;
    return jsonb_build_object('event_id', v_removal.event_id, 'generation', v_removal.generation,
        'attempt', v_removal.attempts, 'places', to_jsonb(v_removal.places),
        'tenant', (select hilo_tenant_json(t) from tenants t where t.id = v_removal.tenant_id));
end $$;

create or replace function hilo_complete_removal(p_event uuid, p_token uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with gone as (
        delete from calendar_removals r where r.event_id = p_event and r.token = p_token returning r.tenant_id)
    update calendar_connections c set down_since = null, down_by = null, down_reason = null, probe_at = null
     where c.tenant_id in (select g.tenant_id from gone g) and c.down_since is not null;
    select jsonb_build_object('outcome', 'removed');
end;

create or replace function hilo_fail_removal(p_event uuid, p_token uuid, p_error text, p_retry_seconds double precision)
returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update calendar_removals r
           set error = left(p_error, 500), token = null, lease_until = null,
               next_at = clock_timestamp() + make_interval(secs => p_retry_seconds)
         where r.event_id = p_event and r.token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end);
end;

-- functions/130_notifications.sql

-- Somebody is told: an outbox, filled from what is so, emptied by whoever claims it.

-- Note what is to be told to those tenants that want to hear of it, each state of each thing once. p_digests: the days
-- [{tenant, day}] whose digest is due. What is older than two days is not told any more.
create or replace function hilo_collect_notifications(p_digests jsonb default '[]') returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_count integer;
begin
    with wishes as (
        select t.id as tenant_id, x.target, coalesce(t.settings -> 'notify' -> 'off', '[]') as off,
               greatest((t.settings -> 'notify' ->> 'since')::timestamptz, now() - interval '2 days') as since
          from tenants t cross join (values ('webhook'), ('whatsapp'), ('email')) x(target)
         where t.settings -> 'notify' ->> x.target <> ''),
    things as (
        select e.tenant_id, 'event_proposed' as kind, e.id::text as subject, e.revision::bigint as revision,
               e.updated_at as at
          from extracted_events e
         where e.tenant_id in (select w.tenant_id from wishes w) and e.status = 'proposed' and e.decided_at is null
           and e.conversation_id not like 'sample:%'
        union all
        select c.tenant_id, 'conversation_parked', c.id::text, extract(epoch from p.at)::bigint, p.at
          from whatsapp_conversations c
          cross join lateral (select greatest(c.reply_parked_at, case when c.unprocessed_since is not null
                                                                      then c.batch_parked_at end) as at) p
         where c.tenant_id in (select w.tenant_id from wishes w)
           and (c.batch_parked_at is not null or c.reply_parked_at is not null)
           and c.conversation_id not like 'sample:%'
        union all
        select c.tenant_id, 'calendar_disconnected', c.tenant_id::text, extract(epoch from c.down_since)::bigint,
               c.down_since
          from calendar_connections c where c.down_since is not null
        union all
        select (d ->> 'tenant')::uuid, 'digest', d ->> 'day', 1, now() from jsonb_array_elements(p_digests) d)
    insert into notifications (tenant_id, kind, subject, revision, target)
    select w.tenant_id, t.kind, t.subject, t.revision, w.target
      from wishes w join things t on t.tenant_id = w.tenant_id and t.at >= w.since and not w.off ? t.kind
     order by t.at
    on conflict (tenant_id, kind, subject, revision, target) do nothing;
    get diagnostics v_count = row_count;
    delete from notifications n where n.created_at < now() - interval '90 days';
    return jsonb_build_object('noted', v_count);
end $$;

-- Something to try the ways with. p_id is made for this one call.
create or replace function hilo_note_test(p_tenant uuid, p_id uuid) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    insert into notifications (tenant_id, kind, subject, revision, target)
    select t.id, 'test', p_id::text, 1, x.target
      from tenants t cross join (values ('webhook'), ('whatsapp'), ('email')) x(target)
     where t.id = p_tenant and t.settings -> 'notify' ->> x.target <> ''
    on conflict (tenant_id, kind, subject, revision, target) do nothing;
    select coalesce(jsonb_agg(n.target order by n.target), '[]') from notifications n
     where n.tenant_id = p_tenant and n.kind = 'test' and n.subject = p_id::text;
end;

create or replace function hilo_notification_json(p_group uuid, p_providers jsonb) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select jsonb_build_object('group', p_group, 'kind', n.kind, 'target', n.target, 'attempt', n.attempts,
        'resumed', n.attempts > 1, 'started_at', n.started_at, 'created_at', n.created_at, 'body', n.body,
        'token', n.token, 'tenant', hilo_tenant_json(t),
        'items', (select jsonb_agg(jsonb_build_object('id', i.id, 'subject', i.subject, 'revision', i.revision)
                                   order by i.created_at, i.id)
                    from notifications i where i.group_id = p_group and i.token = n.token),
        -- Where the owner wrote to us, else from whichever number this tenant has.
        'route', coalesce(
            (select jsonb_build_object('provider', c.provider, 'channel_address', c.channel_address,
                        'contact', c.conversation_id, 'thread', c.thread,
                        'since_inbound', extract(epoch from clock_timestamp() - c.last_inbound_at),
                        'opted_out', c.opted_out_at is not null)
               from whatsapp_conversations c
              where c.tenant_id = t.id and p_providers ? c.provider
                and (c.phone = t.settings -> 'notify' ->> 'whatsapp'
                     or c.conversation_id = 'whatsapp:' || (t.settings -> 'notify' ->> 'whatsapp'))
              order by c.last_inbound_at desc nulls last limit 1),
            (select jsonb_build_object('provider', c.provider, 'channel_address', c.address) from channels c
              where c.tenant_id = t.id and c.enabled and p_providers ? c.provider order by c.created_at, c.id limit 1),
            (select jsonb_build_object('provider', c.provider, 'channel_address', c.channel_address)
               from whatsapp_conversations c where c.tenant_id = t.id and p_providers ? c.provider
              order by coalesce(c.last_message_at, '-infinity') desc, c.id desc limit 1)))
      from notifications n join tenants t on t.id = n.tenant_id where n.id = p_group;
end;

-- Claim what is to be told next; null when nothing is due. To people all of a kind that wait go in one message: the
-- group, which stays the same when it is claimed again. p_token is made for this one call.
create or replace function hilo_claim_notification(
    p_token uuid, p_lease_seconds double precision default 60, p_providers jsonb default '[]'
) returns jsonb
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
    v_first notifications;
begin
    select n.* into v_first from notifications n
     where n.token = p_token and n.id = n.group_id and n.lease_until > v_now;
    if found then
        return hilo_notification_json(v_first.id, p_providers);
    end if;
    -- One claim at a time: two would each take a part of what goes in one message. They are rare and short.
    perform pg_advisory_xact_lock(hashtextextended('hilo notifications', 0));
    v_now := clock_timestamp();
    select n.* into v_first from notifications n
     where n.state in ('queued', 'sending') and n.next_at <= v_now and coalesce(n.lease_until, '-infinity') < v_now
       and coalesce(n.group_id, n.id) = n.id
     order by n.next_at, n.created_at, n.id limit 1 for no key update skip locked;
    if not found then
        return null;
    end if;
    if v_first.group_id is null then
        update notifications n set group_id = v_first.id
         where n.id = v_first.id
            or (v_first.target <> 'webhook' and n.id in (
                select x.id from notifications x
                 where x.tenant_id = v_first.tenant_id and x.kind = v_first.kind and x.target = v_first.target
                   and x.state = 'queued' and x.group_id is null and x.next_at <= v_now and x.id <> v_first.id
                 order by x.created_at, x.id limit 99 for no key update skip locked));
    end if;
    update notifications n
       set state = 'sending', token = p_token, lease_until = v_now + make_interval(secs => p_lease_seconds),
           attempts = n.attempts + 1, started_at = coalesce(n.started_at, v_now)
     where n.group_id = v_first.id and n.state in ('queued', 'sending');
    return hilo_notification_json(v_first.id, p_providers);
end $$;

-- The words that are about to be sent: after a crash the provider is asked for them, where it can be.
create or replace function hilo_begin_notification(p_group uuid, p_token uuid, p_body text) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with begun as (
        update notifications n set body = p_body where n.id = p_group and n.token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from begun) then 'begun' else 'lost' end);
end;

-- Told. p_dropped: rows of the group of which there was nothing to tell any more.
create or replace function hilo_complete_notification(
    p_group uuid, p_token uuid, p_message_sid text default null, p_dropped jsonb default '[]'
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    update notifications n
       set state = case when p_dropped ? n.id::text then 'dropped' else 'sent' end, sent_at = clock_timestamp(),
           message_sid = case when n.id = p_group then p_message_sid end, body = null, error = null,
           token = null, lease_until = null
     where n.group_id = p_group and n.token = p_token;
    select jsonb_build_object('outcome', case when exists (
        select 1 from notifications n where n.id = p_group and n.state in ('sent', 'dropped')) then 'sent' else 'lost' end);
end;

-- Not told: again after p_retry_seconds, or never (null). p_unclear: it may have arrived all the same, so its words are
-- kept to ask for.
create or replace function hilo_fail_notification(
    p_group uuid, p_token uuid, p_error text, p_retry_seconds double precision default null,
    p_unclear boolean default false
) returns jsonb
language sql volatile security invoker set search_path = public, pg_temp
begin atomic
    with failed as (
        update notifications n
           set state = case when p_retry_seconds is null then 'failed' else 'queued' end, error = left(p_error, 500),
               body = case when p_retry_seconds is not null and p_unclear then n.body end, token = null, lease_until = null,
               next_at = clock_timestamp() + make_interval(secs => coalesce(p_retry_seconds, 0))
         where n.group_id = p_group and n.token = p_token returning 1)
    select jsonb_build_object('outcome', case when exists (select 1 from failed) then 'failed' else 'lost' end);
end;

create or replace function hilo_list_notifications(p_tenant uuid, p_limit integer default 50) returns jsonb
language sql stable security invoker set search_path = public, pg_temp
begin atomic
    select coalesce(jsonb_agg(to_jsonb(n) - array['token', 'body', 'group_id', 'lease_until']
                              order by n.created_at desc, n.id), '[]') from (
        select x.* from notifications x where x.tenant_id = p_tenant
         order by x.created_at desc, x.id limit p_limit) n;
end;

-- grants.sql

-- Who may what. On Supabase the API's anonymous and signed-in roles get nothing at all: every table has row-level
-- security without a policy, and functions are for the service role alone. A plain Postgres has none of these roles;
-- then there is only the owner, and nothing to grant.

do $$
declare
    v_table regclass;
    v_function regprocedure;
    v_role text;
begin
    for v_table in
        select c.oid::regclass from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
           and c.relname in ('tenants', 'channels', 'api_keys', 'whatsapp_conversations', 'whatsapp_messages',
                'extracted_events', 'event_revisions', 'batch_runs', 'model_usage', 'unrouted_messages', 'early_reports',
                'contact_aliases', 'calendar_connections', 'calendar_channels', 'sessions', 'login_links', 'web_sessions',
                'calendar_removals', 'reminders', 'erased_messages', 'privacy_log', 'notifications',
                'hilo_migrations')
    loop
        -- Not again: it waits for everybody who is using the table, and they for it.
        if not (select c.relrowsecurity from pg_class c where c.oid = v_table) then
            execute format('alter table %s enable row level security', v_table);
        end if;
        execute format('revoke all on %s from public', v_table);
        foreach v_role in array array['anon', 'authenticated'] loop
            if exists (select 1 from pg_roles where rolname = v_role) then
                execute format('revoke all on %s from %I', v_table, v_role);
            end if;
        end loop;
        if exists (select 1 from pg_roles where rolname = 'service_role') then
            execute format('grant select, insert, update, delete on %s to service_role', v_table);
        end if;
    end loop;

    for v_function in
        select p.oid::regprocedure from pg_proc p
         where p.pronamespace = 'public'::regnamespace and p.proname like 'hilo\_%'
    loop
        execute format('revoke all on function %s from public', v_function);
        foreach v_role in array array['anon', 'authenticated'] loop
            if exists (select 1 from pg_roles where rolname = v_role) then
                execute format('revoke all on function %s from %I', v_function, v_role);
            end if;
        end loop;
        if exists (select 1 from pg_roles where rolname = 'service_role') then
            execute format('grant execute on function %s to service_role', v_function);
        end if;
    end loop;

    -- Identity columns draw from sequences.
    for v_table in
        select s.oid::regclass from pg_class s
          join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
          join pg_class t on t.oid = d.refobjid
         where s.relkind = 'S' and t.relnamespace = 'public'::regnamespace
           and t.relname in ('whatsapp_messages', 'event_revisions')
    loop
        execute format('revoke all on sequence %s from public', v_table);
        foreach v_role in array array['anon', 'authenticated'] loop
            if exists (select 1 from pg_roles where rolname = v_role) then
                execute format('revoke all on sequence %s from %I', v_table, v_role);
            end if;
        end loop;
        if exists (select 1 from pg_roles where rolname = 'service_role') then
            execute format('grant usage, select on sequence %s to service_role', v_table);
        end if;
    end loop;
    if exists (select 1 from pg_roles where rolname = 'service_role') then
        grant usage on schema public to service_role;
    end if;
end $$;

insert into hilo_migrations (number, name, checksum)
values (0, 'functions and grants', '1ed553f5fd022e396b48a1f79f041b36ddffb7eb40587cd3952af1601fdb988a')
on conflict (number) do update set checksum = excluded.checksum, applied_at = now()
where hilo_migrations.checksum <> excluded.checksum;

notify pgrst, 'reload schema';
commit;
