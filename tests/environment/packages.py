"""Packages made by hand, and an index on this machine that offers them."""

import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def wheel(
    name: str,
    version: str,
    files: Mapping[str, str] | None = None,
    requires: tuple[str, ...] = (),
) -> tuple[str, bytes]:
    """Return the file name and the content of a wheel with a module of its name."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    whole = {f"{module}.py": f"VERSION = {version!r}\n"} | dict(files or {})
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    whole[f"{info}/METADATA"] = metadata + "".join(f"Requires-Dist: {one}\n" for one in requires)
    whole[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{path},,\n" for path in (*whole, f"{info}/RECORD"))
    whole[f"{info}/RECORD"] = record
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in whole.items():
            archive.writestr(path, text)
    return f"{module}-{version}-py3-none-any.whl", buffer.getvalue()


def sdist(name: str, version: str, files: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the file name and the content of a source distribution."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, text in files.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return f"{name}-{version}.tar.gz", buffer.getvalue()


@dataclass(kw_only=True)
class LocalIndex:
    """What is served, and what was asked for. A page may be a status."""

    pages: dict[str, str | bytes | int] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    host: str = ""

    @property
    def url(self) -> str:
        """The index's URL."""
        return f"http://{self.host}/simple"

    def offer(self, *files: tuple[str, bytes]) -> None:
        """Add files to the pages of their projects."""
        for name, content in files:
            project = name.split("-")[0].replace("_", "-")
            path = f"/simple/{project}/"
            link = f'<a href="/files/{name}">{name}</a>\n'
            self.pages[path] = str(self.pages.get(path, "")) + link
            self.pages[f"/files/{name}"] = content


@contextmanager
def serving(index: LocalIndex) -> Iterator[LocalIndex]:
    """Serve an index for a while. The page `*` stands for all that are not there."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(b"")

        def do_GET(self) -> None:
            self.answer(None)

        def answer(self, instead: bytes | None) -> None:
            index.asked.append((self.path, self.headers.get("Authorization")))
            page = index.pages.get(self.path, index.pages.get("*", 404))
            body = page.encode() if isinstance(page, str) else page
            self.send_response(body if isinstance(body, int) else 200)
            body = b"" if isinstance(body, int) else body
            self.send_header("Content-Length", str(len(body)))
            if self.path.startswith("/simple/"):
                self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body if instead is None else instead)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
