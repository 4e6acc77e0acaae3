"""The figures of a period and their communes, as somebody who knows the tables would ask for them: one scan a base.

Every statement gives (commune, is it the whole?, sums …), by commune and in all. `since` and `after` are days.
"""

# ruff: noqa: E501, S608 - words of ours, values apart; a statement is read better in its own lines

GROUPS = "GROUP BY GROUPING SETS ((), (p.commune_id))"
JOINED = "JOIN journeys_journey j ON j.id = x.journey_id JOIN journeys_project p ON p.id = j.project_id"
WHOSE = "JOIN journeys_holder h ON h.id = j.holder_id"
NIGHT = "AT TIME ZONE 'Europe/Paris'"

SQL = {
    "journeys": f"""
        WITH seen AS (
            SELECT h.user_id, p.commune_id, h.gender, p.qpv, j.state = 'left' AND j.leave_reason <> 'bridged'
                   AND j.ended_on >= %(since)s AND j.ended_on < %(after)s AS early
            FROM journeys_journey j JOIN journeys_project p ON p.id = j.project_id {WHOSE}
            WHERE j.started_on < %(after)s AND (j.ended_on IS NULL OR j.ended_on >= %(since)s) AND j.state <> 'draft'
        )
        SELECT p.commune_id, GROUPING(p.commune_id) = 1, count(DISTINCT p.user_id),
               count(DISTINCT p.user_id) FILTER (WHERE p.gender = 'woman'),
               count(DISTINCT p.user_id) FILTER (WHERE p.gender <> ''),
               count(DISTINCT p.user_id) FILTER (WHERE p.qpv = 'inside'),
               count(DISTINCT p.user_id) FILTER (WHERE p.qpv <> 'unknown'),
               count(DISTINCT p.user_id) FILTER (WHERE p.commune_id IS NOT NULL),
               count(*) FILTER (WHERE p.early), count(*)
        FROM seen p {GROUPS}""",
    "hours": f"""
        SELECT p.commune_id, GROUPING(p.commune_id) = 1, sum(x.minutes),
               coalesce(sum(x.minutes) FILTER (WHERE x.state IN ('confirmed', 'signed')), 0),
               sum(x.minutes) FILTER (WHERE x.kind = 'module'), sum(x.minutes) FILTER (WHERE x.kind = 'mentoring'),
               sum(x.minutes) FILTER (WHERE x.kind = 'immersion')
        FROM journeys_delivery x {JOINED}
        WHERE x.state NOT IN ('void', 'planned') AND x.sort = 'contact' AND j.state <> 'draft'
          AND x.happened_at >= (%(since)s::timestamp {NIGHT}) AND x.happened_at < (%(after)s::timestamp {NIGHT})
        {GROUPS}""",
    "cells": f"""
        SELECT NULL, true, x.sort, x.kind, x.state, sum(x.minutes)
        FROM journeys_delivery x JOIN journeys_journey j ON j.id = x.journey_id
        WHERE x.state NOT IN ('void', 'planned') AND j.state <> 'draft'
          AND x.happened_at >= (%(since)s::timestamp {NIGHT}) AND x.happened_at < (%(after)s::timestamp {NIGHT})
        GROUP BY x.sort, x.kind, x.state""",
    "steps": f"""
        WITH counted AS (
            SELECT p.commune_id, x.kind, x.title_fr, x.state, coalesce(x.done_on, x.due_on) AS day,
                   CASE WHEN x.is_shared THEN row_number() OVER (
                       PARTITION BY j.project_id, j.programme_id, x.code, x.is_shared,
                                    CASE WHEN x.is_shared THEN 0 ELSE x.id END
                       ORDER BY x.state <> 'done', x.id) ELSE 1 END AS place
            FROM journeys_step x {JOINED}
            WHERE x.kind IN ('immersion', 'milestone') AND x.state <> 'waived' AND x.carried_from_id IS NULL
              AND j.state <> 'draft' AND (x.state = 'done' AND x.shared_from_id IS NULL OR x.state <> 'done'
                  AND (j.ended_on IS NULL OR j.ended_on >= x.due_on))
        )
        SELECT p.commune_id, GROUPING(p.commune_id) = 1,
               count(*) FILTER (WHERE kind = 'immersion' AND state = 'done'), count(*) FILTER (WHERE kind = 'immersion'),
               count(*) FILTER (WHERE kind = 'milestone' AND state = 'done'), count(*) FILTER (WHERE kind = 'milestone')
        FROM counted p WHERE place = 1 AND day >= %(since)s AND day < %(after)s {GROUPS}""",
    "requests": f"""
        SELECT p.commune_id, GROUPING(p.commune_id) = 1, count(*) FILTER (WHERE x.state = 'complete'), count(*)
        FROM evaluation_request x JOIN evaluation_wave w ON w.id = x.wave_id {JOINED}
        WHERE w.audience = 'holder' AND w.months = 0 AND w.mode <> 'anonymous' AND w.moment IN ('start', 'exit')
          AND x.state <> 'withdrawn' AND j.state <> 'draft'
          AND x.sent_at >= (%(since)s::timestamp {NIGHT}) AND x.sent_at < (%(after)s::timestamp {NIGHT})
        {GROUPS}""",
    "posture": f"""
        WITH pairs AS (
            SELECT j.id AS journey, p.commune_id, before.id AS before, after.id AS after
            FROM evaluation_request x JOIN evaluation_wave w ON w.id = x.wave_id AND w.moment = 'exit' {JOINED}
            JOIN evaluation_response after ON after.request_id = x.id
            JOIN evaluation_request y ON y.journey_id = x.journey_id AND y.state = 'complete'
            JOIN evaluation_wave v ON v.id = y.wave_id AND v.moment = 'start'
            JOIN evaluation_response before ON before.request_id = y.id
            WHERE x.state = 'complete' AND x.sent_at >= (%(since)s::timestamp {NIGHT})
              AND x.sent_at < (%(after)s::timestamp {NIGHT})
        ), sheets AS (
            SELECT response_id, section_id, avg(value) AS score, count(*) AS answered
            FROM evaluation_answer a JOIN evaluation_item i ON i.id = a.item_id
            WHERE response_id IN (SELECT before FROM pairs UNION ALL SELECT after FROM pairs)
            GROUP BY response_id, section_id HAVING count(*) >= 3
        ), gains AS (
            SELECT p.commune_id, journey, avg(b.score - a.score) AS gain, count(*) AS areas
            FROM pairs p JOIN sheets a ON a.response_id = p.before
            JOIN sheets b ON b.response_id = p.after AND b.section_id = a.section_id GROUP BY p.commune_id, journey
        )
        SELECT p.commune_id, GROUPING(p.commune_id) = 1, avg(gain), stddev_samp(gain), count(*) FROM gains p
        WHERE areas = 3 {GROUPS}""",
    "waits": f"""
        WITH seen AS (
            SELECT j.id, j.started_on, LEAST(j.ended_on, %(after)s::date - 1) AS last, g.hole_days
            FROM journeys_journey j JOIN journeys_programme g ON g.id = j.programme_id
            WHERE j.started_on < %(after)s AND (j.ended_on IS NULL OR j.ended_on >= %(since)s) AND j.state <> 'draft'
        ), days AS (
            SELECT x.journey_id, (x.happened_at {NIGHT})::date AS day FROM journeys_delivery x
            WHERE x.state NOT IN ('void', 'planned') AND x.sort = 'contact'
            UNION ALL SELECT id, started_on FROM seen UNION ALL SELECT id, last FROM seen
        ), gaps AS (
            SELECT d.journey_id, s.hole_days, d.day, lead(d.day) OVER (PARTITION BY d.journey_id ORDER BY d.day) AS until
            FROM days d JOIN seen s ON s.id = d.journey_id AND d.day BETWEEN s.started_on AND s.last
        ), longest AS (
            SELECT journey_id, hole_days, max(until - day) FILTER (WHERE until > %(since)s) AS longest,
                   sum(until - day) AS lived
            FROM gaps GROUP BY journey_id, hole_days
        )
        SELECT NULL, true, count(*) FILTER (WHERE longest <= hole_days), count(*),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY longest)
        FROM longest WHERE lived > hole_days AND longest IS NOT NULL""",
    "bridges": f"""
        SELECT p.commune_id, GROUPING(p.commune_id) = 1, count(*)
        FROM journeys_bridge x JOIN journeys_journey j ON j.id = x.to_journey_id
        JOIN journeys_project p ON p.id = j.project_id
        WHERE x.crossed_on >= %(since)s AND x.crossed_on < %(after)s AND j.state <> 'draft' {GROUPS}""",
}
"""{the rows it is about: one statement}"""
