-- What happened to each stored complaint, in the order in which it happened.
INSERT INTO events (complaint_id, kind, at, by, office_code, remark, facts, internal)
SELECT
    stored.id, event.kind, event.at, event.by, event.office, event.remark, event.facts,
    event.kind = 'reminded'
FROM stored
JOIN incoming USING (line)
JOIN decided USING (line)
JOIN routes
    ON routes.ids = decided.ids AND routes.category = decided.category
    AND routes.rule = coalesce(decided.rule, -1)
CROSS JOIN LATERAL (
    VALUES
    (1, 'submitted', submitted_at, 'citizen', NULL, NULL, routes.told),
    (
        2, 'assigned',
        CASE WHEN stored.status <> 'submitted' THEN submitted_at END,
        'portal', stored.office_code, NULL,
        jsonb_build_object('department', stored.department_code)
    ),
    (
        3, 'acknowledged', acknowledged_at,
        'department', stored.office_code, NULL, '{}'::jsonb
    ),
    (
        4, 'in_progress',
        CASE
            WHEN stored.status = 'in_progress'
                THEN coalesce(started_at, acknowledged_at, submitted_at)
            ELSE started_at
        END,
        'department', stored.office_code, NULL, '{}'::jsonb
    ),
    (
        5, CASE WHEN stored.status = 'confirmed' THEN 'resolved' ELSE stored.status END, closed_at,
        'department', stored.office_code, incoming.remark,
        jsonb_strip_nulls(jsonb_build_object('outcome', incoming.outcome))
    ),
    (
        6, 'feedback', feedback_at, 'citizen', NULL, feedback,
        jsonb_strip_nulls(jsonb_build_object(
            'answer', satisfied,
            'satisfied', CASE satisfied WHEN 'yes' THEN true WHEN 'no' THEN false END
        ))
    ),
    (
        7,
        CASE
            WHEN stored.status IN ('triaged', 'reopened', 'waiting_citizen', 'waiting_other')
                THEN stored.status
        END,
        greatest(submitted_at, acknowledged_at, started_at, feedback_at),
        'department', stored.office_code, NULL, '{}'::jsonb
    )
    UNION ALL
    -- As `complaints.escalation` would have told each step of the ladder.
    SELECT
        8, CASE WHEN told = 'office' THEN 'reminded' ELSE 'escalated' END, climbed.at,
        'portal', coalesce(stored.office_code, stored.department_code), NULL,
        jsonb_strip_nulls(jsonb_build_object(
            'step', climbed.step, 'told', told, 'percent', percent,
            'after_s', extract(epoch FROM after)::bigint,
            'reached_at',
            to_char(climbed.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')
        ))
    FROM climbed
    JOIN escalation_steps ON position = climbed.step - 1
    WHERE climbed.line = stored.line
) AS event (nth, kind, at, by, office, remark, facts)
WHERE event.at IS NOT NULL AND event.kind IS NOT NULL
ORDER BY stored.id, event.at, event.nth
