"""What every mask is shown beside, on the same held-out rows: the whole network, masks without search, and those of
edge-popup and magnitude pruning.

All controls prune the same network with the same biases. Those that learn share the CPU seconds that the search took
equally, or each gets those of `output.control_seconds`, for every seed. Edge-popup is tuned first: its share of
weights, its rate and the scale of its logits, on the validation rows, each setting with a twelfth of the time.
Magnitude pruning needs a trained network: half the time trains all weights, then the largest are kept, as many in each
layer as the mask keeps there on average, as they are or trained again from where they began ("rewound", Frankle and
Carbin 2019).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from evo.kinds.common.scorer import LeftOutError, Told
from evo.kinds.mask.config import MaskConfig
from evo.monitor import Phase
from fitness.masks.controls import brittleness, by_magnitude, random_like, shuffled
from fitness.masks.data import MaskData
from fitness.masks.edge_popup import PopupSettings, advance, begin, mask_of
from fitness.masks.loss import score
from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from fitness.masks.tasks import MaskProblem
from fitness.masks.trainer import train
from genomes.deadline import Interrupted, look, unlimited
from genomes.masks.space import Genes, MaskSpace
from genomes.streams import Role, stream

#: What edge-popup is tuned over: shares and rates, then factors of the logit scale.
POPUPS = tuple(PopupSettings(keep, rate) for keep in (0.3, 0.5, 0.7) for rate in (0.1, 0.01))
SCALES = (0.25, 4.0)
TUNING = 1 / 12
#: Shares of connections that flip in the curve of brittleness.
FLIPS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
BATCHES = 20
#: CPU seconds that a control has at least.
LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Controls:
    """seed: the run's; seeds: runs of each control, 0 for none; seconds: of each, None for the search's in all."""

    seed: int
    seeds: int
    seconds: float | None

    @classmethod
    def of(cls, config: MaskConfig) -> Controls:
        """Those that a config asks for."""
        return cls(config.seed, config.output.controls, config.output.control_seconds)

    def shares(self, space: MaskSpace) -> float:
        """How many times the seconds of one that learns all of them take; 0 where none learns."""
        tuning = TUNING * (len(POPUPS) + len(SCALES)) if learns_scores(space) else 0.0
        return self.seeds * (learns_scores(space) + learns_weights(space)) + (tuning if self.seeds else 0.0)

    def each(self, space: MaskSpace, search: float) -> float:
        """CPU seconds of one that learns; search: those of the search."""
        if self.seconds is not None:
            return max(LEAST, self.seconds)
        return max(LEAST, search / max(1.0, self.shares(space)))


def learns_scores(space: MaskSpace) -> bool:
    """Whether edge-popup is a control of such masks."""
    return space.per_weight


def learns_weights(space: MaskSpace) -> bool:
    """Whether magnitude pruning is one."""
    return space.granularity in ("edge", "ternary")


def mask_section(
    problem: MaskProblem,
    data: MaskData,
    genes: Genes,
    controls: Controls,
    seconds: float,
    told: Told,
) -> dict[str, Any]:
    """The section `mask` of result.json: the picked mask on the held-out rows, with its controls beside it."""
    split = next(name for name in ("test", "valid", "train") if name in data.splits())
    held_out, space = data.splits()[split], problem.space
    with threadpool_limits(1):
        own = score(problem.network, space.weight_masks(genes), held_out)
        trained = score(problem.network, space.weight_masks(genes), data.train)
        section: dict[str, Any] = {
            "kept": own.kept,
            "weights": space.n_weights,
            "sparsity": 1.0 - own.kept / space.n_weights,
            "loss": trained.loss,
            "logit_scale": problem.network.scale,
            "split": split,
            "accuracy": own.accuracy,
            "unpruned": score(problem.network, all_weights(problem.network), held_out).accuracy,
        }
        if controls.seeds:
            bench = Bench(problem, data, held_out, controls, controls.each(space, seconds), told)
            own_time = contextlib.nullcontext() if controls.seconds is None else unlimited()
            try:
                with contextlib.suppress(LeftOutError), own_time:
                    look()
                    baselines = bench.baselines(genes)
                    section |= {"baselines": baselines, "control_seconds": bench.seconds}
            except Interrupted:
                told.note("no controls: stop.seconds was over; output.control_seconds gives them time of their own")
            section["brittleness"] = bench.brittle(genes)
    return section


@dataclass(frozen=True)
class Bench:
    """The controls of one run; `held_out` are the rows all of them are scored on."""

    problem: MaskProblem
    data: MaskData
    held_out: Samples
    controls: Controls
    seconds: float
    told: Told
    began: float = field(default_factory=time.process_time)

    def baselines(self, genes: Genes) -> dict[str, Any]:
        """Accuracies on the held-out rows, one per seed, by control."""
        space, seeds = self.problem.space, range(self.controls.seeds)
        if self._whole:
            self.told.note(f"controls: {self._whole:,.0f} CPU s in all (output.controls: 0 for none)")
        accuracies: dict[str, Any] = {
            "random": [self._accuracy(random_like(self._rng(0, k), genes, space)) for k in seeds],
            "shuffled": [self._accuracy(shuffled(self._rng(1, k), genes, space)) for k in seeds],
        }
        accuracies["edge_popup"] = self._popup() if learns_scores(space) else None
        accuracies["magnitude"] = self._magnitude(genes) if learns_weights(space) else None
        return accuracies

    def brittle(self, genes: Genes) -> dict[str, list[float]] | None:
        """Mean accuracy when shares of the kept, the dropped or all connections flip; None for neuron masks."""
        if not self.problem.space.per_weight:
            return None
        place = (self.problem.network, self.held_out, genes, self.problem.space)
        curves = {"shares": list(FLIPS)}
        for number, which in enumerate(("kept", "dropped", "all")):
            curves[which] = brittleness(*place, self._rng(4, number), FLIPS, which)  # type: ignore[arg-type]
        return curves

    def _popup(self) -> dict[str, Any]:
        settings, factor = self._tuned()
        accuracies = []
        for k in range(self.controls.seeds):
            what = f"edge-popup, seed {k + 1} of {self.controls.seeds}"
            accuracies.append(self._accuracy(self._learnt(what, settings, factor, self._rng(2, k), self.seconds)))
        return {"accuracy": accuracies, "keep": settings.keep, "rate": settings.rate, "scale_factor": factor}

    def _tuned(self) -> tuple[PopupSettings, float]:
        """The best settings on the validation rows (else by training loss)."""
        tried: list[tuple[float, PopupSettings, float]] = []

        def attempt(settings: PopupSettings, factor: float) -> None:
            what = f"edge-popup, tuned on {len(POPUPS) + len(SCALES)} settings"
            mask = self._learnt(what, settings, factor, self._rng(3, len(tried)), self.seconds * TUNING)
            judged = score(
                self.problem.network, self.problem.space.weight_masks(mask), self.data.valid or self.data.train
            )
            tried.append((judged.loss if self.data.valid is None else -judged.accuracy, settings, factor))

        for settings in POPUPS:
            attempt(settings, 1.0)
        best = min(tried, key=lambda one: one[0])[1]
        for factor in SCALES:
            attempt(best, factor)
        _, settings, factor = min(tried, key=lambda one: one[0])
        return settings, factor

    def _learnt(
        self, what: str, settings: PopupSettings, factor: float, rng: np.random.Generator, seconds: float
    ) -> Genes:
        network = self.problem.network.scaled(self.problem.network.scale * factor)
        return popup_for(network, self.data.train, self.problem, rng, seconds, settings, lambda: self._say(what))

    def _magnitude(self, genes: Genes) -> dict[str, list[float]]:
        """Accuracies: all trained weights; the largest of them; those trained again from their first values."""
        keep = self.problem.space.kept(genes) / self.problem.space.n_weights
        accuracies: dict[str, list[float]] = {"dense": [], "pruned": [], "rewound": []}
        everything = all_weights(self.problem.network)
        for k in range(self.controls.seeds):
            self._say(f"magnitude pruning, seed {k + 1} of {self.controls.seeds}")
            rng, start = self._rng(5, k), self.problem.network
            trained = train_for(start, self.data.train, everything, rng, self.seconds / 2)
            self._say(f"magnitude pruning, seed {k + 1} of {self.controls.seeds}")
            masks = by_magnitude(trained, keep)
            rewound = train_for(start, self.data.train, masks, rng, self.seconds / 2)
            for name, network, kept in (
                ("dense", trained, everything), ("pruned", trained, masks), ("rewound", rewound, masks),
            ):  # fmt: skip
                accuracies[name].append(score(network, kept, self.held_out).accuracy)
        return accuracies

    def _accuracy(self, genes: Genes) -> float:
        return score(self.problem.network, self.problem.space.weight_masks(genes), self.held_out).accuracy

    def _rng(self, control: int, number: int) -> np.random.Generator:
        return stream(self.controls.seed, Role.CONTROLS, control, slot=number)

    @property
    def _whole(self) -> float:
        """CPU seconds of all of them."""
        return self.seconds * self.controls.shares(self.problem.space)

    def _say(self, what: str) -> None:
        """What is done now, and how much of the time is over; it may raise."""
        done = (time.process_time() - self.began) / max(self._whole, LEAST)
        self.told.phase(Phase(f"controls: {what}", min(1.0, done)))


def all_weights(network: Network) -> list[Genes]:
    """int8[neurons, inputs] of ones per layer: the mask that drops nothing."""
    return [np.ones(layer.weights.shape, np.int8) for layer in network.layers]


def popup_for(
    network: Network,
    samples: Samples,
    problem: MaskProblem,
    rng: np.random.Generator,
    seconds: float,
    settings: PopupSettings,
    check: Callable[[], None] = lambda: None,
) -> Genes:
    """Edge-popup for so many CPU seconds: a few batches are timed, and the cosine schedule ends with the time.

    check: called now and then; it may raise.
    """
    start, space = time.process_time(), problem.space
    state = begin(network, samples, None, space, rng)
    advance(network, samples, state, space, rng, BATCHES, 1000, settings)
    each = max(1e-6, (time.process_time() - start) / BATCHES)
    total = max(1, int(seconds / each) - BATCHES)
    while state.done < total and time.process_time() - start < seconds:
        check()
        state = advance(network, samples, state, space, rng, max(1, total // 50), total, settings)
    return mask_of(state.scores, space, settings.keep)


def train_for(
    network: Network, samples: Samples, masks: Sequence[Genes], rng: np.random.Generator, seconds: float
) -> Network:
    """The unmasked weights trained by Adam for so many CPU seconds."""
    start = time.process_time()
    train(network, samples, masks, rng, BATCHES, rate=3e-3)
    each = max(1e-6, (time.process_time() - start) / BATCHES)
    return train(network, samples, masks, rng, max(1, int(seconds / each) - BATCHES), rate=3e-3)
