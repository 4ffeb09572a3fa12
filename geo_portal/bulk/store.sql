-- The rows as the single door would have written them.
CREATE TEMPORARY TABLE stored ON COMMIT DROP AS
WITH added AS (
    INSERT INTO complaints (
        code, description, public_description, language, point, accuracy_m, address, edition_id, jurisdiction_ids,
        category_code, category_by, department_code, office_code, status, outcome, sensitive,
        urgent, channel, source, source_id, submitted_at, respond_by, due_at, promised, working_time,
        escalation_step, escalate_at, closed_at, updated_at
    )
    SELECT
        incoming.code, incoming.description, incoming.public_description, incoming.language,
        incoming.point,
        incoming.accuracy_m, incoming.address, :edition, decided.ids,
        incoming.category, CASE WHEN incoming.category IS NOT NULL THEN 'import' END,
        routes.department, routes.office,
        CASE
            WHEN incoming.status IS NULL OR incoming.status IN ('submitted', 'assigned')
                THEN CASE WHEN routes.needs_triage THEN 'submitted' ELSE 'assigned' END
            ELSE incoming.status
        END,
        incoming.outcome, coalesce(categories.sensitive, false),
        -- What was closed long ago is in nobody's way any more.
        incoming.speaks_of_danger AND incoming.closed_at IS NULL,
        'IMPORT', :source, incoming.source_id, incoming.submitted_at, promised.respond_by,
        promised.due_at, promised.promised, promised.working_time, promised.escalation_step,
        promised.escalate_at, incoming.closed_at,
        -- A file's clock may be ahead; whoever works on the complaint next must not come too early.
        least(
            :now,
            greatest(
                incoming.submitted_at, incoming.acknowledged_at, incoming.started_at,
                incoming.closed_at, incoming.feedback_at
            )
        )
    FROM incoming
    JOIN decided USING (line)
    JOIN promised USING (line)
    JOIN routes
        ON routes.ids = decided.ids AND routes.category = decided.category
        AND routes.rule = coalesce(decided.rule, -1)
    LEFT JOIN categories ON categories.code = incoming.category
    ORDER BY incoming.submitted_at, incoming.line
    ON CONFLICT (source, source_id) DO NOTHING
    RETURNING id, source_id, status, department_code, office_code
)
SELECT added.*, incoming.line FROM added JOIN incoming USING (source_id)
