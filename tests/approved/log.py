"""The log at INFO and above, what is printed, and what ends the program: read from the source, to miss no line."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import discarr

_LEVELS = {
    **{f"log.{level}": level.upper() for level in ("info", "warning", "error", "critical")},
    "log.exception": "ERROR",
    "StateLog": "INFO",
    "FatalError": "FATAL",
    "print": "PRINT",
    "PeriodicTask": "ERROR",
}
"""A StateLog is made with its line for the recovery, a PeriodicTask with the name of what failed."""


def entries() -> dict[str, str]:
    """The lines of each module that has some, with %s and {} for what differs."""
    root = Path(discarr.__file__).parent
    files = [*sorted(file for file in root.rglob("*.py") if "demo" not in file.parts), root / "demo" / "start.py"]
    names = [".".join(file.relative_to(root).with_suffix("").parts) for file in files if file.stem != "__init__"]
    modules = {f"log/{name.strip('_')}": import_module(f"discarr.{name}") for name in names}
    lines = {key: "\n".join(dict.fromkeys(_lines(module))) for key, module in modules.items()}
    return {key: text for key, text in lines.items() if text}


def _lines(module: ModuleType) -> Iterator[str]:
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        function = ast.unparse(call.func)
        level = "WARNING" if function.endswith(".failing") else _LEVELS.get(function)
        for argument in call.args if level else ():
            yield from (f"{level} {text}" for text in _texts(argument, module))


def _texts(argument: ast.expr, module: ModuleType) -> Iterator[str]:
    """The sentences in an argument: written there, or under a name of the module."""
    match argument:
        case ast.Constant(str(text)) if text.strip("; ,"):
            yield text
        case ast.JoinedStr(parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.Name(name) if isinstance(value := getattr(module, name, None), str) and name != "__version__":
            yield value
        case ast.Subscript(ast.Name(name)):
            yield from getattr(module, name).values()
        case _:
            for child in ast.iter_child_nodes(argument):
                if isinstance(child, ast.expr):
                    yield from _texts(child, module)
