"""Questions that only a server that is ready answers."""

import asyncio
import contextlib
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable

from envol_local.ports import HOST

Probe = Callable[[], Awaitable[bool]]

ANSWER_WITHIN = 5.0
PAUSE = 0.05

API_VERSIONS = 18
POSTGRES_PROTOCOL = 3 << 16
SMPP_BIND, SMPP_UNBIND, SMPP_VERSION = 0x09, 0x06, 0x34
SMPP_ANSWER = 1 << 31


async def until_ready(probe: Probe) -> None:
    """Ask again and again until the answer is yes."""
    while not await _answers(probe):  # noqa: ASYNC110 - servers set no events
        await asyncio.sleep(PAUSE)


async def _answers(probe: Probe) -> bool:
    try:
        return await asyncio.wait_for(probe(), ANSWER_WITHIN)
    except (OSError, EOFError, TimeoutError):
        return False


@contextlib.asynccontextmanager
async def _connection(port: int) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def answers_http(port: int, path: str) -> Probe:
    """Ready when a GET of the path is answered with 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n"

    async def ask() -> bool:
        async with _connection(port) as (reader, writer):
            writer.write(request.encode())
            status = await reader.readline()
            return status.split()[1:2] == [b"200"]

    return ask


def answers_kafka(port: int) -> Probe:
    """Ready when the broker says which requests it understands."""
    body = struct.pack(">hhih", API_VERSIONS, 0, 1, -1)

    async def ask() -> bool:
        async with _connection(port) as (reader, writer):
            writer.write(struct.pack(">i", len(body)) + body)
            return len(await reader.readexactly(8)) > 0

    return ask


def answers_postgres(port: int) -> Probe:
    """Ready when the server asks for a password; while it starts up it answers an error."""
    who = b"user\0envol\0database\0postgres\0\0"
    greeting = struct.pack(">ii", 8 + len(who), POSTGRES_PROTOCOL) + who

    async def ask() -> bool:
        async with _connection(port) as (reader, writer):
            writer.write(greeting)
            return await reader.readexactly(1) == b"R"

    return ask


def answers_smtp(port: int) -> Probe:
    """Ready when the server greets."""

    async def ask() -> bool:
        async with _connection(port) as (reader, writer):
            greeting = await reader.readline()
            writer.write(b"QUIT\r\n")
            return greeting.startswith(b"220")

    return ask


def answers_smpp(port: int, *, system_id: str, password: str) -> Probe:
    """Ready when it lets a client in.

    The simulator accepts one client at a time. It waits 30 s for one that does not bind, and sends
    one that binds a message, whose answer it waits for too: hence the whole exchange here.
    """
    names = b"".join(text.encode() + b"\0" for text in (system_id, password, ""))
    credentials = names + bytes([SMPP_VERSION, 0, 0]) + b"\0"

    async def ask() -> bool:
        async with _connection(port) as (reader, writer):
            writer.write(_smpp(SMPP_BIND, 1, credentials))
            answer, status, _ = await _read_smpp(reader)
            if answer != SMPP_ANSWER | SMPP_BIND or status != 0:
                return False
            message, _, number = await _read_smpp(reader)
            writer.write(_smpp(SMPP_ANSWER | message, number, b"\0") + _smpp(SMPP_UNBIND, 2))
            await _read_smpp(reader)
            return True

    return ask


def _smpp(command: int, number: int, body: bytes = b"") -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, 0, number) + body


async def _read_smpp(reader: StreamReader) -> tuple[int, int, int]:
    """Read one message; gives its command, status and sequence number."""
    length, command, status, number = struct.unpack(">IIII", await reader.readexactly(16))
    await reader.readexactly(length - 16)
    return command, status, number
