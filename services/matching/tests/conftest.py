from typing import Any

import pytest

from backbone.service import Service
from matching.__main__ import SERVICE


@pytest.fixture(scope="session")
def service() -> Service[Any]:
    return SERVICE
