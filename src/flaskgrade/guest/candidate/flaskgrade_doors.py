"""Open TCP ports of the sandbox's own loopback interface that lead to Unix sockets.

    flaskgrade_doors.py PORT=SOCKET…

Returns when the ports are open; what serves them stays behind, and dies with the sandbox. So an
application finds its services by ordinary URLs. It could end this, or connect to the sockets
itself: that is its own affair, for what the sockets lead to trusts nobody.
"""

import os
import signal
import socket
import sys

CHUNK = 65536


def main(*doors):
    """Open the ports, then serve them in a process of its own."""
    listeners = []
    for door in doors:
        port, path = door.split("=", 1)
        listeners.append((socket.create_server(("127.0.0.1", int(port)), backlog=128), path))
    if os.fork():
        os._exit(0)
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # an application's end may take a while
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    import asyncio  # only now: nobody waits any more

    asyncio.run(serve(listeners))


async def serve(listeners):
    """Serve until the sandbox ends."""
    import asyncio

    def leading(path):
        async def lead(reader, writer):
            try:
                inward, outward = await asyncio.open_unix_connection(path)
            except OSError:
                writer.transport.abort()
                return
            sending = asyncio.ensure_future(copy(reader, outward))
            try:
                await copy(inward, writer)
            finally:
                sending.cancel()
                outward.close()
                writer.close()

        return lead

    servers = [await asyncio.start_server(leading(path), sock=one) for one, path in listeners]
    await asyncio.gather(*(server.serve_forever() for server in servers))


async def copy(reader, writer):
    """Copy until the source has said all, and tell the target so."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.transport.abort()


if __name__ == "__main__":
    main(*sys.argv[1:])
