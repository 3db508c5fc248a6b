"""What the hidden tests share: a browser, members who use one, how a page is read.

Built on three fixtures of the harness: `http` talks to the served application, `unique`
makes readable names that nobody can foresee, `dice` is the run's random generator.
One database serves the whole run: each test brings its own topics and looks at nothing else.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import CookieError, SimpleCookie
from random import Random
from typing import Any
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

import pytest

# As in the launch environment of exercise.yaml.
ADMIN = ("Gatekeeper", "only-for-the-tests")

HERE = "http://localhost"
VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr"),
    }
)
RAW = frozenset({"script", "style", "template"})  # what is in there is not shown
# Tags that may be left open, and what ends them beside the end of what they are in.
ENDED_BY: dict[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "p": frozenset(
        {
            *("address", "article", "aside", "blockquote", "div", "dl", "fieldset", "footer"),
            *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol"),
            *("p", "pre", "section", "table", "ul"),
        }
    ),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
    "tr": frozenset({"tr"}),
    "option": frozenset({"option"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
}


@dataclass(eq=False)
class Element:
    """An element of a page. `children` are elements and texts in their order."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Return the elements in here with that tag and these attributes.

        `data_topic="7"` asks for `data-topic="7"`; an empty value for an attribute of any.
        """
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            each
            for each in self.descend()
            if tag in ("", each.tag)
            and all(
                name in each.attributes and value in ("", each.attributes[name])
                for name, value in wanted.items()
            )
        ]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        """Return the first of such elements; there must be one."""
        found = self.all(tag, **attributes)
        marks = " ".join(f'{k.replace("_", "-")}="{v}"' for k, v in attributes.items())
        assert found, f"the page has no element <{tag or '…'} {marks}>"
        return found[0]

    def descend(self) -> Iterator["Element"]:
        """Go through all elements in here, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.descend()

    @property
    def text(self) -> str:
        """What one reads in it, with single blanks."""
        return " ".join(self.raw.split())

    @property
    def raw(self) -> str:
        """What one reads in it, as it is."""
        if self.tag in RAW:
            return ""
        return "".join(c if isinstance(c, str) else c.raw for c in self.children)


class _Reader(HTMLParser):
    """Makes a tree of a page, as forgiving as a browser where that is cheap."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while tag in ENDED_BY.get(self.open[-1].tag, ()):
            self.open.pop()
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        element = Element(tag, attributes)
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # `/>` means nothing in HTML

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that somebody chooses in a form."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form that is sent by POST: where it leads, and what it holds already."""

    path: str  # with the query, if there is one
    values: dict[str, str]
    hidden: dict[str, str]
    names: frozenset[str]  # of all its fields
    multipart: bool


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer, and the HTML that it holds."""

    reply: Any
    path: str
    root: Element

    @property
    def status(self) -> int:
        """The status code."""
        code: int = self.reply.status
        return code

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """As `Element.all`."""
        return self.root.all(tag, **attributes)

    def one(self, tag: str = "", **attributes: str) -> Element:
        """As `Element.one`."""
        return self.root.one(tag, **attributes)

    @property
    def text(self) -> str:
        """What one reads on it."""
        return self.root.text

    @property
    def flashes(self) -> list[str]:
        """The flash messages."""
        return [each.text for each in self.all(data_flash="")]

    @property
    def topics(self) -> list[str]:
        """The ids of the topics, in their order."""
        return [each.attributes["data-topic"] for each in self.all(data_topic="")]

    @property
    def replies(self) -> list[str]:
        """The ids of the replies, in their order."""
        return [each.attributes["data-reply"] for each in self.all(data_reply="")]

    @property
    def wrong(self) -> dict[str, str]:
        """The fields that have a message, each with its first."""
        found: dict[str, str] = {}
        for each in self.all(data_error=""):
            found.setdefault(each.attributes["data-error"], each.text)
        return found

    @property
    def user(self) -> str | None:
        """Who the page says is signed in."""
        marks = self.all(data_user="")
        return marks[0].attributes["data-user"] if marks else None

    def link(self, rel: str) -> str | None:
        """Return the path that the link of that relation leads to."""
        for each in [*self.all("a"), *self.all("link")]:
            if rel in each.attributes.get("rel", "").lower().split():
                return _path(resolved(self.path, each.attributes.get("href", "")))
        return None

    def leads_to(self, path: str) -> bool:
        """Tell whether a link of the page leads to that path."""
        return any(
            resolved(self.path, each.attributes.get("href", "")).path == path
            for each in self.all("a", href="")
        )

    def forms(self) -> Iterator[Form]:
        """Read the forms that are sent by POST, one for each place that they lead to."""
        for element in self.all("form"):
            if element.attributes.get("method", "get").strip().lower() == "post":
                yield from self._forms_of(element)

    def _forms_of(self, element: Element) -> Iterator[Form]:
        name = element.attributes.get("id")
        controls = [e for e in element.descend() if e.attributes.get("form", name) == name]
        if name:
            controls += [e for e in self.all(form=name) if e not in controls]
        hidden: dict[str, str] = {}
        values: dict[str, str] = {}
        names: set[str] = set()
        buttons: list[Element] = []
        for control in controls:
            kind = control.attributes.get("type", "").lower()
            key = control.attributes.get("name", "")
            if control.tag == "button" or kind in ("submit", "image"):
                if kind not in ("button", "reset"):
                    buttons.append(control)
            elif key and control.tag in ("input", "select", "textarea"):
                names.add(key)
                value = _value(control, kind)
                if value is not None:
                    (hidden if kind == "hidden" else values)[key] = value
        for button in buttons or [Element("button", {})]:
            pressed = dict(values)
            if button.attributes.get("name"):
                pressed[button.attributes["name"]] = button.attributes.get("value", "")
            action = button.attributes.get("formaction", element.attributes.get("action", ""))
            enctype = button.attributes.get("formenctype", element.attributes.get("enctype", ""))
            yield Form(
                path=_path(resolved(self.path, action)),
                values=pressed,
                hidden=hidden,
                names=frozenset(names),
                multipart=enctype.strip().lower() == "multipart/form-data",
            )

    def find_form(self, path: str) -> Form | None:
        """Return the form that leads to that path (a query does not matter), or None."""
        return next((form for form in self.forms() if urlsplit(form.path).path == path), None)

    def form(self, path: str) -> Form:
        """Return the form that leads to that path; there must be one."""
        found = self.find_form(path)
        assert found, f"the page {self.path} has no form by POST that leads to {path}"
        return found


def _value(control: Element, kind: str) -> str | None:
    """Return what a browser sends of a control that nobody has touched."""
    if control.tag == "textarea":
        return re.sub(r"\A\r?\n", "", control.raw)
    if control.tag == "select":
        options = control.all("option")
        chosen = [each for each in options if "selected" in each.attributes] or options[:1]
        return chosen[-1].attributes.get("value", chosen[-1].text) if chosen else None
    if kind == "file" or (kind in ("checkbox", "radio") and "checked" not in control.attributes):
        return None
    return control.attributes.get("value", "on" if kind in ("checkbox", "radio") else "")


def resolved(base: str, target: str) -> SplitResult:
    """Return where a link or a redirect leads, as browsers see it."""
    target = re.sub(r"[\t\r\n]", "", target).strip("".join(map(chr, range(33))))
    before, mark, query = target.partition("?")
    if not re.match(r"[a-z][a-z0-9+.-]*:", before, re.IGNORECASE) or before.lower().startswith(
        ("http:", "https:")
    ):
        before = before.replace("\\", "/")
        before = re.sub(r"\A(https?:)?//+", lambda m: f"{m[1] or 'http:'}//", before)
    return urlsplit(urljoin(urljoin(HERE, base), before + mark + query))


def _path(target: SplitResult) -> str:
    return f"{target.path or '/'}{'?' if target.query else ''}{target.query}"


@dataclass(kw_only=True)
class Browser:
    """Somebody at a browser: keeps cookies, reads pages, sends forms, follows redirects."""

    http: Any
    cookies: dict[str, str] = field(default_factory=dict)
    username: str = ""
    password: str = ""

    def copy(self) -> "Browser":
        """Return another browser with the same cookies."""
        return Browser(http=self.http, cookies=dict(self.cookies), username=self.username)

    def request(self, method: str, path: str, *, data: bytes | None = None, **headers: str) -> Any:
        """Send a request with the cookies, and keep those that the answer sets."""
        sent = {
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        reply = self.http.request(method, path, data=data, headers=sent)
        for name, value in reply.headers:
            if name.lower() == "set-cookie":
                self._keep(value)
        return reply

    def _keep(self, header: str) -> None:
        jar = SimpleCookie()
        try:
            jar.load(header)
        except CookieError:
            return
        for name, morsel in jar.items():
            gone = morsel["max-age"] == "0" or "1970" in str(morsel["expires"])
            if gone or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.coded_value

    def get(self, path: str) -> Page:
        """Get a page, wherever redirects lead."""
        return self.follow(path, self.request("GET", path))

    def follow(self, path: str, reply: Any) -> Page:
        """Follow redirects, and return the page that they lead to."""
        for _ in range(5):
            if reply.status not in (301, 302, 303, 307, 308):
                return read(path, reply)
            path = self.target(path, reply)
            reply = self.request("GET", path)
        raise AssertionError(f"{path} redirects for ever")

    def target(self, path: str, reply: Any) -> str:
        """Return the path on this site that a redirect leads to."""
        place = resolved(path, reply.header("Location") or "")
        assert (place.scheme, place.netloc) == ("http", "localhost"), (
            f"a redirect leads to another site: {reply.header('Location')}"
        )
        return _path(place)

    def post(
        self,
        form: Form,
        /,
        *,
        _to: str | None = None,
        _hidden: bool = True,
        **fields: str | Upload,
    ) -> Any:
        """Send a form with these fields filled in, and return the answer.

        `_to` sends it somewhere else; without `_hidden` the hidden inputs are left out.
        """
        values: dict[str, str | Upload] = {
            **form.values,
            **(form.hidden if _hidden else {}),
            **fields,
        }
        files = {k: v for k, v in values.items() if isinstance(v, Upload)}
        texts = {k: v for k, v in values.items() if isinstance(v, str)}
        if files:
            assert form.multipart, "the form with a file is not sent as multipart/form-data"
        if form.multipart:
            body, kind = _multipart(texts, files)
        else:
            body, kind = urlencode(texts).encode(), "application/x-www-form-urlencoded"
        return self.request(
            "POST",
            _to or form.path,
            data=body,
            Content_Type=kind,
            Origin=HERE,
            Referer=f"{HERE}/",
        )

    def send(self, form: Form, /, **fields: str | Upload) -> Page:
        """Send a form that is to succeed: a redirect, and the page that it leads to."""
        reply = self.post(form, **fields)
        assert reply.status in (302, 303), f"POST {form.path} answered {reply.status}"
        return self.follow(form.path, reply)

    def fill(self, path: str, /, **fields: str | Upload) -> Page:
        """Open a page and send the form on it that leads there again."""
        return self.send(self.get(path).form(path), **fields)

    def fail(self, path: str, /, **fields: str | Upload) -> Page:
        """Open a page and send its form, which is to be shown again."""
        form = self.get(path).form(path)
        return _shown_again(path, self.post(form, **fields))


def _shown_again(path: str, reply: Any) -> Page:
    """Read the page of a form with mistakes."""
    assert reply.status in (200, 400, 409, 422), (
        f"a form with mistakes answered {reply.status}, not 200, 400, 409 or 422"
    )
    return read(path, reply)


def read(path: str, reply: Any) -> Page:
    """Read the HTML of an answer."""
    kind = (reply.header("Content-Type") or "").partition(";")[0].strip().lower()
    root = Element("", {})
    if kind == "text/html":
        reader = _Reader()
        reader.feed(reply.text)
        reader.close()
        root = reader.root
    return Page(reply=reply, path=path, root=root)


def _multipart(texts: dict[str, str], files: dict[str, Upload]) -> tuple[bytes, str]:
    boundary = "----aBoundaryThatNoTestSends"
    lines: list[bytes] = []
    for name, value in texts.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        lines += [head.encode(), value.encode(), b"\r\n"]
    for name, file in files.items():
        head = (
            f"--{boundary}\r\nContent-Disposition: form-data; "
            f'name="{name}"; filename="{file.name}"\r\n'
            f"Content-Type: {file.media_type}\r\n\r\n"
        )
        lines += [head.encode(), file.content, b"\r\n"]
    body = b"".join([*lines, f"--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"


# Who there is


@pytest.fixture
def stranger(http: Any) -> Browser:
    """Somebody who is not signed in."""
    return Browser(http=http)


@pytest.fixture
def new_member(http: Any, unique: Any) -> Callable[[str], Browser]:
    """Sign somebody up, in a browser of their own."""

    def sign_up(name: str) -> Browser:
        browser = Browser(http=http, username=unique(name), password=f"{name} likes beans")
        page = browser.fill("/signup", username=browser.username, password=browser.password)
        assert page.user == browser.username, "whoever has signed up is not signed in"
        return browser

    return sign_up


@pytest.fixture(scope="session")
def known() -> dict[str, Browser]:
    """Browsers of members by name: hashing a password is slow on purpose, so do it once."""
    return {}


@pytest.fixture
def admin(http: Any, known: dict[str, Browser]) -> Browser:
    """The admin that `flask create-admin` has made."""
    if "admin" not in known:
        browser = Browser(http=http, username=ADMIN[0], password=ADMIN[1])
        page = browser.fill("/login", username=ADMIN[0], password=ADMIN[1])
        assert page.user == ADMIN[0], "the admin cannot log in"
        known["admin"] = browser
    return known["admin"]


@pytest.fixture
def alice(known: dict[str, Browser], new_member: Callable[[str], Browser]) -> Browser:
    """A member."""
    return known.get("alice") or known.setdefault("alice", new_member("alice"))


@pytest.fixture
def bob(known: dict[str, Browser], new_member: Callable[[str], Browser]) -> Browser:
    """Another member."""
    return known.get("bob") or known.setdefault("bob", new_member("bob"))


@pytest.fixture
def set_role(admin: Browser) -> Callable[[Browser, str], Page]:
    """Let the admin change what somebody may do."""

    def change(whom: Browser, role: str) -> Page:
        page = admin.get(f"/members/{whom.username}")
        return admin.send(page.form(f"/members/{whom.username}/role"), role=role)

    return change


@pytest.fixture
def moderator(
    known: dict[str, Browser],
    new_member: Callable[[str], Browser],
    set_role: Callable[[Browser, str], Page],
) -> Browser:
    """A moderator."""
    if "moderator" not in known:
        browser = new_member("mod")
        set_role(browser, "moderator")
        known["moderator"] = browser
    return known["moderator"]


# What they do


@pytest.fixture
def start_topic(unique: Any) -> Callable[..., str]:
    """Start a topic, and return its id."""

    def start(author: Browser, title: str | None = None, body: str = "Who wants some?") -> str:
        page = author.fill("/topics/new", title=title or unique("Seedlings"), body=body)
        assert page.topics, "after a topic is started, the page does not show it"
        return page.topics[0]

    return start


@pytest.fixture
def reply_to() -> Callable[..., Page]:
    """Reply to a topic, and return the page that this leads to."""

    def reply(author: Browser, topic: str, body: str = "I do.") -> Page:
        page = author.get(f"/topics/{topic}")
        return author.send(page.form(f"/topics/{topic}/replies"), body=body)

    return reply


def _refused(reply: Any, *statuses: int) -> Page:
    assert reply.status in statuses, (
        f"answered {reply.status}, not {' or '.join(map(str, statuses))}"
    )
    return read("/", reply)


@pytest.fixture
def refused() -> Callable[..., Page]:
    """Check that an answer has one of these codes."""
    return _refused


@pytest.fixture
def error_page() -> Callable[..., Page]:
    """Check that an answer has one of these codes, and is an error page of the application."""

    def check(reply: Any, *statuses: int) -> Page:
        page = _refused(reply, *statuses)
        marks = [each.attributes["data-status"] for each in page.all(data_status="")]
        assert str(reply.status) in marks, (
            f"the error page has no element with data-status={reply.status}"
        )
        assert page.leads_to("/"), "the error page has no link to /"
        return page

    return check


@pytest.fixture
def shown_again() -> Callable[[str, Any], Page]:
    """Read the page of a form with mistakes."""
    return _shown_again


@pytest.fixture
def led_to_login() -> Callable[[Any], str]:
    """Check that an answer leads to the log-in, and return that path with its query."""

    def check(reply: Any) -> str:
        assert reply.status in (302, 303), f"a stranger was answered {reply.status}"
        place = resolved("/", reply.header("Location") or "")
        assert (place.netloc, place.path) == ("localhost", "/login"), "leads elsewhere"
        return _path(place)

    return check


@pytest.fixture
def png(dice: Random) -> Callable[..., Upload]:
    """Draw a small PNG of a random colour, `padded` with a comment to that many bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    def draw(padded: int = 0, name: str = "me.png", media_type: str = "image/png") -> Upload:
        rows = (b"\0" + dice.randbytes(3) * 8) * 8
        head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
        tail = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        missing = padded - len(head) - len(tail) - 12
        text = chunk(b"tEXt", b"Comment\0".ljust(missing, b"x")) if missing > 8 else b""
        return Upload(name=name, media_type=media_type, content=head + text + tail)

    return draw
