"""What was asked beside the posture at both ends: of holders at other moments and in other words, and of mentors."""

# months: after the moment; open: for so many days.
WAVES = """
wave    programme questionnaire     moment months audience mode         open
leaving incub     exit-satisfaction exit   0      holder   identified   30
leaving crea      exit-satisfaction exit   0      holder   identified   60
leaving rse       exit-satisfaction exit   0      holder   confidential 30
tried   incub     put-into-practice exit   3      holder   identified   30
tried   crea      put-into-practice mid    0      holder   confidential 30
back    incub     looking-back      exit   0      holder   identified   30
back    crea      looking-back      exit   0      holder   confidential 30
back    rse       looking-back      mid    0      holder   identified   30
half    incub     posture-entrecomp mid    0      holder   identified   30
half    crea      posture-entrecomp mid    0      holder   identified   30
half    rse       posture-entrecomp mid    0      holder   confidential 30
mentor  incub     posture-entrecomp mid    0      mentor   identified   30
mentor  crea      posture-entrecomp mid    0      mentor   identified   30
mentor  rse       posture-entrecomp mid    0      mentor   confidential 30
close   incub     posture-entrecomp exit   0      mentor   identified   30
"""

# when: asked; answered: sent back, or said no. x: does not apply; what is not written was left empty.
HEARD = """
id  wave    when             answered         state    answers
j01 leaving 2026-07-01T09:00 2026-07-03T10:00 complete EX4=10 EX1=5
j02 leaving 2026-03-29T23:45 2026-03-30T08:00 complete EX4=9
j03 leaving 2026-07-01T09:00 2026-07-05T10:00 complete EX4=7
j05 leaving 2026-01-15T11:00 2026-01-20T10:00 complete EX4=6
j06 leaving 2026-08-01T09:00 2026-08-30T10:00 complete EX4=8
j07 leaving 2026-11-23T08:00 -                sent     -
j08 leaving 2026-05-04T23:00 2026-05-05T10:00 complete EX4=0
j09 leaving 2026-09-01T09:00 2026-09-10T10:00 complete EX1=4
j11 leaving 2026-09-15T09:00 2026-09-16T10:00 partial  EX4=10 EX1=5 EX2=5
j13 leaving 2026-06-15T19:30 2026-06-16T10:00 complete EX4=9
j20 leaving 2026-06-01T18:00 2026-06-10T10:00 refused  -
j19 leaving 2026-04-30T18:00 2026-05-02T10:00 complete EX4=10
j23 leaving 2026-10-25T23:59 2026-10-30T10:00 complete EX4=9
j24 leaving 2026-02-28T10:00 2026-03-01T10:00 complete EX4=3
j25 leaving 2026-10-26T00:00 2026-10-27T10:00 complete EX4=10
j26 back    2026-02-27T23:30 2026-03-29T23:50 complete LN1=5 LN2=5 LN3=6 LB1=4 LB2=4 LB3=4
j27 leaving 2026-10-25T10:30 2026-11-01T10:00 complete EX1=5
j29 leaving 2026-11-21T09:00 2026-11-22T10:00 complete EX4=9
j30 leaving 2026-04-01T20:00 -                bounced  -
j33 leaving 2026-10-01T09:00 -                sent     -
j35 leaving 2026-08-31T09:30 2026-09-01T10:00 complete EX4=10
j02 tried   2026-06-29T09:00 2026-07-01T10:00 complete PP1=1
j05 tried   2026-03-29T12:00 2026-04-15T10:00 complete PP1=0
j08 tried   2026-08-04T09:00 2026-08-05T10:00 complete PP1=1
j13 tried   2026-09-15T09:00 2026-09-15T10:00 refused  -
j01 tried   2026-09-30T09:00 2026-10-01T10:00 complete PP1=1
j20 tried   2026-09-01T09:00 -                expired  -
j03 tried   2026-10-01T09:00 2026-10-02T10:00 complete PP1=0
j24 tried   2026-01-08T09:00 2026-01-10T10:00 complete PP1=1
j19 tried   2026-01-20T09:00 2026-01-22T10:00 complete PP1=1
j23 tried   2026-02-20T09:00 2026-02-21T10:00 complete PP1=0
j17 tried   2026-03-20T09:00 2026-03-25T10:00 complete PP1=1
j26 tried   2026-03-27T09:00 2026-03-28T10:00 complete PP1=1
j25 tried   2026-05-10T09:00 2026-05-12T10:00 complete PP1=0
j27 tried   2026-06-05T09:00 2026-06-06T10:00 complete PP1=1
j28 tried   2026-07-02T09:00 2026-07-03T10:00 complete PP1=0
j29 tried   2026-07-20T09:00 2026-07-21T10:00 complete PP1=1
j14 tried   2026-08-20T09:00 2026-08-21T10:00 complete PP1=1
j31 tried   2026-08-20T09:00 2026-08-25T10:00 complete PP1=1
j16 tried   2026-08-31T09:00 2026-09-01T10:00 complete PP1=0
j33 tried   2026-09-15T09:00 2026-09-16T10:00 complete PP1=1
j32 tried   2026-09-20T09:00 2026-09-22T10:00 complete PP1=1
j38 tried   2026-10-19T09:00 2026-10-20T10:00 complete PP1=1
j37 tried   2026-10-10T09:00 2026-10-30T10:00 complete PP1=0
j30 tried   2026-04-01T21:00 -                expired  -
j01 back    2026-07-01T10:00 2026-07-03T10:30 complete LN1=6 LN2=7 LN3=8 LB1=3 LB2=4 LB3=5
j02 back    2026-03-30T00:00 2026-04-02T10:00 complete LN1=5 LN2=5 LN3=5 LB1=5 LB2=4 LB3=5
j05 back    2026-01-15T12:00 2026-01-16T10:00 complete LN1=8 LN2=8 LN3=8 LB1=1 LB2=1
j07 back    2026-11-23T08:10 -                sent     -
j08 back    2026-05-04T23:30 2026-05-05T11:00 complete LN1=2 LN2=3 LN3=2 LB1=4 LB2=4 LB3=4
j13 back    2026-06-15T20:00 2026-06-16T11:00 complete LN1=6 LN2=6 LN3=6 LB1=5 LB2=6 LB3=5
j20 back    2026-06-01T18:10 -                expired  -
j19 back    2026-04-30T18:10 2026-05-02T11:00 complete LN1=7 LN2=7 LN3=6 LB1=3 LB2=2 LB3=3
j24 back    2026-02-28T11:00 2026-03-01T11:00 complete LN1=4 LN2=x LN3=4 LB1=4 LB2=4 LB3=4
j17 back    2026-03-20T11:00 2026-03-28T11:00 complete LN1=4 LN2=4 LN3=4 LB1=5 LB2=5 LB3=6
j25 back    2026-05-15T11:00 2026-05-20T11:00 complete LN1=5 LN2=5 LN3=4 LB1=3 LB2=3 LB3=3
j28 back    2026-06-09T11:00 2026-06-10T11:00 complete LN1=7 LN2=7 LN3=7 LB1=6 LB2=6 LB3=6
j29 back    2026-07-14T11:00 2026-07-15T11:00 complete LN1=4 LN2=4 LN3=5 LB1=3 LB2=3 LB3=3
j14 back    2026-07-31T11:00 2026-08-01T11:00 complete LN1=5 LN2=x LN3=5 LB1=4 LB2=x LB3=4
j23 back    2026-08-31T11:00 2026-09-01T11:00 complete LN1=4 LN2=5 LN3=4 LB1=5 LB2=4 LB3=5
j16 back    2026-09-15T11:00 2026-09-20T11:00 complete LN1=6 LN2=5 LN3=6 LB1=2 LB2=3 LB3=3
j27 back    2026-10-25T11:00 2026-11-01T11:00 complete LN1=6 LN2=6 LN3=5 LB1=4 LB2=4 LB3=4
j35 back    2026-08-30T11:00 2026-09-01T11:00 complete LN1=7 LN2=8 LN3=8 LB1=3 LB2=3 LB3=4
j36 back    2026-06-30T11:00 2026-07-01T11:00 complete LN1=5 LN2=5 LN3=5 LB1=5 LB2=5 LB3=5
"""

# The questionnaire of posture at other moments, and as the mentor of the journey sees it.
SEEN = """
id  wave    when             answered         state    answers
j15 half    2026-06-05T09:00 2026-06-06T09:00 complete 44444 44444 34343
j18 half    2026-09-01T09:00 2026-09-02T09:00 complete 54545 55555 55555
j31 half    2026-08-05T09:00 2026-08-06T09:00 complete 23232 34343 22222
j36 half    2026-06-10T09:00 2026-06-11T09:00 complete 18181 81818 18181
j01 close   2026-07-01T09:00 2026-07-03T09:00 complete 54545 55555 44444
j02 mentor  2026-03-25T09:00 2026-03-29T18:00 complete 44444 33333 55555
j03 close   2026-08-20T09:00 2026-08-30T09:00 complete 33333 44444 33333
j06 close   2026-09-15T09:00 2026-09-30T09:01 complete 55555 55555 55555
j07 mentor  2026-01-20T09:00 2026-01-25T09:00 complete 33333 33333 44444
j07 close   2026-11-02T10:00 2026-11-05T09:00 complete 55555 44444 44444
j09 close   2026-09-01T09:00 2026-09-05T09:00 complete 44... 55555 55555
j11 close   2026-09-16T09:00 2026-09-20T09:00 complete 55555 66666 66666
j13 mentor  2026-04-20T09:00 2026-04-22T09:00 complete 55555 54545 44444
j15 mentor  2026-03-02T09:00 2026-03-05T09:00 complete 44444 33333 33333
j18 mentor  2026-10-20T09:00 2026-10-31T09:00 complete 55555 66666 55555
j19 mentor  2025-11-26T09:00 2025-11-28T09:00 complete 33333 22222 33333
j23 mentor  2026-10-20T09:00 2026-10-26T09:00 complete 55555 55555 44444
j25 mentor  2025-12-20T09:00 2025-12-22T09:00 complete 34343 44444 33333
j27 mentor  2026-10-20T09:00 2026-10-21T09:00 complete 44444 44444 55555
j28 mentor  2026-04-20T09:00 2026-04-21T09:00 complete 77777 66666 76767
j29 mentor  2026-06-20T09:00 -                sent     -
j35 mentor  2026-08-20T09:00 2026-08-22T09:00 complete 66666 66666 66666
"""
