"""The JSON Schema of every message, as producers promise it and consumers may rely on it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from contracts import MESSAGES, Message

Schema = dict[str, Any]

FOLDER: Final = "schemas"

ALWAYS_WRITTEN: Final = frozenset({"type", "id", "occurred_at", "recorded_at"})
"""Fields with a default in the class that every message ever published has nevertheless."""


def schema_files() -> dict[str, str]:
    """Return the schema of each message as text, by its path in the library's folder."""
    return {f"{FOLDER}/{m.kind()}.json": as_text(schema_of(m)) for m in MESSAGES}


def schema_of(message: type[Message]) -> Schema:
    """Return the schema of a message on the wire, with its topic and key."""
    schema = message.model_json_schema(mode="serialization", schema_generator=_WithoutFieldTitles)
    written = ALWAYS_WRITTEN & schema["properties"].keys()
    return schema | {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"{message.kind()}.json",
        "title": title_of(message),
        "required": sorted(written.union(schema.get("required", ()))),
        "x-topic": message.topic,
        "x-key": message.keyed_by,
    }


def title_of(message: type[Message]) -> str:
    """Return the type without its version as one word, such as `MenteePaired`."""
    return "".join(word.capitalize() for word in message.kind().partition(".")[0].split("-"))


def as_text(document: Mapping[str, Any]) -> str:
    """Return `document` as JSON in a canonical form: equal documents give equal texts."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def stale_files(expected: Mapping[str, str], library: Path) -> list[str]:
    """Return the generated files that are missing, outdated or superfluous."""
    existing = {path.relative_to(library).as_posix() for path in (library / FOLDER).glob("*.json")}
    stale = {name for name, text in expected.items() if _text(library / name) != text}
    return sorted(stale | (existing - expected.keys()))


def write_files(expected: Mapping[str, str], library: Path) -> list[str]:
    """Update the generated files; return the names of those that were stale."""
    stale = stale_files(expected, library)
    for name in stale:
        path = library / name
        if name in expected:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(expected[name].encode())
        else:
            path.unlink()
    return stale


def _text(path: Path) -> str | None:
    return path.read_bytes().decode() if path.is_file() else None


class _WithoutFieldTitles(GenerateJsonSchema):
    """A generator that omits the titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002
        return False
