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
