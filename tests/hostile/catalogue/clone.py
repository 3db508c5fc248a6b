"""Attacks on cloning, and on the tree that comes of it: K01 to K11, XC01 to XC08."""

import os
from pathlib import Path

from tests.hostile import objects
from tests.hostile.attack import REFUSED, USAGE, Attack, Layer, Tries, trick
from tests.hostile.base import GOOD
from tests.hostile.catalogue import archives
from tests.hostile.grading import git

K01, K02, K03 = (f"/tmp/fg-canary-K0{n}" for n in (1, 2, 3))
READS = """
from flask import request
import pathlib
found = []
for name in NAMES:
    try:
        found.append(pathlib.Path(name).read_text(errors="replace")[:2000])
    except OSError as error:
        found.append(f"no {name}")
app.before_request(lambda: ({"said": found}, 200) if "double" in request.path else None)
"""


def _url(id_: str, name: str, does: str, *words: str) -> Attack:
    """Return an attack by the command line alone: refused before anything starts."""
    return Attack(id=id_, name=name, layer=Layer.URL, does=does, words=words, exits=USAGE)


URLS = (
    _url("K01", "upload-pack", "SOURCE is an option of git's", f"--upload-pack=touch {K01};"),
    _url("K01", "config", "SOURCE is an option, after --", "--",
         f"-c core.sshCommand=touch${{IFS}}{K01}"),
    _url("K01", "template", "SOURCE hides an option after a blank",
         " --template=/tmp/x https://host/repo"),
    _url("K01", "ref", "--ref is an option of git's", "{repository}",
         f"--ref=--upload-pack=touch {K01}"),
    _url("K01", "refspec", "--ref is a refspec that writes", "{repository}",
         "--ref=+HEAD:refs/heads/main"),
    _url("K01", "subdir", "--subdir is an option of git's", "{repository}",
         f"--subdir=../--output={K01}"),
    _url("K02", "ext", "an ext:: address runs a command", f"ext::sh -c touch% {K02}"),
    _url("K02", "fd", "an fd:: address takes a descriptor", "fd::17"),
    _url("K02", "ssh-option", "an ssh host that is an option",
         f"ssh://-oProxyCommand=touch${{IFS}}{K02}/x"),
    _url("K02", "scp-option", "an scp-like host that is an option",
         "git@-oProxyCommand=id:x"),
    _url("K02", "second-line", "an address with an option on its second line",
         "https://h/x\n--upload-pack=x"),
    _url("K02", "scheme", "an address of a helper that only some hosts have",
         f"ext+sh://-c/touch%20{K02}"),
)  # fmt: skip


def _submodules(work: Path) -> None:
    text = f'[submodule "../../x"]\n\tpath = app/x\r\n\turl = ext::sh -c touch% {K03}\n'
    text += '[submodule "y"]\n\tpath = app/y\n\turl = file:///etc\n\tupdate = !touch /tmp/fg-canary-K03\n'
    (work / ".gitmodules").write_bytes(text.encode())
    git(work, "add", ".gitmodules")
    for path in ("app/x", "app/y"):
        git(work, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{path}")
    git(work, "commit", "--quiet", "--message", "Submodules")


def _links(work: Path) -> None:
    (work / "app" / "settings.py").symlink_to(work.parent.parent / "home" / "fg-secret")
    (work / "hidden").symlink_to(work.parent.parent / "desk" / "acceptance")
    (work / "app" / "env.py").symlink_to("/proc/self/environ")
    (work / "setup.cfg").symlink_to("/proc/self/environ")
    _commit(work)


def _folders(work: Path) -> None:
    for name in (".mypy_cache", ".ruff_cache", "tests/__pycache__"):
        (work / name).symlink_to("/tmp")
    (work / "instance").symlink_to("../../../../tmp")
    (work / "report.html").symlink_to("/tmp/fg-canary-K05")
    _commit(work)


def _link_and_folder(work: Path) -> None:
    planted = objects.raw(work, "blob", b"planted = 1\n")
    inner = objects.tree(work, [("100644", b"fg-canary-K05", planted)])
    link = objects.raw(work, "blob", b"/tmp")
    rest = objects.root(work)
    objects.commit(
        work, objects.tree(work, [*rest, ("120000", b"out", link), ("40000", b"out", inner)])
    )


def _commit(work: Path) -> None:
    git(work, "add", "--all", "--force")
    git(work, "commit", "--quiet", "--message", "More")


def _bomb(work: Path, bottom: list[tuple[str, bytes, str]]) -> None:
    tree = objects.tree(work, bottom)
    for _ in range(9):
        tree = objects.tree(work, [("40000", b"d%d" % n, tree) for n in range(10)])
    objects.commit(work, tree)


def _files_bomb(work: Path) -> None:
    blob = objects.raw(work, "blob", b"x\n")
    _bomb(work, [("100644", b"f%d" % n, blob) for n in range(10)])


def _links_bomb(work: Path) -> None:
    blob = objects.raw(work, "blob", b"/")
    _bomb(work, [("120000", b"f%d" % n, blob) for n in range(10)])


def _deep(work: Path) -> None:
    tree = objects.tree(work, objects.root(work))
    for _ in range(3000):
        tree = objects.tree(work, [("40000", b"a", tree)])
    objects.commit(work, tree)


def _long_name(work: Path) -> None:
    blob = objects.raw(work, "blob", b"x\n")
    objects.commit(work, objects.tree(work, [("100644", b"a" * 3_000_000, blob)]))


def _large_file(work: Path) -> None:
    rest = objects.root(work)
    objects.commit(
        work, objects.tree(work, [*rest, ("100644", b"z.bin", objects.zeros(work, 300))])
    )


def _large_past(work: Path) -> None:
    now = objects.tree(work, objects.root(work))
    before = objects.tree(work, [("100644", b"z.bin", objects.zeros(work, 300))])
    objects.commit(work, now, parents=(objects.commit(work, before),))


def _repeated(work: Path) -> None:
    blob = objects.zeros(work, 9)
    objects.commit(work, objects.tree(work, [("100644", b"f%04d" % n, blob) for n in range(4000)]))


def _bare(work: Path) -> None:
    for place in ("docs/x", "app/.git", "tests/GIT~1"):
        for name in ("objects", "refs", "wt", "hooks"):
            (work / place / name).mkdir(parents=True)
            (work / place / name / ".keep").touch()
        (work / place / "HEAD").write_text("ref: refs/heads/main\n")
        (work / place / "config").write_text(
            '[core]\n\tbare = false\n\tworktree = "wt"\n'
            '\tfsmonitor = "touch /tmp/fg-canary-K08; false"\n'
            '\tpager = "touch /tmp/fg-canary-K08"\n\thooksPath = hooks\n'
        )
        hook = work / place / "hooks" / "post-checkout"
        hook.write_text("#!/bin/sh\ntouch /tmp/fg-canary-K08\n")
        hook.chmod(0o755)
    git(work, "-c", "core.protectNTFS=false", "add", "--all", "--force", "docs", "tests")
    git(work, "commit", "--quiet", "--message", "Documentation")
    rest = objects.root(work)
    config = objects.raw(work, "blob", (work / "app" / ".git" / "config").read_bytes())
    inner = objects.tree(work, [("100644", b"config", config)])
    objects.commit(
        work, objects.tree(work, [("40000", b".git", inner), ("40000", b".GIT", inner), *rest])
    )


def _configured(work: Path) -> None:
    """Let every setting of the repository that names a command name one."""
    touch = "touch /tmp/fg-canary-K08; cat"
    for key in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.gitProxy", "diff.external",
        "core.alternateRefsCommand", "filter.evil.clean", "filter.evil.smudge", "gpg.program",
        "filter.evil.process", "diff.evil.textconv", "uploadpack.packObjectsHook",
        "credential.helper", "alias.upload-pack", "alias.status", "remote.origin.uploadpack",
    ):  # fmt: skip
        git(work, "config", key, touch)
    git(work, "config", "core.hooksPath", str(work / "hooks"))
    (work / "hooks").mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        (work / "hooks" / name).write_text("#!/bin/sh\ntouch /tmp/fg-canary-K08\n")
        (work / "hooks" / name).chmod(0o755)
    (work / "README.md").write_text("changed\n")


def _names(work: Path) -> None:
    for name in (
        b"a\nb.py", b"\x1b]0;pwn\x07.py", b"--config=x.py", "\u202eyp.x.py".encode(),
        b"x" * 250 + b".py", b"\xff\xfe.py", b"$(touch ${TMPDIR}fg-canary-K09).py",
        b"|pipe|`x`.py", b"<img src=x onerror=alert(1)>.py", b"\r10 of 100 .py", b"a,b;c.py",
        b"@x.py", b" .py", b'"quoted".py', b"%s%n{0}{{7*7}}.py", b"\\..\\..\\x.py",
    ):  # fmt: skip
        with open(bytes(work / "app") + b"/" + name, "w") as file:  # noqa: PTH123 - bytes
            file.write("import os\nimport sys\n\nx: int = 'a'\nassert eval('1')\n")
    _commit(work)


def _filters(work: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{0:064d}\nsize 99999999999\n"
    attributes = (
        "*.py filter=lfs diff=evil merge=evil ident eol=crlf working-tree-encoding=UTF-16\n"
        "* export-subst export-ignore\n"
    )
    added = [
        ("100644", name, objects.raw(work, "blob", text.encode()))
        for name, text in ((b".gitattributes", attributes), (b"big.bin", pointer))
    ]
    objects.commit(work, objects.tree(work, [*added, *objects.root(work)]))


def _collisions(work: Path) -> None:
    names = ("README", "Readme", "readme", "APP/views.py", "App/x", "app/X", "app/x")
    for name in (*names, "caf\u00e9.py", "cafe\u0301.py", "STRASSE.py", "stra\u00dfe.py"):
        blob = objects.raw(work, "blob", f"{name}\n".encode())
        git(work, "update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
    git(work, "commit", "--quiet", "--message", "Collisions")


TREES = (
    Attack(id="K03", name="submodules", layer=Layer.CLONE, shape=_submodules,
           does="submodules with hostile names, paths and addresses", finds=("tree:submodule",)),
    Attack(id="K04", name="symlink-secret", layer=Layer.TREE, tries=Tries.SANDBOX, shape=_links, weighs="whole",
           files=trick(READS.replace("NAMES", "('app/settings.py', 'app/env.py', 'setup.cfg')")),
           does="links to the harness's secrets, hidden tests and environment",
           finds=("tree:symlink",), says=("no app/settings.py", "no app/env.py", "no setup.cfg")),
    Attack(id="K05", name="symlink-folder", layer=Layer.TREE, tries=Tries.SANDBOX, shape=_folders, weighs="whole",
           does="folders of caches, and the report, that are links out", finds=("tree:symlink",)),
    Attack(id="K05", name="link-and-folder", layer=Layer.TREE, tries=Tries.SANDBOX, shape=_link_and_folder,
           does="a link and a folder of one name, with a file to be written through it",
           finds=("tree:symlink",)),
    Attack(id="K06", name="tree-bomb", layer=Layer.TREE, shape=_files_bomb, exits=REFUSED,
           does="ten thousand million files in kilobytes"),
    Attack(id="K06", name="folder-bomb", layer=Layer.TREE, shape=lambda work: _bomb(work, []),
           exits=REFUSED, does="a thousand million empty folders"),
    Attack(id="K06", name="link-bomb", layer=Layer.TREE, shape=_links_bomb, exits=REFUSED,
           does="ten thousand million links"),
    Attack(id="K06", name="deep", layer=Layer.TREE, shape=_deep, exits=REFUSED,
           does="folders nested three thousand deep"),
    Attack(id="K06", name="long-name", layer=Layer.TREE, shape=_long_name, exits=REFUSED,
           does="a name of three megabytes"),
    Attack(id="K07", name="blob-bomb", layer=Layer.TREE, shape=_large_file, exits=REFUSED,
           does="300 MB of zeros, packed into one", seconds=60),
    Attack(id="K07", name="repeated", layer=Layer.TREE, shape=_repeated, exits=REFUSED,
           does="9 MB of zeros in four thousand places", seconds=60),
    Attack(id="K07", name="large-past", layer=Layer.CLONE, shape=_large_past,
           does="300 MB of zeros in a commit of the past", seconds=60),
    Attack(id="K08", name="embedded-bare", layer=Layer.CLONE, shape=_bare, weighs="whole",
           does="repositories with commands in their configuration, inside the tree",
           finds=("tree:git-folder",)),
    Attack(id="K08", name="embedded-named", layer=Layer.CLONE, shape=_bare,
           words=("{repository}/docs/x",), does="such a repository, given as SOURCE"),
    Attack(id="K08", name="own-configuration", layer=Layer.CLONE, shape=_configured,
           does="commands in the configuration and the hooks of the repository itself"),
    Attack(id="K09", name="file-names", layer=Layer.TREE, tries=Tries.SANDBOX, shape=_names, weighs="whole",
           does="names with escapes, options, markup and bytes that are no text",
           finds=("tree:odd-name",), seconds=45),
    Attack(id="K10", name="filters-lfs", layer=Layer.CLONE, shape=_filters,
           does="attributes that ask for filters, and an LFS pointer",
           finds=("tree:lfs-pointer",)),
    Attack(id="K11", name="collisions", layer=Layer.TREE, shape=_collisions,
           does="names that some file systems fold together", finds=("tree:collision",)),
)  # fmt: skip


def _odd_entries(work: Path) -> None:
    """Name entries as no git would: it is our own reader that must leave them out."""
    blob = objects.raw(work, "blob", b"planted = 1\n")
    inner = objects.tree(work, [("100644", b"fg-canary-XC02", blob)])
    rest = objects.root(work)
    odd = [
        ("40000", b"..", objects.tree(work, [("40000", b"..", inner)])),
        ("40000", b".git", inner),
    ]
    odd += [("40000", name, inner) for name in (b".GIT", b"GIT~1", b".git\xe2\x80\x8c", b".")]
    odd += [("100644", name, blob) for name in (b"/tmp/fg-canary-XC02", b"../../fg-canary-XC02")]
    odd += [("100644", b"tests/../../../fg-canary-XC02", blob), ("100644", b"C:\\fg-canary", blob)]
    objects.commit(work, objects.tree(work, [*odd, *rest]))


def _duplicates(work: Path) -> None:
    views = objects.raw(work, "blob", str(GOOD["app/views.py"]).encode())
    rest = objects.root(work)
    inner = objects.tree(work, [("100644", b"views.py", views)])
    objects.commit(work, objects.tree(work, [("40000", b"App", inner), *rest]))


def _modes(work: Path) -> None:
    blob = objects.raw(work, "blob", b"x\n")
    modes = ("0", "7", "104777", "60000", "20000", "10000", "777777", "140000")
    entries = [(mode, b"m%d.py" % number, blob) for number, mode in enumerate(modes)]
    objects.commit(work, objects.tree(work, [*objects.root(work), *entries]))


def _tree_as_file(work: Path) -> None:
    blob = objects.raw(work, "blob", b"x\n")
    rest = objects.root(work)
    tree = objects.tree(work, rest)
    objects.commit(
        work, objects.tree(work, [*rest, ("100644", b"t.py", tree), ("40000", b"u", blob)])
    )


def _message(work: Path) -> None:
    line = b"\x1b]0;pwn\x07\x1b[2J 100 of 100 <script>alert(1)</script> [x](javascript:1) "
    objects.commit(
        work, objects.tree(work, objects.root(work)), message=line + b"word " * 6_000_000,
        author=b"\x1b[31mEve\xff <e\x07ve@example.com> 99999999999999999 +9999",
    )  # fmt: skip


def _parents(work: Path) -> None:
    tree = objects.tree(work, objects.root(work))
    roots = tuple(objects.commit(work, tree, message=b"%d" % number) for number in range(600))
    objects.commit(work, tree, parents=roots)


def _branches(work: Path) -> None:
    head = git(work, "rev-parse", "HEAD")
    names = ("--upload-pack=touch", "-c", "<script>", "\u202etxt", "\x1b]0;pwn\x07", "a'b\"c")
    lines = "".join(f"{head} refs/heads/{name}\n" for name in sorted(names))
    (work / ".git" / "packed-refs").write_text(f"# pack-refs with: peeled sorted\n{lines}")


def _dash_head(work: Path) -> None:
    head = git(work, "rev-parse", "HEAD")
    (work / ".git" / "packed-refs").write_text(f"{head} refs/heads/--output=fg-canary-XC04\n")
    (work / ".git" / "HEAD").write_text("ref: refs/heads/--output=fg-canary-XC04\n")


def _head_of_tag(work: Path) -> None:
    named = objects.tree(work, objects.root(work))
    kind = "tree"
    for number in range(300):
        body = f"object {named}\ntype {kind}\ntag t{number}\ntagger E <e@x.y> 1 +0000\n\nx\n"
        named, kind = objects.raw(work, "tag", body.encode()), "tag"
    (work / ".git" / "HEAD").write_text(f"{named}\n")


def _replaced(work: Path) -> None:
    good = objects.raw(work, "blob", str(GOOD["app/views.py"]).encode())
    bad = git(work, "rev-parse", "HEAD:app/views.py")
    git(work, "update-ref", f"refs/replace/{bad}", good)
    head = git(work, "rev-parse", "HEAD")
    (work / ".git" / "info").mkdir(exist_ok=True)
    (work / ".git" / "info" / "grafts").write_text(f"{head}\n")


def _shallow(work: Path) -> None:
    (work / ".git" / "shallow").write_text("\n".join(f"{n:040x}" for n in range(5_000)) + "\n")


def _git_file(work: Path) -> None:
    other = objects.beside(work, GOOD)
    _own_repository_away(work)
    (work / ".git").write_text(f"gitdir: ../{other.name}/.git\n")


def _git_link(work: Path) -> None:
    other = objects.beside(work, GOOD)
    _own_repository_away(work)
    (work / ".git").symlink_to(f"../{other.name}/.git")


def _common(work: Path) -> None:
    other = objects.beside(work, GOOD)
    (work / ".git" / "commondir").write_text(f"../../{other.name}/.git\n")


def _forged_worktree(work: Path) -> None:
    other = objects.beside(work, GOOD)
    (work / ".git").rename(work / "kept")
    inner = work / "kept" / "worktrees" / "mine"
    inner.mkdir(parents=True)
    (inner / "HEAD").write_text("ref: refs/heads/main\n")
    (inner / "commondir").write_text(f"{other}/.git\n")
    (inner / "gitdir").write_text(f"{work}/.git\n")
    (work / ".git").write_text("gitdir: kept/worktrees/mine\n")


def _linked_refs(work: Path) -> None:
    other = objects.beside(work, GOOD)
    branch = work / ".git" / "refs" / "heads" / "main"
    branch.unlink()
    branch.symlink_to(f"../../../../{other.name}/.git/refs/heads/main")
    alternates = work / ".git" / "objects" / "info" / "alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_text(f"../../../{other.name}/.git/objects\n")


def _linked_folders(work: Path) -> None:
    other = objects.beside(work, GOOD)
    for name in ("refs", "objects"):
        (work / ".git" / name).rename(work / name)
        (work / ".git" / name).symlink_to(f"../../{other.name}/.git/{name}")


def _own_repository_away(work: Path) -> None:
    (work / ".git").rename(work / "kept")


def _stuck(work: Path) -> None:
    (work / "README.md").unlink()
    for name in ("README.md", ".gitignore", "tests/.gitignore", ".gitattributes", "noise"):
        os.mkfifo(work / name)
    with (work / "app" / "views.py").open("wb") as file:
        file.truncate(1 << 40)


def _endless_settings(work: Path) -> None:
    with (work / ".git" / "config").open("a") as file:
        file.write("[include]\n\tpath = /dev/zero\n")


def _pipes(work: Path) -> None:
    (work / ".git" / "HEAD").unlink()
    os.mkfifo(work / ".git" / "HEAD")


def _packed_refs_pipe(work: Path) -> None:
    (work / ".git" / "packed-refs").unlink(missing_ok=True)
    os.mkfifo(work / ".git" / "packed-refs")


OTHERS = "the work of somebody else, "
OWN = (
    Attack(id="XC02", name="odd-entries", layer=Layer.TREE, tries=Tries.SANDBOX, shape=_odd_entries,
           does="a tree with entries named .., .git, /tmp/x and the like",
           finds=("tree:odd-name", "tree:git-folder")),
    Attack(id="XC02", name="two-faces", layer=Layer.TREE, shape=_duplicates,
           does="a second app/ in capitals that does what is asked",
           finds=("tree:collision",)),
    Attack(id="XC02", name="modes", layer=Layer.TREE, tries=Tries.SANDBOX, shape=_modes,
           does="entries of modes that do not exist"),
    Attack(id="XC02", name="wrong-kinds", layer=Layer.TREE, shape=_tree_as_file, exits=REFUSED,
           does="a folder said to be a file, and a file a folder"),
    Attack(id="XC03", name="message", layer=Layer.CLONE, shape=_message, weighs="whole",
           does="a commit's message of 30 MB with escapes, an author with more, a date beyond time"),
    Attack(id="XC03", name="octopus", layer=Layer.CLONE, shape=_parents,
           does="a merge of six hundred histories"),
    Attack(id="XC04", name="branches", layer=Layer.CLONE, shape=_branches, exits=REFUSED,
           words=("{repository}", "--ref", "none-such"),
           does="branches named as options, with escapes and markup, to be listed in the hint"),
    Attack(id="XC04", name="dash-head", layer=Layer.CLONE, shape=_dash_head,
           does="a default branch named like an option"),
    Attack(id="XC04", name="tags-of-tags", layer=Layer.CLONE, shape=_head_of_tag, exits=REFUSED,
           does="a HEAD that is three hundred tags of one another, and then no commit"),
    Attack(id="XC05", name="subdir-link", layer=Layer.TREE, shape=_links, exits=REFUSED,
           words=("{repository}", "--subdir", "hidden"), does="a --subdir that is a link out"),
    Attack(id="XC05", name="subdir-module", layer=Layer.TREE, shape=_submodules, exits=REFUSED,
           words=("{repository}", "--subdir", "app/x"), does="a --subdir that is a submodule"),
    Attack(id="XC05", name="subdir-git", layer=Layer.URL, exits=USAGE,
           words=("{repository}", "--subdir", "a/.GIT/../../.."), does="a --subdir that leads out"),
    Attack(id="XC06", name="git-file", layer=Layer.CLONE, shape=_git_file, exits=REFUSED,
           does=OTHERS + "by a .git file that names it"),
    Attack(id="XC06", name="git-link", layer=Layer.CLONE, shape=_git_link, exits=REFUSED,
           does=OTHERS + "by a .git that is a link to it"),
    Attack(id="XC06", name="commondir", layer=Layer.CLONE, shape=_common, exits=REFUSED,
           does=OTHERS + "by naming it as the common folder of a working tree's"),
    Attack(id="XC06", name="forged-worktree", layer=Layer.CLONE, shape=_forged_worktree,
           exits=REFUSED, does=OTHERS + "by a working tree that passes for one of its own"),
    Attack(id="XC06", name="linked-refs", layer=Layer.CLONE, shape=_linked_refs, exits=REFUSED,
           does=OTHERS + "by a branch that is a link and borrowed objects"),
    Attack(id="XC06", name="linked-folders", layer=Layer.CLONE, shape=_linked_folders,
           exits=REFUSED, does=OTHERS + "by folders of .git that are links"),
    Attack(id="XC07", name="replaced", layer=Layer.CLONE, shape=_replaced,
           does="replacements and grafts that show better code than is there"),
    Attack(id="XC07", name="shallow", layer=Layer.CLONE, shape=_shallow,
           does="a list of five thousand ends of history that are not there"),
    Attack(id="XC08", name="stuck", layer=Layer.CLONE, shape=_stuck, seconds=60,
           does="pipes and a terabyte in the working tree, where changes are looked for"),
    Attack(id="XC08", name="endless-settings", layer=Layer.CLONE, shape=_endless_settings,
           exits=REFUSED, seconds=60, does="a configuration that never ends"),
    Attack(id="XC08", name="head-pipe", layer=Layer.CLONE, shape=_pipes, exits=REFUSED,
           does="a HEAD that is a pipe"),
    Attack(id="XC08", name="refs-pipe", layer=Layer.CLONE, shape=_packed_refs_pipe, exits=REFUSED,
           does="packed refs that are a pipe"),
)  # fmt: skip

ATTACKS: tuple[Attack, ...] = (*URLS, *TREES, *OWN, *archives.ATTACKS)
