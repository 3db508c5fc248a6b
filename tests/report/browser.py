"""A headless Chromium over its DevTools pipe: enough to load a page, look at it and listen.

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)

# Virtual key codes and the text that a key makes:
# https://chromedevtools.github.io/devtools-protocol/tot/Input/#method-dispatchKeyEvent
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "Escape": (27, "")}


def executable() -> str | None:
    """Return the browser's path, or None where none is installed."""
    return next(filter(None, map(shutil.which, EXECUTABLES)), None)


class Page:
    """A tab. Commands are answered in order; events that come meanwhile are kept."""

    def __init__(self, to_browser: BinaryIO, from_browser: BinaryIO) -> None:
        self.events: list[dict[str, Any]] = []
        self._to, self._from = to_browser, from_browser
        self._sent = 0
        self._session: str | None = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command and return its result."""
        self._sent += 1
        message: dict[str, object] = {"id": self._sent, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._to.write(json.dumps(message).encode() + b"\0")
        self._to.flush()
        while (answer := self._receive()).get("id") != self._sent:
            self.events.append(answer)
        assert "error" not in answer, answer["error"]
        result: dict[str, Any] = answer["result"]
        return result

    def size(self, width: int, height: int = 900) -> None:
        """Set the size of the window in CSS pixels; below 600 it is a phone's."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip

    def media(self, medium: str = "screen", scheme: str = "light") -> None:
        """Set what the page is shown on, and the reader's preferred colours."""
        preference = {"name": "prefers-color-scheme", "value": scheme}
        self.send("Emulation.setEmulatedMedia", media=medium, features=[preference])

    def open(self, path: Path) -> None:
        """Load a file and wait until it has loaded."""
        self.events.clear()
        self.send("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._receive())

    def value(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; the page's policy does not bind us."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def answer(self, expression: str) -> Any:
        """Return what the promise of a JavaScript expression comes to."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press and release a key, as on a keyboard; `key` is one of KEYS."""
        code, text = KEYS[key]
        known: dict[str, Any] = {
            "key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 * shift,
        }  # fmt: skip
        down = "keyDown" if text else "rawKeyDown"
        self.send("Input.dispatchKeyEvent", type=down, text=text, **known)
        self.send("Input.dispatchKeyEvent", type="keyUp", **known)

    def type(self, text: str) -> None:
        """Put text where the focus is, as a keyboard does at its end."""
        self.send("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of the first element that a selector finds."""
        x, y = self.value(
            "(() => { const one = document.querySelector(" + json.dumps(selector) + ");"
            "one.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const box = one.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write what is seen, or all of the page, as a PNG."""
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def paper(self) -> bytes:
        """Return the page as it is printed, as PDF."""
        return base64.b64decode(self.send("Page.printToPDF")["data"])

    def busy(self) -> float:
        """Return the seconds that the page has computed so far: what others compute is not in it.

        `Performance.enable` with `timeDomain` "threadTicks" comes first.
        """
        metrics = self.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    def requested(self) -> list[str]:
        """Return the URLs that were asked for since `open`."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def _receive(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._from.read(1)) != b"\0":
            assert byte, "the browser is gone"
            data += byte
        message: dict[str, Any] = json.loads(data)
        return message


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """Yield a page of a new browser with a profile of its own; end the browser afterwards."""
    found = executable()
    assert found
    read_end, to_browser = os.pipe()
    from_browser, write_end = os.pipe()
    script = f'exec "$@" 3<&{read_end} 4>&{write_end}'
    process = subprocess.Popen(
        ["bash", "-c", script, "-", found, *FLAGS, f"--user-data-dir={profile}"],
        pass_fds=(read_end, write_end),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_end)
    os.close(write_end)
    try:
        with os.fdopen(to_browser, "wb") as sink, os.fdopen(from_browser, "rb") as source:
            yield Page(sink, source)
    finally:
        process.terminate()
        process.wait(timeout=20)
