from typing import Any

import pytest
from notebook import SERVICE

from backbone.service import Service


@pytest.fixture(scope="session")
def service() -> Service[Any]:
    return SERVICE
