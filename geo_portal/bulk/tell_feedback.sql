-- What reporters said of the fixes of the stored complaints, for the ratings: an answer in an older
-- system was given by its reporter there.
INSERT INTO feedback (complaint_id, event_id, by, verdict, satisfied, office_code, counted, at)
SELECT
    event.complaint_id, event.id, 'reporter',
    CASE event.facts ->> 'answer' WHEN 'yes' THEN 'fixed' WHEN 'no' THEN 'not' ELSE 'partly' END,
    (event.facts ->> 'satisfied')::boolean,
    coalesce(stored.office_code, stored.department_code), true, event.at
FROM stored
JOIN incoming USING (line)
JOIN events AS event ON event.complaint_id = stored.id
WHERE incoming.feedback_at IS NOT NULL AND event.kind = 'feedback' AND event.facts ? 'answer'
