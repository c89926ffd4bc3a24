"""An HTTP client that costs next to nothing, so that it is the server that is measured."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class Connection:
    """One kept-alive connection; one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def post(self, path: str, body: bytes, *, token: str) -> int:
        """Send a request and read its whole response; return its status."""
        head = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        return await self._exchange("POST", path, token, head, body)

    async def get(self, path: str, *, token: str) -> int:
        """Send a request and read its whole response; return its status."""
        return await self._exchange("GET", path, token)

    async def _exchange(
        self, method: str, path: str, token: str, head: str = "", body: bytes = b""
    ) -> int:
        start = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        authorization = f"authorization: Bearer {token}\r\n"
        self.writer.write(f"{start}{authorization}{head}\r\n".encode() + body)
        status_line, *headers = (await self.reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        length = next(h for h in headers if h.lower().startswith(b"content-length:"))
        await self.reader.readexactly(int(length.partition(b":")[2]))
        return int(status_line.split()[1])


@asynccontextmanager
async def connections(port: int, number: int) -> AsyncIterator[Sequence[Connection]]:
    """Open `number` connections to a server of this machine."""
    opened = [await _open(port) for _ in range(number)]
    try:
        yield opened
    finally:
        for connection in opened:
            connection.writer.close()


async def _open(port: int) -> Connection:
    return Connection(*await asyncio.open_connection("127.0.0.1", port))


async def answers(port: int, *, seconds: float) -> None:
    """Wait until something listens on `port`; raise `TimeoutError` after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                connection = await _open(port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                connection.writer.close()
                return
