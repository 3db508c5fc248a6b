"""The public index as a candidate may use it: everybody's packages, and what they published."""

import hashlib
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from flaskgrade.environment.index import Index


class Market(ThreadingHTTPServer):
    """An index on this machine that sends whoever asks for other packages to the operator's."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.real = Index.chosen().base
        self.files: dict[str, bytes] = {}
        self.pages: dict[str, str] = {}

    @classmethod
    def opened(cls) -> Self:
        """Serve until this process ends."""
        market = cls()
        threading.Thread(target=market.serve_forever, daemon=True).start()
        return market

    @property
    def url(self) -> str:
        """The index's URL."""
        return f"http://127.0.0.1:{self.server_port}/simple"

    def publish(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Offer files, by name and content; a name is never published twice."""
        for name, content in files:
            if name not in self.files:
                self.files[name] = content
                project = name.partition("-1.0")[0].replace("_", "-")  # their only version
                digest = hashlib.sha256(content).hexdigest()
                link = f'<a href="/files/{name}#sha256={digest}">{name}</a>\n'
                self.pages[project] = self.pages.get(project, "") + link


class Handler(BaseHTTPRequestHandler):
    """Answers for what was published, and redirects for the rest."""

    server: Market

    def do_GET(self) -> None:
        """Answer with a page, a file, or a redirect."""
        top, _, name = self.path.strip("/").partition("/")
        if top == "files":
            self.answer(self.server.files.get(name))
        elif name in self.server.pages:
            self.answer(self.server.pages[name].encode())
        else:
            self.send_response(307)
            self.send_header("Location", f"{self.server.real}/{name}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def do_HEAD(self) -> None:
        """Answer without a body."""
        self.do_GET()

    def answer(self, body: bytes | None) -> None:
        """Send a body, or say that there is none."""
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Keep quiet."""
