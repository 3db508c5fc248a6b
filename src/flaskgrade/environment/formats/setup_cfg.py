"""setup.cfg of setuptools.

https://setuptools.pypa.io/en/latest/userguide/declarative_config.html
"""

import configparser

from flaskgrade.environment.formats.facts import (
    MAIN,
    Facts,
    Lines,
    collect,
    joined,
    python_range,
    unreadable,
)


def parse(text: str, path: str = "setup.cfg") -> Facts:
    """Return what a setup.cfg declares."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text, source=path)
    except (configparser.Error, ValueError, AttributeError) as error:
        # AttributeError: a continuation line before any value trips the parser itself.
        return unreadable(path, f"no configuration file: {error}", getattr(error, "lineno", None))
    lines = Lines(text, path)
    parts = [_group(parser.get("options", "install_requires", fallback=""), MAIN, lines)]
    parts.append(_group(parser.get("options", "tests_require", fallback=""), "dev", lines))
    if parser.has_section("options.extras_require"):
        for name, wanted in parser.items("options.extras_require"):
            parts.append(_group(wanted or "", name[:60], lines))
    wanted = parser.get("options", "python_requires", fallback="")
    parts.append(python_range(wanted, lines.find("python_requires")))
    parts.append(Facts(source_roots=_roots(parser)))
    return joined(parts)


def _group(text: str | None, group: str, lines: Lines) -> Facts:
    # One a line; on a single line they may be separated by semicolons, which markers use as well.
    wanted = [line.split(" #")[0].strip() for line in (text or "").splitlines()]
    return collect([(one, lines.find(one)) for one in wanted if one and one[0] != "#"], group=group)


def _roots(parser: configparser.RawConfigParser) -> tuple[str, ...]:
    where = parser.get("options.packages.find", "where", fallback="") or ""
    named = [where.strip()]
    for line in (parser.get("options", "package_dir", fallback="") or "").splitlines():
        package, equals, folder = line.partition("=")
        if equals and not package.strip():
            named.append(folder.strip())
    return tuple(one.strip("./") for one in named if one.strip("./") and "\n" not in one)
