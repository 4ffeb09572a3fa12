-- Clusters of new, open reports: of one kind, close to one another, without a longer pause.
WITH new AS (
    SELECT complaint.id, complaint.category_code, complaint.submitted_at, complaint.point,
        ST_Transform(complaint.point, :srid) AS place
    FROM complaints AS complaint
    LEFT JOIN incident_complaints AS member ON member.complaint_id = complaint.id
    WHERE complaint.submitted_at > :since AND complaint.submitted_at <= :now
      AND complaint.closed_at IS NULL AND NOT complaint.sensitive
      AND complaint.category_code <> :none AND member.complaint_id IS NULL
),
gathered AS (
    SELECT *, ST_ClusterDBSCAN(place, :eps, :fewest) OVER (PARTITION BY category_code) AS spot
    FROM new
),
after_pauses AS (
    SELECT *, coalesce(submitted_at - lag(submitted_at) OVER (
        PARTITION BY category_code, spot ORDER BY submitted_at) > :pause, false) AS begins
    FROM gathered WHERE spot IS NOT NULL
),
numbered AS (
    SELECT *, count(*) FILTER (WHERE begins) OVER (
        PARTITION BY category_code, spot ORDER BY submitted_at, id) AS wave
    FROM after_pauses
)
SELECT category_code, min(submitted_at) AS begun_at, array_agg(id ORDER BY id) AS numbers,
    -- The hull, and the reach of one report around it: new ones lie in it.
    ST_AsEWKT(ST_Transform(ST_Buffer(ST_ConvexHull(ST_Collect(place)), :eps), 4326)) AS area
FROM numbered
GROUP BY category_code, spot, wave
HAVING count(*) >= :fewest
ORDER BY min(id)
