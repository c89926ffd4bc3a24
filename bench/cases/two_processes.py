"""Logging contacts through two processes of matching's API that share a port."""

from dataclasses import replace
from functools import partial

from bench.cases import api_command

ROW = replace(
    api_command.ROW,
    name="two processes",
    what="command through matching's API in two processes that share a port",
    aim=0.37,
    prepare=partial(api_command.prepare, API_PROCESSES=2),
    metrics=(),
)
