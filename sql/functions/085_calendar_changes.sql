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
