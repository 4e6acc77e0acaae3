"""The figures of a page, as somebody who knows the tables would ask for them: one scan for whatever shares its rows.

Most statements give (commune, is it the whole?, sums …), by commune and in all; those called “quarters” (first day, is
it before `before`?, …), one line a quarter, two for that in which `before` falls. `since` and `after` are days, `first`
the first of the quarters, `before` the day after the same days of the year before (`first`, where that is not told).
"""

# ruff: noqa: E501, S608 - words of ours, values apart; a statement is read better in its own lines

GROUPS = "GROUP BY GROUPING SETS ((), (p.commune_id))"
JOINED = "JOIN journeys_journey j ON j.id = x.journey_id JOIN journeys_project p ON p.id = j.project_id"
WHOSE = "JOIN journeys_holder h ON h.id = j.holder_id"
NIGHT = "AT TIME ZONE 'Europe/Paris'"
SPANS = """
            SELECT day::date AS since, (day + INTERVAL '3 months')::date AS after, false AS "then"
            FROM generate_series(%(first)s::timestamp, %(after)s::timestamp - INTERVAL '1 day', INTERVAL '3 months') AS day
            UNION ALL SELECT (%(since)s - INTERVAL '1 year')::date, %(before)s, true WHERE %(before)s > %(first)s
"""
"""The quarters, and the same days of the year before."""

SQL = {
    "journeys": f"""
        WITH seen AS (
            SELECT h.user_id, p.commune_id, h.gender, p.qpv, j.leave_reason, j.state = 'left' AND j.leave_reason <> 'bridged'
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
    "motives": """
        SELECT NULL, true, j.leave_reason, count(*) FROM journeys_journey j
        WHERE j.state = 'left' AND j.leave_reason <> 'bridged' AND j.ended_on >= %(since)s AND j.ended_on < %(after)s
        GROUP BY j.leave_reason""",
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
    "given": f"""
        SELECT NULL, true, sum(x.minutes) FILTER (WHERE x.kind = 'mentoring' AND x.sort = 'contact'),
               sum(x.minutes) FILTER (WHERE x.kind = 'mentoring' AND x.sort <> 'contact'),
               sum(x.minutes) FILTER (WHERE x.kind = 'immersion'),
               sum(x.minutes) FILTER (WHERE x.kind = 'immersion' AND x.state IN ('confirmed', 'signed'))
        FROM journeys_delivery x JOIN journeys_journey j ON j.id = x.journey_id
        WHERE x.state NOT IN ('void', 'planned') AND j.state <> 'draft'
          AND (x.kind = 'mentoring' OR x.kind = 'immersion' AND x.sort = 'contact')
          AND x.happened_at >= (%(since)s::timestamp {NIGHT}) AND x.happened_at < (%(after)s::timestamp {NIGHT})
          AND x.id NOT IN (
              SELECT line FROM (
                  SELECT d.id AS line, row_number() OVER (
                      PARTITION BY s.gathering_id
                      ORDER BY array_position(ARRAY['signed', 'confirmed', 'declared', 'disputed'], d.state::text),
                               d.minutes DESC, d.id) AS nth
                  FROM mentoring_session s JOIN mentoring_mentorship m ON m.id = s.mentorship_id
                  JOIN journeys_delivery d ON d.journey_id = m.journey_id AND d.source = 'session:' || s.id
                       AND d.sort = 'contact' AND d.state NOT IN ('void', 'planned')
                  WHERE s.gathering_id IS NOT NULL AND s.state = 'held') twice
              WHERE nth > 1)""",
    "steps": f"""
        WITH counted AS (
            SELECT p.commune_id, x.kind, x.title_fr, x.title_en, x.state, coalesce(x.done_on, x.due_on) AS day,
                   CASE WHEN x.is_shared THEN row_number() OVER (
                       PARTITION BY j.project_id, j.programme_id, x.code, x.is_shared,
                                    CASE WHEN x.is_shared THEN 0 ELSE x.id END
                       ORDER BY x.state <> 'done', x.id) ELSE 1 END AS place
            FROM journeys_step x {JOINED}
            WHERE x.kind IN ('immersion', 'milestone') AND x.state <> 'waived' AND x.carried_from_id IS NULL
              AND j.state <> 'draft' AND (x.state = 'done' AND x.shared_from_id IS NULL OR x.state <> 'done'
                  AND (j.ended_on IS NULL OR j.ended_on >= x.due_on))
        )
        SELECT p.commune_id, GROUPING(p.commune_id, p.title_fr) = 3,
               count(*) FILTER (WHERE kind = 'immersion' AND state = 'done'), count(*) FILTER (WHERE kind = 'immersion'),
               count(*) FILTER (WHERE kind = 'milestone' AND state = 'done'), count(*) FILTER (WHERE kind = 'milestone'),
               p.title_fr
        FROM counted p WHERE place = 1 AND day >= %(since)s AND day < %(after)s
        GROUP BY GROUPING SETS ((), (p.commune_id), (p.title_fr, p.title_en))""",
    "requests": f"""
        SELECT p.commune_id, GROUPING(p.commune_id) = 1, count(*) FILTER (WHERE x.state = 'complete'), count(*)
        FROM evaluation_request x JOIN evaluation_wave w ON w.id = x.wave_id {JOINED}
        WHERE w.audience = 'holder' AND w.months = 0 AND w.mode <> 'anonymous' AND w.moment IN ('start', 'exit')
          AND x.state <> 'withdrawn' AND j.state <> 'draft'
          AND x.expires_at >= (%(since)s::timestamp {NIGHT}) AND x.expires_at < (%(after)s::timestamp {NIGHT})
          AND x.expires_at <= now()
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
        ), firsts AS (
            SELECT s.id FROM evaluation_request x JOIN evaluation_wave w ON w.id = x.wave_id
            JOIN evaluation_response s ON s.request_id = x.id
            WHERE x.state = 'complete' AND w.audience = 'holder' AND w.mode = 'identified' AND NOT EXISTS (
                SELECT 1 FROM evaluation_request y JOIN evaluation_response t ON t.request_id = y.id
                WHERE y.respondent_id = x.respondent_id AND y.state = 'complete' AND t.completed_at < s.completed_at)
            ORDER BY x.id DESC LIMIT 500
        ), cells AS (
            SELECT value::float AS value, avg(value) OVER (PARTITION BY a.response_id)::float AS mine,
                   avg(value) OVER (PARTITION BY a.item_id)::float AS its, avg(value) OVER ()::float AS mean
            FROM firsts f JOIN evaluation_answer a ON a.response_id = f.id
        ), noise AS (
            SELECT 1.959963984540054 * sqrt(2 * sum((value - mine - its + mean) ^ 2) / 14 / sum((mine - mean) ^ 2))
                   * sqrt(sum((mine - mean) ^ 2) / 15 / (count(*) / 15 - 1)) AS points FROM cells
        )
        SELECT p.commune_id, GROUPING(p.commune_id) = 1, avg(gain), stddev_samp(gain), count(*),
               count(*) FILTER (WHERE gain > (SELECT points FROM noise))
        FROM gains p WHERE areas = 3 {GROUPS}""",
    "exits": """
        SELECT NULL, true, count(*) FILTER (WHERE went NOT IN ('', 'gave_up')), count(*) FILTER (WHERE went <> '')
        FROM (
            SELECT coalesce(
                (SELECT o.code FROM journeys_outcome o WHERE o.journey_id = j.id AND o.kind = 'exit'
                 AND o.state <> 'withdrawn' AND o.happened_on < %(after)s ORDER BY o.happened_on DESC, o.id DESC LIMIT 1),
                CASE WHEN j.project_id IN (
                    SELECT k.project_id FROM journeys_outcome o JOIN journeys_journey k ON k.id = o.journey_id
                    WHERE o.kind = 'created' AND o.state <> 'withdrawn' AND o.happened_on < %(after)s) THEN 'created'
                WHEN j.leave_reason IN ('project_created', 'employment', 'training', 'gave_up') THEN j.leave_reason
                ELSE '' END) AS went
            FROM journeys_journey j WHERE j.ended_on >= %(since)s AND j.ended_on < %(after)s
              AND j.leave_reason <> 'bridged' AND j.state <> 'draft') ended""",
    "helped": f"""
        SELECT NULL, true, count(DISTINCT user_id) FILTER (WHERE said IN ('a_lot', 'somewhat')),
               count(DISTINCT user_id) FILTER (WHERE said IN ('a_lot', 'somewhat', 'not')), count(DISTINCT user_id)
        FROM (
            SELECT h.user_id, (SELECT o.code FROM journeys_outcome o WHERE o.journey_id = j.id AND o.kind = 'help'
                AND o.state <> 'withdrawn' AND o.happened_on < %(after)s ORDER BY o.happened_on DESC, o.id DESC LIMIT 1
            ) AS said
            FROM journeys_journey j {WHOSE}
            WHERE j.ended_on >= %(since)s - INTERVAL '6 months' AND j.ended_on < %(after)s - INTERVAL '6 months'
              AND j.leave_reason <> 'bridged' AND j.state <> 'draft') asked""",
    "projects untold": """
        WITH told AS MATERIALIZED (
            SELECT k.project_id, o.kind FROM journeys_outcome o JOIN journeys_journey k ON k.id = o.journey_id
            WHERE o.kind IN ('jobs', 'funding') AND o.state <> 'withdrawn' AND o.happened_on < %(after)s
        )
        SELECT NULL, true, count(DISTINCT j.project_id),
               count(DISTINCT j.project_id) FILTER (
                   WHERE j.project_id NOT IN (SELECT project_id FROM told WHERE kind = 'jobs')),
               count(DISTINCT j.project_id) FILTER (
                   WHERE j.project_id NOT IN (SELECT project_id FROM told WHERE kind = 'funding'))
        FROM journeys_journey j WHERE j.ended_on < %(after)s - INTERVAL '6 months'
          AND j.leave_reason <> 'bridged' AND j.state <> 'draft'""",
    "waits": f"""
        WITH seen AS MATERIALIZED (
            SELECT j.id, j.started_on, LEAST(j.ended_on, %(after)s::date - 1) AS last, g.hole_days,
                   CASE WHEN j.state = 'paused' THEN j.paused_on END AS paused_on
            FROM journeys_journey j JOIN journeys_programme g ON g.id = j.programme_id
            WHERE j.started_on < %(after)s AND (j.ended_on IS NULL OR j.ended_on >= %(since)s) AND j.state <> 'draft'
        ), turns AS MATERIALIZED (
            SELECT s.id, t.day, t.rests FROM seen s JOIN (
                SELECT about_id AS id, (at {NIGHT})::date AS day, verb NOT IN ('resume_journey', 'reopen_journey') AS rests
                FROM history_entry
                WHERE about_type_id = (SELECT id FROM django_content_type WHERE app_label = 'journeys' AND model = 'journey')
                  AND verb IN ('pause_journey', 'complete_journey', 'leave_journey', 'resume_journey', 'reopen_journey')
                UNION ALL SELECT id, paused_on, true FROM seen WHERE paused_on IS NOT NULL
            ) t ON t.id = s.id AND t.day >= s.started_on AND t.day < s.last
        ), received AS (
            SELECT s.id, s.started_on, x.day FROM seen s JOIN (
                SELECT journey_id AS id, (happened_at {NIGHT})::date AS day FROM journeys_delivery
                WHERE state NOT IN ('void', 'planned') AND sort = 'contact' AND happened_at <= now() OFFSET 0
            ) x ON x.id = s.id AND x.day >= s.started_on AND x.day <= s.last
        ), walked AS (
            SELECT id, day, day - lag(day, 1, started_on) OVER (PARTITION BY id ORDER BY day) AS days FROM received
        ), plain AS (
            SELECT id, max(day) AS latest, max(days) FILTER (WHERE day > %(since)s) AS days FROM walked GROUP BY id
        ), points AS (
            SELECT id, started_on AS day, 0 AS sort, NULL::boolean AS rests FROM seen WHERE id IN (SELECT id FROM turns)
            UNION ALL SELECT id, day, 1, NULL FROM received WHERE id IN (SELECT id FROM turns)
            UNION ALL SELECT id, day, 2, rests FROM turns
            UNION ALL SELECT id, last, 3, NULL FROM seen WHERE id IN (SELECT id FROM turns)
        ), stretched AS (
            SELECT *, lead(day) OVER w AS until, count(rests) OVER w AS stretch FROM points
            WINDOW w AS (PARTITION BY id ORDER BY day, sort)
        ), awake AS (
            SELECT id, day, until, bool_or(rests) OVER (PARTITION BY id, stretch) AS rests FROM stretched
        ), longest AS (
            SELECT s.hole_days, GREATEST(p.days, CASE WHEN s.last > %(since)s
                   THEN s.last - COALESCE(p.latest, s.started_on) ELSE 0 END) AS days, s.last - s.started_on AS lived,
                   s.last > %(since)s AND s.last > s.started_on AS is_in
            FROM seen s LEFT JOIN plain p ON p.id = s.id WHERE NOT EXISTS (SELECT 1 FROM turns t WHERE t.id = s.id)
            UNION ALL
            SELECT s.hole_days, max(a.until - a.day) FILTER (WHERE a.until > %(since)s), sum(a.until - a.day),
                   max(a.until) > %(since)s
            FROM awake a JOIN seen s ON s.id = a.id
            WHERE a.until > a.day AND a.rests IS NOT TRUE GROUP BY s.id, s.hole_days
        )
        SELECT NULL, true, count(*) FILTER (WHERE days <= hole_days), count(*),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY days), max(days)
        FROM longest WHERE lived > hole_days AND is_in""",
    "bridges": f"""
        SELECT p.commune_id, GROUPING(p.commune_id) = 1, count(*)
        FROM journeys_bridge x JOIN journeys_journey j ON j.id = x.to_journey_id
        JOIN journeys_project p ON p.id = j.project_id
        WHERE x.crossed_on >= %(since)s AND x.crossed_on < %(after)s AND j.state <> 'draft' {GROUPS}""",
    "quarters of hours": f"""
        SELECT date_trunc('quarter', x.happened_at {NIGHT})::date,
               x.happened_at < (%(before)s::timestamp {NIGHT}), x.kind, sum(x.minutes)
        FROM journeys_delivery x JOIN journeys_journey j ON j.id = x.journey_id
        WHERE x.state NOT IN ('void', 'planned') AND x.sort = 'contact' AND j.state <> 'draft'
          AND x.happened_at >= (%(first)s::timestamp {NIGHT}) AND x.happened_at < (%(after)s::timestamp {NIGHT})
        GROUP BY 1, 2, 3""",
    "quarters of steps": """
        WITH counted AS (
            SELECT x.kind, x.state, coalesce(x.done_on, x.due_on) AS day,
                   CASE WHEN x.is_shared THEN row_number() OVER (
                       PARTITION BY j.project_id, j.programme_id, x.code, x.is_shared,
                                    CASE WHEN x.is_shared THEN 0 ELSE x.id END
                       ORDER BY x.state <> 'done', x.id) ELSE 1 END AS place
            FROM journeys_step x JOIN journeys_journey j ON j.id = x.journey_id
            WHERE x.kind IN ('immersion', 'milestone') AND x.state <> 'waived' AND x.carried_from_id IS NULL
              AND j.state <> 'draft' AND (x.state = 'done' AND x.shared_from_id IS NULL OR x.state <> 'done'
                  AND (j.ended_on IS NULL OR j.ended_on >= x.due_on))
        )
        SELECT date_trunc('quarter', day)::date, day < %(before)s, kind, count(*) FILTER (WHERE state = 'done'), count(*)
        FROM counted WHERE place = 1 AND day >= %(first)s AND day < %(after)s GROUP BY 1, 2, 3""",
    "quarters of requests": f"""
        SELECT date_trunc('quarter', x.expires_at {NIGHT})::date, x.expires_at < (%(before)s::timestamp {NIGHT}),
               count(*) FILTER (WHERE x.state = 'complete'), count(*)
        FROM evaluation_request x JOIN evaluation_wave w ON w.id = x.wave_id JOIN journeys_journey j ON j.id = x.journey_id
        WHERE w.audience = 'holder' AND w.months = 0 AND w.mode <> 'anonymous' AND w.moment IN ('start', 'exit')
          AND x.state <> 'withdrawn' AND j.state <> 'draft' AND x.expires_at <= now()
          AND x.expires_at >= (%(first)s::timestamp {NIGHT}) AND x.expires_at < (%(after)s::timestamp {NIGHT})
        GROUP BY 1, 2""",
    "quarters of bridges": """
        SELECT date_trunc('quarter', x.crossed_on)::date, x.crossed_on < %(before)s, count(*)
        FROM journeys_bridge x JOIN journeys_journey j ON j.id = x.to_journey_id
        WHERE x.crossed_on >= %(first)s AND x.crossed_on < %(after)s AND j.state <> 'draft' GROUP BY 1, 2""",
    "quarters of journeys": f"""
        WITH spans AS ({SPANS}), people AS (
            SELECT q.since, q.then, h.user_id, bool_or(h.gender = 'woman') AS woman, bool_or(h.gender <> '') AS told,
                   bool_or(p.qpv = 'inside') AS inside, bool_or(p.qpv <> 'unknown') AS placed,
                   bool_or(p.commune_id IS NOT NULL) AS known
            FROM spans q JOIN journeys_journey j ON j.started_on < LEAST(q.after, %(after)s)
                 AND (j.ended_on IS NULL OR j.ended_on >= q.since)
            JOIN journeys_project p ON p.id = j.project_id JOIN journeys_holder h ON h.id = j.holder_id
            WHERE j.state <> 'draft' GROUP BY q.since, q.then, h.user_id
        )
        SELECT since, "then", count(*), count(*) FILTER (WHERE woman), count(*) FILTER (WHERE told),
               count(*) FILTER (WHERE inside), count(*) FILTER (WHERE placed), count(*) FILTER (WHERE known)
        FROM people GROUP BY since, "then" """,
    "quarters of communes": f"""
        WITH spans AS ({SPANS})
        SELECT q.since, q.then, count(DISTINCT p.commune_id)
        FROM spans q JOIN journeys_journey j ON j.started_on < LEAST(q.after, %(after)s)
             AND (j.ended_on IS NULL OR j.ended_on >= q.since)
        JOIN journeys_project p ON p.id = j.project_id WHERE j.state <> 'draft' AND NOT q.then GROUP BY 1, 2""",
}
"""{the rows it is about: one statement}"""
