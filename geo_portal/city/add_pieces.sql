-- The pieces of an edition's borders: large ones cut up, small ones whole, one row per polygon.
INSERT INTO jurisdiction_pieces (jurisdiction_id, edition_id, border)
SELECT area.id, area.edition_id, piece.geom
FROM
    jurisdictions AS area,
    ST_Dump(area.border) AS part,
    ST_Dump(
        CASE
            WHEN ST_NPoints(part.geom) > :above
                THEN (SELECT ST_Collect(cut) FROM ST_Subdivide(part.geom, :vertices) AS cut)
            ELSE part.geom
        END
    ) AS piece
WHERE area.edition_id = :edition AND ST_Dimension(piece.geom) = 2
