"""Conditions: from expression nodes to plan expressions.

In charge of: operands, the all-or-any meaning of PocketBase's operators on paths with many values, Directus's `_some`
and `_none`, and which storage type a bound value is cast to. Not in charge of: names (`paths`), SQL (`expr/operators`)
or grants (`secure`). Called by `resolve` (the caller's filters) and `secure` (rules).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from satchel.errors import InvalidQuery
from satchel.expr.nodes import (
    And,
    Call,
    Compare,
    Literal,
    Node,
    Not,
    Operand,
    Or,
    Param,
    Path,
    Related,
    Truth,
    Variable,
)
from satchel.expr.operators import OPERATORS
from satchel.expr.operators.operator import GEOMETRY_TYPES, Operator
from satchel.plan.frame import Frame, conjunction, disjunction
from satchel.plan.nodes import (
    All,
    Always,
    AnyOf,
    Apply,
    Bind,
    Column,
    Exists,
    Expr,
    FromConst,
    FromContext,
    FromParam,
    Join,
    Negate,
    Source,
    Test,
)
from satchel.plan.paths import Paths, Resolved

NUMBER_MACROS = frozenset({"@second", "@minute", "@hour", "@day", "@month", "@weekday", "@year"})
LIST_VARIABLES = frozenset({"$CURRENT_ROLES", "$CURRENT_POLICIES"})
# Comparisons that a missing value meets or not as the empty text would, by the side on which it stands.
BLANK_LEFT = frozenset({"<", "<=", "~", "!~"})
BLANK_RIGHT = frozenset({">", ">="})
BLANK = Bind(FromConst(""), "", "text")
YES = Bind(FromConst(True), "boolean", "bool")
STRICT_TYPES = frozenset({"integer", "bigInteger", "float", "decimal"})


def condition(frame: Frame, node: Node) -> Expr:
    """The node as an expression over the frame's scans; the frame gains the joins that it needs."""
    match node:
        case Truth():
            return Always(node.value)
        case And():
            return conjunction([condition(frame, item) for item in node.items])
        case Or():
            return disjunction([condition(frame, item) for item in node.items])
        case Not():
            return Negate(condition(frame, node.item))
        case Related():
            return _related(frame, node)
        case Compare():
            if node.operator.startswith("_"):
                return _tree(frame, node)
            return _text(frame, node)


def rule(frame: Frame, node: Node | None) -> Expr:
    """A rule as an expression on the frame's root alone."""
    return Always(True) if node is None else frame.close(condition(frame, node))


# --- tree syntax -----------------------------------------------------------------------------------------------------


def _tree(frame: Frame, node: Compare) -> Expr:
    paths = Paths(frame)
    if not isinstance(node.left, Path):
        raise InvalidQuery("A filter compares a field with a value")
    left = paths.tree(node.left)
    operator = OPERATORS.get(node.operator)
    stored = left.field.type if left.field is not None and not node.left.function else _type_of(left.expr)
    if operator is None or not _fits(operator, stored, node.left.function):
        raise InvalidQuery(f'"{stored}" field type does not contain the "{node.operator}" filter operator')
    if (
        left.field is not None
        and left.field.concealed
        and node.operator not in ("_null", "_nnull", "_empty", "_nempty")
    ):
        raise InvalidQuery(f'"hash" field type does not contain the "{node.operator}" filter operator')
    sought = "string" if operator.seeks_text else stored
    # A rule's value that the field can't hold is nobody's mistake who asks: it equals nothing.
    strict = not frame.trusted
    right = _bound(paths, node.right, sought, strict=strict, label=node.left.parts[-1])
    if isinstance(right, Bind) and right.hint == "list" and operator.shape != "list":
        right = replace(right, hint="any")
    return Test(node.operator, left.expr, right)


def _fits(operator: Operator, stored: str, function: str) -> bool:
    """Whether an operator can ask values of a type. What functions give may be asked anything, but is no geometry."""
    if operator.types is None or stored in operator.types:
        return True
    return bool(function) and operator.types is not GEOMETRY_TYPES


def _type_of(expr: Expr) -> str:
    return getattr(expr, "type", "")


def _related(frame: Frame, node: Related) -> Expr:
    """`_some`: a related row exists for which `where` holds; `_none`: none does."""
    paths = Paths(frame)
    if len(node.path.parts) != 1:
        raise InvalidQuery('"_some" can only be used with top level relational alias field')
    relation = paths.catalog.o2m(frame.root.collection, node.path.parts[0])
    if relation is None:
        raise InvalidQuery('"_some" can only be used with top level relational alias field')
    outer = frame.fresh()
    child = Paths(outer).to_many(frame.root, relation, (*frame.prefix, node.path.parts[0]))
    inner = Frame(frame.numbering, child, frame.trusted, (*frame.prefix, node.path.parts[0]))
    where = inner.close(condition(inner, node.where))
    return Exists((Join(child, inner=True),), where, negated=node.none)


# --- text syntax -----------------------------------------------------------------------------------------------------


def _text(frame: Frame, node: Compare) -> Expr:
    test, many = _text_test(frame, node)
    if node.any or not many:
        return test
    fresh = frame.fresh()
    again, _ = _text_test(fresh, node)
    joins = tuple(Join(hop.scan) for hop in fresh.hops.values())
    return All((test, Exists(joins, Negate(again), negated=True)))


def _text_test(frame: Frame, node: Compare) -> tuple[Expr, bool]:
    paths = Paths(frame)
    left = _operand(paths, node.left)
    right = _operand(paths, node.right)
    left_expr = _typed(left.expr, right)
    right_expr = _typed(right.expr, left)
    if node.operator in ("~", "!~") and isinstance(right_expr, Bind) and isinstance(right_expr.source, FromContext):
        # a value of the request is looked for as if it stood in the filter
        right_expr = replace(right_expr, type="", hint="pattern")
    test: Expr = Test(node.operator, left_expr, right_expr)
    if node.operator in BLANK_LEFT and _may_be_blank(left):
        test = _or_blank(frame, test, left_expr, Test(node.operator, BLANK, right_expr))
    if node.operator in BLANK_RIGHT and _may_be_blank(right):
        test = _or_blank(frame, test, right_expr, Test(node.operator, left_expr, BLANK))
    return test, left.many or right.many


def _may_be_blank(operand: Resolved) -> bool:
    """True for a date field of PocketBase's whose column can't hold the empty text, so that NULL stands for it."""
    field = operand.field
    return (
        field is not None and field.kind in ("date", "autodate") and field.nullable and isinstance(operand.expr, Column)
    )


def _or_blank(frame: Frame, test: Expr, column: Expr, blank: Expr) -> Expr:
    """The test, or what it says of an empty text where the row is there and its date is NULL. (`=` knows this
    itself.)
    """
    assert isinstance(column, Column)
    parts: list[Expr] = [Test("_null", column, YES), blank]
    scan = next((hop.scan for hop in frame.hops.values() if hop.scan.number == column.scan), frame.root)
    collection = frame.numbering.catalog.collections.get(scan.collection)
    if scan is not frame.root and collection is not None and collection.key:
        key = collection.key_fields[0]
        parts.append(Test("_nnull", Column(scan.number, key.name, key.type), YES))
    return AnyOf((test, All(tuple(parts))))


def _operand(paths: Paths, operand: Operand) -> Resolved:
    match operand:
        case Path():
            return paths.text(operand)
        case Call():
            return _call(paths, operand)
        case _:
            return Resolved(_bound(paths, operand, "", strict=False))


def _typed(expr: Expr, other: Resolved) -> Expr:
    """A macro's date is bound as the type of the column it is compared with; other values stay as they came."""
    field = other.field
    if not isinstance(expr, Bind) or not isinstance(expr.source, FromContext) or expr.source.path[0] != "now":
        return expr
    if field is None or expr.type or field.type not in ("timestamp", "dateTime", "date"):
        return expr
    return Bind(expr.source, field.type, expr.hint, expr.strict, expr.label)


def _call(paths: Paths, call: Call) -> Resolved:
    if call.name == "geoDistance":
        if len(call.arguments) != 4:
            raise InvalidQuery("geoDistance needs exactly 4 arguments: lonA, latA, lonB, latB")
        for argument in call.arguments:
            missing = isinstance(argument, Param) and argument.hint == "null"
            if not (missing or isinstance(argument, Path | Variable) or _is_number(argument)):
                raise InvalidQuery("geoDistance takes fields and numbers only")
        found = [_operand(paths, argument) for argument in call.arguments]
        return Resolved(
            Apply("geoDistance", tuple(item.expr for item in found), "float"), many=any(item.many for item in found)
        )
    if call.name == "strftime":
        return _strftime(paths, call)
    raise InvalidQuery(f'unknown function "{call.name}"')


def _is_number(argument: Operand) -> bool:
    if isinstance(argument, Param):
        return argument.hint == "number"
    return (
        isinstance(argument, Literal)
        and isinstance(argument.value, (int, float))
        and not isinstance(argument.value, bool)
    )


def _strftime(paths: Paths, call: Call) -> Resolved:
    """The format and the modifiers are text; the time is a field, a text or a number (default: now)."""
    if not 1 <= len(call.arguments) <= 10:
        raise InvalidQuery("strftime needs 1 to 10 arguments: format, time, modifiers…")
    if not _is_text(call.arguments[0]) or any(not _is_text(item) for item in call.arguments[2:]):
        raise InvalidQuery("strftime's format and modifiers must be text")
    found = [_operand(paths, argument) for argument in call.arguments]
    return Resolved(
        Apply("strftime", tuple(item.expr for item in found), "text"), many=any(item.many for item in found)
    )


def _is_text(argument: Operand) -> bool:
    if isinstance(argument, Param):
        return argument.hint in ("text", "empty")
    return isinstance(argument, Literal) and isinstance(argument.value, str)


# --- bound values ----------------------------------------------------------------------------------------------------


def hint_of(value: Any) -> str:
    """The hint of a constant, as the parser gives it for a caller's value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, (list, tuple)):
        return "list"
    return "empty" if value == "" else "text"


def _bound(paths: Paths, operand: Operand, type: str, *, strict: bool, label: str = "") -> Expr:
    match operand:
        case Literal():
            hint = getattr(operand, "hint", "") or hint_of(operand.value)
            return Bind(FromConst(operand.value), type, hint, strict, label)
        case Param():
            return Bind(FromParam(operand.index), type, operand.hint, strict, label)
        case Variable():
            return _variable(operand, type, strict=strict, label=label)
        case Path():
            found = paths.text(operand) if operand.parts[0].startswith("@") else paths.tree(operand)
            return found.expr
        case Call():
            return _call(paths, operand).expr


def _variable(variable: Variable, type: str, *, strict: bool, label: str) -> Expr:
    source: Source
    if variable.name in NUMBER_MACROS:
        return Bind(FromContext(("now", variable.name)), "integer", "number")
    if variable.name.startswith("@") or variable.name == "$NOW":
        source = FromContext(("now", variable.name, *variable.arguments))
        return Bind(source, type, "text", strict, label)
    source = FromContext((variable.name, *variable.path))
    return Bind(source, type, "list" if variable.name in LIST_VARIABLES else "any", strict, label)
