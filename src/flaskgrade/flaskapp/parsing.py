"""Source text into a syntax tree, with limits, so that hostile text costs little.

The standard library's parser has no limits besides its stack: deep nesting ends in MemoryError or
RecursionError at best, and each byte of dense text becomes hundreds of bytes of tree.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flaskgrade import syntax
from flaskgrade.flaskapp.layout import is_test
from flaskgrade.flaskapp.newer import rewritten
from flaskgrade.flaskapp.python2 import modernised
from flaskgrade.flaskapp.templated import filled

FILE_CHARACTERS = 1_000_000
FILE_TOKENS = 250_000
PROJECT_TOKENS = 1_000_000
SYNTAX_ERROR = "syntax error"
NAME_CHARACTERS = 500  # names come into reports
NESTING = 150  # open brackets, or prefix operators in a row; the tokenizer gives up at 200 brackets

_TOKEN = re.compile(
    r"""
      \#[^\n]*                                  # a comment
    | (?P<quotes>\"{3}|'{3}).*?(?P=quotes)      # strings, so that brackets in them do not count
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    | \w+ | [^\w\s]
    """,
    re.VERBOSE | re.DOTALL,
)
_PREFIXES = frozenset({"-", "+", "~", "not", "lambda", ":", "await"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A file that could be parsed."""

    path: str
    text: str
    tree: ast.Module
    test: bool
    python2: bool = False  # only Python 2 would run it


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """All files that could be parsed, and those that could not with the reason.

    Those of them that are `too_large` are for no other parser either: it would take too long.
    """

    sources: tuple[Source, ...]
    unparsed: tuple[tuple[str, str], ...]
    too_large: tuple[str, ...]
    python2: tuple[str, ...] = ()  # of the sources, those that only Python 2 would run


def parse_all(
    paths: Iterable[str],
    texts: Mapping[str, str],
    budget: int = PROJECT_TOKENS,
    *,
    python2: bool = False,
) -> Parsed:
    """Parse each file by itself, in the order given, until the budget of tokens is spent.

    With `python2`, what this Python refuses is read as a newer one, a template or Python 2, if it
    is that.
    """
    sources: list[Source] = []
    unparsed: list[tuple[str, str]] = []
    too_large: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the candidate's invalid escapes are not our warnings
        for path in paths:
            text = texts[path].removeprefix("\ufeff")
            tokens, large = _size(text, budget)
            if large:
                unparsed.append((path, large))
                too_large.append(path)
                continue
            budget -= tokens  # also for what does not parse: each tool will find that out anew
            outcome = _refused(text) or _parse(text)
            only2 = False
            if python2 and isinstance(outcome, str) and outcome.startswith(SYNTAX_ERROR):
                again = _parse(rewritten(text))
                if isinstance(again, str) and "{{" in text:
                    again = _parse(filled(text))
                if isinstance(again, str):
                    again = _parse(modernised(text))
                    only2 = isinstance(again, ast.Module)
                outcome = outcome if isinstance(again, str) else again
            if isinstance(outcome, str):
                unparsed.append((path, outcome))
                continue
            sources.append(
                Source(path=path, text=text, tree=outcome, test=is_test(path), python2=only2)
            )
    return Parsed(
        sources=tuple(sources),
        unparsed=tuple(unparsed),
        too_large=tuple(too_large),
        python2=tuple(source.path for source in sources if source.python2),
    )


def _size(text: str, budget: int) -> tuple[int, str]:
    """Return the number of tokens, and in what the text is too large, if so."""
    if len(text) >= FILE_CHARACTERS:
        return 0, f"larger than {FILE_CHARACTERS // 1_000_000} MB"
    tokens = sum(1 for _ in _TOKEN.finditer(text))
    if tokens > FILE_TOKENS:
        return tokens, f"more than {FILE_TOKENS:,} tokens"
    if tokens > budget:
        return tokens, "not read: the project is too large"
    return tokens, ""


def _refused(text: str) -> str:
    """Return why the text should not be parsed, if so."""
    depth = run = 0
    for match in _TOKEN.finditer(text):
        piece = match.group()
        run = run + 1 if piece in _PREFIXES else 0
        if piece in "([{":
            depth += 1
        elif piece in ")]}":
            depth = max(depth - 1, 0)
        if len(piece) > NAME_CHARACTERS and piece.isidentifier():
            return f"a name of more than {NAME_CHARACTERS:,} characters"
        if depth > NESTING or run > NESTING:
            return "nested too deeply"
    return ""


def _parse(text: str) -> ast.Module | str:
    try:
        return syntax.parse(text)
    except SyntaxError as error:
        return f"{SYNTAX_ERROR} in line {error.lineno}: {error.msg}"
    except (RecursionError, MemoryError):
        return "nested too deeply"
    except UnicodeError:
        return "not decodable"
    except ValueError as error:
        return str(error)  # null bytes, on some versions
