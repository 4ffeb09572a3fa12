-- Open complaints by the area they are in now and the one they would be in, per level, where the
-- two differ. The tie-break is that of `city.jurisdictions`.
WITH pieces AS MATERIALIZED (
    SELECT piece.border, area.code, area.area_m2, level.code AS level
    FROM jurisdiction_pieces AS piece
    JOIN jurisdictions AS area ON area.id = piece.jurisdiction_id
    JOIN levels AS level ON level.code = area.level
    WHERE piece.edition_id = :edition
),
after AS (
    SELECT DISTINCT ON (complaints.id, pieces.level) complaints.id, pieces.level, pieces.code
    FROM pieces
    JOIN complaints ON ST_Covers(pieces.border, complaints.point)
    WHERE complaints.closed_at IS NULL
    ORDER BY complaints.id, pieces.level, pieces.area_m2, pieces.code
),
before AS (
    SELECT complaints.id, area.level, area.code
    FROM complaints
    JOIN jurisdictions AS area ON area.id = ANY (complaints.jurisdiction_ids)
    WHERE complaints.closed_at IS NULL
)
SELECT level, before.code AS before, after.code AS after, count(*) AS complaints
FROM before
FULL JOIN after USING (id, level)
WHERE before.code IS DISTINCT FROM after.code
GROUP BY level, before.code, after.code
ORDER BY complaints DESC, level, before, after
