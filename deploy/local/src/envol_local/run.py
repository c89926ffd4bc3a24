"""`run`, `demo`, `history` and `round`: the whole stack in the foreground."""

import asyncio
import os
import shutil
import time

from envol_local import console, environment, rebuilds, stack
from envol_local.account import unprivileged_account
from envol_local.places import Clone, find_clone
from envol_local.ports import usual_ports
from envol_local.running import running
from envol_local.site import Site, kept_password
from envol_local.supervisor import Supervisor


async def run() -> int:
    """Start the stack, run the scenario, and stay until a signal."""
    clone = find_clone()
    site = _site(clone)
    with running(clone, environment.of_user(site, os.environ)):
        stack.check(site)
        try:
            async with Supervisor(console.warn) as supervisor:
                await _run(site, supervisor)
        finally:
            console.say("Stopped; nothing of it is left running.")
    return 0


async def _run(site: Site, supervisor: Supervisor) -> None:
    began = time.monotonic()
    await supervisor.watch(stack.start(site, supervisor))
    code = await supervisor.watch(stack.demonstrate(site, "story"))
    if code != 0:
        console.warn(f"The story was not loaded (exit code {code}); the stack stays up.")
    console.say(f"\nEnvol is ready after {time.monotonic() - began:.1f} s.\n")
    await _stay(site, supervisor)


async def _stay(site: Site, supervisor: Supervisor) -> None:
    console.list_addresses(stack.addresses(site))
    console.say(stack.first_request(site))
    console.say("\nCtrl-C stops everything.")
    try:
        await supervisor.watch_for_ever()
    except asyncio.CancelledError:
        console.say("\nStopping …")


async def demo() -> int:
    """Start a stack with data of its own, check the story's figures, reconcile, stop everything."""
    clone = find_clone()
    site = _site(clone, "demo")
    with running(clone, environment.of_user(site, os.environ)):
        stack.check(site)
        wipe(site, "demo")
        async with Supervisor(console.warn) as supervisor:
            await supervisor.watch(stack.start(site, supervisor))
            code = await supervisor.watch(stack.demonstrate(site, "story", "--check"))
            differing = await supervisor.watch(stack.compare_figures(site))
            agree = await supervisor.watch(stack.reconcile(site))
    return 0 if code == differing == 0 and agree else 1


async def history(*, stay: bool) -> int:
    """Start a stack of its own, load the programme's history, check it; stop, or stay.

    Its figures are checked, by their second implementation too, that the read models of all
    services can be rebuilt as they are, and that the four databases agree.
    What was loaded stays in any case: begun again, it goes on where it was.
    """
    clone = find_clone()
    site = _site(clone, "history")
    with running(clone, environment.of_user(site, os.environ)):
        stack.check(site)
        async with Supervisor(console.warn) as supervisor:
            await supervisor.watch(stack.start(site, supervisor))
            files = str(site.data / "files")
            code = await supervisor.watch(stack.demonstrate(site, "history", "load", files))
            differing = await supervisor.watch(stack.compare_figures(site))
            equal = await supervisor.watch(rebuilds.rebuild_all(site))
            agree = await supervisor.watch(stack.reconcile(site))
            if stay:
                await _stay(site, supervisor)
    return 0 if code == differing == 0 and equal and agree else 1


async def year() -> int:
    """Start a stack with data of its own, hold a round of the history's last year, stop."""
    clone = find_clone()
    site = _site(clone, "round")
    with running(clone, environment.of_user(site, os.environ)):
        stack.check(site)
        wipe(site, "round")
        async with Supervisor(console.warn) as supervisor:
            await supervisor.watch(stack.start(site, supervisor))
            files = str(site.data / "files")
            code = await supervisor.watch(stack.demonstrate(site, "history", "round", files))
    return 0 if code == 0 else 1


def wipe(site: Site, purpose: str) -> None:
    """Delete what was left of an earlier time."""
    for folder in (site.clone.local / purpose, site.clone.elsewhere / purpose):
        if folder.exists():
            shutil.rmtree(folder)


def _site(clone: Clone, purpose: str = "") -> Site:
    base = clone.local / purpose
    return Site(
        clone=clone,
        data=base / "data",
        logs=base / "logs",
        ports=usual_ports(os.environ),
        password=kept_password(clone.password),
        account=unprivileged_account(),
    )
