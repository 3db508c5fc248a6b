"""Python in a project template: `from {{cookiecutter.app_name}}.views import …`.

What is filled in when somebody makes a project of it becomes a name, and lines that decide what
gets into the project become empty, so that Python's parser takes the text, line for line.
"""

import re

_TEXT = re.compile(
    r"""
      \#[^\n]*
    | [uUbBrRfF]{0,2}(?P<quotes>\"{3}|'{3})(?:\\.|.)*?(?P=quotes)
    | [uUbBrRfF]{0,2}(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    | (?P<filled>\{\{[^{}\n]*\}\})
    | (?P<decided>^[ \t]*\{%[^\n]*%\}[ \t]*$)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_FILLED = re.compile(r"\{\{[^{}\n]*\}\}")


def filled(text: str) -> str:
    """Return the text with as many lines, and names for what is filled in outside its strings."""
    return _TEXT.sub(_without, text)


def plain(name: str) -> str:
    """Return the name of a folder or module with what is filled in as part of an identifier."""
    return _FILLED.sub(lambda found: _name(found.group()), name)


def _without(found: re.Match[str]) -> str:
    if found["decided"]:
        return ""
    return _name(found.group()) if found["filled"] else found.group()


def _name(expression: str) -> str:
    return "_".join(re.findall(r"\w+", expression.partition("|")[0])) or "_"
