"""Doors do not write, neighbours enter by the right rooms, every verb has its rule and its promise."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import APPS, GROUND, ROOT, module_files, nothing, public_functions, python_files, relative, tree
from tests.house.verbs import BY_OTHER_ACTIONS, WITHOUT_A_RULE

DOORS = ("views", "api", "admin", "tasks", "forms", "receivers", "queries", "templatetags")
WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
NOT_TABLES = {"cache", "session", "messages"}
# What a module above may enter by; `web` is the shell and is entered anywhere.
ROOMS = {"actions", "queries", "models", "policies", "signals"}
ALSO = {
    "backend.calendars.ics": "a pure builder, without tables",
    "backend.mail.letters": "rendering, without tables",
    "backend.mail.gallery": "where each app says how its letters can be shown",
    "backend.mail.near": "the kinds of dates that people are reminded of, without tables",
    "backend.mail.pace": "pure, about moments",
    "backend.calendars.near": "when somebody is reminded of a date, without tables",
    "backend.calendars.samples": "made-up dates, never saved",
    "journeys.samples": "a made-up journey, never saved",
    "backend.mail.ahead": "what will be written and when it would leave, without tables",
    "backend.history.kept": "which tables keep their past, without tables of its own",
    "backend.mail.weekly": "what a weekly letter is made of, without tables",
}
WITH_ACTIONS = (*APPS, "backend.accounts", "backend.history", "backend.mail", "backend.calendars")


def names_on_the_way(node: ast.expr) -> Iterator[str]:
    """`Session.objects.filter(…).update` -> Session, objects, filter (outermost last)."""
    while True:
        if isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Name):
            yield node.id
            return
        else:
            return


def writes(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, names) of each call that writes a table."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            way = list(names_on_the_way(node.func.value))
            is_write = node.func.attr in WRITES or (node.func.attr == "update" and {"objects", "filter"} & set(way))
            if is_write and not NOT_TABLES & set(way):
                yield node.lineno, [*way, node.func.attr]


def test_doors_and_queries_never_write() -> None:
    found = []
    for package in (*APPS, *GROUND):
        for door in DOORS:
            for path in module_files(package, door):
                found += [f"{relative(path)}:{line} .{names[-1]}()" for line, names in writes(path)]
    nothing(found, "call an action instead")


def test_an_action_writes_only_the_tables_of_its_app() -> None:
    found = []
    for package in WITH_ACTIONS:
        for path in module_files(package, "actions"):
            foreign = {
                alias.asname or alias.name
                for node in ast.walk(tree(path))
                if isinstance(node, ast.ImportFrom) and node.module and ".models" in f".{node.module}"
                if not node.module.startswith(package)
                for alias in node.names
            }
            found += [
                f"{relative(path)}:{line} {names[-2]}…{names[-1]}"
                for line, names in writes(path)
                if names[-2] in foreign
            ]
    nothing(found, "call the neighbour's action, in the same transaction")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, full module name) of each import that runs; `from a import b` counts as `a.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_neighbours_enter_by_the_rooms_only() -> None:
    found = []
    guarded = (*APPS, "backend.accounts", "backend.history", "backend.mail", "backend.calendars")
    for path in python_files():
        here = relative(path).removesuffix(".py").replace("/", ".")
        for line, name in imported(path):
            owner = next((app for app in guarded if name.startswith(f"{app}.")), None)
            if owner is None or here.startswith(f"{owner}.") or here in {"backend.urls", "backend.settings"}:
                continue
            if name.removeprefix(f"{owner}.").split(".")[0] not in ROOMS and not name.startswith(tuple(ALSO)):
                found.append(f"{relative(path)}:{line} {name}")
    nothing(found)


def verbs(package: str) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """The actions of an app that somebody asks for (`by`); of a package, those its `__init__` offers."""
    files = module_files(package, "actions")
    offered = {
        alias.asname or alias.name
        for path in files
        if path.name == "__init__.py"
        for node in tree(path).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for path in files:
        for function in public_functions(path):
            arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
            if "by" in arguments and (not offered or function.name in offered):
                yield path, function


def test_every_verb_has_its_rule() -> None:
    excused = WITHOUT_A_RULE | BY_OTHER_ACTIONS
    without, known = [], set()
    for package in WITH_ACTIONS:
        rules = {function.name for path in module_files(package, "policies") for function in public_functions(path)}
        for path, function in verbs(package):
            name = f"{package}.{function.name}"
            known.add(name)
            if f"may_{function.name}" not in rules and name not in excused:
                without.append(f"{name} ({relative(path)}) needs policies.may_{function.name}")
            assert f"may_{function.name}" not in rules or name not in excused, f"{name} has its rule: no excuse needed"
    nothing(without, "write the rule, or the reason in tests/house/verbs.py")
    nothing(set(excused) - known, "tests/house/verbs.py excuses verbs that are gone")


def test_actions_rules_and_library_say_their_promise() -> None:
    silent = [
        f"{relative(path)}:{function.name}"
        for package in WITH_ACTIONS
        for room in ("actions", "policies")
        for path in module_files(package, room)
        for function in public_functions(path)
        if not ast.get_docstring(function) and not (room == "policies" and len(function.body) == 1)
    ]
    silent += [
        f"{relative(path)}:{function.name}"
        for path in sorted((ROOT / "backend" / "lib").glob("*.py"))
        for function in public_functions(path)
        if not ast.get_docstring(function)
    ]
    nothing(silent, "say what it promises in a docstring")


def only_calls_another(function: ast.FunctionDef) -> bool:
    """Is the whole body one call, whose own transaction is enough?"""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return len(body) == 1 and isinstance(body[0], ast.Return)


def test_every_action_is_one_transaction() -> None:
    open_ended = [
        f"{relative(path)}:{function.name}"
        for package in WITH_ACTIONS
        for path, function in verbs(package)
        if f"{package}.{function.name}" not in BY_OTHER_ACTIONS and not only_calls_another(function)
        if not any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)
        and "atomic" not in ast.unparse(function)
    ]
    nothing(open_ended, "decorate with @transaction.atomic")
