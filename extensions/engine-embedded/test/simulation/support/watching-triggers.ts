/** What watches the tables during a simulation, and notes what must not be. */
export const watchingTriggers = `create table simulation_notes (note text not null)
;;
create trigger simulation_run_moves after update of status on engine_runs
when old.status <> new.status and old.status || ' to ' || new.status not in (
  'queued to running', 'queued to canceled', 'running to waiting', 'waiting to running',
  'running to succeeded', 'running to failed', 'running to canceled', 'running to timed_out',
  'failed to queued',
  -- By force, right after it was laid aside.
  'waiting to canceled'
)
begin insert into simulation_notes values ('run ' || new.id || ' went from ' || old.status || ' to ' || new.status); end
;;
create trigger simulation_ended_runs after update on engine_runs
when old.finished_at is not null and new.status <> 'queued'
begin insert into simulation_notes values ('run ' || new.id || ' was changed after its end'); end
;;
create trigger simulation_held_runs after update of lease_until, status on engine_runs
when new.status = 'waiting' and new.lease_until > 0
begin insert into simulation_notes values ('run ' || new.id || ' was laid aside and is held nevertheless'); end
;;
create trigger simulation_epochs after update of lease_epoch on engine_runs when new.lease_epoch < old.lease_epoch
begin insert into simulation_notes values ('run ' || new.id || ' went back to an earlier epoch'); end
;;
create trigger simulation_step_moves after update of status on engine_steps
when (old.status = 'done' and new.status not in ('done', 'undone') or old.status = 'undone' and new.status <> 'undone')
  -- What tidies up does so after each attempt.
  and (select attempt from engine_runs where id = new.run_id) = 1
begin insert into simulation_notes values
  ('step ' || new.run_id || '/' || new.path || ' went from ' || old.status || ' to ' || new.status); end
;;
create trigger simulation_call_moves after update of status on engine_calls
when old.status <> 'intent' and old.status <> new.status
begin insert into simulation_notes values
  ('call ' || new.run_id || '/' || new.path || ' went from ' || old.status || ' to ' || new.status); end
;;
create trigger simulation_slots after insert on engine_slots
when (select count(*) from engine_slots where org = new.org and slot_key = new.slot_key)
  > (select slot_limit from engine_runs where id = new.run_id)
begin insert into simulation_notes values ('key ' || new.slot_key || ' has more runs than it may'); end`;
