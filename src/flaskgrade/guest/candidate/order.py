"""Give one order to a database server of ours: order.py SOCKET WORD NUMBER DATABASE [MORE…]."""

import sys

import server

if __name__ == "__main__":
    server.order(*sys.argv[1:])
