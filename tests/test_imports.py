"""Arrows between the modules point one way: this is the table of what each may import."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "discarr"

MAY_IMPORT: dict[str, str] = {
    # values, and what is made of them: nothing here does anything
    "clock": "",
    "errors": "",
    "text": "",
    "complaint": "",
    "permissions": "",
    "rights": "",
    "health": "",
    "memory": "",
    "options": "",
    "downloads": "",
    "wire": "",
    "records": "downloads wire",
    "bodies": "errors",
    "isolation": "downloads errors",
    "paging": "bodies downloads memory records",
    "rows": "downloads",
    "progress": "downloads rows",
    "removal": "downloads",
    "actions": "downloads",
    "departures": "downloads wire",
    "settings": "errors downloads",
    # the apps
    "arr": "errors bodies clock isolation downloads wire records paging removal",
    "names": "errors clock downloads wire rows arr",
    "removals": "errors clock downloads removal arr",
    "monitor": "errors clock downloads wire progress departures arr names",
    # what people see
    "wording": "downloads text",
    "embed": "downloads text wording rows removal departures",
    "browse": "downloads text wording rows actions embed",
    "controls": "downloads rows actions browse",
    "forms": "downloads text wording actions removal",
    # Discord
    "loops": "errors",
    "refresh": "clock downloads memory rows loops departures monitor",
    "removing": "errors downloads text actions removal arr removals monitor refresh",
    "refusals": "",
    "dashboard": "errors clock actions complaint permissions refusals",
    "gateway": "errors complaint refusals",
    "presses": "clock downloads rows actions complaint rights browse controls forms refusals refresh removing",
    "check": "errors permissions arr refusals",
    "bot": "clock complaint departures settings health arr monitor removals removing embed controls loops refresh "
           "dashboard gateway rights presses",
    "__main__": "errors options memory clock settings health arr check bot demo.address demo.show",
}
"""Of ours, by module. A new module gets its line here, and its place in the order: an import of one below its own
line would be an arrow back."""

DISCORD = {
    "embed", "browse", "controls", "forms", "permissions", "rights", "refusals", "dashboard", "gateway", "presses",
    "check", "bot",
}
"""The modules of the program that may know discord.py."""

PURE = ("downloads", "records", "progress", "removal", "rows", "text", "actions", "departures", "errors")
PURE_OF_DISCORD = ("embed", "browse", "controls", "forms")


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its name without 'discarr.': 'embed', 'demo.arr.server', '' for the package."""
    paths = [path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts]
    names = (path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".") for path in paths)
    return {name.removesuffix("__init__").removesuffix("."): path for name, path in zip(names, paths, strict=True)}


def own_modules() -> list[str]:
    """Those that are the program: neither the package itself nor the demo."""
    return sorted(name for name in modules() if name and not name.startswith("demo"))


@cache
def imported(module: str, *, at_start_only: bool = False) -> frozenset[str]:
    """The full names of what a module imports; without those inside of functions if `at_start_only`."""
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    nodes = tree.body if at_start_only else list(ast.walk(tree))
    return frozenset(name for node in nodes for name in _names(module, node))


def _names(module: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        source = node.module or ""
        if node.level:
            inside = f"discarr.{module}".split(".")
            is_package = modules()[module].name == "__init__.py"
            inside = inside[:len(inside) - node.level + is_package]
            source = ".".join(filter(None, [*inside, source]))
        # `from discarr import errors` names a module; `from discarr.errors import ArrError` does not.
        for alias in node.names:
            whole = f"{source}.{alias.name}"
            yield whole if whole.removeprefix("discarr.") in modules() else source


def ours(module: str, *, at_start_only: bool = False) -> set[str]:
    """Which modules of ours it imports; the package itself, with its version, is free to all."""
    names = imported(module, at_start_only=at_start_only)
    return {name.removeprefix("discarr.") for name in names if name.startswith("discarr.")}


def libraries(module: str) -> set[str]:
    """The first part of everything else that it imports."""
    return {name.partition(".")[0] for name in imported(module)} - {"discarr"}


def reached(module: str, *, at_start_only: bool = False) -> set[str]:
    """All modules of ours that come with it, and itself."""
    found, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += ours(name, at_start_only=at_start_only)
    return found


def test_the_reader_of_imports_sees_all_kinds_of_them() -> None:
    assert {"errors", "downloads", "clock"} <= ours("arr")
    assert "demo.show" in ours("__main__") and "demo.show" not in ours("__main__", at_start_only=True)
    assert "demo.discord.values" in ours("demo.discord.channel")
    assert "httpx" in libraries("arr")
    assert "arr" in reached("monitor")


def test_every_module_has_its_line_in_the_table() -> None:
    assert [name for name in own_modules() if name not in MAY_IMPORT] == []


def test_every_line_of_the_table_has_its_module() -> None:
    assert [name for name in MAY_IMPORT if name not in modules()] == []


@pytest.mark.parametrize("module", [name for name in own_modules() if name in MAY_IMPORT])
def test_a_module_imports_only_what_its_line_allows(module: str) -> None:
    assert sorted(ours(module) - set(MAY_IMPORT[module].split())) == []


def test_no_line_of_the_table_points_back() -> None:
    order = list(MAY_IMPORT)
    back = [
        (name, other) for name, allowed in MAY_IMPORT.items() for other in allowed.split()
        if other in order and order.index(other) >= order.index(name)
    ]

    assert back == []


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {name: ours(name, at_start_only=True) for name in modules()}

    assert set(TopologicalSorter(graph).static_order()) >= set(graph)


def test_only_the_client_of_the_apps_knows_httpx() -> None:
    assert [name for name in modules() if "httpx" in libraries(name)] == ["arr"]


def test_discord_is_known_only_where_something_is_shown_or_sent() -> None:
    assert {name for name in own_modules() if "discord" in libraries(name)} <= DISCORD


@pytest.mark.parametrize("module", PURE)
def test_what_is_pure_can_reach_neither_wire_nor_loop_nor_clock(module: str) -> None:
    known = {library for name in reached(module) for library in libraries(name)}

    assert known & {"httpx", "discord", "aiohttp", "asyncio", "socket", "time", "os"} == set()
    assert "clock" not in reached(module)


@pytest.mark.parametrize("module", PURE_OF_DISCORD)
def test_what_draws_can_reach_neither_the_apps_nor_the_clock(module: str) -> None:
    assert reached(module) & {"arr", "clock", "monitor", "dashboard"} == set()


@pytest.mark.parametrize("module", ["", "__main__", "settings", "health"])
def test_what_starts_and_what_checks_health_loads_neither_discord_nor_httpx(module: str) -> None:
    loaded = {
        name.partition(".")[0] for one in reached(module, at_start_only=True)
        for name in imported(one, at_start_only=True)
    }

    assert loaded & {"discord", "httpx", "aiohttp"} == set()


@pytest.mark.parametrize("part", ["demo.arr", "demo.discord"])
def test_the_loopback_servers_share_nothing_with_what_they_test(part: str) -> None:
    inside = {name for name in modules() if name == part or name.startswith(f"{part}.")}
    with_them = {other for name in inside for other in reached(name)}

    assert len(inside) > 10
    assert [name for name in with_them if not name.startswith("demo.")] == []
    assert {library for name in with_them for library in libraries(name)} & {"discord", "httpx", "pydantic"} == set()


def test_the_program_knows_of_the_demo_only_to_start_it_and_only_then() -> None:
    knowing = {name for name in own_modules() if any(other.startswith("demo") for other in ours(name))}

    assert knowing == {"__main__"}
    assert not any(other.startswith("demo") for other in reached("__main__", at_start_only=True))
