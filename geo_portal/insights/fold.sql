-- Takes the noted changes into the counts. Readers see either the changes or the counts that hold
-- them, never both: it is one statement. Coarser cells are summed from finer ones.
WITH taken AS (
    DELETE FROM cell_deltas RETURNING *
),
finest AS (
    SELECT slice, grid, x, y, light, sensitive,
           sum(sign) AS n, sum(sign * id) AS ids,
           sum(sign * px::bigint) AS px, sum(sign * py::bigint) AS py
    FROM taken
    CROSS JOIN LATERAL cell_slices(
        category_code, department_code, office_code, jurisdiction_ids, day) AS of_slice
    CROSS JOIN LATERAL cell_finest(slice, px, py, metres, sensitive) AS cell
    GROUP BY 1, 2, 3, 4, 5, 6
),
coarser AS (
    SELECT slice, CASE grid WHEN 'z17' THEN 'z13' ELSE 'm1000' END AS grid,
           CASE grid WHEN 'z17' THEN x >> 4 ELSE x >> 2 END AS x,
           CASE grid WHEN 'z17' THEN y >> 4 ELSE y >> 2 END AS y,
           light, sensitive, sum(n) AS n, sum(ids) AS ids, sum(px) AS px, sum(py) AS py
    FROM finest WHERE grid IN ('z17', 'm250')
    GROUP BY 1, 2, 3, 4, 5, 6
),
coarsest AS (
    SELECT slice, 'z9' AS grid, x >> 4 AS x, y >> 4 AS y,
           light, sensitive, sum(n) AS n, sum(ids) AS ids, sum(px) AS px, sum(py) AS py
    FROM coarser WHERE grid = 'z13'
    GROUP BY 1, 2, 3, 4, 5, 6
)
INSERT INTO cell_counts AS known (slice, grid, x, y, light, sensitive, n, ids, px, py)
SELECT * FROM finest WHERE (n, ids, px, py) <> (0, 0, 0, 0)
UNION ALL SELECT * FROM coarser WHERE (n, ids, px, py) <> (0, 0, 0, 0)
UNION ALL SELECT * FROM coarsest WHERE (n, ids, px, py) <> (0, 0, 0, 0)
-- Neighbours on the map become neighbours on the disk: a map reads a hundred pages, not thousands.
ORDER BY slice, grid, x, y
ON CONFLICT (slice, grid, x, y, light, sensitive) DO UPDATE SET
    n = known.n + excluded.n, ids = known.ids + excluded.ids,
    px = known.px + excluded.px, py = known.py + excluded.py
