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
