"""Fill a new mypy cache; write it to standard output as a tar. The arguments are mypy's command."""

import os
import subprocess
import sys
import tarfile

cache, *command = sys.argv[1:]
source = os.path.join(os.environ.get("TMPDIR", "/tmp"), "imports.py")  # noqa: S108, PTH118
with open(source, "wb") as handle:  # noqa: PTH123
    handle.write(sys.stdin.buffer.read())
done = subprocess.run([*command, source], stdout=sys.stderr, check=False)
if done.returncode > 1:
    sys.exit(done.returncode)
with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as tar:
    tar.add(cache, arcname=".")
