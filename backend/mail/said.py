"""What somebody writes in a reply, apart from what she quotes: pure."""

import re
from collections.abc import Iterable
from email.message import Message
from html.parser import HTMLParser

from django.conf import settings

from backend.mail.letters import HIDDEN, without_addresses

LONGEST = 5_000
SIGNATURE_LINES = 4
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
OUR_ADDRESS = re.compile(r"\b(?:rdv|re)-[0-9a-f]{16,64}@[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)
OUR_SECRET = re.compile(r"(?:(?<=/)|(?<=%2F))[A-Za-z0-9_-]{16,}(?![A-Za-z0-9_-])")
CHARSETS = {"us-ascii": "utf-8", "ascii": "utf-8", "": "utf-8", "iso-8859-1": "windows-1252"}

# « Le lun. 23 nov. 2026 à 09:12, Jalon <…> a écrit : », "On Mon, 23 Nov 2026, Jalon wrote:", on up to three lines.
INTRODUCED = re.compile(
    r"^[ \t]*(?:Le\s(?=[^\n]*\d)(?:[^\n]*\n){0,2}?[^\n]*a\s[ée]crit"
    r"|On\s(?=[^\n]*\d)(?:[^\n]*\n){0,2}?[^\n]*wrote)\s*:[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
RULED = re.compile(
    r"^[ \t]*-{2,}\s*(?:Original Message|Message d[’']origine|Forwarded message|Message transf[ée]r[ée])"
    r"\s*-{2,}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
# Outlook: a few lines that name the letter answered, with or without a line above them.
HEADED = re.compile(
    r"^(?:[ \t]*_{10,}[ \t]*\n)?[ \t]*\*?(?:De|From)[ \t\u00a0]*:[^\n]*\n"
    r"(?:[^\n]*\n){0,2}?[ \t]*\*?(?:Envoy[ée](?: le)?|Sent|Date|À|To)[ \t\u00a0]*:",
    re.MULTILINE,
)
FROM_A_PHONE = re.compile(
    r"^[ \t]*(?:Envoy[ée] (?:de|depuis|à partir de) .{0,60}|Sent from .{0,60}|T[ée]l[ée]charger Outlook.{0,60}"
    r"|(?:Get|Obtenez|Obtenir) Outlook (?:for|pour) .{0,40})$",
    re.MULTILINE | re.IGNORECASE,
)
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table", "hr", "section"}
UNREAD = {"style", "script", "head", "title", "template"}
QUOTED = ("gmail_quote", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote")
OUTLOOK_QUOTES = ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container")
VOID = {"br", "hr", "img", "meta", "link", "input", "wbr", "col", "area", "base", "source"}


class _Page(HTMLParser):
    """The words of a page, without those it quotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.closed_by: list[str] = []
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").lower() for name, value in attrs}
        if given.get("id", "") in OUTLOOK_QUOTES:
            self.is_over = True
        if tag in VOID:
            pass
        elif self.closed_by:
            self.closed_by += [tag] if tag == self.closed_by[0] else []
        elif tag in UNREAD or tag == "blockquote" or any(one in given.get("class", "") for one in QUOTED):
            self.closed_by = [tag]
        if tag in BLOCKS and not self.closed_by:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.closed_by and tag == self.closed_by[0]:
            self.closed_by.pop()
        elif tag in BLOCKS and not self.closed_by:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.closed_by and not self.is_over:
            self.words.append(re.sub(r"[ \t\r\n\f]+", " ", data))


def as_text(leaves: Iterable[Message]) -> str:
    """The words of a letter: its text, else its page; what is attached is not read."""
    read = [part for part in leaves if part.get_content_disposition() != "attachment"]
    plain = [_content(part) for part in read if part.get_content_type() == "text/plain"]
    if "".join(plain).strip():
        return "\n".join(plain)
    pages = [_content(part) for part in read if part.get_content_type() == "text/html"]
    return "\n".join(_words_of(page) for page in pages)


def said_in(text: str) -> str:
    """What is said in it: without what is quoted, with a short signature, 5,000 characters at most."""
    whole = (
        CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\u2028", "\n").replace("\u2029", "\n")
    )
    own, signature = _signature_apart(_own(whole))
    own = FROM_A_PHONE.sub("", own).strip()
    said = "\n".join(line.rstrip() for line in own.split("\n"))
    said = _without_secrets(re.sub(r"\n{3,}", "\n\n", said))
    if len(said) > LONGEST:
        said = said[: LONGEST - 1].rstrip() + "…"
    return f"{said}\n\n{signature}" if said and signature and len(said) + len(signature) < LONGEST else said


def _without_secrets(text: str) -> str:
    """The addresses and links of the letter it answers are its reader's alone, quoted or not, wrapped or not."""
    links = re.compile(rf"\S*{re.escape(settings.SITE_URL.partition('://')[2])}\S*")
    return OUR_ADDRESS.sub(HIDDEN, links.sub(lambda link: OUR_SECRET.sub(HIDDEN, link[0]), text))


def _own(whole: str) -> str:
    """Without the letter it answers; words written below or between its lines stay."""
    cuts = [found.start() for found in (INTRODUCED.search(whole), RULED.search(whole), HEADED.search(whole)) if found]
    first = INTRODUCED.search(whole)
    if first is not None and first.start() == min(cuts):
        above, below = whole[: first.start()], whole[first.end() :]
        is_marked = any(line.startswith(">") for line in below.split("\n"))
        return f"{_unquoted(above)}\n\n{_unquoted(below)}" if is_marked else above
    return _unquoted(whole[: min(cuts)] if cuts else whole)


def _unquoted(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith(">"))


def _signature_apart(text: str) -> tuple[str, str]:
    """What stands before « -- », and a few lines of what stands behind, without its addresses."""
    parts = re.split(r"^-- ?$", text, maxsplit=1, flags=re.MULTILINE)
    if len(parts) == 1:
        return text, ""
    lines = [line.strip() for line in parts[1].split("\n") if line.strip()][:SIGNATURE_LINES]
    return parts[0], without_addresses("\n".join(line[:80] for line in lines))


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = str(part.get_content_charset() or "").lower()
    try:
        return content.decode(CHARSETS.get(charset, charset))
    except (LookupError, UnicodeDecodeError):
        return content.decode("windows-1252", "replace")


def _words_of(page: str) -> str:
    reader = _Page()
    reader.feed(page)
    reader.close()
    lines = [line.strip() for line in "".join(reader.words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
