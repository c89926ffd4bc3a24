"""The SMS centre to send to: jSMPP's simulator."""

from envol_local.java import java
from envol_local.probes import answers_smpp
from envol_local.process import Program
from envol_local.site import Site
from envol_local.supervisor import Rank, Supervisor

SYSTEM_ID = "envol"


async def start(site: Site, supervisor: Supervisor) -> None:
    """Start the simulator, which accepts every message and sends a receipt a second later."""
    port = site.ports["smpp"]
    options = (
        f"-Dport={port}",
        f"-Dsystem.id={SYSTEM_ID}",
        f"-Dpassword={site.smpp_password}",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
    )
    centre = Program(
        name="sms",
        command=java(site.clone, "sms", "envol.local.SmsCentre", memory="64m", options=options),
        folder=site.data,
        log=site.logs / "sms.log",
    )
    ready = answers_smpp(port, system_id=SYSTEM_ID, password=site.smpp_password)
    await supervisor.start(centre, ready, Rank.SERVER)
