"""Run the formatter with no suppression honoured.

    python -I formatting.py ARGUMENTS_JSON FILE… (in the submission's folder)

ruff format has no switch that ignores `# fmt: off`, so it is given a copy in which such comments
say nothing, every character in its place. ARGUMENTS_JSON is the command line; stdout is ruff's.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tokenize
from pathlib import Path

COPY = Path("/tmp/formatting")  # noqa: S108 - inside the sandbox: a private tmpfs
# https://docs.astral.sh/ruff/formatter/#format-suppression
SUPPRESSION = re.compile(r"(fmt|yapf)(?=\s*:\s*(?:off|on|skip|disable|enable))")


def without_suppressions(raw: bytes) -> bytes:
    """Return the source with suppressing comments made to say nothing, and nothing else changed."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        lines = io.StringIO(raw.decode(encoding), newline="").readlines()
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type == tokenize.COMMENT and SUPPRESSION.search(token.string):
                row, column = token.start
                line = lines[row - 1]
                blunt = SUPPRESSION.sub(lambda found: "x" * len(found[0]), token.string)
                lines[row - 1] = line[:column] + blunt + line[column + len(token.string) :]
        return "".join(lines).encode(encoding)
    except (tokenize.TokenError, SyntaxError, UnicodeError, LookupError, RecursionError):
        return raw  # ruff will say what is wrong with it


def main(arguments: list[str], files: list[str]) -> int:
    """Copy, then format."""
    targets = []
    for name in files:
        target = COPY / (Path(name).name if os.path.isabs(name) else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(without_suppressions(Path(name).read_bytes()))
        targets.append(f"./{target.relative_to(COPY)}")
    code = subprocess.run([*arguments, "--", *targets], cwd=COPY, check=False).returncode
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2:]))
