-- Triggers keep what is derived true, also for rows written by hand in the SQL editor. No business logic here.

create or replace function hilo_touch() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    new.updated_at := now();
    return new;
end $$;

-- last_message_at, and unprocessed_since for the batch's claim. hilo_store_message has already written both when it
-- inserts, so that this finds nothing to change: one write per message, not two.
create or replace function hilo_message_inserted() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    update whatsapp_conversations c
       set last_message_at = greatest(c.last_message_at, new.sent_at),
           unprocessed_since = case when new.processed then c.unprocessed_since
                                    else coalesce(c.unprocessed_since, new.created_at) end
     where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id
       and (c.last_message_at is null or c.last_message_at < new.sent_at
            or (not new.processed and c.unprocessed_since is null));
    return null;
end $$;

-- Somebody sets processed back by hand: the batch looks again.
create or replace function hilo_message_reopened() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
begin
    update whatsapp_conversations c
       set unprocessed_since = new.created_at
     where c.tenant_id = new.tenant_id and c.conversation_id = new.conversation_id
       and c.unprocessed_since is null;
    return null;
end $$;

create or replace function hilo_events_changed() returns trigger
language plpgsql security invoker set search_path = public, pg_temp as $$
declare
    v_tenant uuid := case when tg_op = 'DELETE' then old.tenant_id else new.tenant_id end;
    v_conversation_id text := case when tg_op = 'DELETE' then old.conversation_id else new.conversation_id end;
begin
    update whatsapp_conversations c
       set event_count = (select count(*) from extracted_events e
                           where e.tenant_id = v_tenant and e.conversation_id = v_conversation_id
                             and e.status <> 'cancelled'),
           events_version = c.events_version + 1
     where c.tenant_id = v_tenant and c.conversation_id = v_conversation_id;
    return null;
end $$;

create or replace trigger hilo_touch before update on tenants
    for each row execute function hilo_touch();
create or replace trigger hilo_touch before update on channels
    for each row execute function hilo_touch();
create or replace trigger hilo_touch before update on whatsapp_conversations
    for each row execute function hilo_touch();
create or replace trigger hilo_touch before update on whatsapp_messages
    for each row execute function hilo_touch();
create or replace trigger hilo_touch before update on extracted_events
    for each row execute function hilo_touch();

create or replace trigger hilo_message_inserted after insert on whatsapp_messages
    for each row execute function hilo_message_inserted();
create or replace trigger hilo_message_reopened after update of processed on whatsapp_messages
    for each row when (old.processed and not new.processed) execute function hilo_message_reopened();
-- The publisher's bookkeeping (calendar_*) is no change of the event.
create or replace trigger hilo_events_changed
    after insert or delete or update of title, "start", "end", all_day, location, status, reason, evidence, revision
    on extracted_events
    for each row execute function hilo_events_changed();
