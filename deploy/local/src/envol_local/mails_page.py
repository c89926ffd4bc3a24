"""A page that lists the mails the sink kept, newest first, and shows one."""

import argparse
import html
import itertools
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from envol_local.ports import HOST

SHOWN = 200
NAME = re.compile(r"/mails/([0-9T-]+)")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }} td, th {{ text-align: left; padding: .3rem .6rem }}
tr {{ border-bottom: 1px solid #ddd }} pre {{ white-space: pre-wrap }}
iframe {{ width: 100%; height: 40rem; border: 1px solid #ddd }}
</style></head><body><h1>{title}</h1>{body}</body></html>"""  # noqa: E501
# A mail's own markup is shown inside a frame that can run and load nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def newest(folder: Path) -> Iterator[Path]:
    """Give the mails kept, the latest first."""
    return itertools.islice(iter(sorted(folder.glob("*.eml"), reverse=True)), SHOWN)


def read(file: Path) -> EmailMessage:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # what the default policy makes
    return message


def list_page(folder: Path) -> str:
    """Show the list."""
    rows = "".join(_row(file) for file in newest(folder))
    head = "<tr><th>Date</th><th>To</th><th>Subject</th></tr>"
    table = f"<table>{head}{rows}</table>" if rows else "<p>No mail yet.</p>"
    return PAGE.format(title="Mails", body=table)


def _row(file: Path) -> str:
    mail = read(file)
    link = f'<a href="/mails/{html.escape(file.stem)}">{_header(mail, "Subject")}</a>'
    cells = (_header(mail, "Date"), _header(mail, "To"), link)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _header(mail: EmailMessage, name: str) -> str:
    return html.escape(str(mail.get(name) or "(none)"))


def mail_page(file: Path) -> str:
    """Show one mail: its headers, its text, its HTML."""
    mail = read(file)
    headers = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>"
        for name, value in mail.items()
    )
    body = f'<p><a href="/">All mails</a></p><table>{headers}</table>{_text(mail)}{_frame(mail)}'
    return PAGE.format(title=_header(mail, "Subject"), body=body)


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain",))
    return f"<pre>{html.escape(part.get_content())}</pre>" if part else ""


def _frame(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("html",))
    return f'<iframe sandbox srcdoc="{html.escape(part.get_content())}"></iframe>' if part else ""


class Handler(BaseHTTPRequestHandler):
    """Answers with the list or one mail of the folder."""

    folder: ClassVar[Path]

    def do_GET(self) -> None:
        page = self._page()
        self.send_response(HTTPStatus.NOT_FOUND if page is None else HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write((page or PAGE.format(title="No such mail", body="")).encode())

    def _page(self) -> str | None:
        if self.path == "/":
            return list_page(self.folder)
        match = NAME.fullmatch(self.path)
        file = self.folder / f"{match[1]}.eml" if match else None
        return mail_page(file) if file and file.is_file() else None

    def log_message(self, *_: object) -> None:
        """Keep quiet: the log is for what goes wrong."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m envol_local.mails_page", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    handler = type("FolderHandler", (Handler,), {"folder": options.folder})
    ThreadingHTTPServer((HOST, options.port), handler).serve_forever()


if __name__ == "__main__":
    main()
