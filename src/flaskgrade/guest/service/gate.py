"""The way into a service: a socket that is shut by SIGUSR1 and opened by SIGUSR2.

While it is shut, what was connected is cut, and so is whoever comes. What lies behind it goes on.
Each turn is told of: {"gate": "shut"} or {"gate": "open"}.
"""

import signal
import socket
import threading
from contextlib import suppress

import flaskgrade_relay as relay

SIGNALS = {signal.SIGUSR1, signal.SIGUSR2}


def block_signals():
    """Keep the signals for the gate; before any thread is started."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


class Gate:
    """Knows who is connected."""

    def __init__(self, say):
        self._say = say
        self._shut = False
        self._peers = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._obey, daemon=True).start()

    def _obey(self):
        while True:
            shut = signal.sigwait(SIGNALS) == signal.SIGUSR1
            with self._lock:
                self._shut = shut
                for peer in self._peers if shut else ():
                    with suppress(OSError):
                        peer.shutdown(socket.SHUT_RDWR)
            self._say({"gate": "shut" if shut else "open"})

    def pass_on(self, connection, answer):
        """Let a connection through, unless the gate is shut."""
        with self._lock:
            shut = self._shut
            if not shut:
                self._peers.add(connection)
        try:
            if not shut:
                answer(connection)
        finally:
            with self._lock:
                self._peers.discard(connection)
                connection.close()


def serve(bind, answer, say):
    """Accept for ever; `answer` is called with each connection, in a thread of its own."""
    gate = Gate(say)
    with relay.opened(bind) as listener:
        say({"ready": True})
        while True:
            connection, _ = listener.accept()
            thread = threading.Thread(target=gate.pass_on, args=(connection, answer), daemon=True)
            try:
                thread.start()
            except RuntimeError:  # too many threads: whoever made them may try again
                connection.close()
