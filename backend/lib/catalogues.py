"""French catalogues in pure Python: extract, compile and check every text a person reads, without gettext's programs.

Also runs without Django being set up: `python -m backend.lib.catalogues update mentoring`.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("backend", "journeys", "mentoring", "evaluation")
LANGUAGE = "fr"
SKIPPED = {"migrations", "static", "locale", "__pycache__", "node_modules"}
HEADER = """\
# French texts of Jalon. `make messages` keeps this file sorted; write the translations by hand.
msgid ""
msgstr ""
"Project-Id-Version: Jalon\\n"
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NBSP = "\u00a0"
LOOSE = re.compile(r"(?<=\S) (?=[;:!?»])|(?<=«) ")
"""A space where French takes one that no line breaks at."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|%[sd]|\{\w*\}")


def path_of(app: str) -> Path:
    """Where the French texts of `app` are written."""
    return ROOT / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def texts_in(path: Path) -> Iterator[tuple[str | None, str | tuple[str, ...]]]:
    """(context, text) for each translatable text of one file; a plural text is a (one, many) pair."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Only the gettext calls matter: without indentation Babel's tokenizer has nothing to stumble on.
        source = "\n".join(line.lstrip() for line in templatize(source, str(path)).splitlines())
    options = {"encoding": "utf-8"}
    for _line, texts, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS, options=options):
        yield context, texts


def found(app: str) -> Catalog:
    """Every translatable text of `app`'s Python files and templates, without translations."""
    catalog = Catalog(locale=LANGUAGE, fuzzy=False)
    for path in sorted((ROOT / app).rglob("*")):
        relative = path.relative_to(ROOT)
        if path.suffix in {".py", ".html", ".txt"} and not SKIPPED & set(relative.parts):
            for context, texts in texts_in(path):
                catalog.add(texts, locations=[(str(relative), 0)], context=context)
    return catalog


def written(app: str) -> Catalog:
    """The catalogue of `app` as it stands in its file; empty when there is none yet."""
    path = path_of(app)
    if not path.exists():
        return Catalog(locale=LANGUAGE, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def _key(message: Message) -> tuple[str, str]:
    return (message.id[0] if isinstance(message.id, list | tuple) else message.id), message.context or ""


def update(app: str, *, tidy: bool = False) -> int:
    """Rewrite the catalogue of `app` from its sources, keeping every translation; how many texts it holds.

    A translation whose text has gone is kept as a `#~` line, unless `tidy`.
    """
    new, old = found(app), written(app)
    kept = {_key(message): message for message in [*old, *old.obsolete.values()] if message.id}
    for message in new:
        was = kept.pop(_key(message), None) if message.id else None
        if was is None:
            continue
        if message.pluralizable == was.pluralizable:
            message.string = _tied(was.string)
        message.user_comments = list(was.user_comments)
        message.flags |= was.flags & {"fuzzy"}
    if not tidy:
        new.obsolete.update({key: message for key, message in kept.items() if _is_translated(message)})
    for message in new:
        message.locations = sorted(set(message.locations))
    body = io.BytesIO()
    write_po(body, new, width=0, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=tidy)
    text = HEADER + body.getvalue().decode().strip() + "\n"
    path = path_of(app)
    if len(new) and (not path.exists() or path.read_text(encoding="utf-8") != text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return len(new)


def _tied(text: Any) -> Any:
    """The text, or each of its forms, whose lines never begin with « : » nor end with an opening guillemet."""
    return LOOSE.sub(NBSP, text) if isinstance(text, str) else tuple(LOOSE.sub(NBSP, form) for form in text or ())


def compile_one(app: str) -> bool:
    """Write the `.mo` Django reads, if the `.po` is newer, and have this process read it; True when it was written."""
    source = path_of(app)
    target = source.with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns):
        return False
    body = io.BytesIO()
    write_mo(body, written(app))
    fresh = target.with_suffix(".mo.new")
    fresh.write_bytes(body.getvalue())
    fresh.replace(target)
    translation_file_changed(None, target)  # else the demo's first load, on a new machine, would write English letters
    return True


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _is_translated(message: Message) -> bool:
    return bool(message.string) and all(_forms(message))


def _placeholders(text: str) -> list[str]:
    return sorted(match.group() for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def _mismatch(message: Message) -> str:
    """What the translation lost or invented among `%(name)s`, `%s` and `{name}`; empty when nothing."""
    forms = _forms(message)
    if isinstance(message.id, list | tuple):
        one, many = (set(_placeholders(text)) for text in message.id[:2])
        wrong = (set(_placeholders(forms[-1])) ^ many) | (set(_placeholders(forms[0])) - one - many)
    else:
        wrong = set(_placeholders(message.id)) ^ set(_placeholders(forms[0]))
    return ", ".join(sorted(wrong))


def problems(app: str) -> list[str]:
    """A sentence for each text of `app` that is missing from the catalogue, unsure, or has other placeholders."""
    there = {_key(message): message for message in written(app)}
    sentences = []
    for message in found(app):
        if not message.id:
            continue
        where = f"{app}: {_key(message)[0]!r} ({', '.join(sorted({path for path, _line in message.locations}))})"
        known = there.get(_key(message))
        if known is None or not _is_translated(known) or known.pluralizable != message.pluralizable:
            sentences.append(f"{where} has no French text")
        elif known.fuzzy:
            sentences.append(f"{where} is marked fuzzy")
        elif wrong := _mismatch(known):
            sentences.append(f"{where} and its French text differ in {wrong}")
        elif any(map(LOOSE.search, _forms(known))):
            sentences.append(f"{where}: a line of its French text may begin with a sign")
    return sentences


def run(verb: str, apps: Iterable[str], *, tidy: bool = False) -> int:
    """Do `verb` for each app and print what happened; 1 when `check` found something, else 0."""
    wrong: list[str] = []
    for app in apps or APPS:
        if verb == "update":
            print(f"{app}: {update(app, tidy=tidy)} texts, {len(problems(app))} to translate")
        elif verb == "compile":
            compile_one(app)
        else:
            wrong += problems(app)
    for sentence in wrong:
        print(sentence)
    if wrong:
        print(f"{len(wrong)} texts to translate. `make messages` adds them to the catalogues.")
    return 1 if wrong else 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line, here and in `manage.py messages`."""
    parser.add_argument("verb", choices=["update", "compile", "check"])
    parser.add_argument("apps", nargs="*", metavar="app", help=f"among {', '.join(APPS)}; all of them by default")
    parser.add_argument("--tidy", action="store_true", help="forget translations whose text has gone")


if __name__ == "__main__":
    command_line = argparse.ArgumentParser()
    add_arguments(command_line)
    chosen = command_line.parse_args()
    sys.exit(run(chosen.verb, chosen.apps, tidy=chosen.tidy))
