"""What is answered without a name: cut from who gave it when it is sent, forgotten when it never is.

What this keeps from somebody who holds the whole database, and the letters: which of the sheets of a wave is whose.
Nothing that remains once answers are sent depends on which person gave which sheet: no key (all drawn by lot), no date
(a month, the same for all sheets of the wave), no order and no transaction (all sheets of the wave are written anew, in
an order drawn by lot, each time one comes in), no sequence, no line of history, no letter (reminders of such a wave say
nothing of how much was answered, and leads read of its letters only once they did not get through), no link and no
session. `tests/evaluation/test_anonymity.py` compares two worlds.

The latest sheets of a wave, four at most, wait for the fifth before they count, else whoever reads results before and
after one more answer would read it in the difference. So that this tells nothing to whoever holds the database, they
are sealed with the key of the house (`backend/lib/vault`), which is not in it.

What it can't keep:
- a wave that one person answered has one sheet, and what all of them said alike each of them said: results are shown
  from five sheets up;
- what is asked of few people only (a condition on the journey, another version) narrows who may have answered it, and
  words that name somebody name her;
- whoever holds the database and the key of the house can open the four that wait, and guess who answered last;
- until it is sent the sheet at work is hers by name, so that she can go on with it elsewhere;
- whoever compares copies of the database (backups, replicas, the write-ahead log) from before and after a sending sees
  what came in between, and pages of the file that are free but not yet written again may show what was deleted.
  SQLite overwrites what it frees (`secure_delete`, set with the connection) and empties its log at each checkpoint;
  PostgreSQL does at its next vacuum. Backups kept apart from those who may read results are the answer to the rest.
"""

import json
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from backend.lib.vault import is_sealed_by_today_s_key, seal, unseal
from evaluation.models import AnonymousSheet, Request, Response, Wave
from evaluation.queries.answers import kept_by_code
from evaluation.statistics.disclosure import SMALLEST_GROUP

PURPOSE = "anonymous sheets that wait"
WAITS = "waits"
BLOCK = 16_384


def cut_loose(request: Request, response: Response, now: datetime) -> None:
    """Her answers go among the others of their wave, all of which are written anew under other numbers, in another
    order and with the same month. Her sheet goes.

    They wait, sealed, until five wait: results that grew by one sheet would tell whose it is.
    """
    wave = Wave.objects.select_for_update().get(pk=request.wave_id)  # two who send at once are mixed one by one
    known = AnonymousSheet.objects.filter(wave=wave).order_by("pk")
    counted = list(known.counted())
    waiting: list[AnonymousSheet] = []
    lost: list[AnonymousSheet] = []
    for sheet in known.exclude(sealed=""):
        said = unseal(sheet.sealed, PURPOSE)
        (lost if said is None else waiting).append(sheet)
        sheet.answers = {} if said is None else json.loads(said)
    answers = {code: one.json for code, one in sorted(kept_by_code(request).items())}
    waiting.append(AnonymousSheet(version_id=request.version_id, answers=answers))
    forget_sheet(response)
    known.delete()
    AnonymousSheet.objects.bulk_create(_written_anew(wave, timezone.localdate(now), counted, waiting, lost))


def _written_anew(
    wave: Wave, day: date, counted: list[AnonymousSheet], waiting: list[AnonymousSheet], lost: list[AnonymousSheet]
) -> list[AnonymousSheet]:
    """The same sheets as new rows, mixed; those that wait sealed until they are five. `lost`: no key opens them."""

    def anew(one: AnonymousSheet, sealed: str) -> AnonymousSheet:
        month = day.replace(day=1)
        return AnonymousSheet(wave=wave, version_id=one.version_id, month=month, answers=one.answers, sealed=sealed)

    state = "" if len(waiting) >= SMALLEST_GROUP else WAITS
    new = [anew(one, "") for one in counted] + [anew(one, state) for one in waiting]
    new += [anew(one, one.sealed) for one in lost]
    secrets.SystemRandom().shuffle(new)
    for sheet in new:
        if sheet.sealed == WAITS:
            sheet.sealed, sheet.answers = _sealed(json.dumps(sheet.answers)), {}
    return new


def _sealed(said: str) -> str:
    return seal(_padded(said), PURPOSE, says_when=False)


def _padded(text: str) -> str:
    """With blanks to the next 16 kB: how long it is sealed tells little of what it says."""
    return text.ljust(-(-len(text) // BLOCK) * BLOCK)


def waves_to_seal_anew() -> list[Wave]:
    """Those of which a sheet waits under a key of before that still opens it: once that key is gone, nothing does."""
    waiting = AnonymousSheet.objects.exclude(sealed="").order_by("wave", "pk").values_list("wave", "sealed")
    return list(Wave.objects.filter(pk__in={wave for wave, sealed in waiting.iterator() if _is_due(sealed)}))


def _is_due(sealed: str) -> bool:
    return not is_sealed_by_today_s_key(sealed, PURPOSE) and unseal(sealed, PURPOSE) is not None


@transaction.atomic
def seal_anew(wave: Wave) -> bool:
    """The sheets of the wave that wait are sealed by today's key, all at once; was there one to seal? What no key
    opens stays as it is."""
    Wave.objects.select_for_update().get(pk=wave.pk)  # nobody sends meanwhile
    due = [one for one in AnonymousSheet.objects.filter(wave=wave).exclude(sealed="") if _is_due(one.sealed)]
    for sheet in due:
        sheet.sealed = _sealed(unseal(sheet.sealed, PURPOSE) or "")
    AnonymousSheet.objects.bulk_update(due, ["sealed"])
    return bool(due)


def forget_sheet(response: Response) -> None:
    """The sheet at work, and the answers on it, are gone."""
    response.answers.all().delete()
    response.delete()


def forget_unsent(requests: Iterable[Request]) -> None:
    """What was answered in an anonymous wave and never sent is forgotten: it would stay hers by name for ever."""
    for response in Response.objects.filter(request__in=requests, request__wave__mode=Wave.Mode.ANONYMOUS):
        forget_sheet(response)
