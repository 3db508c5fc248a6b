"""Projects of a few lines, as the extractors get them."""

from flaskgrade.flaskapp.analyse import load
from flaskgrade.flaskapp.project import Project


def project(source: str = "", /, **files: str) -> Project:
    """Return the project of `app.py` and of further files; `__` in a name stands for a slash."""
    texts = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return load({"app.py": source, **texts}).project
