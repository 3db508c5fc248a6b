"""Give one order to a database server of ours.

flaskgrade_order.py SOCKET WORD NUMBER DATABASE [MORE…]
"""

import sys

import flaskgrade_server as server

if __name__ == "__main__":
    server.order(*sys.argv[1:])
