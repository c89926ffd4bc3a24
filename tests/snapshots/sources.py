"""Names that stand in the code as text: events of logs, metrics, tasks, crash points, locks."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
METRICS = ("Counter", "Gauge", "Histogram")
TASKS = ("RowTask", "surviving", "note_failure", "note_survived", "set_aside", "run_every")
SPANS = ("start_as_current_span", "continued")
LOCK = re.compile(r"hashtext(?:extended)?\(('\w+'|:\w+)[^)]*\)+(?:, \d)?")


@dataclass(frozen=True)
class Module:
    """What is looked for in a module: calls and texts; `constants` are assigned anywhere in it."""

    package: str
    calls: list[ast.Call] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    constants: dict[str, ast.expr] = field(default_factory=dict)


@cache
def modules() -> list[Module]:
    """Return each module that a service runs, without migrations."""
    packages = [*ROOT.glob("libs/*/src/*"), *ROOT.glob("services/*/src/*")]
    return [
        _module(package.name, path)
        for package in sorted(packages)
        for path in sorted(package.rglob("*.py"))
        if "versions" not in path.parts
    ]


def _module(package: str, path: Path) -> Module:
    found = Module(package)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call():
                found.calls.append(node)
            case ast.Constant(value=str(text)):
                found.texts.append(text)
            case ast.Assign(targets=[ast.Name(id=name)]):
                found.constants.setdefault(name, node.value)
    return found


def log_events() -> str:
    """The events of logs with their keys; `…` where more are added at run time."""
    return _lines(
        f"{module.package}: {call.func.attr} {_text(call.args[0], module)!r}"
        f" {', '.join(sorted(key for each in call.keywords for key in _keys(each, module)))}"
        for module in modules()
        for call in _calls(module, *LEVELS)
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log"
    )


def metrics() -> str:
    """The metrics of our own, with their labels."""
    return _lines(
        f"{module.package}: {_called(call)} {_text(call.args[0], module)}"
        f" {ast.unparse(call.args[2]) if len(call.args) > 2 else ''}"
        for module in modules()
        for call in _calls(module, *METRICS)
        if call.args and isinstance(call.args[0], ast.Constant)
    )


def tasks() -> set[str]:
    """The names under which failures are counted; dictionaries name the steps that they hold."""
    return {
        f"{module.package}: {name}"
        for module in modules()
        for call in _calls(module, *TASKS)
        for argument in call.args
        for name in _names(argument, module)
    }


def literals() -> str:
    """Crash points, locks and spans."""
    found = [
        (module.package, kind, _text(call.args[0], module))
        for module in modules()
        for kind, functions in (("crash point", ["crash_point"]), ("span", SPANS))
        for call in _calls(module, *functions)
        if call.args and _text(call.args[0], module)
    ]
    found += [
        (module.package, "span", str(key.value.value))
        for module in modules()
        for call in _calls(module, "continued")
        for key in call.keywords
        if isinstance(key.value, ast.Constant)
    ]
    found += [
        (module.package, "lock", lock.group())
        for module in modules()
        for text in module.texts
        for lock in LOCK.finditer(text)
    ]
    return _lines(f"{package}: {kind} {name}" for package, kind, name in found)


def problem_kinds() -> set[str]:
    """The kinds of problems that no exception of ours stands for."""
    return {
        str(key.value.value)
        for module in modules()
        for call in _calls(module, "problem")
        for key in call.keywords
        if key.arg == "kind" and isinstance(key.value, ast.Constant)
    }


def _calls(module: Module, *functions: str) -> Iterator[ast.Call]:
    return (call for call in module.calls if _called(call) in functions)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _keys(keyword: ast.keyword, module: Module) -> Iterator[str]:
    """Yield a keyword, or the keys of the dictionary that is unpacked."""
    if keyword.arg:
        yield keyword.arg
        return
    found = module.constants.get(ast.unparse(keyword.value))
    yield from (
        (_text(key, module) for key in found.keys if key) if isinstance(found, ast.Dict) else "…"
    )


def _names(argument: ast.expr, module: Module) -> Iterator[str]:
    if isinstance(argument, ast.Dict):
        yield from (_text(key, module) for key in argument.keys if key)
    elif isinstance(argument, ast.Constant | ast.JoinedStr | ast.Name):
        text = _text(argument, module)
        if text:
            yield text


def _text(node: ast.expr, module: Module) -> str:
    """Return a text as it stands, or that of a module's constant; empty if it is neither."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
    found = module.constants.get(node.id) if isinstance(node, ast.Name) else None
    return _text(found, module) if isinstance(found, ast.Constant) else ""


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line.rstrip()}\n" for line in sorted(set(lines)))
