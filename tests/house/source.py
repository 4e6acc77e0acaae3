"""The source of the house as the house tests read it: files, functions, templates."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("journeys", "mentoring", "evaluation")
GROUND = ("backend.lib", "backend.accounts", "backend.history", "backend.mail", "backend.calendars", "backend.web")


def relative(path: Path) -> str:
    """The path as a reader writes it."""
    return str(path.relative_to(ROOT))


def python_files(*, tests: bool = False) -> Iterator[Path]:
    """Every Python file we write; migrations aside."""
    folders = ("backend", *APPS, *(("tests",) if tests else ()))
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def templates() -> Iterator[Path]:
    """Every template, letters included."""
    for folder in ("backend", *APPS):
        for path in sorted((ROOT / folder).rglob("templates/**/*")):
            if path.suffix in {".html", ".txt"}:
                yield path


def page_templates() -> Iterator[Path]:
    """Templates a browser shows; letters and their parts live by other rules (mail programs know only inline style)."""
    parts = {ROOT / "backend/mail/templates/mail" / name for name in ("letter.html", "button.html", "mark.html")}
    return (
        path for path in templates() if path.suffix == ".html" and "letters" not in path.parts and path not in parts
    )


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    """The functions at the top of the file that others may call."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def module_files(package: str, name: str) -> list[Path]:
    """The files of `package.name`, whether it is one file or a package split by noun."""
    folder = ROOT / package.replace(".", "/")
    one = folder / f"{name}.py"
    return [one] if one.exists() else sorted((folder / name).rglob("*.py"))


def nothing(found: Iterable[str], advice: str = "") -> None:
    """Fail with every line of `found`, and what to do about it."""
    lines = sorted(found)
    assert not lines, "\n".join([advice or "nothing of this should be:", *lines])
