"""What a file really is: told by its content, never by its name; small enough to open; without programs inside."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

HEAVIEST = 10 * 1024 * 1024  # bytes of a file
UNFOLDED = 100 * 1024 * 1024  # bytes of an office document once unzipped
LINKS = 2 * 1024 * 1024  # bytes of one list of links inside
MOST_MEMBERS = 3000
PIECE = 1 << 16
LONGEST_NAME = 160

_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/webp": ("webp",),
    f"{_OPEN}text": ("odt",),
    f"{_OPEN}spreadsheet": ("ods",),
    f"{_OPEN}presentation": ("odp",),
    f"{_OFFICE}wordprocessingml.document": ("docx",),
    f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",),
    "text/plain": ("txt",),
    "text/csv": ("csv",),
}
"""{type: the endings a name may have}"""
_PARTS = {
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}
_PROGRAMS = re.compile(r"vbaproject|vbadata|(^|/)activex/|^basic/|^scripts/|(^|/)oleobject|\.(exe|dll|js|vbs|bat|ps1)$")
# A part of an office document that is fetched from elsewhere, and run, when the document is opened.
_RUN = re.compile(rb"(?:attachedtemplate|oleobject|subdocument|/frame)[\"']")
_ELSEWHERE = re.compile(rb"target\s*=\s*[\"'](?:https?:|ftp:|\\\\|file:////)")
_MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body|script|svg|iframe)\b", re.IGNORECASE)


class Unacceptable(Exception):
    """The file is not kept; `reason` is one of empty, too_heavy, not_listed, mismatch, programs, damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Recognised:
    """A file that can be kept: its clean name, and what it is."""

    name: str
    content_type: str


def recognise(data: bytes, name: str) -> Recognised:
    """What `data` is, under a clean name whose ending agrees with it. Raises Unacceptable."""
    if not data:
        raise Unacceptable("empty")
    if len(data) > HEAVIEST:
        raise Unacceptable("too_heavy")
    clean = clean_name(name)
    ending = clean.rpartition(".")[2].lower() if "." in clean else ""
    found = _type_of(data, ending)
    is_listed = any(ending in endings for endings in TYPES.values())
    if found and not ending:
        return Recognised(f"{clean}.{TYPES[found][0]}", found)
    if not found or ending not in TYPES[found]:
        raise Unacceptable("mismatch" if is_listed else "not_listed")
    return Recognised(clean, found)


def clean_name(name: str) -> str:
    """Without folders, signs that do not show or turn the text around, and what systems refuse; short; never empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" or sign == " ")
    plain = " ".join(re.sub(r'[<>:"|?*;]', " ", shown).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{(stem or 'document')[: LONGEST_NAME - len(ending) - 1].strip()}.{ending}"
    return plain[: LONGEST_NAME - 11].strip() or "document"


def _type_of(data: bytes, ending: str) -> str:
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"PK\x03\x04"):
        return _office_type(data)
    if ending in ("txt", "csv") and _is_text(data):
        if _is_page(data):
            raise Unacceptable("mismatch")
        return "text/csv" if ending == "csv" else "text/plain"
    return ""


def _is_text(data: bytes) -> bool:
    """UTF-8, UTF-16 with its mark, or an old codec; no control character that no text has."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            return False
        return not any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text)
    return not any(byte < 32 and byte not in (9, 10, 12, 13) for byte in data)


def _is_page(data: bytes) -> bool:
    """Does it begin as a page of the web, or a drawing, does?"""
    start = data[:2000]
    codec = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return _MARKUP.match(start.decode(codec, "replace")) is not None


def _office_type(data: bytes) -> str:
    """The type of an office document, once every member was unfolded within bounds and none is a program."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            members = folder.infolist()
            _check_members(members)
            names = {one.filename for one in members}
            _unfold(folder, members)
            found = _named(folder, names)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Unacceptable("damaged") from None
    except Exception as error:  # zlib, lzma and bz2 have errors of their own
        if type(error).__name__ in ("error", "LZMAError"):
            raise Unacceptable("damaged") from None
        raise
    return found


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """What the folder announces, before anything is opened."""
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > UNFOLDED:
        raise Unacceptable("too_heavy")
    if any(one.flag_bits & 1 for one in members):  # protected by a password: nobody can look inside
        raise Unacceptable("damaged")
    if any(_PROGRAMS.search(one.filename.lower()) for one in members):
        raise Unacceptable("programs")


def _unfold(folder: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Read everything, piece by piece, counting what is really there, whatever was announced; no part comes from
    elsewhere."""
    total = 0
    for one in members:
        links = bytearray()
        with folder.open(one) as member:
            while piece := member.read(PIECE):
                total += len(piece)
                if one.filename.lower().endswith(".rels"):
                    links += piece
                if total > UNFOLDED or len(links) > LINKS:
                    raise Unacceptable("too_heavy")
        if _fetches(bytes(links)):
            raise Unacceptable("programs")


def _fetches(links: bytes) -> bool:
    """Does one of these links of an office document bring in something to run? Tag by tag: never slow."""
    tags = (tag.partition(b">")[0] for tag in links.lower().split(b"<"))
    return any(tag.startswith(b"relationship") and _RUN.search(tag) and _ELSEWHERE.search(tag) for tag in tags)


def _named(folder: zipfile.ZipFile, names: set[str]) -> str:
    """Which document it is, by the members that such a document must have; "" for any other zip."""
    if "mimetype" in names and "content.xml" in names:
        with folder.open("mimetype") as member:
            declared = member.read(100).decode("ascii", "replace").strip()
        return declared if declared in TYPES else ""
    if "[Content_Types].xml" not in names:
        return ""
    with folder.open("[Content_Types].xml") as member:
        if b"macroenabled" in member.read().lower():
            raise Unacceptable("programs")
    return next((found for part, found in _PARTS.items() if part in names), "")
