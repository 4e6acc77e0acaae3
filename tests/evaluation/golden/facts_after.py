"""What came of the forty journeys: facts noted by leads, holders asked after the end, cooperations. Nothing is worked out.

Leads and holders go on telling for three years after the last day of the programme, or survival would be known of none.
"""

# ruff: noqa: E501 - a line of data is read better whole

# day: when it happened; noted: when a lead wrote it. facts: what its kind needs (jobs created/lost, kind:euros, a code).
# instead: the line that this one corrects; over: the day it was withdrawn; proof: the day somebody saw what shows it.
OUTCOMES = """
fact id  kind        day        noted      facts               instead over       proof
o01  j24 created     2026-01-10 2026-02-02 SAS                 -       -          2026-02-10
o02  j19 created     2026-03-30 2026-04-02 SCOP                -       -          -
o03  j01 created     2026-04-20 2026-04-25 SCIC                -       -          2026-05-02
o04  j21 created     2026-05-25 2026-06-01 association         -       -          -
o05  j27 created     2026-09-14 2026-09-20 SARL                -       -          -
o06  j35 created     2026-06-15 2026-07-01 association         -       -          -
o07  j07 created     2026-10-01 2026-10-05 EI                  -       -          -
o08  j11 created     2026-07-15 2026-07-20 SCOP                -       -          -
o09  j11 created     2026-08-01 2026-08-03 SCOP                o08     -          2026-08-04
o10  j14 created     2026-08-30 2026-09-01 SAS                 -       -          -
o11  j05 created     2025-12-20 2026-01-05 EI                  -       2026-01-12 -
o12  j25 created     2026-11-20 2026-11-20 SCIC                -       -          -
o13  j09 activity    2026-05-01 2026-05-10 stopped             -       -          -
o14  j09 created     2026-10-15 2026-10-20 association         -       -          -
o15  j34 created     2026-03-29 2026-03-30 association         -       -          -
o20  j24 jobs        2026-02-20 2026-03-01 1.5/0               -       -          2026-03-02
o21  j19 jobs        2026-03-30 2026-04-02 2/0.25              -       -          -
o22  j01 jobs        2026-03-29 2026-03-29 3/0.5               -       -          -
o23  j01 jobs        2026-03-30 2026-04-25 1/0                 -       -          -
o24  j21 jobs        2026-06-02 2026-06-02 0.8/0               -       -          -
o25  j22 jobs        2026-06-02 2026-06-03 1/0                 -       -          -
o26  j35 jobs        2026-07-01 2026-07-01 0/2.75              -       -          -
o27  j08 jobs        2026-04-01 2026-04-03 1/0                 -       2026-04-10 -
o28  j13 jobs        2026-05-01 2026-05-01 0.25/0              -       -          -
o29  j13 jobs        2026-05-02 2026-05-20 0.5/0               o28     -          -
o30  j27 jobs        2028-01-15 2028-01-20 4/1                 -       -          -
o31  j01 funding     2026-02-10 2026-02-12 grant:12000.50      -       -          2026-02-20
o32  j01 funding     2026-03-30 2026-04-01 loan:30000          -       -          -
o33  j02 funding     2026-02-01 2026-02-01 own_capital:2500    -       -          -
o34  j19 funding     2026-04-01 2026-04-02 contract:900.10     -       -          -
o35  j03 funding     2026-05-05 2026-05-06 crowdfunding:1234.56 -      -          -
o36  j36 funding     2026-06-30 2026-07-01 other_funding:0.01  -       -          -
o37  j11 funding     2026-10-25 2026-10-26 grant:5000          -       -          -
o38  j26 funding     2026-09-09 2026-09-09 grant:70000         -       2026-09-10 -
o39  j28 funding     2026-06-06 2026-06-08 loan:2000           -       -          -
o40  j28 funding     2026-06-06 2026-07-08 loan:20000          o39     -          -
o50  j02 exit        2026-03-29 2026-04-10 seeking             -       -          -
o51  j35 exit        2026-09-30 2026-10-05 given_up            -       -          -
o52  j19 exit        2026-05-01 2026-05-02 other_job           -       2026-05-03 -
o53  j27 exit        2026-10-25 2026-10-26 seeking             -       -          -
o54  j27 exit        2026-10-25 2026-10-27 training            -       -          -
o55  j08 exit        2026-11-24 2026-11-24 took_over           -       -          -
o60  j24 activity    2027-10-01 2027-11-05 stopped             -       -          -
o61  j35 activity    2028-02-01 2028-02-05 stopped             -       2028-02-15 -
o62  j35 activity    2028-03-01 2028-03-10 stopped             -       -          -
o63  j11 activity    2029-08-20 2029-08-21 active              -       -          -
o64  j14 activity    2029-08-29 2029-08-30 active              -       -          -
o65  j37 activity    2029-06-30 2029-07-01 changed             -       -          -
o66  j37 activity    2029-12-01 2029-12-02 stopped             -       -          -
o67  j33 activity    2029-06-01 2029-06-02 active              -       -          -
"""

# When the holder was asked, so many months after the end.
FOLLOW_UPS = """
id  months sent
j05 6      2026-07-15
j24 6      2026-08-28
j02 6      2026-09-29
j30 6      2026-10-01
j19 6      2026-10-30
j34 6      2026-11-20
j20 6      2026-12-01
j35 6      2027-02-28
j24 12     2027-02-28
j02 12     2027-03-29
j33 6      2027-03-30
j27 6      2027-04-25
j19 12     2027-04-30
j07 6      2027-05-23
j20 12     2027-06-01
j35 12     2027-08-31
j27 12     2027-10-25
j19 36     2029-04-30
j20 36     2029-06-01
j27 36     2029-10-25
j07 36     2029-11-23
"""

# What she told then. day: -, the day she says it. Said again to the same ask, it takes the place of what was said; the
# same again, without a day, is said once. never: she does not want to be asked any more.
ANSWERS = """
id  months when             kind     facts           day
j05 6      2026-07-20T10:00 activity stopped         -
j05 6      2026-07-20T10:01 help     a_lot           -
j05 6      2026-07-20T10:02 exit     other_job       -
j24 6      2026-09-01T10:00 activity active          -
j24 6      2026-09-01T10:01 help     a_lot           -
j24 6      2026-09-01T10:02 jobs     1/0             2026-08-15
j24 6      2026-09-01T10:03 funding  grant:8000      2026-07-01
j24 6      2026-09-02T08:00 activity changed         -
j24 6      2026-09-02T08:01 jobs     2.25/0.5        2026-08-15
j02 6      2026-10-02T08:00 activity stopped         -
j02 6      2026-10-02T08:01 help     somewhat        -
j02 6      2026-10-02T08:02 exit     employed        2026-09-15
j02 6      2026-10-26T00:10 created  EI              -
j02 6      2026-10-26T00:11 funding  grant:700       -
j30 6      2026-10-03T08:00 never    -               -
j19 6      2026-11-01T20:00 activity active          -
j19 6      2026-11-01T20:01 help     not             -
j19 6      2026-11-01T20:02 jobs     2/0             -
j19 6      2026-11-01T20:03 funding  contract:3500.50 2026-10-26
j34 6      2026-11-21T09:00 activity active          -
j34 6      2026-11-21T09:01 help     not             -
j20 6      2026-12-05T09:00 activity active          -
j20 6      2026-12-05T09:01 help     cannot_say      -
j35 6      2027-03-01T09:00 activity changed         -
j35 6      2027-03-01T09:01 help     cannot_say      -
j35 6      2027-03-01T09:02 jobs     1/0             -
j35 6      2027-03-02T09:00 help     somewhat        -
j24 12     2027-03-03T09:00 activity active          -
j24 12     2027-03-03T09:01 help     not             -
j33 6      2027-04-02T09:00 created  EI              2027-03-01
j33 6      2027-04-02T09:01 activity active          -
j33 6      2027-04-02T09:02 help     somewhat        -
j33 6      2027-04-02T09:03 exit     seeking         2027-03-31
j27 6      2027-05-01T09:00 activity active          -
j27 6      2027-05-01T09:01 help     a_lot           -
j27 6      2027-05-01T09:02 exit     created         -
j19 12     2027-05-02T09:00 activity active          -
j19 12     2027-05-02T09:01 jobs     0/1             -
j20 12     2027-06-05T09:00 activity changed         -
j20 12     2027-06-09T09:00 activity changed         -
j19 36     2029-05-02T09:00 activity active          -
j20 36     2029-06-02T09:00 activity changed         -
j27 36     2029-10-26T09:00 activity active          -
j07 36     2029-11-24T09:00 activity active          -
j07 36     2029-11-24T09:01 jobs     5/0             -
j07 36     2029-11-24T09:02 funding  loan:150000     -
"""

# holder, partner: the day each confirmed; no: the other side denied it. instead: the line that this one corrects: what
# was confirmed stands where it is with the same. over: the day it was withdrawn.
COOPERATIONS = """
fact id  day        noted      whom    holder     partner    denied     instead over
c01  j01 2026-02-02 2026-02-10 atelier 2026-02-11 2026-02-20 -          -       -
c02  j03 2026-02-15 2026-02-16 ferme   2026-02-17 -          -          -       -
c03  j03 2026-03-30 2026-04-01 lavoir  -          2026-04-02 -          -       -
c04  j06 2026-04-04 2026-04-05 marche  2026-04-06 -          2026-04-09 -       -
c05  j09 2026-05-05 2026-05-06 ecole   2026-05-07 2026-05-08 -          -       2026-06-01
c06  j11 2026-03-28 2026-03-30 pressing 2026-04-01 2026-04-03 -         -       -
c07  j11 2026-03-30 2026-04-10 pressing -         -          -          c06     -
c08  j19 2026-01-15 2026-01-16 chimie  2026-01-17 2026-01-18 -          -       -
c09  j19 2026-01-15 2026-01-20 chimix  -          -          -          c08     -
c10  j21 2026-06-10 2026-06-11 moulin  2026-06-12 2026-06-13 -          -       -
c11  j22 2026-06-10 2026-06-11 moulin  2026-06-14 2026-06-15 -          -       -
c12  j27 2026-10-25 2026-10-26 depot   2026-10-27 2026-11-20 -          -       -
c13  j35 2026-08-01 2026-08-02 maison  2026-08-03 2027-01-10 -          -       -
c14  j36 2026-11-23 2026-11-23 mairie  -          -          -          -       -
"""
