-- What a plain count of all complaints has more (or less) than the counts per day together with
-- the changes not yet taken into them; empty when all is well. One statement, so one moment.
SELECT department_code, kind, day, office_code, category_code, jurisdiction_ids, sum(n) AS n
FROM (
    SELECT coalesce(department_code, '') AS department_code, kind,
           CASE WHEN kind = 'open' AND day < horizon THEN '-infinity' ELSE day END AS day,
           coalesce(office_code, '') AS office_code, coalesce(category_code, '') AS category_code,
           jurisdiction_ids, n
    FROM (
        SELECT *, 1 AS n FROM (
            SELECT department_code, office_code, category_code, jurisdiction_ids, received_on,
                   closed_on, is_done, due_on
            FROM day_facts
        ) AS plain
        UNION ALL
        SELECT department_code, office_code, category_code, jurisdiction_ids, received_on,
               closed_on, is_done, due_on, -sign
        FROM day_deltas
    ) AS facts
    CROSS JOIN day_state
    CROSS JOIN LATERAL day_kinds(received_on, closed_on, is_done, due_on) AS counts_for
    UNION ALL
    SELECT department_code, kind, day, office_code, category_code, jurisdiction_ids, -n
    FROM day_counts
) AS both_sides
GROUP BY 1, 2, 3, 4, 5, 6
HAVING sum(n) <> 0
