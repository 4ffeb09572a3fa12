-- Every event beside its seal, and what is wrong with either. Each link of a chain is checked
-- against the seal that is stored before it, so that a finding names the event it is about.
WITH beside AS (
    SELECT
        coalesce(seals.complaint_id, events.complaint_id) AS complaint_id,
        coalesce(seals.event_id, events.id) AS event_id,
        events.kind, events.at, events.id IS NULL AS is_gone,
        seals.nth, seals.sealed_at, seals.seal,
        event_digest(
            sealed_text(events.id, events.complaint_id, seals.nth, events.kind, events.at,
                events.by, events.office_code, events.remark, events.facts, events.internal,
                seals.sealed_at),
            sealed_person(events.person_id, seals.salt)
        ) AS digest
    FROM events FULL JOIN event_seals AS seals ON seals.event_id = events.id
    WHERE CAST(:since AS timestamptz) IS NULL
        OR coalesce(seals.complaint_id, events.complaint_id) IN (
            SELECT complaint_id FROM event_seals WHERE sealed_at >= :since
            UNION ALL
            SELECT complaint_id FROM events WHERE at >= :since
        )
    OFFSET 0  -- The digests first: sorting what they are made of would take ten times the room.
),
in_order AS (
    SELECT
        beside.*,
        coalesce(lag(nth) OVER chain, 0) AS nth_before,
        lag(seal) OVER chain AS seal_before,
        lag(at) OVER chain AS at_before,
        sealed_at = first_value(sealed_at) OVER chain AS with_the_first
    FROM beside
    WINDOW chain AS (PARTITION BY complaint_id ORDER BY nth, event_id)
),
judged AS (
    SELECT in_order.*, complaints.code, CASE
        WHEN seal IS NULL THEN 'unsealed'
        WHEN is_gone THEN 'removed'
        WHEN nth > nth_before + 1 THEN 'gap'
        WHEN seal <> seal_after(seal_before, digest) THEN 'changed'
        WHEN at < at_before - CAST(:out_of_order AS interval) THEN 'out_of_order'
        -- The past of an imported complaint, and what was there before the seals, came in later
        -- than it happened.
        WHEN at < sealed_at - CAST(:late AS interval) AND NOT (with_the_first AND (
            complaints.channel = 'IMPORT' OR complaints.source IS NOT NULL
            OR sealed_at = (SELECT min(sealed_at) FROM event_seals)
        )) THEN 'back_dated'
    END AS what
    FROM in_order LEFT JOIN complaints ON complaints.id = in_order.complaint_id
)
SELECT what, code, event_id, kind, at, sealed_at, nth, nth_before
FROM judged
WHERE what IS NOT NULL
    AND (CAST(:since AS timestamptz) IS NULL OR coalesce(sealed_at, at) >= :since)
ORDER BY event_id
