"""Files that show a milestone: told by their content, kept apart, only ever downloaded."""

import io
import os
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.lib.uploads import HEAVIEST, Unacceptable, clean_name, recognise
from journeys import actions
from journeys.models import EvidenceFile, Journey, Step
from journeys.tasks import sweep_evidence
from tests.factories.journeys import make_companion, make_journey, step_of

Browser = Callable[[User], Client]
TODAY = date(2026, 11, 23)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEMPLATE = (
    b'<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    b'/attachedTemplate" Target="%s/t.dotm" TargetMode="External"/></Relationships>'
)
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 20
TYPES_XML = b"<Types><Override ContentType='application/vnd.openxmlformats'/></Types>"
DOCX = {"[Content_Types].xml": TYPES_XML, "word/document.xml": b"<w/>"}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as folder:
        for name, data in members.items():
            folder.writestr(name, data)
    return out.getvalue()


def opendocument(kind: str, **more: bytes) -> bytes:
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<o/>", **more})


@pytest.fixture
def step(organisation: Organisation, holder: User, lead: User, mentor: User) -> Step:
    journey = make_journey(organisation, holder, referent=lead)
    make_companion(journey, mentor)
    return step_of(journey, "milestone")


# --- What a file really is ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("plan.pdf", PDF, "application/pdf"),
        ("photo.PNG", PNG, "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0" + b"\x00" * 20, "image/jpeg"),
        ("photo.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("plan.docx", zipped(DOCX), WORD),
        ("plan.odt", opendocument("text"), "application/vnd.oasis.opendocument.text"),
        ("plan.ods", opendocument("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
        ("note.txt", "Déjà vu <3 <b>".encode("cp1252"), "text/plain"),
        ("plan.docx", zipped({**DOCX, "word/_rels/settings.xml.rels": TEMPLATE % b"file:///C:/Normal.dotm"}), WORD),
        ("chiffres.csv", b"a;b\n1;2\n", "text/csv"),
    ],
)
def test_listed_types_are_known_by_their_content(name: str, data: bytes, content_type: str) -> None:
    assert recognise(data, name) == recognise(data, f"../../{name}")
    assert recognise(data, name).content_type == content_type


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("vide.pdf", b"", "empty"),
        ("lourd.pdf", PDF + b"\x00" * HEAVIEST, "too_heavy"),
        ("page.html", b"<html><script>alert(1)</script>", "not_listed"),
        ("dessin.svg", b"<svg onload='x'/>", "not_listed"),
        ("virus.exe", b"MZ\x90\x00", "not_listed"),
        ("archive.zip", zipped({"a.txt": b"a"}), "not_listed"),
        ("plan.pdf", PNG, "mismatch"),
        ("plan.pdf", b"MZ\x90\x00", "mismatch"),
        ("plan.pdf.exe", PDF, "not_listed"),
        ("binaire.txt", b"\x00\x01\x02", "mismatch"),
        ("plan.docx", zipped({**DOCX, "word/vbaProject.bin": b"x"}), "programs"),
        ("plan.docx", zipped({**DOCX, "[Content_Types].xml": b"ms-word.document.macroEnabled.main"}), "programs"),
        ("plan.odt", opendocument("text", **{"Basic/script-lc.xml": b"x"}), "programs"),
        ("plan.docx", zipped({**DOCX, "word/_rels/settings.xml.rels": TEMPLATE % b"https://evil.example"}), "programs"),
        ("plan.docx", zipped({**DOCX, "word/_rels/settings.xml.rels": TEMPLATE % b"\\\\evil\\share"}), "programs"),
        ("page.txt", b"\xef\xbb\xbf\n <!DOCTYPE html><script>alert(1)</script>", "mismatch"),
        ("page.csv", "<script>alert(1)</script>".encode("utf-16"), "mismatch"),
        ("plan.pdf%00.exe", PDF, "not_listed"),
        ("plan.pdf::$DATA", PDF, "not_listed"),
        (".htaccess", b"AddType text/html .pdf", "not_listed"),
        ("photo.png", b"<html><script>alert(1)</script>", "mismatch"),
        ("plan.docx", PNG + zipped(DOCX), "mismatch"),
        ("plan.docx", zipped(DOCX)[:-30], "damaged"),
        ("plan.docx", zipped({**DOCX, "word/media/a.bin": b"\x00" * (101 << 20)}), "too_heavy"),
    ],
)  # fmt: skip
def test_what_is_not_listed_or_not_what_it_says_is_refused(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        recognise(data, name)
    assert refused.value.reason == reason


def test_a_bomb_that_lies_about_its_size_is_not_unfolded() -> None:
    """The folder announces ten bytes; the member unfolds into far more."""
    heavy = zipped({**DOCX, "word/a.bin": b"\x00" * (30 << 20)})
    lying = heavy.replace((30 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(Unacceptable) as refused:
        recognise(lying, "plan.docx")
    assert refused.value.reason in {"damaged", "too_heavy"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Hawa\\Plan d’affaires.pdf", "Plan d’affaires.pdf"),
        ("plan\x00\r\n.pdf", "plan.pdf"),
        ("plan\u202efdp.exe.pdf", "planfdp.exe.pdf"),
        ('a"b<c>;d.pdf', "a b c d.pdf"),
        (".pdf", "pdf"),
        ("", "document"),
    ],
)
def test_a_name_is_cleaned(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


def test_a_long_name_keeps_its_ending() -> None:
    assert (len(clean_name("é" * 400 + ".pdf")), clean_name("é" * 400 + ".pdf")[-4:]) == (160, ".pdf")


# --- Kept, downloaded, removed --------------------------------------------------------------------------
def joined(step: Step, by: User, name: str = "Plan d’été.pdf", data: bytes = PDF) -> EvidenceFile:
    return actions.keep_evidence_files(step, [actions.Upload(name, data)], by=by)[0]


def test_a_file_is_only_ever_downloaded(step: Step, holder: User, client_of: Browser) -> None:
    file = joined(step, holder)
    answer = client_of(holder).get(reverse("journeys:evidence_file", args=[file.pk]))
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''Plan%20d%E2%80%99%C3%A9t%C3%A9.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert file.file.name.startswith("evidence/") and "Plan" not in file.file.name
    for way in ("/evidence/%s/", "/api/v1/evidence-files/%s/download/"):
        kept = {name: answer.headers[name] for name in ("Content-Disposition", "Content-Security-Policy")}
        head, part = (
            client_of(holder).head(way % file.pk),
            client_of(holder).get(way % file.pk, headers={"range": "bytes=0-3"}),
        )
        assert [{name: one.headers[name] for name in kept} for one in (head, part)] == [kept, kept]
        assert (head.content, part.status_code, part.content) == (b"", 200, PDF)


def test_what_was_joined_to_nothing_yet_is_hers_alone(
    step: Step, holder: User, lead: User, outsider: User, client_of: Browser
) -> None:
    file = joined(step, holder)
    url = reverse("journeys:evidence_file", args=[file.pk])
    assert [client_of(one).get(url).status_code for one in (holder, lead, outsider)] == [200, 404, 404]
    actions.propose_milestone(step, reached_on=step.earliest_on.replace(year=2026, month=11, day=20), by=holder)
    assert [client_of(one).get(url).status_code for one in (holder, lead, outsider)] == [200, 200, 404]


def test_a_file_that_is_gone_from_the_disk_is_not_found(step: Step, holder: User, client_of: Browser) -> None:
    file = joined(step, holder)
    default_storage.delete(file.file.name)
    assert client_of(holder).get(reverse("journeys:evidence_file", args=[file.pk])).status_code == 404


def test_the_same_content_is_kept_once_a_step(step: Step, holder: User) -> None:
    first = joined(step, holder)
    again = joined(step, holder, name="Autre nom.pdf")
    assert (again.pk, EvidenceFile.objects.count()) == (first.pk, 1)


def test_one_bad_file_keeps_none_and_leaves_nothing_on_the_disk(step: Step, holder: User) -> None:
    before = stored()
    with pytest.raises(Refused, match="macros") as refused:
        actions.keep_evidence_files(
            step,
            [actions.Upload("plan.pdf", PDF), actions.Upload("a.docx", zipped({**DOCX, "word/vbaProject.bin": b"x"}))],
            by=holder,
        )
    assert refused.value.field == "uploads"
    assert (EvidenceFile.objects.count(), stored()) == (0, before)


def stored() -> set[Path]:
    return {path for path in Path(default_storage.path("evidence")).rglob("*") if path.is_file()}


@pytest.mark.django_db(transaction=True)
def test_a_removed_file_leaves_the_disk(step: Step, holder: User, client_of: Browser) -> None:
    file = joined(step, holder)
    path = Path(file.file.path)
    client_of(holder).post(reverse("journeys:evidence_file_remove", args=[file.pk]))
    assert (EvidenceFile.objects.count(), path.exists()) == (0, False)


def test_a_file_being_read_is_not_removed(step: Step, holder: User, lead: User) -> None:
    proposal = actions.propose_milestone(
        step, reached_on=step.journey.started_on, uploads=[actions.Upload("plan.pdf", PDF)], by=holder
    )
    with pytest.raises(Refused, match="lecture"):
        actions.remove_evidence_file(proposal.files.get(), by=holder)
    actions.accept_proposal(proposal, by=lead)
    with pytest.raises(Refused, match="atteint"):
        actions.remove_evidence_file(EvidenceFile.objects.get(), by=holder)


def test_the_sweep_throws_away_orphans_and_forgotten_files_and_nothing_else(
    step: Step, holder: User, lead: User, clock: Any
) -> None:
    forgotten = joined(step, holder)
    other = step_of(make_journey(step.journey.programme.organisation, referent=lead), "milestone")
    shown = joined(other, lead)
    actions.reach_milestone(other, reached_on=other.journey.started_on, by=lead)
    orphan = Path(default_storage.path("evidence")) / "orphan.bin"
    orphan.write_bytes(b"x")
    long_ago = time.time() - 10 * 86400
    for path in (orphan, Path(shown.file.path), Path(forgotten.file.path)):
        os.utime(path, (long_ago, long_ago))
    clock.shift(8 * 86400)
    sweep_evidence()
    sweep_evidence()
    assert (orphan.exists(), Path(forgotten.file.path).exists(), Path(shown.file.path).exists()) == (False, False, True)
    assert list(EvidenceFile.objects.values_list("pk", flat=True)) == [shown.pk]


# --- On the page ------------------------------------------------------------------------------------------
def sent(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_nothing_typed_is_lost_when_a_file_is_refused_and_the_good_one_is_kept(
    step: Step, holder: User, client_of: Browser
) -> None:
    url = reverse("journeys:milestone_propose", args=[step.pk])
    typed = {"reached_on": "2026-11-20", "evidence": "Plan signé", "evidence_url": "https://example.org/plan"}
    files = [sent("plan.pdf", PDF), sent("page.html", b"<html>")]
    page = client_of(holder).post(url, {**typed, "uploads": files})
    form = page.context["form"]
    assert [form[name].value() for name in typed] == list(typed.values())
    assert list(form.errors) == ["uploads"] and "page.html" in form.errors["uploads"][0]
    assert [one.name for one in page.context["waiting"]] == ["plan.pdf"]
    answer = client_of(holder).post(url, {"reached_on": "2026-11-20"})
    assert (answer.status_code, step.proposals.get().files.get().name) == (302, "plan.pdf")


def test_a_file_that_passed_is_kept_while_another_field_is_wrong(step: Step, holder: User, client_of: Browser) -> None:
    url = reverse("journeys:milestone_propose", args=[step.pk])
    page = client_of(holder).post(url, {"reached_on": "2027-01-01", "uploads": [sent("plan.pdf", PDF)]})
    assert list(page.context["form"].errors) == ["reached_on"]
    assert [one.name for one in page.context["waiting"]] == ["plan.pdf"]


def test_more_than_five_at_once_are_refused(step: Step, holder: User, client_of: Browser) -> None:
    files = [sent(f"{number}.pdf", PDF + bytes([number])) for number in range(6)]
    page = client_of(holder).post(
        reverse("journeys:milestone_propose", args=[step.pk]), {"reached_on": "2026-11-20", "uploads": files}
    )
    assert list(page.context["form"].errors) == ["uploads"]
    assert step.proposals.count() == 0


def test_the_api_takes_files_and_gives_them_back(step: Step, holder: User, lead: User, client_of: Browser) -> None:
    made = client_of(holder).post(
        "/api/v1/milestone-proposals/",
        {"step": step.pk, "reached_on": "2026-11-20", "uploads": [sent("plan.pdf", PDF), sent("photo.png", PNG)]},
    )
    listed = client_of(lead).get("/api/v1/evidence-files/", {"proposal": made.json()["id"]}).json()["results"]
    file = client_of(lead).get(f"/api/v1/evidence-files/{listed[0]['id']}/download/")
    assert (made.status_code, [one["name"] for one in listed]) == (201, ["plan.pdf", "photo.png"])
    assert file.content == PDF
    refused = client_of(holder).post(
        "/api/v1/milestone-proposals/", {"step": step.pk, "reached_on": "2026-11-20", "uploads": [sent("a.exe", b"MZ")]}
    )
    assert (refused.status_code, refused.json()["field"]) == (409, "uploads")


def test_a_lead_reaches_a_milestone_on_a_file_alone(step: Step, lead: User, client_of: Browser) -> None:
    url = reverse("journeys:milestone_reach", args=[step.pk])
    client_of(lead).post(url, {"reached_on": "2026-11-20", "uploads": [sent("plan.pdf", PDF)]})
    page = client_of(lead).get(url)
    assert (page.context["reached"].evidence, [one.name for one in page.context["files"]]) == ("", ["plan.pdf"])


def test_a_journey_of_somebody_else_holds_her_own_copy(organisation: Organisation, step: Step, holder: User) -> None:
    other: Journey = make_journey(organisation)
    first, second = joined(step, holder), joined(step_of(other, "milestone"), other.holder.user)
    assert (first.pk != second.pk, first.digest == second.digest) == (True, True)


def test_nothing_is_added_to_a_milestone_that_waits_or_is_reached(
    step: Step, holder: User, lead: User, client_of: Browser
) -> None:
    url = reverse("journeys:milestone_propose", args=[step.pk])

    def sent() -> dict[str, Any]:
        return {"reached_on": "2026-11-23", "evidence": "Encore", "uploads": SimpleUploadedFile("late.pdf", PDF)}

    proposal = actions.propose_milestone(step, reached_on=TODAY, evidence="Le plan", by=holder)
    assert client_of(holder).post(url, sent()).status_code == 200
    assert not EvidenceFile.objects.exists()
    actions.accept_proposal(proposal, by=lead)
    assert client_of(holder).post(url, sent()).status_code == 200
    assert not EvidenceFile.objects.exists()


def test_too_many_files_are_refused_before_one_is_read(
    step: Step, holder: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr("journeys.forms.milestones.recognise", lambda data, name: read.append(name))
    files = [SimpleUploadedFile(f"{n}.pdf", PDF + bytes([n])) for n in range(9)]
    page = client_of(holder).post(
        reverse("journeys:milestone_propose", args=[step.pk]), {"reached_on": "2026-11-23", "uploads": files}
    )
    assert (len(page.context["form"].errors["uploads"]), read) == (1, [])


def test_programs_are_seen_however_far_they_are_named() -> None:
    types = b"<Types>" + b" " * (1 << 21) + b"application/vnd.ms-word.document.macroEnabled.main+xml</Types>"
    with pytest.raises(Unacceptable, match="programs"):
        recognise(zipped({**DOCX, "[Content_Types].xml": types}), "plan.docx")


@pytest.mark.parametrize("wanted", ["journeys", "-1", "2026-11-23", "https://evil.example", "//evil.example"])
def test_the_way_back_is_a_page_of_ours(step: Step, holder: User, lead: User, client_of: Browser, wanted: str) -> None:
    proposal = actions.propose_milestone(step, reached_on=TODAY, evidence="Le plan", by=holder)
    answer = client_of(lead).post(reverse("journeys:proposal_accept", args=[proposal.pk]), {"next": wanted})
    assert answer.headers["Location"] == reverse("journeys:proposal_detail", args=[proposal.pk])


def test_a_step_holds_twenty_files_and_no_more(step: Step, holder: User) -> None:
    for batch in range(4):
        uploads = [actions.Upload(f"{n}.pdf", PDF + bytes([batch, n])) for n in range(5)]
        actions.keep_evidence_files(step, uploads, by=holder)
    with pytest.raises(Refused, match="20"):
        actions.keep_evidence_files(step, [actions.Upload("more.pdf", PDF + b"more")], by=holder)
    assert step.evidence_files.count() == 20
