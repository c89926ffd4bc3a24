"""The rules of deploy/alerts.yaml look at metrics that there are."""

import re
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import REGISTRY

from backbone.observability import telemetry

RULES = Path(__file__).parents[1] / "deploy" / "alerts.yaml"


def test_every_alert_looks_at_a_metric_that_workers_publish() -> None:
    assert telemetry.TASK_FAILURES
    known = {f"{m.name}_total" if m.type == "counter" else m.name for m in REGISTRY.collect()}
    groups: list[dict[str, Any]] = yaml.safe_load(RULES.read_text())["groups"]

    asked = [re.findall(r"[a-z]+_[a-z_]+", r["expr"]) for g in groups for r in g["rules"]]

    assert asked
    assert {name for names in asked for name in names} <= known
    assert {"worker_task_failures_total", "dead_letters"} <= {n for names in asked for n in names}
