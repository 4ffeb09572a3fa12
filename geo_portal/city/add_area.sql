-- One area of an edition under its parent, with what is asked of it most often worked out once.
-- The label goes to the middle of the largest circle that fits: a city's shape is seldom convex.
INSERT INTO jurisdictions (
    edition_id, level, code, name, parent_id, population, area_m2, border, label_point
)
SELECT
    :edition, :level, :code, :name,
    (
        SELECT id FROM jurisdictions
        WHERE edition_id = :edition AND level = :parent_level AND code = :parent_code
    ),
    :population,
    ST_Area(area.border::geography),
    area.border,
    ST_SetSRID((ST_MaximumInscribedCircle(area.border)).center, 4326)
FROM (SELECT ST_GeomFromWKB(:border, 4326) AS border) AS area
