"""The golden programme: forty journeys over fourteen months, written down by hand. Nothing here is worked out.

Times are those of a clock in Nantes. `-`: none, or not known. Each line of a table is one fact.
"""

# ruff: noqa: E501 - a line of data is read better whole

from dataclasses import dataclass
from datetime import date, timedelta

TODAY = date(2026, 11, 23)
INHABITANTS = 683_981
"""Of the 24 communes: the sum of INSEE's municipal populations, added up by hand from the file of the territory."""
COMMUNES = {
    "Nantes": "44109", "Rezé": "44143", "Saint-Herblain": "44162", "Orvault": "44114", "Vertou": "44215",
    "Couëron": "44047", "Carquefou": "44026", "Brains": "44024",
}  # fmt: skip
ORGANISATIONS = {"incub": "ecossolies", "crea": "ecossolies", "rse": "ruche"}
# programme → (code of the step, its kind, due so many days after the start, done once for a whole team)
STEPS = {
    "incub": [("accueil", "module", 30, False), ("mentorat", "mentoring", 270, False), ("immersion", "immersion", 120, False),
              ("plan", "milestone", 90, False), ("statuts", "milestone", 200, True)],
    "crea": [("gestion", "module", 30, False), ("mentorat", "mentoring", 200, False), ("immersion", "immersion", 100, False),
             ("plan", "milestone", 60, False), ("client", "milestone", 150, False)],
    "rse": [("accueil", "module", 30, False), ("mentorat", "mentoring", 200, False), ("immersion", "immersion", 45, False),
            ("charte", "milestone", 60, False)],
}  # fmt: skip

# qpv: out, in (which is not known), the code of the neighbourhood, ? (not known). how: a motive when left.
JOURNEYS = """
id  person  gender born project   commune        qpv      programme start      ended      how
j01 ana     woman  1988 epicerie  Nantes         QN04413M incub     2025-10-01 2026-06-30 completed
j02 bilal   man    1979 velo      Nantes         out      incub     2025-10-01 2026-03-29 moved
j03 chloe   woman  1995 couture   Rezé           QN04418M incub     2025-10-06 -          -
j04 driss   man    -    cantine   Saint-Herblain QN04419I incub     2025-10-26 -          -
j05 elsa    woman  1990 recycle   -              ?        incub     2025-11-03 2026-01-15 employment
j06 farid   -      1985 jardin    Orvault        out      incub     2025-12-31 -          -
j07 gwenn   other  2001 atelier   Vertou         out      incub     2026-01-01 2026-11-23 completed
j08 hugo    man    1999 microbras Nantes         ?        incub     2026-01-05 2026-05-04 gave_up
j09 ines    woman  1970 creche    Nantes         in       incub     2026-01-12 -          -
j10 jo      -      -    laverie   Couëron        out      incub     2026-01-19 -          -
j11 kim     woman  1993 laverie   Couëron        out      incub     2026-02-02 -          -
j12 lou     woman  1992 laverie   Couëron        out      incub     2026-09-01 -          -
j13 malik   man    1987 fablab    Nantes         QN04405M incub     2026-02-09 2026-06-15 bridged
j14 malik   man    1987 fablab    Nantes         QN04405M crea      2026-06-15 -          -
j15 nora    woman  1982 traiteur  Saint-Herblain QN04405M incub     2026-02-16 -          -
j16 nora    woman  1982 traiteur  Saint-Herblain QN04405M crea      2026-07-01 -          -
j17 omar    man    1996 transport Rezé           out      crea      2026-01-31 2026-04-01 bridged
j18 omar    man    1996 transport Rezé           out      incub     2026-04-01 -          -
j19 paola   woman  1975 savon     Brains         out      crea      2025-10-13 2026-04-30 completed
j20 quentin man    2000 fournil   Rezé           QN04418M incub     2026-03-02 2026-06-01 training
j21 rose    woman  1998 fournil   Rezé           QN04418M incub     2026-03-09 -          -
j22 samia   woman  1989 fournil   Rezé           QN04418M incub     2026-03-16 -          -
j23 theo    man    1991 brocante  Carquefou      out      crea      2025-10-20 -          -
j24 ulysse  man    1994 podcast   Nantes         out      crea      2025-11-17 2026-02-28 project_created
j25 vera    woman  1986 conserve  Nantes         QN04413M crea      2025-12-01 -          -
j26 wassim  man    1983 livraison Saint-Herblain QN04419I crea      2026-01-01 -          -
j27 xena    woman  1997 friperie  Nantes         QN04406M crea      2026-01-15 2026-10-25 completed
j28 yann    man    1978 menuiser  Vertou         out      crea      2026-03-29 -          -
j29 zoe     woman  2002 theatre   -              in       crea      2026-03-30 -          -
j30 abel    man    1981 compost   Orvault        QN04417I crea      2026-04-01 2026-04-01 other
j31 bea     woman  1990 miel      Brains         ?        crea      2026-04-20 -          -
j32 cyril   man    -    numerique Nantes         ?        crea      2026-06-30 -          -
j33 dina    -      -    langues   Nantes         QN04406M crea      2026-07-01 2026-09-30 mentor_left
j34 elsa    -      -    recyclub  Nantes         out      rse       2026-02-01 2026-05-20 completed
j35 fanny   woman  1984 toit      Orvault        out      rse       2026-03-15 2026-08-31 completed
j36 gael    man    1980 agence    Nantes         out      rse       2026-05-01 -          -
j37 ana     woman  1988 epicerie  Nantes         QN04413M crea      2026-07-06 -          -
j38 bilal   man    1979 velobis   Rezé           out      crea      2026-10-01 -          -
j39 iris    woman  2003 archives  -              ?        incub     2026-10-26 -          -
j40 jules   man    1969 relais    Nantes         ?        incub     2026-11-23 -          -
"""

# The days of a pause are given back to what is still to do; without a day to resume it still lasts, until its review.
PAUSES = """
id  since      review     resumed
j03 2026-01-05 2026-02-04 2026-01-25
j23 2026-02-01 2026-03-01 2026-03-01
j28 2026-10-20 2026-12-20 -
j08 2026-04-20 2026-06-20 -
"""

# carried: steps done before the bridge that stand as done after it, and do not count there.
BRIDGES = """
id  to  day        kind   carried
j13 j14 2026-06-15 move   plan
j15 j16 2026-07-01 beside plan
j17 j18 2026-04-01 move   -
"""

# day: when it was reached; waived ones by the day that was decided.
MILESTONES = """
id  code    day        state
j01 plan    2025-12-20 reached
j01 statuts 2026-04-15 reached
j02 plan    2025-12-31 reached
j03 plan    2026-03-29 reached
j04 plan    2026-01-20 waived
j05 plan    2026-01-15 reached
j06 plan    2026-03-30 reached
j07 plan    2026-01-01 reached
j07 statuts 2026-11-22 reached
j09 plan    2026-10-25 reached
j09 statuts 2026-10-26 reached
j11 plan    2026-05-02 reached
j11 statuts 2026-08-20 reached
j13 plan    2026-05-10 reached
j14 client  2026-11-23 reached
j15 plan    2026-05-15 reached
j15 statuts 2026-09-04 waived
j16 client  2026-11-02 reached
j18 plan    2026-06-30 reached
j19 plan    2025-12-12 reached
j19 client  2026-03-12 reached
j21 statuts 2026-05-20 waived
j23 client  2026-06-29 reached
j24 plan    2026-01-16 reached
j25 plan    2026-01-30 reached
j25 client  2026-04-30 reached
j26 plan    2026-03-03 waived
j27 plan    2026-03-16 reached
j27 client  2026-06-14 reached
j29 plan    2026-05-29 reached
j35 charte  2026-05-14 reached
j36 charte  2026-06-30 reached
"""

# Hours of training, as they stand in the ledger.
MODULES = """
id  when             minutes state
j01 2025-10-14T09:00     420 signed
j02 2025-10-14T09:00     420 confirmed
j03 2025-10-14T09:00     390 declared
j04 2025-11-12T09:00     420 confirmed
j05 2025-11-12T09:00     420 void
j06 2026-01-13T09:00     420 disputed
j07 2026-01-13T09:00     420 confirmed
j09 2026-01-13T09:00     420 confirmed
j11 2026-02-24T09:00     180 confirmed
j13 2026-02-24T09:00     420 declared
j19 2025-10-26T01:30     210 confirmed
j23 2025-11-04T14:00     210 confirmed
j25 2025-12-31T23:59     210 confirmed
j26 2026-01-01T00:00     210 declared
j27 2026-02-10T14:00     210 signed
j29 2026-04-14T14:00     210 confirmed
j34 2026-02-17T09:00     120 confirmed
j36 2026-05-19T09:00     120 declared
j12 2026-09-15T09:00     420 confirmed
"""

# Mentoring. declared … void: held, and what became of its line; the others did not take place, or not yet.
SESSIONS = """
id  when             minutes state
j01 2025-11-05T18:00      90 confirmed
j01 2025-12-03T18:00      60 confirmed
j01 2026-03-29T01:30      45 declared
j01 2026-03-29T03:30      75 confirmed
j02 2025-11-20T10:00      90 signed
j02 2026-03-29T23:59      60 confirmed
j03 2025-12-31T23:30      60 confirmed
j03 2026-02-10T10:00      90 disputed
j03 2026-03-30T00:00     120 confirmed
j04 2026-01-08T10:00      90 no_show
j04 2026-02-05T10:00      90 confirmed
j05 2025-12-10T10:00      60 declared
j06 2026-02-12T10:00      90 cancelled_by_mentor
j06 2026-03-12T10:00      90 confirmed
j07 2026-02-19T10:00      60 confirmed
j07 2026-10-25T02:30      50 confirmed
j07 2026-10-25T23:59      35 confirmed
j08 2026-02-03T10:00      90 void
j09 2026-10-26T00:00      70 confirmed
j11 2026-04-09T17:00      80 confirmed
j13 2026-04-16T17:00      90 confirmed
j15 2026-05-21T17:00      90 confirmed
j15 2026-08-20T17:00      90 declared
j19 2025-11-25T12:00      60 confirmed
j19 2026-02-24T12:00      60 confirmed
j23 2026-01-20T12:00      60 cancelled_by_holder
j23 2026-04-21T12:00      55 confirmed
j25 2026-03-03T12:00      60 disputed
j27 2026-05-05T12:00      60 signed
j30 2026-04-01T15:00      30 declared
j36 2026-06-11T11:00      60 confirmed
j37 2026-09-10T11:00      60 confirmed
j40 2026-12-03T11:00      60 planned
"""

# Time spent for a journey beside meeting: it counts in no figure of hours received.
APART = """
id  when             minutes sort
j01 2025-11-04T18:00      30 preparation
j13 2026-04-16T16:00      40 travel
j19 2025-11-25T11:00      20 preparation
"""

# Stays in companies; a stay that took place is logged on its last day, with the hours really done.
STAYS = """
id  starts     ends       minutes state
j01 2026-01-19 2026-01-23    2100 completed
j02 2026-01-26 2026-01-29    1680 completed
j03 2026-03-26 2026-03-29    1200 completed
j04 2026-02-16 2026-02-20     840 partial
j06 2026-04-27 2026-05-01    2100 not_happened
j07 2026-05-04 2026-05-07    1440 completed
j08 2026-04-06 2026-04-10    2100 cancelled
j15 2026-06-08 2026-06-11    1500 completed
j19 2026-01-19 2026-01-21    1260 completed
j27 2026-04-23 2026-04-24     840 completed
j37 2026-11-30 2026-12-04    2100 validated
j35 2026-04-27 2026-04-29    1200 completed
"""

# The questionnaire of posture: fifteen answers, five for each of three areas, . for none; and what became of the ask.
# Asked a second time, it is one ask, of which the second line counts.
# The first sheet of j02 and the last of j23 do not hold together: the noise is .50 from first sheets alone, .42 without
# the oldest few of them, .58 from all sheets, and between those lie the changes of j06 (.47) and of j20 (.53).
ASKED = """
id  moment when             state    answers
j01 start  2025-10-02T09:00 complete 33333 44444 22222
j01 exit   2026-06-30T09:00 complete 55555 55555 44444
j02 start  2025-10-02T09:00 complete 62824 14343 56446
j02 exit   2026-03-29T23:30 complete 55555 34343 55556
j03 start  2025-10-07T09:00 complete 22222 222.. 33333
j03 exit   2026-07-01T09:00 complete 43434 555.. 3333.
j04 start  2025-10-26T02:30 partial  444.. ..... .....
j05 start  2025-11-04T09:00 complete 66666 66666 66666
j05 exit   2026-01-15T10:00 refused  -
j06 start  2025-12-31T23:30 complete 12345 54321 33333
j06 exit   2026-08-01T09:00 complete 23456 54322 43333
j07 start  2026-01-01T00:00 complete 44444 44444 44444
j07 exit   2026-11-02T09:00 complete 44444 44444 44444
j08 start  2026-01-06T09:00 bounced  -
j09 start  2026-01-13T09:00 complete 33333 3.... 33333
j09 exit   2026-09-01T09:00 complete 55555 55555 55555
j11 start  2026-02-03T09:00 expired  -
j11 exit   2026-09-15T09:00 complete 66666 66666 66666
j12 start  2026-09-02T09:00 refused  -
j13 start  2026-02-10T09:00 complete 54545 44444 34343
j13 exit   2026-06-15T18:00 complete 65656 45454 44444
j14 start  2026-06-16T09:00 complete 54545 44444 34343
j15 start  2026-02-17T09:00 complete 33333 33333 33333
j17 start  2026-02-24T09:00 complete 66666 67676 66666
j17 exit   2026-04-01T12:00 complete 44444 54545 44444
j18 start  2026-04-02T09:00 complete 43434 55555 44444
j19 start  2025-10-14T09:00 complete 23232 32323 22222
j19 exit   2026-04-30T09:00 complete 44444 33333 32323
j20 start  2026-03-03T09:00 complete 23232 33333 12121
j20 exit   2026-06-01T17:00 complete 34343 33333 22222
j21 start  2026-03-10T09:00 complete 55555 65656 54545
j22 start  2026-03-17T09:00 complete 12121 22222 11211
j23 start  2025-10-21T09:00 complete 55555 44444 33333
j23 exit   2026-10-25T23:59 complete 81815 81812 18152
j24 start  2025-11-18T09:00 complete 77777 77777 77777
j24 exit   2026-02-28T09:00 bounced  -
j25 start  2025-12-02T09:00 complete 34343 43434 34343
j25 exit   2026-10-26T00:00 complete 55555 54545 45454
j26 start  2026-01-02T09:00 started  44... ..... .....
j27 start  2026-01-16T09:00 complete 11111 22222 33333
j27 exit   2026-10-25T10:00 complete 33333 44444 44444
j28 start  2026-03-29T03:30 complete 65656 56565 66666
j28 exit   2026-11-20T09:00 sent     -
j29 start  2026-03-30T00:00 complete 32323 22222 43434
j29 exit   2026-11-21T09:00 complete 43434 33333 43434
j30 start  2026-04-01T10:00 complete 44544 34343 44444
j32 start  2026-07-01T09:00 complete 78787 77777 88888
j33 start  2026-07-02T09:00 expired  -
j33 start  2026-09-20T09:00 complete 34343 33333 43434
j34 start  2026-02-02T09:00 complete 44444 44444 44444
j35 start  2026-03-16T09:00 complete 33333 33333 33333
j35 exit   2026-08-31T09:00 complete 77777 77777 77777
j36 start  2026-05-02T09:00 sent     -
j38 start  2026-10-02T09:00 complete 33333 33333 33333
j39 start  2026-10-26T09:00 opened   -
j40 start  2026-11-23T08:30 sent     -
"""
OPEN_DAYS = 30
ANONYMOUS = {("rse", "start")}
"""Asked without names: who has answered is for nobody to read, so these asks count nowhere."""


@dataclass(frozen=True)
class Line:
    """One line of a table; `line.day` is the word in the column "day", None for "-"."""

    words: dict[str, str | None]

    def __getattr__(self, name: str) -> str | None:
        return self.words[name]

    def on(self, name: str) -> date | None:
        """The day in that column."""
        word = self.words[name]
        return date.fromisoformat(word[:10]) if word else None


def table(text: str) -> list[Line]:
    """The lines under the head; words beyond the last column are one answer of several words."""
    head, *lines = (line.split() for line in text.strip().splitlines())
    wide = [[*words[: len(head) - 1], " ".join(words[len(head) - 1 :])] for words in lines]
    return [
        Line({name: None if word == "-" else word for name, word in zip(head, words, strict=True)}) for words in wide
    ]


def programme_of(journey: str | None) -> str | None:
    return next(line.programme for line in table(JOURNEYS) if line.id == journey)


def rested(journey: str) -> list[tuple[date, date]]:
    """The pauses of a journey: the first day, and the day from which it is under way again."""
    ended = {line.id: line.on("ended") for line in table(JOURNEYS)}
    return [
        (since, line.on("resumed") or ended[journey] or line.on("review"))
        for line in table(PAUSES)
        if line.id == journey and (since := line.on("since"))
    ]


def due(journey: Line, days: int) -> date:
    """When a step is due: so many days after the start, and as many more as the journey has rested before it."""
    start = journey.on("start")
    assert start
    return start + timedelta(days) + sum((end - since for since, end in rested(journey.id or "")), timedelta())
