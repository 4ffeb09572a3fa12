-- Outside the city, and inside once longitude and latitude change places: the single door refuses
-- these too. They leave the batch and are told about.
DELETE FROM incoming
WHERE NOT EXISTS (SELECT FROM placed WHERE placed.line = incoming.line)
  AND (
    (lon = 0 AND lat = 0)
    OR EXISTS (
        SELECT FROM jurisdiction_pieces AS piece
        WHERE abs(lon) <= 90 AND piece.edition_id = :edition
          AND ST_Covers(piece.border, ST_SetSRID(ST_MakePoint(lat, lon), 4326))
    )
  )
RETURNING line, lon, lat
