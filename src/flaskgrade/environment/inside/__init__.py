"""Code of ours that runs in a sandbox, given to the interpreter as text. It is never imported."""

from pathlib import Path


def script(name: str) -> str:
    """Return the text of a script of this folder."""
    return (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
