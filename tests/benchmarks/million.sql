-- A million complaints over three years, set-based: spread over the wards by their people, half of
-- them within 300 m of the ward's middle, categories as uneven as in life, older ones mostly closed.
INSERT INTO complaints (code, description, language, point, edition_id, jurisdiction_ids,
    category_code, department_code, office_code, status, outcome, sensitive, submitted_at,
    respond_by, due_at, closed_at, updated_at)
WITH wards AS (
    SELECT ward.*, ARRAY_REMOVE(ARRAY[city.id, district.id, ward.id], NULL) AS ids,
        coalesce(ward.population, 1000)::float / sum(coalesce(ward.population, 1000)) OVER () AS share
    FROM jurisdictions AS ward
    LEFT JOIN jurisdictions AS district ON district.id = ward.parent_id
    LEFT JOIN jurisdictions AS city ON city.id = district.parent_id
    WHERE ward.edition_id = (SELECT id FROM editions WHERE status = 'active')
      AND ward.level = (SELECT code FROM levels ORDER BY rank DESC LIMIT 1)
),
offices AS (
    SELECT DISTINCT ON (wards.id, office.parent_code) wards.id AS ward, office.parent_code AS of,
        office.code
    FROM wards
    JOIN jurisdictions AS area ON area.id = ANY(wards.ids)
    JOIN departments AS office ON office.area_level = area.level AND office.area_code = area.code
    ORDER BY 1, 2, area.area_m2
),
points AS (
    SELECT id AS ward, ids, (ST_Dump(ST_GeneratePoints(border, ceil({rows} * share / 2)::integer, 7))).geom AS point
    FROM wards
    UNION ALL
    SELECT id, ids, (ST_Dump(ST_GeneratePoints(ST_Intersection(border,
        ST_Buffer(label_point::geography, 300)::geometry), ceil({rows} * share / 2)::integer, 11))).geom
    FROM wards
),
kinds AS (
    SELECT code, department_code, sensitive,
        sum(1.0 / (position + 3)) OVER (ORDER BY position) / sum(1.0 / (position + 3)) OVER () AS upto
    FROM categories
),
drawn AS (
    SELECT point, ward, ids, random() AS kind, random() AS fate,
        timestamptz '2026-06-30' - random() * interval '3 years' AS at,
        row_number() OVER () AS number
    FROM points
),
filed AS (
    SELECT drawn.*, kind.code AS category, kind.department_code, kind.sensitive,
        CASE WHEN fate < 0.75 AND at < timestamptz '2026-06-01' THEN 'resolved'
             WHEN fate < 0.85 THEN 'in_progress' WHEN fate < 0.9 THEN 'rejected'
             ELSE 'submitted' END AS status
    FROM drawn
    CROSS JOIN LATERAL (SELECT * FROM kinds WHERE upto >= drawn.kind ORDER BY upto LIMIT 1) AS kind
    ORDER BY at
)
SELECT 'B' || lpad(number::text, 8, '0'), 'Something is wrong here, number ' || number, 'en', point,
    (SELECT id FROM editions WHERE status = 'active'), ids, category, department_code,
    offices.code,
    status, CASE WHEN status = 'resolved' THEN 'fixed' END, sensitive, at, at + interval '1 day',
    at + interval '5 days',
    CASE WHEN status IN ('resolved', 'rejected') THEN at + interval '20 days' * fate END, at
FROM filed
LEFT JOIN offices ON offices.ward = filed.ward AND offices.of = filed.department_code
