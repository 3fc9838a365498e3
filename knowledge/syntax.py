"""The syntax of conditions: the part of CEL that rules use, as a tree.

`cel-expr-python` shows none, so a small parser (`&& || ! == != < <= > >= in`, lists, `size()`, literals, facts) finds
the facts, their literals and the columns.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_TOKEN = re.compile(
    r"""\s*(?:(?P<float>\d+\.\d+)|(?P<int>\d+)|(?P<text>'[^'\\]*'|"[^"\\]*")|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<op>\|\||&&|==|!=|<=|>=|[<>!()\[\],]))"""
)
PLAIN = ("&&", "||", "!", "==", "!=", "in", "fact", "literal", "list")
"""What `value_of` computes."""
COMPARE = ("==", "!=", "<", "<=", ">", ">=", "in")


class ExpressionError(Exception):
    """Say what is wrong in a condition and at which column (from 1)."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


class Node(NamedTuple):
    """A node of the syntax tree: `op` is an operator, `fact`, `literal`, `list` or `size`."""

    op: str
    column: int
    value: Any = None
    args: tuple["Node", ...] = ()


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        at, end = 0, len(source.rstrip())
        while at < end:
            if not (m := _TOKEN.match(source, at)):
                column = at + len(source[at:]) - len(source[at:].lstrip()) + 1
                raise ExpressionError(f"`{source[column - 1]}` is not part of the CEL that rules use", column)
            kind = m.lastgroup or ""
            self.tokens.append((kind, m.group(kind), m.start(kind) + 1))
            at = m.end()
        self.tokens.append(("end", "", end + 1))
        self.at = 0

    def peek(self) -> str:
        kind, text, _ = self.tokens[self.at]
        return text if kind in ("op", "end") or text == "in" else ""

    def take(self) -> tuple[str, str, int]:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def expect(self, text: str) -> None:
        _, found, column = self.take()
        if found != text:
            raise ExpressionError(f"expected `{text}`, found `{found or 'the end'}`", column)

    def parse(self) -> Node:
        node = self.binary("||", lambda: self.binary("&&", self.relation))
        kind, text, column = self.tokens[self.at]
        if kind != "end":
            raise ExpressionError(f"`{text}` was not expected here", column)
        return node

    def binary(self, op: str, part: Any) -> Node:
        node: Node = part()
        while self.peek() == op:
            _, _, column = self.take()
            node = Node(op, column, args=(node, part()))
        return node

    def relation(self) -> Node:
        node = self.unary()
        if self.peek() in COMPARE:
            _, op, column = self.take()
            node = Node(op, column, args=(node, self.unary()))
        return node

    def unary(self) -> Node:
        if self.peek() == "!":
            _, _, column = self.take()
            return Node("!", column, args=(self.unary(),))
        return self.primary()

    def primary(self) -> Node:
        kind, text, column = self.take()
        if kind == "float":
            return Node("literal", column, float(text))
        if kind == "int":
            return Node("literal", column, int(text))
        if kind == "text":
            return Node("literal", column, text[1:-1])
        if kind == "name" and text in ("true", "false"):
            return Node("literal", column, text == "true")
        if kind == "name" and text == "size":
            self.expect("(")
            inner = self.primary()
            self.expect(")")
            return Node("size", column, args=(inner,))
        if kind == "name":
            return Node("fact", column, text)
        if text == "(":
            node = self.binary("||", lambda: self.binary("&&", self.relation))
            self.expect(")")
            return node
        if text == "[":
            items: list[Node] = []
            while self.peek() != "]":
                items.append(self.primary())
                if self.peek() != "]":
                    self.expect(",")
            self.expect("]")
            return Node("list", column, args=tuple(items))
        raise ExpressionError(f"`{text or 'the end'}` was not expected here", column)


LONGEST = 2_000
"""Characters of a condition."""


def parse(source: str) -> Node:
    """Return the tree of a condition; ExpressionError where it is none of this part of CEL."""
    if len(source) > LONGEST:
        raise ExpressionError(f"more than {LONGEST:,} characters: make several clauses of it", LONGEST)
    try:
        return _Parser(source).parse()
    except RecursionError:
        raise ExpressionError("nested too deep: leave out brackets", 1) from None


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in the order written."""
    yield node
    for arg in node.args:
        yield from walk(arg)


def conjuncts(node: Node) -> Iterator[Node]:
    """Yield the parts of a condition that all must be true."""
    if node.op == "&&":
        for arg in node.args:
            yield from conjuncts(arg)
    else:
        yield node


def value_of(node: Node, said: Any) -> Any:
    """Return what a `PLAIN` condition on one fact, a choice or a bool, comes to where the fact is as said."""
    if node.op == "fact":
        return said
    if node.op == "literal":
        return node.value
    args = [value_of(arg, said) for arg in node.args]
    match node.op:
        case "list":
            return args
        case "!":
            return not args[0]
        case "==":
            return args[0] == args[1]
        case "!=":
            return args[0] != args[1]
        case "in":
            return args[0] in args[1]
        case "&&":
            return args[0] and args[1]
        case "||":
            return args[0] or args[1]
        case _:
            raise ValueError(node.op)
