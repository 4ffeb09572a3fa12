-- Takes the noted changes into the counts per day, in one statement: readers see either the changes
-- or the counts that hold them, never both.
WITH taken AS (
    DELETE FROM day_deltas RETURNING *
),
-- The records of these days are packed anew.
marked AS (
    INSERT INTO day_marks
    SELECT 'received', received_on FROM taken
    UNION SELECT 'closed', closed_on FROM taken WHERE closed_on IS NOT NULL
    UNION SELECT 'reopened', (events.at AT TIME ZONE (SELECT timezone FROM city))::date
    FROM taken JOIN events USING (complaint_id) WHERE events.kind = 'reopened'
),
changed AS (
    SELECT coalesce(department_code, '') AS department_code, kind,
           CASE WHEN kind = 'open' AND day < horizon THEN '-infinity' ELSE day END AS day,
           coalesce(office_code, '') AS office_code, coalesce(category_code, '') AS category_code,
           jurisdiction_ids, sum(sign) AS n
    FROM day_state CROSS JOIN taken CROSS JOIN LATERAL day_kinds(received_on, closed_on, is_done, due_on) AS counts_for
    GROUP BY 1, 2, 3, 4, 5, 6
)
INSERT INTO day_counts AS known
    (department_code, kind, day, office_code, category_code, jurisdiction_ids, n)
SELECT * FROM changed WHERE n <> 0
ORDER BY department_code, kind, day
ON CONFLICT (department_code, kind, day, office_code, category_code, jurisdiction_ids)
DO UPDATE SET n = known.n + excluded.n
