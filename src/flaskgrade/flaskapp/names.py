"""What a name stands for: followed through scopes, assignments, imports, classes and arguments."""

import ast
import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from flaskgrade.flaskapp.modules import Modules
from flaskgrade.flaskapp.scopes import (
    Assigned,
    Binding,
    Defined,
    FunctionNode,
    Imported,
    Looped,
    Parameter,
    Scope,
)
from flaskgrade.flaskapp.templated import plain
from flaskgrade.flaskapp.values import (
    NOTHING,
    Answers,
    Code,
    External,
    Instance,
    Known,
    Module,
    Ref,
    Value,
)

CALLERS = 60  # of one function; more are not looked at
ANCESTORS = 200  # of one class


class Names:
    """Looks names up; expressions that it comes to are for `answers`."""

    def __init__(self, modules: Modules, answers: Answers) -> None:
        self._modules = modules
        self._answers = answers

    def named(self, name: str, scope: Scope, known: Known) -> Iterator[Value]:
        """Return what a bare name may be in a scope."""
        home = scope.home(name)
        at: Scope | None = scope
        while at is not None:
            if (id(at), name) in known:
                yield from self._answers.read(known[id(at), name])
                return
            at = None if at is home else at.parent
        if home is not None:
            yield from self.bound(home.bindings[name], known)
            return
        for star in scope.module.stars:
            found = self._starred(star, name)
            if found:
                yield from found
                return
        yield External(f"builtins.{name}")

    def in_module(self, module: PurePosixPath, name: str) -> tuple[Value, ...]:
        """Return what a name of a module may be: bound there, starred in, or a module in it."""
        file = self._modules.file(module)
        if file is not None:
            bindings = file.module.bindings.get(name)
            found = tuple(self.bound(bindings or (), NOTHING))
            if found:  # not so where a package imports its own module: that is found below
                return found
            for star in file.module.stars:
                found = self._starred(star, name)
                if found:
                    return found
        inner = self._modules.member(module, name)
        return () if inner is None else (Module(inner),)

    def in_class(self, owner: Scope, name: str) -> Iterator[Value]:
        """Return what an attribute of a class or of `self` may be, inherited ones included."""
        heirs = (owner, *(v.scope for _, v in self.lineage(owner) if isinstance(v, Code)))
        for heir in heirs:
            bindings = (*heir.bindings.get(name, ()), *heir.attributes.get(name, ()))
            if bindings:
                yield from self.bound(bindings, NOTHING)
                return

    def lineage(self, owner: Scope) -> Iterator[tuple[int, Value]]:
        """Return what a class derives from, near ones first, each with its distance from 1."""
        seen = {id(owner)}
        pending = deque([(1, owner)])
        while pending and len(seen) < ANCESTORS:
            distance, heir = pending.popleft()
            for base in self._bases(heir):
                yield distance, base
                if isinstance(base, Code) and id(base.scope) not in seen:
                    seen.add(id(base.scope))
                    pending.append((distance + 1, base.scope))

    def _bases(self, owner: Scope) -> tuple[Value, ...]:
        if not isinstance(owner.node, ast.ClassDef) or owner.parent is None:
            return ()
        parent = owner.parent
        return tuple(v for base in owner.node.bases for v in self._answers.values(base, parent))

    def bound(self, bindings: Iterable[Binding], known: Known) -> Iterator[Value]:
        """Return what a name may be that has these bindings."""
        for binding in bindings:
            match binding:
                case Defined():
                    yield Code(binding.scope)
                case Imported():
                    yield from self._imported(binding)
                case Parameter():
                    yield from self._parameter(binding, known)
                case Assigned() | Looped():
                    for ref in self._assigned(binding, known):
                        yield from self._answers.read(ref)

    def by_text(self, text: str, scope: Scope) -> Iterator[Value]:
        """Return what `import_module(text)` or `import_string(text)` gives."""
        text = plain(text)
        dotted = text.replace(":", ".").strip(".").split(".")
        if text.startswith("."):
            relative = Imported(module=".".join(dotted), name=None, level=1, scope=scope)
            target = self._modules.target(relative)
        else:
            target = self._modules.absolute(tuple(dotted), PurePosixPath(scope.source.path))
        if target is not None:
            yield Module(target)
        elif len(dotted) > 1:
            for value in self.by_text(text.replace(":", ".").rpartition(".")[0], scope):
                if isinstance(value, Module):
                    yield from self._answers.member(value.path, dotted[-1])

    def _assigned(self, binding: Assigned | Looped, known: Known) -> Iterator[Ref]:
        whole = Ref(node=binding.value, scope=binding.scope, known=known)
        starts: tuple[Ref, ...] = (whole,)
        if isinstance(binding, Looped):
            starts = self._answers.elements(binding.value, binding.scope, known)
        for start in starts:
            yield from self._answers.part(start, binding.steps)

    def _parameter(self, parameter: Parameter, known: Known) -> Iterator[Value]:
        """Return what callers give for it, what its annotation says, and its default."""
        function = parameter.scope
        if is_self(parameter) and function.owner is not None:
            yield Instance(of=Code(function.owner), call=None, scope=function)
            return
        key = (id(function), parameter.name)
        for site in itertools.islice(self._answers.callers.get(id(function), ()), CALLERS):
            ref = self._answers.arguments(function, site, NOTHING).get(key)
            if ref is not None:
                yield from self._answers.read(ref)
        if parameter.annotation is not None:
            for value in self._answers.values(parameter.annotation, function.module):
                if isinstance(value, External | Code):
                    yield Instance(of=value, call=None, scope=function)
        if parameter.default is not None and function.parent is not None:
            yield from self._answers.values(parameter.default, function.parent, known)

    def _imported(self, imported: Imported) -> Iterator[Value]:
        target = self._modules.target(imported)
        if target is None:
            if not imported.level:
                name = f"{imported.module}.{imported.name}" if imported.name else imported.module
                yield External(current_name(name))
        elif imported.name is None:
            yield Module(target)
        else:
            yield from self._answers.member(target, imported.name)

    def _starred(self, star: Imported, name: str) -> tuple[Value, ...]:
        """Return what `from x import *` makes of a name, if x is the project's own."""
        target = self._modules.target(star)
        return () if target is None else self._answers.member(target, name)


def current_name(dotted: str) -> str:
    """Return what a name of an extension is today: `flask.ext.x` and `flaskext.x` are `flask_x`."""
    for old in ("flask.ext.", "flaskext."):
        if dotted.startswith(old):
            return f"flask_{dotted.removeprefix(old)}"
    return dotted


def is_self(parameter: Parameter) -> bool:
    """Tell whether Python gives this parameter: the first one of a method that is not static."""
    node = parameter.scope.node
    if not isinstance(node, FunctionNode) or not takes_self(parameter.scope):
        return False
    first = (*node.args.posonlyargs, *node.args.args)[:1]
    return bool(first) and first[0].arg == parameter.name


def takes_self(function: Scope) -> bool:
    """Tell whether a function is a method whose first parameter Python gives."""
    if function.owner is None or not isinstance(function.node, FunctionNode):
        return False
    return not any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod"
        for decorator in function.node.decorator_list
    )
