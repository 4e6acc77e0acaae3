"""Files, functions and templates stay within what one can read; nothing new stands at the top level."""

import ast
import re

from tests.house.source import ROOT, functions, nothing, page_templates, python_files, relative, templates

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 40, 120
TOP_LEVEL = {
    *("README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.lock", "manage.py"),
    *("backend", "journeys", "mentoring", "evaluation", "tests"),
    *(
        "Dockerfile",
        "compose.yaml",
        ".ci",
        ".gitignore",
        ".gitattributes",
        ".dockerignore",
        ".editorconfig",
        ".env.example",
    ),
}
EVENTS = "click|change|input|submit|load|focus|blur|key|mouse|pointer"
NOT_OURS = {".git", ".venv", "var", ".env", "__pycache__", "test-results", ".hypothesis"}


def test_files_are_short() -> None:
    lengths = {relative(path): path.read_text().count("\n") for path in python_files(tests=True)}
    nothing(f"{name}: {lines}" for name, lines in lengths.items() if lines > FILE_LINES)


def test_functions_are_short() -> None:
    long = []
    for path in python_files():
        for function in functions(path):
            assert function.end_lineno
            docstring = function.body[0] if ast.get_docstring(function) else None
            told = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
            lines = function.end_lineno - function.lineno + 1 - told
            if lines > FUNCTION_LINES:
                long.append(f"{relative(path)}:{function.name}: {lines}")
    nothing(long)


def test_templates_are_short() -> None:
    lengths = {relative(path): path.read_text().count("\n") for path in templates()}
    nothing(f"{name}: {lines}" for name, lines in lengths.items() if lines > TEMPLATE_LINES)


def test_no_drawer_for_junk() -> None:
    names = {"utils", "helpers", "misc", "common", "tools"}
    nothing(relative(path) for path in python_files() if path.stem in names)


def test_the_top_level_is_what_the_house_says() -> None:
    found = {path.name for path in ROOT.iterdir()} - NOT_OURS
    caches = {name for name in found if name.endswith("_cache") or name in {".hypothesis", ".coverage"}}
    nothing(found - caches - TOP_LEVEL)


def test_pages_carry_no_style_no_script_and_no_outside_host() -> None:
    forbidden = {
        "inline style": r"<style|\sstyle\s*=",
        "inline script": rf"<script(?![^>]*\ssrc=)|\son(?:{EVENTS})\w*\s*=|javascript:|hx-on|hx-vals=[\"']js:",
        "event filter (the strict policy drops it silently)": r"hx-trigger=[\"'][^\"']*\[",
        "outside host": r"<(?:script|link|img|iframe|source)[^>]*(?:src|href)=[\"'](?:https?:)?//",
        "unescaped text": r"\|\s*safe\b|\{%\s*autoescape off",
    }
    found = [
        f"{relative(path)}: {what}"
        for path in page_templates()
        for what, pattern in forbidden.items()
        if re.search(pattern, re.sub(r"\{%(?! *autoescape).*?%\}", "", path.read_text(), flags=re.DOTALL))
    ]
    nothing(found)


def test_mark_safe_is_written_in_web_only() -> None:
    elsewhere = [path for path in python_files() if "mark_safe" in path.read_text()]
    nothing(relative(path) for path in elsewhere if not path.is_relative_to(ROOT / "backend" / "web"))


def test_the_repository_names_no_registry_and_no_folder_of_ours() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted", "--index" + "-url", "/wo" + "rk/", "npmjs" + ".com"]
    wrong = []
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if inside[0] in NOT_OURS or inside[0].endswith("_cache") or "__pycache__" in inside or not path.is_file():
            continue
        if path.suffix in {".png", ".jpg", ".woff2", ".mo", ".xlsx", ".ico", ".pdf", ".pyc"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        wrong += [f"{relative(path)}: {host}" for host in hosts if host in text]
    nothing(wrong)
