"""Code of ours that runs inside a sandbox. It imports nothing of flaskgrade.

`examiner/` runs on the toolbox's interpreter beside the hidden tests; `candidate/` runs on the
submission's own interpreter and environment, so it keeps to the standard library and what the
submission brings; `service/` is what a database is served with, and `prober/` what `flaskgrade
doctor` attacks a sandbox with, both on the sandbox's default interpreter. No folder is imported by
the host: they are mounted.
"""

from pathlib import Path

GUEST_PATH = "/opt/guest"
EXAMINER = Path(__file__).parent / "examiner"
CANDIDATE = Path(__file__).parent / "candidate"
SERVICE = Path(__file__).parent / "service"
PROBER = Path(__file__).parent / "prober"
