"""Give orders to the server of a database that is ours: see `service/postgres.py`."""

import socket


def order(path, word, number, database, *more):
    """Have an order carried out, and wait until it is. Raises OSError."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        line = " ".join(map(str, (word, number, database, *more)))
        connection.sendall(line.encode() + b"\n")
        while connection.recv(64):
            pass
