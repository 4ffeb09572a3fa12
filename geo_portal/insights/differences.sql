-- What a plain count of all complaints has more (or less) than the kept counts together with the
-- changes not yet taken into them; empty when all is well. One statement, so one moment.
WITH plain AS (
    SELECT slice, grid, x, y, light, sensitive, count(*) AS n, sum(id) AS ids,
           sum(px::bigint) AS px, sum(py::bigint) AS py
    FROM cell_facts
    CROSS JOIN LATERAL cell_slices(
        category_code, department_code, office_code, jurisdiction_ids, day) AS of_slice
    CROSS JOIN LATERAL cell_every(slice, px, py, metres, sensitive) AS cell
    GROUP BY 1, 2, 3, 4, 5, 6
),
kept AS (
    SELECT slice, grid, x, y, light, sensitive, sum(n) AS n, sum(ids) AS ids,
           sum(px) AS px, sum(py) AS py
    FROM (
        SELECT slice, grid, x, y, light, sensitive, n, ids, px, py FROM cell_counts
        UNION ALL
        SELECT slice, grid, x, y, light, sensitive, sign, sign * id, sign * px::bigint,
               sign * py::bigint
        FROM cell_deltas
        CROSS JOIN LATERAL cell_slices(
            category_code, department_code, office_code, jurisdiction_ids, day) AS of_slice
        CROSS JOIN LATERAL cell_every(slice, px, py, metres, sensitive) AS cell
    ) AS changed
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT slice, grid, x, y, light, sensitive,
       coalesce(plain.n, 0) - coalesce(kept.n, 0) AS n,
       coalesce(plain.ids, 0) - coalesce(kept.ids, 0) AS ids,
       coalesce(plain.px, 0) - coalesce(kept.px, 0) AS px,
       coalesce(plain.py, 0) - coalesce(kept.py, 0) AS py
FROM plain FULL JOIN kept USING (slice, grid, x, y, light, sensitive)
WHERE (coalesce(plain.n, 0), coalesce(plain.ids, 0), coalesce(plain.px, 0), coalesce(plain.py, 0))
   <> (coalesce(kept.n, 0), coalesce(kept.ids, 0), coalesce(kept.px, 0), coalesce(kept.py, 0))
