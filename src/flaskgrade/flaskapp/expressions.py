"""What an expression may stand for, kind by kind."""

import ast
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flaskgrade.flaskapp.kinds import WRAPPERS, part
from flaskgrade.flaskapp.names import Names
from flaskgrade.flaskapp.scopes import Parameter, Scope, Site
from flaskgrade.flaskapp.values import (
    NOTHING,
    Answers,
    Code,
    External,
    Instance,
    Items,
    Known,
    Literal,
    Module,
    Pairs,
    Ref,
    Value,
)

ROUNDS = 60  # of a comprehension
GAP = "{}"  # stands for the unknown part of a text
_FIELD = re.compile(r"\{\w*\}")

_KEEPING = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"})
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp


class Expressions:
    """Takes expressions apart; the parts of them are for `answers`."""

    def __init__(self, names: Names, answers: Answers) -> None:
        self._names = names
        self._answers = answers
        self._how: dict[type[ast.expr], Callable[[Any, Scope, Known], Iterator[Value]]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Tuple: self._collection,
            ast.List: self._collection,
            ast.Set: self._collection,
            ast.Dict: self._mapping,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.JoinedStr: self._joined,
            ast.BinOp: self._operation,
            ast.IfExp: self._either,
            ast.BoolOp: self._any,
            ast.NamedExpr: self._inner,
            ast.Await: self._inner,
            ast.Starred: self._inner,
            ast.Subscript: self._subscript,
        }

    def values(self, node: ast.expr, scope: Scope, known: Known) -> Iterator[Value]:
        """Return what an expression may be."""
        how = self._how.get(type(node))
        return iter(()) if how is None else how(node, scope, known)

    def made(self, node: ast.Call, scope: Scope, known: Known) -> Iterator[Instance]:
        """Return the object that this very call makes, not one that a function hands on."""
        for callee in self._answers.values(node.func, scope, known):
            if isinstance(callee, External) or (
                isinstance(callee, Code) and isinstance(callee.scope.node, ast.ClassDef)
            ):
                yield Instance(of=callee, call=node, scope=scope, known=known)

    def _constant(self, node: ast.Constant, _scope: Scope, _known: Known) -> Iterator[Value]:
        yield Literal(node.value)

    def _name(self, node: ast.Name, scope: Scope, known: Known) -> Iterator[Value]:
        return self._names.named(node.id, scope, known)

    def _inner(
        self, node: ast.NamedExpr | ast.Await | ast.Starred, scope: Scope, known: Known
    ) -> Iterator[Value]:
        return iter(self._answers.values(node.value, scope, known))

    def _either(self, node: ast.IfExp, scope: Scope, known: Known) -> Iterator[Value]:
        yield from self._answers.values(node.body, scope, known)
        yield from self._answers.values(node.orelse, scope, known)

    def _any(self, node: ast.BoolOp, scope: Scope, known: Known) -> Iterator[Value]:
        for operand in node.values:
            yield from self._answers.values(operand, scope, known)

    # Collections

    def _collection(
        self, node: ast.Tuple | ast.List | ast.Set, scope: Scope, known: Known
    ) -> Iterator[Value]:
        yield Items(tuple(self._spread(node.elts, scope, known)))

    def _spread(self, nodes: Iterable[ast.expr], scope: Scope, known: Known) -> Iterator[Ref]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from self._answers.elements(node.value, scope, known)
            else:
                yield Ref(node=node, scope=scope, known=known)

    def _mapping(self, node: ast.Dict, scope: Scope, known: Known) -> Iterator[Value]:
        pairs = zip(node.keys, node.values, strict=True)
        yield Pairs(
            tuple(
                (
                    Ref(node=key, scope=scope, known=known),
                    Ref(node=value, scope=scope, known=known),
                )
                for key, value in pairs
                if key is not None
            )
        )

    def _comprehension(self, node: _Comprehension, scope: Scope, known: Known) -> Iterator[Value]:
        spots: list[Known] = [known]
        for generator in node.generators:
            following: Iterator[Known] = (
                {**spot, **bound}
                for spot in spots
                for bound in self._answers.rounds(generator.target, generator.iter, scope, spot)
            )
            spots = list(itertools.islice(following, ROUNDS))
        yield Items(tuple(Ref(node=node.elt, scope=scope, known=spot) for spot in spots))

    def _subscript(self, node: ast.Subscript, scope: Scope, known: Known) -> Iterator[Value]:
        """Return the element of that key, or all of them where the key is unknown."""
        found = self._answers.values(node.slice, scope, known)
        keys = {value.value for value in found if isinstance(value, Literal)}
        for value in self._answers.values(node.value, scope, known):
            chosen: list[Ref] = []
            every: tuple[Ref, ...] = ()
            if isinstance(value, Pairs):
                every = tuple(item for _, item in value.refs)
                chosen = [item for key, item in value.refs if keys & self._literals(key)]
            elif isinstance(value, Items):
                every = value.refs
                size = len(every)
                chosen = [every[k] for k in keys if isinstance(k, int) and -size <= k < size]
            for item in chosen or every:
                yield from self._answers.read(item)

    def _got(
        self, key: ast.expr, pairs: tuple[tuple[Ref, Ref], ...], scope: Scope, known: Known
    ) -> Iterator[Ref]:
        """Return what `get` finds under a key, all there is where the key is unknown."""
        found = self._answers.values(key, scope, known)
        keys = {value.value for value in found if isinstance(value, Literal)}
        yield from (item for at, item in pairs if not keys or keys & self._literals(at))

    def _literals(self, ref: Ref) -> set[object]:
        return {value.value for value in self._answers.read(ref) if isinstance(value, Literal)}

    # Texts

    def _joined(self, node: ast.JoinedStr, scope: Scope, known: Known) -> Iterator[Value]:
        yield Literal("".join(self._pieces(node, scope, known)))

    def _pieces(self, node: ast.JoinedStr, scope: Scope, known: Known) -> Iterator[str]:
        for piece in node.values:
            if isinstance(piece, ast.Constant):
                yield str(piece.value)
            elif isinstance(piece, ast.FormattedValue):
                yield self._shown(piece.value, scope, known)

    def _shown(self, node: ast.expr, scope: Scope, known: Known) -> str:
        for value in self._answers.values(node, scope, known):
            if isinstance(value, Literal) and isinstance(value.value, str | int):
                return str(value.value)
        return GAP

    def _every_text(self, node: ast.expr, scope: Scope, known: Known) -> Iterator[str]:
        """Return what a text may be with all that may be put into it: `f"shop.{name}.views"`."""
        match node:
            case ast.JoinedStr(values=parts):
                yield from self._put_together(parts, scope, known)
            case ast.FormattedValue(value=inner):
                yield from self._answers.texts(inner, scope, known)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                yield from self._put_together([left, right], scope, known)
            case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str() as text), right=given):
                parts = given.elts if isinstance(given, ast.Tuple) else [given]
                yield from self._filled(text.split("%s"), parts, scope, known)
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format"),
                args=parts,
            ) if parts:
                yield from self._filled(_FIELD.split(text), parts, scope, known)
            case _:
                yield from self._answers.texts(node, scope, known)

    def _filled(
        self, written: list[str], parts: list[ast.expr], scope: Scope, known: Known
    ) -> Iterator[str]:
        if len(written) != len(parts) + 1:
            return
        nodes: list[ast.expr] = [ast.Constant(written[0])]
        for inner, after in zip(parts, written[1:], strict=True):
            nodes.extend((inner, ast.Constant(after)))
        yield from self._put_together(nodes, scope, known)

    def _put_together(self, parts: Iterable[ast.expr], scope: Scope, known: Known) -> Iterator[str]:
        choices = [tuple(self._every_text(part, scope, known)) or (GAP,) for part in parts]
        for chosen in itertools.islice(itertools.product(*choices), ROUNDS):
            yield "".join(chosen)

    def _operation(self, node: ast.BinOp, scope: Scope, known: Known) -> Iterator[Value]:
        if isinstance(node.op, ast.Mod):
            yield from map(Literal, self._answers.texts(node.left, scope, known))
        if not isinstance(node.op, ast.Add):
            return
        both = (
            *self._answers.values(node.left, scope, known),
            *self._answers.values(node.right, scope, known),
        )
        lists = [value.refs for value in both if isinstance(value, Items)]
        if lists:
            yield Items(tuple(itertools.chain.from_iterable(lists)))
        elif any(isinstance(v, Literal) and isinstance(v.value, str) for v in both):
            left = self._shown(node.left, scope, known)
            yield Literal(left + self._shown(node.right, scope, known))

    # Attributes and calls

    def _attribute(self, node: ast.Attribute, scope: Scope, known: Known) -> Iterator[Value]:
        for value in self._answers.values(node.value, scope, known):
            match value:
                case External():
                    yield External(f"{value.name}.{node.attr}")
                case Module():
                    yield from self._answers.member(value.path, node.attr)
                case Code(scope=owner) if node.attr == "__name__":
                    yield Literal(owner.qualname.split(".")[-1])
                case Code(scope=owner) if isinstance(owner.node, ast.ClassDef):
                    yield from self._names.in_class(owner, node.attr)
                case Instance():
                    yield from self._of_instance(value, node.attr)
                case _:
                    continue

    def _of_instance(self, value: Instance, name: str) -> Iterator[Value]:
        if isinstance(value.of, Code):
            own = tuple(self._names.in_class(value.of.scope, name))
            yield from own or self._inherited(value.of.scope, name)
        elif value.of.kind in WRAPPERS and name == "app":
            yield value
        elif (inner := part(value.of.kind, name)) is not None:
            yield External(inner)

    def _inherited(self, owner: Scope, name: str) -> Iterator[Value]:
        """Return what an attribute of an external class above a class of the project is."""
        for _, base in self._names.lineage(owner):
            inner = part(base.kind, name) if isinstance(base, External) else None
            if inner is not None:
                yield External(inner)
                return

    def _call(self, node: ast.Call, scope: Scope, known: Known) -> Iterator[Value]:
        if isinstance(node.func, ast.Attribute):
            yield from self._method(node, node.func, scope, known)
        for callee in self._answers.values(node.func, scope, known):
            match callee:
                case External(name=name):
                    yield from self._external(name, node, scope, known)
                case Code(scope=owner) if isinstance(owner.node, ast.ClassDef):
                    yield Instance(of=callee, call=node, scope=scope, known=known)
                case Code(scope=function):
                    site = Site(call=node, scope=scope)
                    given = {
                        **_defaults(function, node),
                        **self._answers.arguments(function, site, known),
                    }
                    for result in function.returns:
                        yield from self._answers.values(result, function, {**known, **given})
                case _:
                    continue

    def _external(self, name: str, node: ast.Call, scope: Scope, known: Known) -> Iterator[Value]:
        """Return what a call of something from outside gives: a few are known to hand on."""
        short = name.removeprefix("builtins.")
        first = node.args[0] if node.args else None
        if first is None:
            yield Instance(of=External(name), call=node, scope=scope, known=known)
        elif short in _KEEPING:
            yield from self._answers.values(first, scope, known)
        elif short in {"typing.cast", "typing_extensions.cast"}:
            yield from self._answers.values(node.args[-1], scope, known)
        elif short == "getattr" and len(node.args) > 1:
            for attribute in self._answers.texts(node.args[1], scope, known):
                inner = ast.Attribute(value=first, attr=attribute, ctx=ast.Load())
                yield from self._attribute(inner, scope, known)
        elif short.endswith(("import_module", "import_string")):
            for text in self._every_text(first, scope, known):
                yield from self._names.by_text(text, scope)
        else:
            yield Instance(of=External(name), call=node, scope=scope, known=known)

    def _method(
        self, call: ast.Call, function: ast.Attribute, scope: Scope, known: Known
    ) -> Iterator[Value]:
        """Return what methods of known things give: of dictionaries and texts."""
        for value in self._answers.values(function.value, scope, known):
            match value, function.attr:
                case Pairs(refs=pairs), "items":
                    yield Items(tuple(_pair(key, item) for key, item in pairs))
                case Pairs(refs=pairs), "values":
                    yield Items(tuple(item for _, item in pairs))
                case Pairs(refs=pairs), "keys":
                    yield Items(tuple(key for key, _ in pairs))
                case Pairs(refs=pairs), "get" if call.args:
                    for item in self._got(call.args[0], pairs, scope, known):
                        yield from self._answers.read(item)
                    if len(call.args) > 1:
                        yield from self._answers.values(call.args[1], scope, known)
                case Literal(value=str()), "format" | "strip" | "lower" | "rstrip" | "lstrip":
                    yield value
                case _:
                    continue


def _defaults(function: Scope, call: ast.Call) -> Known:
    """Return what parameters are that a call leaves out, those that the function sets left out."""
    if any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(argument, ast.Starred) for argument in call.args
    ):
        return NOTHING
    return {
        (id(function), name): Ref(
            node=only.default, scope=function.parent or function, known=NOTHING
        )
        for name, (only, *others) in function.bindings.items()
        if isinstance(only, Parameter) and only.default is not None and not others
    }


def _pair(key: Ref, value: Ref) -> Ref:
    """Return the tuple of a key and its value. Both stand where the dictionary does."""
    both = ast.Tuple(elts=[key.node, value.node], ctx=ast.Load())
    return Ref(node=both, scope=key.scope, known=key.known)
