"""Attacks on the test client by what is answered: K42 to K48."""

from tests.hostile.attack import Attack, Layer, Tries, trick

IMPORTS = """
import gzip
import json
import os
import time
import zlib
from flask import Response, redirect, request
"""


def answers(code: str, *, before: str = "") -> dict[str, str]:
    """Return a trick whose code answers each request for a number."""
    body = "".join(f"        {line}\n" if line else "\n" for line in code.strip("\n").split("\n"))
    return trick(
        before=IMPORTS + before,
        play=(
            "@app.before_request\ndef strike():\n    if request.path.startswith('/double'):\n"
            + body
        ),
    )


def speaks(code: str) -> dict[str, str]:
    """Return a trick that writes bytes of its own to the client, around the server."""
    return answers("raw = request.environ['gunicorn.socket']\n" + code.strip("\n"))


def _client(number: int, name: str, does: str, files: dict[str, str], **more: object) -> Attack:
    return Attack(
        id=f"K{number}",
        name=name,
        does=does,
        files=files,
        **{"layer": Layer.CLIENT, "seconds": 90.0, **more},  # type: ignore[arg-type] # the fields of an Attack
    )


JSON = "return Response({body}, mimetype='application/json')"
ONCE = "raw.sendall(b'HTTP/1.1 200 OK\\r\\n')\n"

ATTACKS: tuple[Attack, ...] = (
    _client(
        42,
        "gzip",
        "a gzip bomb of 500 MB within another, though none was asked for",
        answers(
            "return Response(BOMB, headers={'Content-Encoding': 'gzip, gzip'})",
            before="BOMB = gzip.compress(gzip.compress(b'\\0' * 500_000_000, 1), 1)\n",
        ),
        seconds=90.0,
    ),
    _client(
        42,
        "deflate",
        "a deflate bomb of 500 MB",
        answers(
            "return Response(BOMB, headers={'Content-Encoding': 'deflate'})",
            before="BOMB = zlib.compress(b'\\0' * 500_000_000, 1)\n",
        ),
        seconds=90.0,
    ),
    _client(
        42,
        "unknown-encoding",
        "says that plain bytes are Brotli",
        answers("return Response(b'\\x00' * 1000, headers={'Content-Encoding': 'br'})"),
    ),
    _client(
        43,
        "endless-body",
        "a stream without an end",
        answers(
            "def more():\n    while True:\n        yield b'A' * 65536\n"
            + JSON.format(body="more()")
        ),
    ),
    _client(
        43,
        "promised-body",
        "a length of 10 GB, and little of it",
        answers("return Response(b'{}', headers={'Content-Length': '10000000000'})"),
    ),
    _client(
        44,
        "drip",
        "a byte each half second, for ever",
        answers(
            "def more():\n    while True:\n        yield b' '\n        time.sleep(0.5)\nreturn Response(more(), headers={'Content-Length': '1000000'})"
        ),
        seconds=120.0,
    ),
    _client(
        44,
        "drip-everywhere",
        "the same on every path, the first answer included",
        trick(
            before=IMPORTS,
            play="@app.before_request\ndef strike():\n    def more():\n        while True:\n            yield b' '\n            time.sleep(0.5)\n    return Response(more(), headers={'Content-Length': '1000000'})",
        ),
        seconds=90.0,
    ),
    _client(
        45,
        "header-drip",
        "a header line each half second, for ever",
        speaks(
            ONCE
            + "number = 0\nwhile True:\n    raw.sendall(b'X-%d: y\\r\\n' % number)\n    number += 1\n    time.sleep(0.5)"
        ),
        seconds=120.0,
    ),
    _client(
        45,
        "early-hints",
        "endless 103 responses",
        speaks("while True:\n    raw.sendall(b'HTTP/1.1 103 Early Hints\\r\\n\\r\\n' * 100)"),
        seconds=120.0,
    ),
    _client(
        45,
        "huge-header",
        "a header of 5 MB",
        speaks(
            ONCE + "raw.sendall(b'X: ' + b'y' * 5_000_000 + b'\\r\\nContent-Length: 0\\r\\n\\r\\n')"
        ),
    ),
    _client(
        45,
        "many-headers",
        "9,000 headers",
        speaks(
            ONCE
            + "raw.sendall(b''.join(b'X-%d: y\\r\\n' % n for n in range(9000)) + b'Content-Length: 0\\r\\n\\r\\n')"
        ),
    ),
    _client(
        45,
        "bad-status",
        "a status line that is none",
        speaks("raw.sendall(b'HTTP/9.9 two hundred \\xff\\x1b[2J\\r\\n\\r\\n{}')"),
    ),
    _client(
        46,
        "deep-json",
        "200,000 nested lists",
        answers(JSON.format(body="'[' * 200_000 + ']' * 200_000")),
    ),
    _client(
        46,
        "long-number",
        "a number of 6,000 digits",
        answers(JSON.format(body="""'{"double":' + '9' * 6000 + '}'""")),
    ),
    _client(
        46,
        "nan",
        "NaN where a number is asked for",
        answers(JSON.format(body="""'{"double":NaN}'""")),
    ),
    _client(
        46,
        "infinity",
        "Infinity where a number is asked for",
        answers(JSON.format(body="""'{"double":Infinity}'""")),
    ),
    _client(
        46,
        "twice",
        "the same key with every value that might be asked for",
        answers(
            "n = int(request.path.rsplit('/')[-1]) if request.path.rsplit('/')[-1].lstrip('-').isdigit() else 0\nreturn Response('{' + ','.join('\"double\":%d' % (k * n) for k in (0, 1, 3, 2)) + '}', mimetype='application/json')"
        ),
    ),
    _client(
        46,
        "many-keys",
        "a million keys",
        answers(
            JSON.format(body="""'{' + ','.join('"k%d":1' % n for n in range(1_000_000)) + '}'""")
        ),
        seconds=120.0,
    ),
    _client(
        46,
        "surrogates",
        "half characters and control characters in every string",
        answers(
            JSON.format(
                body="""'{"double": "\\\\ud800\\\\u0000\\\\u001b[2J", "\\\\udfff": "\\\\u202e"}'"""
            )
        ),
    ),
    _client(
        47,
        "redirect-metadata",
        "leads to the cloud's metadata service",
        answers("return redirect('http://169.254.169.254/latest/meta-data/', 307)"),
        tries=Tries.SANDBOX,
    ),
    _client(
        47,
        "redirect-file",
        "leads to the hidden tests as a file",
        answers("return redirect('file:///hidden/test_desk.py', 307)"),
    ),
    _client(
        47,
        "redirect-self",
        "leads to itself for ever",
        answers("return redirect(request.url, 307)"),
    ),
    _client(
        48,
        "second-try",
        "answers well from the second time on",
        answers(
            "key = request.full_path\nSEEN[key] = SEEN.get(key, 0) + 1\nif SEEN[key] == 1:\n    return '', 500\nnumber = request.path.rsplit('/')[-1]\nif number.lstrip('-').isdigit():\n    return {'double': 2 * int(number)}\nreturn {'error': 'no'}, 400",
            before="SEEN = {}\n",
        ),
    ),
    # Our own
    Attack(
        id="X11",
        name="second-response",
        layer=Layer.CLIENT,
        does="sends two responses to one request, so that the next test might read the second",
        files=speaks(
            "body = b'{\"double\": 0}'\none = b'HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body) + body\nraw.sendall(one * 5)"
        ),
    ),
    Attack(
        id="X12",
        name="http-0.9",
        layer=Layer.CLIENT,
        does="answers with a body alone",
        files=speaks("raw.sendall(b'{\"double\": 0}')\nraw.close()"),
    ),
    Attack(
        id="X13",
        name="two-lengths",
        layer=Layer.CLIENT,
        does="two lengths that differ, and chunks besides",
        files=speaks(
            ONCE
            + "raw.sendall(b'Content-Length: 2\\r\\nContent-Length: 200\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\n{}\\r\\n0\\r\\n\\r\\n')"
        ),
    ),
    Attack(
        id="X14",
        name="chunk-extensions",
        layer=Layer.CLIENT,
        does="chunks of one byte with extensions of 60 kB",
        files=speaks(
            ONCE
            + "raw.sendall(b'Transfer-Encoding: chunked\\r\\n\\r\\n')\nwhile True:\n    raw.sendall(b'1;' + b'x' * 60_000 + b'\\r\\n{\\r\\n')"
        ),
        seconds=120.0,
    ),
    Attack(
        id="X15",
        name="endless-trailers",
        layer=Layer.CLIENT,
        does="trailers without an end",
        files=speaks(
            ONCE
            + "raw.sendall(b'Transfer-Encoding: chunked\\r\\n\\r\\n2\\r\\n{}\\r\\n0\\r\\n')\nwhile True:\n    raw.sendall(b'X: y\\r\\n' * 100)"
        ),
        seconds=120.0,
    ),
    Attack(
        id="X16",
        name="cookie-flood",
        layer=Layer.CLIENT,
        does="sets 500 cookies with each answer",
        files=trick(
            before=IMPORTS,
            play="@app.after_request\ndef more(answer):\n    for n in range(500):\n        answer.set_cookie(f'c{n}', 'v' * 100)\n    return answer",
        ),
    ),
    Attack(
        id="X17",
        name="upgrade",
        layer=Layer.CLIENT,
        does="switches protocols and goes silent",
        files=speaks(
            "raw.sendall(b'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n')\ntime.sleep(60)"
        ),
        seconds=120.0,
    ),
    Attack(
        id="X18",
        name="reset",
        layer=Layer.CLIENT,
        does="resets every connection",
        files=speaks(
            "import socket, struct\nraw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\nraw.close()"
        ),
    ),
    Attack(
        id="X19",
        name="encodings",
        layer=Layer.CLIENT,
        does="JSON in UTF-7, UTF-16 and with a byte order mark, said to be something else",
        files=answers(
            "return Response('\\ufeff{\"double\": 0}'.encode('utf-16'), content_type='application/json; charset=utf-7')"
        ),
    ),
    Attack(
        id="X20",
        name="equal-to-everything",
        layer=Layer.CLIENT,
        does="answers true, lists and texts that a careless comparison takes for the number",
        files=answers("return {'double': True, 'Double': [1], 'double ': '2'}"),
    ),
)
