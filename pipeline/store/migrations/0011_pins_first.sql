-- CROSS JOIN keeps the order: there are few pins, and the planner would rather look through all members of all cases.
DROP VIEW pinned_cases;
CREATE VIEW pinned_cases AS
SELECT cp.case_id, MAX(k.kind = 'top') AS is_top, MAX(k.kind = 'featured') AS is_featured, MAX(k."at") AS pinned_at
FROM pins k CROSS JOIN case_posts cp ON cp.post_id = k.origin_post_id AND cp.role <> 'round_up'
WHERE k.pin_id NOT IN (SELECT pin_id FROM undone_pins)
GROUP BY cp.case_id;
