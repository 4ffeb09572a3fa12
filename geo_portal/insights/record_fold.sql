-- Packs the next marked days of a kind anew, in one statement: whoever reads meanwhile sees the mark
-- or the new record. A department that has nothing on the day any more keeps an empty record.
WITH marked AS (
    DELETE FROM day_marks
    WHERE kind = '{kind}' AND day IN (
        SELECT DISTINCT day FROM day_marks WHERE kind = '{kind}' ORDER BY day LIMIT {days}
    )
    RETURNING day
),
found AS (
    SELECT coalesce(department_code, '') AS department_code, day,
           coalesce(office_code, '') AS office_code, coalesce(category_code, '') AS category_code,
           jurisdiction_ids, complaint_id, entry
    FROM (SELECT DISTINCT day AS marked_day FROM marked) AS days
    CROSS JOIN LATERAL day_entries(
        '{kind}',
        marked_day::timestamp AT TIME ZONE (SELECT timezone FROM city),
        (marked_day + 1)::timestamp AT TIME ZONE (SELECT timezone FROM city)
    ) AS of_day
),
new_groups AS (
    INSERT INTO day_groups (department_code, office_code, category_code, jurisdiction_ids)
    SELECT department_code, office_code, category_code, jurisdiction_ids FROM found
    EXCEPT
    SELECT department_code, office_code, category_code, jurisdiction_ids FROM day_groups
    RETURNING *
),
packed AS (
    SELECT department_code, day,
           string_agg(int4send(id), '' ORDER BY complaint_id, entry) AS groups,
           string_agg(int8send(entry), '' ORDER BY complaint_id, entry) AS entries
    FROM found
    JOIN (SELECT * FROM day_groups UNION ALL SELECT * FROM new_groups) AS known
        USING (department_code, office_code, category_code, jurisdiction_ids)
    GROUP BY 1, 2
)
INSERT INTO day_records AS known (kind, day, department_code, groups, entries)
SELECT '{kind}', day, department_code, groups, entries FROM packed
UNION ALL
SELECT kind, day, department_code, '', '' FROM day_records
WHERE kind = '{kind}' AND day IN (SELECT day FROM marked) AND groups <> ''
  AND (department_code, day) NOT IN (SELECT department_code, day FROM packed)
ON CONFLICT (kind, day, department_code)
DO UPDATE SET groups = excluded.groups, entries = excluded.entries
WHERE (known.groups, known.entries) <> (excluded.groups, excluded.entries)
