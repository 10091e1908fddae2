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
