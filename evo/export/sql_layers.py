"""Deep circuits in SQL: gates that are read more than once are columns of inner queries, one query upon the other.

An expression names no part of itself, so written as one expression a circuit may be exponentially long. Here the bits
are columns of a first query over the row, and every further query keeps what is still needed and adds the gates of one
layer: a gate is a column if it is read more than once or nests too deep, and stands inside what reads it otherwise.
Queries are named by WITH, as parsers nest brackets a hundred deep at most, and are DISTINCT, so that no planner writes
their columns out again wherever they are read. All columns are 0 or 1 and never NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evo.errors import ExportError
from evo.export.gates import Gate, Gates

#: Gates within each other in one expression, operands of one chain, and columns of one query, at most.
DEEPEST, LONGEST, MOST_COLUMNS = 6, 100, 1500
#: Texts joined by an operator.
Joined = Callable[[Sequence[str]], str]


def chained(texts: Sequence[str], joint: str) -> str:
    """Texts with an operator between them, long rows in brackets of `LONGEST` each."""
    while len(texts) > LONGEST:
        texts = [f"({joint.join(texts[i : i + LONGEST])})" for i in range(0, len(texts), LONGEST)]
    return joint.join(texts)


@dataclass(frozen=True, slots=True)
class Layers:
    """The queries of gates that lead to some literals.

    queries: text of each from the first on, named layer_0, layer_1, ...; conditions: of each of the literals on the
    columns of the last one.
    """

    queries: Sequence[str]
    conditions: Mapping[int, str]

    @property
    def names(self) -> str:
        """``WITH layer_0 AS (...), ...``."""
        return "WITH " + ",\n".join(f"layer_{k} AS ({query})" for k, query in enumerate(self.queries))

    @property
    def last(self) -> str:
        """The name of the last query."""
        return f"layer_{len(self.queries) - 1}"


def layers_of(gates: Gates, wanted: Sequence[int], test: Callable[[int], str]) -> Layers:
    """Queries for the literals `wanted`; test: the condition of an input bit by its node.

    Raises:
        ExportError: more columns than databases take.
    """
    plan = _Plan.of(gates, wanted)
    inputs = [node for node in plan.reached if node <= gates.n_inputs]
    kept = [f"{_flag(test(node))} AS b{node}" for node in inputs]
    queries, live = [_query(kept, "")], set(inputs)
    for level in range(1, plan.n_levels + 1):
        made = plan.columns_of(level)
        live = {node for node in live if plan.last_read[node] > level}
        texts = [plan.name(node) for node in sorted(live)]
        texts += [f"{_flag(plan.expression(node))} AS {plan.name(node)}" for node in made]
        live |= set(made)
        queries.append(_query(texts, f"layer_{level - 1}"))
    return Layers(queries, {literal: plan.condition(literal) for literal in wanted})


def _flag(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def _query(columns: Sequence[str], source: str) -> str:
    if len(columns) > MOST_COLUMNS:
        need = f"this model needs {len(columns):,} columns in one query, databases take some {MOST_COLUMNS:,}; use c"
        raise ExportError(need, where="--format sql")
    return f"SELECT DISTINCT {', '.join(columns) or '1 AS nothing'}" + (f" FROM {source}" if source else "")


@dataclass(frozen=True, slots=True)
class _Plan:
    """reached: nodes that matter, ascending; level: of a column the query that makes it, 0 for inputs; last_read: of a
    column the last query that reads it, one beyond all for what is wanted."""

    gates: Gates
    reached: Sequence[int]
    level: Mapping[int, int]
    last_read: Mapping[int, int]
    n_levels: int

    @classmethod
    def of(cls, gates: Gates, wanted: Sequence[int]) -> _Plan:
        fanin = {node: [lit >> 1 for lit in gate.fanin] for node, gate in gates.numbered()}
        readers, roots = dict[int, int](), {literal >> 1 for literal in wanted}
        for root in roots:
            readers[root] = 2
        for node in sorted(fanin, reverse=True):
            for operand in fanin[node] if node in readers else ():
                readers[operand] = readers.get(operand, 0) + 1
        reached = sorted(readers)
        level, columns = _levels(gates, reached, readers)
        last, last_read = max(level.values(), default=0), dict.fromkeys(columns, 0)
        for node in reached:
            if node in fanin and node in columns:
                for operand in _columns_within(fanin, columns, node):
                    last_read[operand] = max(last_read[operand], level[node])
        for root in roots:
            last_read[root] = last + 1
        return cls(gates, reached, {node: level[node] for node in columns}, last_read, last)

    def columns_of(self, level: int) -> list[int]:
        """Gates that the query of a level makes."""
        return [node for node, of in self.level.items() if of == level and node > self.gates.n_inputs]

    def name(self, node: int) -> str:
        """Of a column."""
        return f"b{node}" if node <= self.gates.n_inputs else f"g{node - self.gates.n_inputs}"

    def condition(self, literal: int) -> str:
        """``g3 = 1``, or what a gate is that stands where it is read."""
        node, value = literal >> 1, 1 - (literal & 1)
        if node in self.level:
            return f"{self.name(node)} = {value}"
        return self._gate(self._of(node), bool(value))

    def expression(self, node: int) -> str:
        """What a column's gate is."""
        return self._gate(self._of(node), value=True)

    def _of(self, node: int) -> Gate:
        return self.gates.gates[node - self.gates.n_inputs - 1]

    def _gate(self, gate: Gate, value: bool) -> str:
        if not gate.fanin:
            return "1 = 1" if value else "1 = 0"
        if gate.op == "xor":
            left, right = (self._number(operand) for operand in gate.fanin)
            return f"{left} {'<>' if value else '='} {right}"
        joint = " AND " if (gate.op == "and") == value else " OR "
        return f"({chained([self.condition(operand ^ (not value)) for operand in gate.fanin], joint)})"

    def _number(self, literal: int) -> str:
        """A literal as 0 or 1."""
        node = literal >> 1
        if node in self.level and not literal & 1:
            return self.name(node)
        return _flag(self.condition(literal))


def _levels(gates: Gates, reached: Sequence[int], readers: Mapping[int, int]) -> tuple[dict[int, int], set[int]]:
    """Per node the query in which it is known, and the nodes that are columns of one."""
    level, height, columns = dict[int, int](), dict[int, int](), set[int]()
    fanin = {node: [lit >> 1 for lit in gate.fanin] for node, gate in gates.numbered()}
    for node in reached:
        if node not in fanin:
            level[node], height[node] = 0, 0
            columns.add(node)
            continue
        height[node] = 1 + max((height[operand] for operand in fanin[node]), default=0)
        level[node] = max((level[op] + (op in columns) for op in fanin[node]), default=1)
        if readers[node] > 1 or height[node] >= DEEPEST:
            columns.add(node)
            height[node] = 0
    return level, columns


def _columns_within(fanin: Mapping[int, Sequence[int]], columns: set[int], node: int) -> list[int]:
    """Columns that the expression of a gate names."""
    found, stack = list[int](), list(fanin[node])
    while stack:
        operand = stack.pop()
        if operand in columns:
            found.append(operand)
        else:
            stack += fanin[operand]
    return found
