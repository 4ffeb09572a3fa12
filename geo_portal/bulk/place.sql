-- The areas around every incoming point, coarse to fine. The pieces come first and look up the
-- points: the other way round took ten times as long. Without its own index a materialised list
-- of pieces leaves the planner no other way.
CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
WITH pieces AS MATERIALIZED (
    SELECT piece.border, area.id, area.area_m2, area.code, level.rank
    FROM jurisdiction_pieces AS piece
    JOIN jurisdictions AS area ON area.id = piece.jurisdiction_id
    JOIN levels AS level ON level.code = area.level
    WHERE piece.edition_id = :edition
),
-- The same tie-break as for a single point: finer level, smaller area, lower code.
chosen AS (
    SELECT DISTINCT ON (incoming.line, pieces.rank) incoming.line, pieces.rank, pieces.id
    FROM pieces
    JOIN incoming ON ST_Covers(pieces.border, incoming.point)
    ORDER BY incoming.line, pieces.rank, pieces.area_m2, pieces.code
)
SELECT line, array_agg(id ORDER BY rank) AS ids FROM chosen GROUP BY line
