"""Calculations that a model wrote down, done again."""

import ast
import math
from collections.abc import Callable, Mapping
from typing import TypeGuard

from bot.trial.statistics import wilson

LONGEST, MOST_NODES, LARGEST, HIGHEST_POWER = 200, 60, 1e30, 40.0
_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "^": "!"})
_TWO: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: math.pow,
}


def _low(passes: float, n: float) -> float:
    return wilson(passes, n)[0] if 0 <= passes <= n else math.nan


def _high(passes: float, n: float) -> float:
    return wilson(passes, n)[1] if 0 <= passes <= n else math.nan


_NAMED: Mapping[str, tuple[int, Callable[..., float]]] = {
    "low": (2, _low),
    "high": (2, _high),
    "min": (2, min),
    "max": (2, max),
    "sqrt": (1, math.sqrt),
}


class ArithmeticFault(Exception):
    """Say in a few words why an expression cannot be calculated."""


def evaluate(expression: str) -> tuple[float, tuple[float, ...]]:
    """Return the value of an expression and the numbers in it. Raises ArithmeticFault.

    It knows + - * / **, brackets, and low(passes, n), high(passes, n), min, max, sqrt. A number alone is none.
    """
    if len(expression) > LONGEST:
        raise ArithmeticFault("it is too long")
    try:
        tree = ast.parse(expression.translate(_SIGNS).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ArithmeticFault("it is no arithmetic") from None
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        raise ArithmeticFault("it is too long")
    if not any(isinstance(node, ast.BinOp | ast.Call) for node in nodes):
        raise ArithmeticFault("it calculates nothing")
    numbers = tuple(n.value + 0.0 for n in nodes if isinstance(n, ast.Constant) and _is_number(n.value))
    try:
        value = _value(tree)
    except (ZeroDivisionError, OverflowError, ValueError, TypeError):
        raise ArithmeticFault("it has no value") from None
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ArithmeticFault("it has no value")
    return value, numbers


def _value(node: ast.AST) -> float:
    match node:
        case ast.Constant(value=number) if _is_number(number):
            return _within(number + 0.0)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
            one, two = _value(left), _value(right)
            if isinstance(op, ast.Pow) and abs(two) > HIGHEST_POWER:
                raise ArithmeticFault("the power is too high")
            return _within(_TWO[type(op)](one, two))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if (
            name in _NAMED and len(args) == _NAMED[name][0]
        ):
            return _NAMED[name][1](*map(_value, args))
        case _:
            raise ArithmeticFault("it has more than numbers, + - * / ** and low, high, min, max, sqrt")


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _within(value: float) -> float:
    # A power of a negative number is complex: refuse it like any other value that is none.
    if isinstance(value, complex) or abs(value) > LARGEST:
        raise ArithmeticFault("it has no value")
    return value
