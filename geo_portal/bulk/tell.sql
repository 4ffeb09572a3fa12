-- What the first event keeps of a route, in the form that `routing.route.Route.as_facts` gives.
ALTER TABLE routes ADD COLUMN told jsonb;
UPDATE routes SET told = jsonb_build_object(
    'edition', CAST(:edition_name AS text),
    'areas', areas,
    'category', nullif(category, ''),
    'category_by', CASE WHEN category <> '' THEN 'import' END,
    'confidence', NULL,
    'department', department,
    'office', office,
    'needs_triage', needs_triage,
    'imported_from', CAST(:source AS text),
    'similar', '[]'::jsonb,
    'reasons', (
        SELECT jsonb_agg(reason) FROM unnest(ARRAY[
            CASE
                WHEN is_outside THEN jsonb_build_object('kind', 'outside')
                ELSE jsonb_build_object(
                    'kind', 'place', 'areas', areas,
                    'edition', CAST(:edition_name AS text), 'accuracy_m', NULL
                )
            END,
            CASE
                WHEN category = '' THEN jsonb_build_object('kind', 'no_words')
                ELSE jsonb_build_object('kind', 'imported', 'category', category)
            END,
            CASE
                WHEN rule <> -1
                    THEN jsonb_build_object('kind', 'rule', 'rule', rule, 'says', rule_says)
                WHEN is_outside OR category = ''
                    THEN jsonb_build_object('kind', 'triage', 'department', department)
                ELSE jsonb_build_object(
                    'kind', 'owner', 'category', category, 'department', department
                )
            END,
            CASE
                WHEN office IS NOT NULL
                    THEN jsonb_build_object('kind', 'office', 'office', office)
            END
        ]) AS reason
        WHERE reason IS NOT NULL
    )
)
