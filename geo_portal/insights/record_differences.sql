-- The records that a plain look at all reports would pack differently; empty when all is well. Days
-- that are marked to be packed anew are left out.
WITH plain AS (
    SELECT day_entries.kind, day_entries.day, coalesce(day_entries.department_code, '') AS department_code,
           string_agg(int4send(day_groups.id), '' ORDER BY complaint_id, entry) AS groups,
           string_agg(int8send(entry), '' ORDER BY complaint_id, entry) AS entries
    FROM unnest(ARRAY['received', 'closed', 'reopened']) AS of_kind
    CROSS JOIN LATERAL day_entries(of_kind, '-infinity', 'infinity') AS day_entries
    LEFT JOIN day_groups
        ON day_groups.department_code = coalesce(day_entries.department_code, '')
        AND day_groups.office_code = coalesce(day_entries.office_code, '')
        AND day_groups.category_code = coalesce(day_entries.category_code, '')
        AND day_groups.jurisdiction_ids = day_entries.jurisdiction_ids
    GROUP BY 1, 2, 3
),
kept AS (
    SELECT * FROM day_records WHERE entries <> ''
)
SELECT kind, day, department_code
FROM plain FULL JOIN kept USING (kind, day, department_code)
WHERE (plain.groups, plain.entries) IS DISTINCT FROM (kept.groups, kept.entries)
  AND NOT EXISTS (SELECT FROM day_stale WHERE day_stale.kind = coalesce(plain.kind, kept.kind)
                  AND day_stale.day = coalesce(plain.day, kept.day))
