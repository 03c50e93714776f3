-- Adds the one sync job of each contact, a set at a time. A job that waits keeps the more urgent lane and the earlier
-- time; within its own lane it moves on to `due`, but never later than `patience` after it was made (null: it never
-- moves on). A job that is running is left alone and followed by the new one. But for those of a
-- person, jobs carry flags that name their connection, so that a worker can leave out one that has enough runs.
CREATE OR REPLACE FUNCTION enqueue_syncs(connections uuid[], refs text[], dues timestamptz[], urgencies integer[], patience interval[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE specs graphile_worker.job_spec[];
BEGIN
  SELECT array_agg((
      'sync', json_build_object('connectionId', w.connection, 'contactRef', w.ref), NULL,
      CASE WHEN j.key IS NULL THEN w.due
        WHEN w.patience IS NOT NULL AND j.priority = w.urgency THEN least(w.due, j.created_at + w.patience)
        ELSE least(w.due, j.run_at) END,
      25, w.job_name, lane.priority,
      CASE WHEN lane.priority >= 0 THEN ARRAY['shared:' || w.connection, 'everyday:' || w.connection]
        WHEN lane.priority > -20 THEN ARRAY['shared:' || w.connection] END)::graphile_worker.job_spec ORDER BY w.job_name)
    INTO specs
    FROM (SELECT *, 'sync:' || t.connection || ':' || t.ref AS job_name
      FROM unnest(connections, refs, dues, urgencies, patience) AS t(connection, ref, due, urgency, patience)) AS w
    LEFT JOIN graphile_worker.jobs j ON j.key = w.job_name AND j.locked_at IS NULL
    CROSS JOIN LATERAL (SELECT least(w.urgency, j.priority) AS priority) AS lane;
  IF specs IS NULL THEN RETURN 0; END IF;
  PERFORM graphile_worker.add_jobs(specs);
  RETURN array_length(specs, 1);
END
$$;
