"""Mail: a sink that keeps every message as a file, and a page that shows them."""

import sys

from envol_local.probes import answers_http, answers_smtp
from envol_local.process import Program
from envol_local.site import Site
from envol_local.supervisor import Rank, Supervisor


async def start_sink(site: Site, supervisor: Supervisor) -> None:
    """Start the SMTP server."""
    sink = _module(site, "smtp", "envol_local.smtp_sink")
    await supervisor.start(sink, answers_smtp(site.ports["smtp"]), Rank.SERVER)


async def start_page(site: Site, supervisor: Supervisor) -> None:
    """Start the page that lists the messages."""
    page = _module(site, "mails-page", "envol_local.mails_page")
    await supervisor.start(page, answers_http(site.ports["mails-page"], "/"), Rank.SERVER)


def _module(site: Site, name: str, module: str) -> Program:
    options = (f"--port={site.ports[name]}", f"--folder={site.mails}")
    return Program(
        name=name,
        command=(sys.executable, "-m", module, *options),
        folder=site.clone.root,
        log=site.logs / f"{name}.log",
    )
