"""What a fuzzer is: a function that makes one case after the other from random numbers; and the loop over cases."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzz.harness import Limits, Outcome, attempt
from benchmarks.fuzz.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a case and how it may go."""

    command: tuple[str | Path, ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Case:
    """Files that were put into ``box/work``, in words, and the commands to try on them.

    With `go_on` false, steps after the first that does not end with exit code 0 are left out.
    """

    text: str
    steps: tuple[Step, ...]
    go_on: bool = True


#: Puts files into ``box/work``, which is empty, and says what to do with them.
CaseMaker = Callable[[random.Random], Case]
#: Prepares what its cases share, in the sandbox's root beside ``work``.
Fuzzer = Callable[[Sandbox], CaseMaker]


@dataclass(frozen=True, slots=True)
class Finding:
    """A case and the outcomes of its steps."""

    number: int
    case: Case
    outcomes: tuple[Outcome, ...]

    @property
    def faulty(self) -> tuple[Outcome, ...]:
        """Outcomes with faults."""
        return tuple(outcome for outcome in self.outcomes if outcome.faults)

    def text(self) -> str:
        """The faults in words, with what made them."""
        return "\n".join([f"case {self.number}: {self.case.text}", *(outcome.text() for outcome in self.faulty)])


def fuzz(fuzzer: Fuzzer, box: Sandbox, seed: int, numbers: Iterator[int] | range) -> Iterator[Finding]:
    """Cases of `numbers`; each depends on (seed, number) alone, so that one can be made again by itself."""
    make = fuzzer(box)
    for number in numbers:
        box.clear()
        case = make(random.Random(f"{seed}/{number}"))
        outcomes = []
        for step in case.steps:
            outcomes.append(attempt(step.command, box, step.limits))
            if outcomes[-1].exit_code and not case.go_on:
                break
        yield Finding(number, case, tuple(outcomes))
