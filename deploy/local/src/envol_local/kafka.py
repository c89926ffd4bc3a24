"""Apache Kafka: one node that is broker and controller."""

import base64
import uuid
from importlib.resources import files
from pathlib import Path

from envol_local.java import java
from envol_local.places import Clone
from envol_local.probes import answers_kafka
from envol_local.process import Program, succeed
from envol_local.site import Site
from envol_local.supervisor import Rank, Supervisor

LOGGING = f"-Dlog4j2.configurationFile={files(__package__) / 'log4j2.properties'}"
# After a kill, the controller lets the broker in again once its old session has run out.
SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{controller}
listeners=BROKER://{broker},CONTROLLER://{controller}
advertised.listeners=BROKER://{broker}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs={logs}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


async def start(site: Site, supervisor: Supervisor) -> None:
    """Start Kafka on the site's data, formatting its folder the first time."""
    home = site.data / "kafka"
    home.mkdir(exist_ok=True)
    settings = home / "server.properties"
    logs = home / "logs"
    settings.write_text(
        SETTINGS.format(
            broker=site.address("kafka"), controller=site.address("kafka-controller"), logs=logs
        ),
        encoding="utf-8",
    )
    if not (logs / "meta.properties").exists():
        await succeed(_format(site, settings))
    await supervisor.start(_broker(site, settings), answers_kafka(site.ports["kafka"]), Rank.SERVER)


def _format(site: Site, settings: Path) -> Program:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    tool = java(site.clone, "kafka", "kafka.tools.StorageTool", memory="256m", options=[LOGGING])
    return Program(
        name="kafka-format",
        command=(*tool, "format", f"--cluster-id={cluster}", f"--config={settings}"),
        folder=settings.parent,
        log=site.logs / "kafka-format.log",
    )


def _broker(site: Site, settings: Path) -> Program:
    broker = java(site.clone, "kafka", "kafka.Kafka", memory="512m", options=[LOGGING])
    return Program(
        name="kafka",
        command=(*broker, str(settings)),
        folder=settings.parent,
        log=site.logs / "kafka.log",
    )


def console_consumer(clone: Clone, *, servers: str, topic: str) -> Program:
    """Show a topic from its beginning, headers and keys too, with Kafka's own tool."""
    main = "org.apache.kafka.tools.consumer.ConsoleConsumer"
    tool = java(clone, "kafka-tools", main, memory="256m", options=[LOGGING])
    shown = ("print.headers=true", "print.key=true", "print.partition=true")
    formats = tuple(word for each in shown for word in ("--formatter-property", each))
    which = ("--bootstrap-server", servers, "--topic", topic, "--from-beginning")
    return Program(
        name="console-consumer",
        command=(*tool, *which, "--timeout-ms", "3000", *formats),
        folder=clone.root,
        log=None,
    )
