"""The one form that circuits and programs are written from: gates over comparisons, and how their truth decides.

Inputs of the graph are the bits that the model uses, in the order of the encoder; literals are those of
genomes/circuits/graph.py. Nothing says that gates have two levels: a composed network is more gates, and every writer
takes it (evo/export/gates.py shows the graph as gates of many operands).

What is predicted. `outputs` are literals: the positive class of a binary task, or each output of several. Where classes
vote, `outputs` is empty and class c scores bias + the sum of the weights of its true literals; the highest score wins,
ties go to the class first in the task's `prior`. Products of sums lose votes for clauses that fail, which is the same
as winning them for clauses that hold with a bias of minus their number; biases are then shifted to be at least 0.

Rejected: votes as gates in every target (C, SQL, SMT-LIB and Verilog read better with sums), and arithmetic in every
writer (`decided` turns votes into gates once, for targets that know only gates).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evo.models.two_level import Model
from evo.text.formula import formula_lines
from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder
from fitness.data.picture import Picture
from fitness.data.schema import Field
from fitness.data.table import Kind
from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE, TRUE, Graph, moved

#: What a circuit is called where formats name it.
MODULE: Final = "evo_model"


@dataclass(frozen=True, slots=True)
class Score:
    """Votes for one class: bias (>= 0) and (literal, weight > 0) pairs."""

    bias: int
    votes: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, bias: int, weights: Mapping[int, int]) -> Score:
        """From a weight per literal; what always holds is counted in the bias."""
        votes = tuple((literal, weight) for literal, weight in weights.items() if literal not in (FALSE, TRUE))
        return cls(bias + weights.get(TRUE, 0), votes)

    def moved(self, literals: Sequence[int] | Mapping[int, int]) -> Score:
        """The same votes where node k is now the literal literals[k]."""
        return Score(self.bias, tuple((moved(literals, literal), weight) for literal, weight in self.votes))

    def summands(self, constant: Callable[[int], str], vote: Callable[[int, int], str]) -> list[str]:
        """What is added up, written by `constant(bias)` and `vote(literal, weight)`; never empty."""
        votes = [vote(literal, weight) for literal, weight in self.votes]
        return votes if votes and not self.bias else [constant(self.bias), *votes]

    @property
    def most(self) -> int:
        """The score if every vote is cast."""
        return self.bias + sum(weight for _, weight in self.votes)


@dataclass(frozen=True, slots=True)
class Circuit:
    """See the head of this module.

    title: what it is in a few words; words: the rules, one printable line each; numbers: the model's number of each bit
    (from 1); binarizer: all bits there are and their columns, so that names do not depend on what the model reads;
    parts: literals that the model itself has as ANDs, or where complemented as ORs, for writers that show them so;
    picture: where all bits lie that there are, of rows that are pictures; name: of its module.
    """

    title: str
    words: tuple[str, ...]
    task: Task
    bits: tuple[Bit, ...]
    numbers: tuple[int, ...]
    binarizer: Binarizer
    graph: Graph
    outputs: tuple[int, ...]
    scores: tuple[Score, ...]
    parts: tuple[int, ...] = ()
    picture: Picture | None = None
    name: str = MODULE

    @property
    def n_inputs(self) -> int:
        """Input bits that the model uses."""
        return len(self.bits)

    @property
    def fields(self) -> dict[str, Field]:
        """The raw columns that the bits test, by name, in the order of the bits."""
        field_of = {field.name: field for field in self.binarizer.fields}
        return {bit.feature: field_of[bit.feature] for bit in self.bits}

    @property
    def kinds(self) -> dict[str, Kind]:
        """Their kinds."""
        return {name: field.kind for name, field in self.fields.items()}

    @property
    def output_texts(self) -> tuple[str, ...]:
        """What it means that each output bit is 1, in words: two classes have one, further classes one each."""
        name, classes = self.task.outputs[0], self.task.classes
        if self.task.kind == "multioutput":
            return self.task.outputs
        if len(classes) > 2:
            return tuple(f"{name} = {label}" for label in classes)
        return (name if classes == ("0", "1") else f"{name} = {classes[1]}",)

    @property
    def roots(self) -> list[int]:
        """The literals that decide."""
        return [*self.outputs, *(literal for score in self.scores for literal, _ in score.votes)]

    def needed(self) -> list[int]:
        """Input nodes that decide something, ascending; not always all, as gates may cancel out."""
        reached = self.graph.reached(self.roots)
        return [node for node in range(1, self.n_inputs + 1) if reached[node]]

    def cleaned(self) -> Circuit:
        """Without gates that decide nothing; inputs stay."""
        graph, literals = self.graph.cleaned(self.roots)
        return replace(
            self,
            graph=graph,
            outputs=tuple(moved(literals, literal) for literal in self.outputs),
            scores=tuple(score.moved(literals) for score in self.scores),
            parts=tuple(moved(literals, part) for part in self.parts if literals[part >> 1] >= 0),
        )


def title_of(model: Model) -> str:
    """What a model is in a few words, for the head of a file."""
    return f"{model.kind.upper()} network {model.id}, made by evo."


def circuit_of(model: Model, encoder: Encoder) -> Circuit:
    """`model` as gates over the bits of `encoder` that it uses."""
    task, bits = encoder.task, encoder.binarizer.bits
    numbers = model.used
    cover = _Cover(model, Builder(len(numbers)), {number: 2 * node for node, number in enumerate(numbers, start=1)}, [])
    votes = task.kind == "multiclass"
    outputs = () if votes else tuple(cover.output(terms) for terms in model.terms)
    scores = cover.scores() if votes else ()
    used = tuple(bits[number - 1] for number in numbers)
    return Circuit(
        title=title_of(model),
        words=tuple(formula_lines(model, task, bits)),
        task=task,
        bits=used,
        numbers=tuple(numbers),
        binarizer=encoder.binarizer,
        graph=cover.build.graph(),
        outputs=outputs,
        scores=scores,
        parts=tuple(cover.parts),
    ).cleaned()


@dataclass(frozen=True, slots=True)
class _Cover:
    """A model's terms as gates: `inputs` maps its numbers to literals, `parts` grows with them."""

    model: Model
    build: Builder
    inputs: Mapping[int, int]
    parts: list[int]

    def term(self, term: Sequence[int]) -> int:
        """A term, or a clause of a product of sums."""
        literals = [self.inputs[abs(number)] ^ (number < 0) for number in term]
        return self._part(literals, conjunction=self.model.kind == "sop")

    def output(self, terms: Sequence[Sequence[int]]) -> int:
        whole = self._part([self.term(term) for term in terms], conjunction=self.model.kind == "pos")
        return whole ^ self.model.inverted

    def scores(self) -> tuple[Score, ...]:
        pos = self.model.kind == "pos"
        most = max(map(len, self.model.terms)) if pos else 0
        return tuple(
            Score.of(most - len(terms) if pos else 0, Counter(self.term(term) for term in terms))
            for terms in self.model.terms
        )

    def _part(self, literals: Sequence[int], *, conjunction: bool) -> int:
        whole = self.build.all(literals) if conjunction else self.build.any(literals)
        self.parts.append(whole)
        return whole
