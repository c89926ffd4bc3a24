"""Papers as PDF: a Typst template for each, filled with data that is never taken for markup."""

from importlib.resources import files
from typing import Any

import orjson
import typst
from fastapi import Response


def paper(template: str, data: dict[str, Any], *, name: str) -> Response:
    """A template of this folder, filled: the same data make the same paper."""
    source = files(__package__).joinpath(f"{template}.typ").read_bytes()
    content = typst.compile(
        source,
        format="pdf",
        sys_inputs={"data": orjson.dumps(data).decode()},
        ignore_system_fonts=True,
    )
    return Response(
        content,
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{name}.pdf"'},
    )
