"""Names and docstrings are plain: the field's words, one meaning each (CONTRIBUTING, Prose)."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {
    path.name: path
    for pattern in ("libs/*/src/*", "services/*/src/*", "demo/src/*", "deploy/local/src/*")
    for path in ROOT.glob(pattern)
    if (path / "__init__.py").exists()
} | {"verification": ROOT / "verification/src/verification", "bench": ROOT / "bench"}

BANNED_PHRASES = re.compile(
    r"\b(anew|whoever|be it|meanwhile|no more|mend(s|ed)?|hears?|heard|taken? in|takes in|so many"
    r"|of (ours|theirs)|(is|are) gone|comes? to nothing|never was|what is so|tell(s|ing)?|told"
    r"|somebody|set aside|beside)\b",
    re.IGNORECASE,
)
BANNED_NAMES = {
    "told", "said", "asked", "theirs", "mine", "ours", "news", "gone", "kept", "made", "aside",
    "bell", "beat",
}  # fmt: skip
ON_THE_WIRE = {"made", "said", "asked", "kept"}
"""Fields of JSON, columns and states whose names are not ours to change."""

NO_BEGINNING = {
    "What", "Who", "Whoever", "Whose", "Whether", "Let", "So", "Those", "Somebody",
}  # fmt: skip
NO_VERB = NO_BEGINNING | {
    "A", "All", "An", "And", "As", "At", "Both", "But", "By", "Each", "Every", "For", "From", "Her",
    "His", "How", "If", "In", "It", "Its", "No", "None", "Not", "Nothing", "Of", "On", "One",
    "Only", "Or", "Our", "Some", "That", "The", "Their", "There", "These", "This", "To", "Two",
    "When", "Where", "Which", "Why", "With", "Without",
}  # fmt: skip


def modules(package: str) -> list[Path]:
    found = sorted(PACKAGES[package].rglob("*.py"))
    return [path for path in found if not {"versions", "tests"} & set(path.parts)]


def is_property(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any("property" in ast.unparse(decorator) for decorator in decorators)


def docstrings(tree: ast.Module) -> Iterator[tuple[ast.AST, int, str]]:
    """Yield each definition that has a docstring, with its line and the text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield node, getattr(node, "lineno", 1), text


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield each name that is defined: of a class, a function, a parameter or a variable."""
    fields = {
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for field in node.body
        if isinstance(field, ast.AnnAssign | ast.Assign)
        for target in (field.targets if isinstance(field, ast.Assign) else [field.target])
    }
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if node in fields and name.lower() in ON_THE_WIRE:
                pass
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def faults(path: Path) -> Iterator[str]:
    """Yield what in a module breaks a rule, each with its place."""
    source = path.read_text(encoding="utf-8")
    tree, place = ast.parse(source), path.relative_to(ROOT)
    for node, line, text in docstrings(tree):
        first = re.split(r"\W+", text.lstrip('`"* '), maxsplit=1)[0]
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if first in (NO_VERB if is_function and not is_property(node) else NO_BEGINNING):
            yield f"{place}:{line}: a docstring begins with “{first}”"
        if banned := BANNED_PHRASES.search(text):
            yield f"{place}:{line}: a docstring says “{banned[0]}”"
    for line, text in comments(source):
        if banned := BANNED_PHRASES.search(text):
            yield f"{place}:{line}: a comment says “{banned[0]}”"
    for line, name in names(tree):
        if name.strip("_").lower() in BANNED_NAMES:
            yield f"{place}:{line}: the name “{name}”"


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_names_and_docstrings_follow_the_rules_of_prose(package: str) -> None:
    found = [fault for path in modules(package) for fault in faults(path)]

    assert not found, "\n".join(found)
