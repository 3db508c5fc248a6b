"""^C, an orderly end, and a terminal that went away: each ends the main thread's work, once."""

import os
import signal
import sys
import threading
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SOON_SECONDS = 0.05


class Interruption:
    """A signal handler that raises KeyboardInterrupt once: cleaning up must not be interrupted."""

    def __init__(self) -> None:
        self._came = False

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt, and have every later signal ignored."""
        if self._came:
            return
        self._came = True
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    def lost(self, what: "sys.UnraisableHookArgs") -> None:
        """Raise it again soon where Python could only print it: in a finalizer, or around a fork.

        Whoever asked for an end would otherwise have been heard, and not obeyed
        (https://docs.python.org/3/library/sys.html#sys.unraisablehook).
        """
        if not self._came or what.exc_type is not KeyboardInterrupt:
            sys.__unraisablehook__(what)
            return
        self._came = False
        signal.signal(signal.SIGINT, self)
        main = threading.main_thread().ident
        # From a thread, and later: what is raised in here would be lost as well.
        again = threading.Timer(SOON_SECONDS, signal.pthread_kill, (main, signal.SIGINT))
        again.daemon = True
        again.start()


def await_signals() -> None:
    """Have the signals end the main thread's work, whatever it is blocked in.

    The kernel hands a signal to any thread. Python runs handlers in the main one, and does not wake
    it for them if it waits for a lock: it would wait for ever. So a thread of ours hears of each
    signal and sends it to the main thread itself, whose system call it then ends
    (https://docs.python.org/3/library/signal.html#signals-and-threads).
    """
    interruption = Interruption()
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as a shell's background jobs, nohup
            signal.signal(number, interruption)
    sys.unraisablehook = interruption.lost
    hearing, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    threading.Thread(target=_hand_on, args=(hearing,), name="signals", daemon=True).start()


def _hand_on(hearing: int) -> None:
    main = threading.main_thread()
    while told := os.read(hearing, 1):
        if main.ident is not None and told[0] in SIGNALS:
            signal.pthread_kill(main.ident, told[0])
