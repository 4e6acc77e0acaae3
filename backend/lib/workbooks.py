"""Workbooks opened in a process of their own: a few bytes may say that a sheet is as large as a million columns, and
what then takes all the memory, or never ends, takes that process and not the server.
"""

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

MEMORY = 1 << 30  # bytes
SECONDS = 20  # of work
WAIT = 60  # seconds, on a machine that has much else to do
MOST_CELLS = 3_000_000
MOST_SIGNS = 20_000_000
"""Of all cells together: one text that a thousand cells share is small in the file and large outside."""
WIDEST = 400  # columns
HOME = Path(__file__).resolve().parents[2]


def read_apart(data: bytes) -> list[tuple[str, list[list[str]]]] | str:
    """The sheets of a workbook, name and rows of text; or why there are none: protected, not_a_table, too_heavy."""
    command = [sys.executable, "-m", "backend.lib.workbooks"]  # nothing of it comes from whoever sent the workbook
    how: dict[str, Any] = {"capture_output": True, "timeout": WAIT, "cwd": HOME, "check": False, "env": {}}
    try:
        done = subprocess.run(command, input=data, **how)  # noqa: S603 - the command is the constant above
    except subprocess.TimeoutExpired:
        return "too_heavy"
    if done.returncode:  # ended by its limits, or by a library that gave up
        return "too_heavy" if done.returncode < 0 else "not_a_table"
    said: dict[str, Any] = json.loads(done.stdout)
    return said["reason"] or [(name, rows) for name, rows in said["sheets"]]


def read_here(data: bytes) -> dict[str, Any]:
    """{"reason": "" or why not, "sheets": [[name, rows], …]}"""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except PasswordError:
        return {"reason": "protected"}
    except (CalamineError, ValueError, OSError):
        return {"reason": "protected" if "EncryptedPackage".encode("utf-16-le") in data else "not_a_table"}
    if sum(one.total_height * min(one.width, WIDEST) for _name, one in sheets) > MOST_CELLS:
        return {"reason": "too_heavy"}
    read: list[tuple[str, list[list[str]]]] = []
    signs = 0
    for name, sheet in sheets:
        read.append((name, []))
        for row in _as_text(sheet):
            signs += sum(map(len, row))
            if signs > MOST_SIGNS:
                return {"reason": "too_heavy"}
            read[-1][1].append(row)
    return {"reason": "", "sheets": read}


def _as_text(sheet: CalamineSheet) -> Iterator[list[str]]:
    from backend.lib.spreadsheets import write_cell  # which imports this module

    for row in sheet.iter_rows():
        yield [write_cell(cell) for cell in row[:WIDEST]]


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # systems that know no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> None:
    """The workbook on standard input, written as `read_here` says it, as JSON, within the limits."""
    _limit()
    try:
        said = json.dumps(read_here(sys.stdin.buffer.read())).encode()
    except MemoryError:
        said = b'{"reason": "too_heavy"}'
    sys.stdout.buffer.write(said)


if __name__ == "__main__":
    main()
