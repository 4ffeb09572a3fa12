-- What people have done for their neighbours, counted anew from events whenever it is asked.
-- Filing a report is worth nothing; so is whatever somebody could do alone.
WITH verified AS (
    SELECT event.person_id, event.complaint_id, event.at,
        CASE WHEN (event.facts ->> 'photo')::boolean THEN 3 ELSE 2 END AS points,
        -- A morning's walk, not a quota: the sixth of a day and the second of a place are free.
        row_number() OVER (PARTITION BY event.person_id, event.at::date ORDER BY event.id) AS nth,
        row_number() OVER (PARTITION BY event.person_id, event.complaint_id ORDER BY event.id)
            AS time_there
    FROM events AS event
    WHERE event.kind = 'verified' AND event.person_id = ANY(:people)
      AND (event.facts ->> 'counted')::boolean
      -- Who says "fixed" of what its reporter then opens again was not there.
      AND NOT (event.facts ->> 'verdict' = 'fixed' AND EXISTS (
          SELECT FROM events AS later
          WHERE later.complaint_id = event.complaint_id AND later.kind = 'reopened'
            AND later.at >= event.at AND later.at < event.at + interval '30 days'))
),
helped AS (
    SELECT DISTINCT (event.facts ->> 'to_person')::bigint AS person_id, event.complaint_id
    FROM events AS event
    WHERE event.kind = 'comment_helped'
      AND event.facts ->> 'to_person' = ANY(CAST(CAST(:people AS bigint[]) AS text[]))
      AND event.person_id IS DISTINCT FROM (event.facts ->> 'to_person')::bigint
),
first_reports AS (
    -- Fixed, and somebody else stood behind it or was there and saw it.
    SELECT complaint.reporter_id AS person_id, complaint.id
    FROM complaints AS complaint
    WHERE complaint.reporter_id = ANY(:people)
      AND complaint.light = 'done' AND complaint.outcome = 'fixed'
      AND (
          EXISTS (
              SELECT FROM supports
              WHERE supports.complaint_id = complaint.id AND left_out_because IS NULL
                AND supports.person_id IS NOT NULL
                AND supports.person_id <> complaint.reporter_id
                AND supports.device_hash IS DISTINCT FROM complaint.device_hash)
          OR EXISTS (
              SELECT FROM complaints AS joined
              WHERE joined.merged_into_id = complaint.id
                AND joined.reporter_id <> complaint.reporter_id
                AND joined.device_hash IS DISTINCT FROM complaint.device_hash)
          OR EXISTS (
              SELECT FROM events
              WHERE events.complaint_id = complaint.id AND events.kind = 'verified'
                AND (events.facts ->> 'counted')::boolean
                AND events.person_id <> complaint.reporter_id)
      )
)
SELECT person.id AS person_id,
    (SELECT count(*) FROM verified
     WHERE person_id = person.id AND nth <= 5 AND time_there = 1) AS verified,
    (SELECT coalesce(sum(points), 0) FROM verified
     WHERE person_id = person.id AND nth <= 5 AND time_there = 1) AS verified_points,
    (SELECT count(*) FROM helped WHERE person_id = person.id) AS helped,
    (SELECT count(*) FROM first_reports WHERE person_id = person.id) AS first_reports
FROM people AS person
WHERE person.id = ANY(:people)
  AND NOT EXISTS (SELECT FROM memberships WHERE memberships.person_id = person.id)
