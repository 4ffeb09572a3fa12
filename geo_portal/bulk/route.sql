-- Category, areas and rule of each row; then, once for every combination that occurs, where it goes
-- and why. The rules stand as one CASE in the order of their numbers: the first that holds wins.
CREATE TEMPORARY TABLE decided ON COMMIT DROP AS
SELECT
    incoming.line,
    coalesce(placed.ids, '{{}}') AS ids,
    coalesce(incoming.category, '') AS category,
    incoming.accuracy_m,
    CASE WHEN placed.ids IS NOT NULL THEN {rule} END AS rule
FROM incoming
LEFT JOIN placed USING (line);

CREATE TEMPORARY TABLE routes ON COMMIT DROP AS
WITH combinations AS (
    SELECT DISTINCT ids, category, coalesce(rule, -1) AS rule FROM decided
),
owned AS (
    SELECT
        combinations.*,
        rules.reason AS rule_says,
        cardinality(ids) = 0 AS is_outside,
        CASE
            WHEN cardinality(ids) = 0 THEN :triage
            ELSE coalesce(rules.department_code, categories.department_code, :triage)
        END AS owner
    FROM combinations
    LEFT JOIN rules ON rules.position = combinations.rule
    LEFT JOIN categories ON categories.code = combinations.category
),
-- A rule may name an office itself; its department is then the office's parent.
parted AS (
    SELECT
        owned.*,
        coalesce(named.parent_code, named.code) AS department,
        CASE WHEN named.parent_code IS NOT NULL THEN named.code END AS named_office
    FROM owned
    LEFT JOIN departments AS named ON named.code = owned.owner
),
officed AS (
    SELECT
        parted.*,
        CASE WHEN NOT is_outside THEN coalesce(named_office, found.code) END AS office
    FROM parted
    LEFT JOIN LATERAL (
        SELECT office.code
        FROM unnest(parted.ids) WITH ORDINALITY AS around (id, nth)
        JOIN jurisdictions AS area ON area.id = around.id
        JOIN departments AS office
            ON office.area_level = area.level AND office.area_code = area.code
        WHERE office.parent_code = parted.department AND office.active
        ORDER BY around.nth DESC, office.code DESC
        LIMIT 1
    ) AS found ON true
)
SELECT
    officed.*,
    is_outside OR (category = '' AND rule = -1) OR department IS NULL AS needs_triage,
    named_areas.told AS areas
FROM officed
CROSS JOIN LATERAL (
    SELECT coalesce(
        jsonb_agg(
            jsonb_build_object('level', area.level, 'code', area.code, 'name', area.name)
            ORDER BY around.nth
        ),
        '[]'
    ) AS told
    FROM unnest(officed.ids) WITH ORDINALITY AS around (id, nth)
    JOIN jurisdictions AS area ON area.id = around.id
) AS named_areas
