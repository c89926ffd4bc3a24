"""Workbooks (XLSX), read by a child process with limited memory and time.

A workbook of 1.5 kB can ask for 512 GiB: the reader allocates every cell between the first and the
last one in use. In a process of its own, that ends the reading and nothing else.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

import orjson

from backbone.spreadsheets import Unreadable, cells_of

MAX_UNPACKED = 256 << 20  # bytes
MAX_MEMORY = 1 << 30  # bytes of address space
MAX_SECONDS = 60  # of processor time
TOO_LARGE = "it is too large. Save the sheet as CSV UTF-8"


def rows_of_workbook(file: BinaryIO) -> Iterator[list[str]]:
    """Return the rows of the first sheet of a workbook as its reader sends them.

    Raises `Unreadable` for what is no workbook, or takes more memory or time than is allowed.
    """
    _check_unpacked_size(file)
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        command = [sys.executable, "-m", "backbone.workbooks"]
        with subprocess.Popen(  # noqa: S603  (our own module)
            command, stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as reader:
            try:
                yield from map(orjson.loads, reader.stdout or ())
                _, error = reader.communicate()
            finally:
                reader.kill()
    if reader.returncode:
        raise Unreadable(error.decode().strip() if reader.returncode == 1 else TOO_LARGE)


def _check_unpacked_size(file: BinaryIO) -> None:
    try:
        unpacked = sum(part.file_size for part in ZipFile(file).infolist())
    except BadZipFile as wrong:
        raise Unreadable(str(wrong)) from wrong
    if unpacked > MAX_UNPACKED:
        raise Unreadable(TOO_LARGE)
    file.seek(0)


def main() -> None:
    """Write each row of the workbook on standard input as a line of JSON; exit 1 if it is none."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    try:
        for row in cells_of(sys.stdin.buffer.read()):
            sys.stdout.buffer.write(orjson.dumps(row) + b"\n")
    except Unreadable as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
