"""Evidence of milestones as pages show it: files, and why one is not kept."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.uploads import TYPES
from journeys.models import EvidenceFile, Step


def endings() -> str:
    """What an input of files accepts: ".pdf,.png…"."""
    return ",".join(f".{ending}" for names in TYPES.values() for ending in names)


def why_not(reason: str, name: str) -> str:
    """The sentence for a file that is not kept."""
    words = {
        "empty": _("“%(file)s” is empty."),
        "too_heavy": _("“%(file)s” is larger than 10 MB, or unfolds into too much: make it lighter."),
        "not_listed": _(
            "“%(file)s” is of a type that is not accepted: join a PDF, an image (PNG, JPEG, WebP), a document, sheet or"
            " slides (ODT, ODS, ODP, DOCX, XLSX, PPTX), or a text (TXT, CSV)."
        ),
        "mismatch": _("“%(file)s” does not hold what its name says: save it again in its own type, then join it."),
        "programs": _("“%(file)s” holds a program (macros): save it without, then join it."),
        "damaged": _("“%(file)s” cannot be opened: it is damaged, or protected by a password."),
    }
    return words[reason] % {"file": name[-80:]}


def files_of(step: Step, user: User) -> list[EvidenceFile]:
    """The files of a step that this person may download, oldest first."""
    rows = EvidenceFile.objects.visible_to(user).filter(step=step)
    return list(rows.select_related("added_by", "proposal").order_by("created_at", "pk"))


def waiting_files(step: Step, user: User) -> list[EvidenceFile]:
    """Files she joined that no open or accepted proposal carries: they go with her next one."""
    loose = Q(proposal=None) | Q(proposal__state__in=["sent_back", "withdrawn"])
    return list(EvidenceFile.objects.filter(loose, step=step, added_by=user).order_by("created_at", "pk"))


def download(file: EvidenceFile) -> HttpResponse:
    """An attachment under its own name, in a box of its own; 404 when the disk has lost it."""
    try:
        with file.file.open("rb") as content:
            data = content.read()
    except OSError:
        raise Http404 from None
    return HttpResponse(
        data,
        content_type=file.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
