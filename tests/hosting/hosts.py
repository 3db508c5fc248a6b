"""Small GitHub and GitLab servers: what the documented API answers about comments, over HTTP."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PAGE = 100


@dataclass
class Note:
    """A comment as the server keeps it."""

    id: int
    author: str
    body: str


@dataclass
class Conversation:
    """A pull request of one repository, and who may speak."""

    repository: str = "company/take-home-ada"
    number: int = 7
    users: dict[str, str] = field(default_factory=lambda: {"s3cret": "grader", "hers": "ada"})
    notes: list[Note] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)  # each request's method and path
    failing: int = 0  # a status for everything, 0 for none
    saying: list[object] = field(default_factory=list)  # instead of answers, one after the other

    def says(self, author: str, body: str) -> Note:
        """Let somebody write a comment."""
        note = Note(id=3_000_000_000 + len(self.notes), author=author, body=body)
        self.notes.append(note)
        return note


class Server(ThreadingHTTPServer):
    """Serves one conversation as both hosts do."""

    daemon_threads = True

    def __init__(self, conversation: Conversation, handler: "type[Handler]") -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.conversation = conversation

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Answers as GitHub or as GitLab, by the path."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Read."""
        self.answer()

    def do_POST(self) -> None:
        """Write, or ask GraphQL."""
        self.answer()

    def do_PUT(self) -> None:
        """Change."""
        self.answer()

    def log_message(self, *_: object) -> None:
        """Be silent."""

    def answer(self) -> None:
        """Find who asks for what."""
        talk = self.server.conversation
        talk.heard.append(f"{self.command} {self.path}")
        length = int(self.headers.get("Content-Length") or 0)
        asked = json.loads(self.rfile.read(length) or b"null")
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        me = talk.users.get(bearer or self.headers.get("PRIVATE-TOKEN", ""))
        if talk.failing in {301, 302, 307}:
            self.send_response(talk.failing)
            self.send_header("Location", f"{self.server.url}/stolen")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if talk.saying:
            self.reply(200, talk.saying.pop(0))
        elif talk.failing:
            self.reply(talk.failing, {"message": "so it is"})
        elif me is None:
            self.reply(401, {"message": "Bad credentials"})
        elif self.path == "/graphql":
            self.reply(200, graphql(talk, me, asked))
        elif self.path.startswith("/api/v4/"):
            self.reply(*gitlab(talk, me, self.command, self.path.removeprefix("/api/v4"), asked))
        else:
            self.reply(*rest(talk, me, self.command, self.path, asked))

    def reply(self, status: int, content: object) -> None:
        """Send JSON."""
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def graphql(talk: Conversation, me: str, asked: Any) -> object:
    """Answer GitHub's GraphQL: reading comments in pages, and changing one by its node."""
    given = asked["variables"]
    if "updateIssueComment" in asked["query"]:
        for note in talk.notes:
            if f"IC_{note.id}" == given["id"]:
                note.body = given["body"]
                return {"data": {"updateIssueComment": {"issueComment": {"id": given["id"]}}}}
        return {"data": None, "errors": [{"message": "Could not resolve to a node"}]}
    if (f"{given['owner']}/{given['name']}", given["number"]) != (talk.repository, talk.number):
        return {
            "data": {"repository": None},
            "errors": [{"message": "Could not resolve to a Repository"}],
        }
    start = int(given["after"] or 0)
    nodes = [
        {"id": f"IC_{note.id}", "body": note.body, "viewerDidAuthor": note.author == me}
        for note in talk.notes[start : start + PAGE]
    ]
    more = {"hasNextPage": start + PAGE < len(talk.notes), "endCursor": str(start + PAGE)}
    comments = {"nodes": nodes, "pageInfo": more}
    return {"data": {"repository": {"pullRequest": {"comments": comments}}}}


def rest(talk: Conversation, me: str, method: str, path: str, asked: Any) -> tuple[int, object]:
    """Answer GitHub's REST: a new comment."""
    if (method, path) != ("POST", f"/repos/{talk.repository}/issues/{talk.number}/comments"):
        return 404, {"message": "Not Found"}
    if len(asked["body"]) > 65_536:
        return 422, {"message": "Body is too long (maximum is 65536 characters)"}
    return 201, {"id": talk.says(me, asked["body"]).id}


def gitlab(talk: Conversation, me: str, method: str, path: str, asked: Any) -> tuple[int, object]:
    """Answer GitLab's REST: who I am, and the notes of a merge request."""
    parts = urlsplit(path)
    if parts.path == "/user":
        return 200, {"id": len(me), "username": me}
    found = re.fullmatch(r"/projects/([^/]+)/merge_requests/(\d+)/notes(?:/(\d+))?", parts.path)
    if found is None or (unquote(found[1]), int(found[2])) != (talk.repository, talk.number):
        return 404, {"message": "404 Not found"}
    if method == "POST":
        return 201, {"id": talk.says(me, asked["body"]).id}
    if method == "PUT":
        (note,) = [one for one in talk.notes if one.id == int(found[3])]
        note.body = asked["body"]
        return 200, {"id": note.id}
    query = {key: int(value[0]) for key, value in parse_qs(parts.query).items() if "page" in key}
    start = (query["page"] - 1) * query["per_page"]
    return 200, [
        {"id": one.id, "body": one.body, "author": {"id": len(one.author)}, "system": False}
        for one in talk.notes[start : start + query["per_page"]]
    ]


@contextmanager
def serving(conversation: Conversation, *, handler: type[Handler] = Handler) -> Iterator[Server]:
    """Serve a conversation for a while."""
    server = Server(conversation, handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
