"""How a probe tells what it managed: one JSON object a line on stdout, `holds` null for unknown."""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import sys
from collections.abc import Callable


def say(row: str, holds: bool | None, detail: str) -> None:  # noqa: FBT001 - three values in a row
    """Tell how a row of the doctor's table stands."""
    line = json.dumps({"row": row, "holds": holds, "detail": detail})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def refused(action: Callable[[], object]) -> str:
    """Return how the kernel refused an action, as `EPERM`; empty where it let it happen."""
    try:
        action()
    except TimeoutError:
        return "ETIMEDOUT"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return ""


def apart(action: Callable[[], str], seconds: float = 5.0) -> str:
    """Return what an action answers in a child of its own, or how the child ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = "failed"
        try:
            answer = action()
        except OSError as error:
            answer = errno.errorcode.get(error.errno or 0, str(error))
        except BaseException as error:  # noqa: BLE001 - a child must never go on as its parent
            answer = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, answer.encode()[:2000])
            os._exit(0)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], seconds)
    answer = os.read(reading, 4096).decode() if ready else "no answer"
    os.close(reading)
    if not ready:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if ready and not answer and os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return answer
