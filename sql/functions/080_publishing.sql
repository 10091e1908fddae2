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
