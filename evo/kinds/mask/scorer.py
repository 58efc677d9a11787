"""The front of a search for masks as people see it; the counterpart of `evo.kinds.two_level.scorer` for formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from evo.kinds.common.front import metric_table
from evo.kinds.common.scorer import Memory, Scores, Told
from evo.kinds.mask.columns import COLUMNS
from evo.kinds.mask.controls import Controls, mask_section
from evo.kinds.mask.model import MaskModel, alive, layer_lines, to_json
from evo.monitor import FrontRow
from evo.search.archive import Archive
from fitness.masks.data import MaskData
from fitness.masks.evaluator import MaskEvaluator
from fitness.masks.samples import Samples
from fitness.masks.tasks import MaskProblem
from genomes.masks.batch import MaskBatch
from genomes.masks.space import Genes


class MaskScorer(Memory):
    """Looks up (and remembers) what is known of archive members; `heading` is the network in a few words."""

    order = ("weights",)

    def __init__(self, problem: MaskProblem, data: MaskData, heading: str, controls: Controls) -> None:
        super().__init__(problem.spec.metric, "train" if data.valid is None else "valid")
        self._problem, self._data, self._heading, self._controls = problem, data, heading, controls
        self._judge = MaskEvaluator(problem.network, problem.space)
        self._weights = class_weights(problem, data)

    def rows(self, archive: Archive[MaskBatch]) -> tuple[FrontRow, ...]:
        """Members that nothing dominates, sorted by error, then kept weights."""
        front, names = archive.front(), archive.ids()
        for row in front.tolist():
            if names[row] not in self._rows:
                self._learn(names[row], archive.genomes[row])
        rows = (self._rows[names[row]] for row in front)
        return tuple(sorted(rows, key=lambda row: (row.error, row.size, row.id)))

    def record(self, archive: Archive[MaskBatch], row: FrontRow) -> dict[str, Any]:
        """The mask, its sizes and scores."""
        model = MaskModel(row.id, self._genes(archive, row.id), self._problem.network.scale)
        sizes = {**row.sizes, "sparsity": row.sparsity}
        return to_json(model, self._problem.space, sizes, self.scores(row.id))

    def lines(self, archive: Archive[MaskBatch], member: str) -> list[str]:
        """The network and what each layer keeps."""
        return [self._heading, *layer_lines(self._genes(archive, member), self._problem.space)]

    def tests(self, archive: Archive[MaskBatch]) -> dict[str, Scores]:
        """Metrics on the test rows."""
        test, names = self._data.test, archive.ids()
        if test is None:
            return {}
        return {name: self._scored(archive.genomes[row], test) for row, name in enumerate(names)}

    def extras(self, archive: Archive[MaskBatch], pick: FrontRow, seconds: float, told: Told) -> Scores:
        """The section `mask`: loss, and the controls beside it."""
        genes = self._genes(archive, pick.id)
        section = mask_section(self._problem, self._data, genes, self._controls, seconds, told)
        return {"mask": {"about": self.lines(archive, pick.id), **section}}

    def _genes(self, archive: Archive[MaskBatch], member: str) -> Genes:
        return archive.genomes[archive.ids().index(member)]

    def _scored(self, genes: Genes, samples: Samples) -> Scores:
        tables, losses = self._judge.confusion(MaskBatch(genes[None]), samples)
        return metric_table(tables, self._weights, self.metric)[0] | {"loss": float(losses[0])}

    def _learn(self, member: str, genes: Genes) -> None:
        space = self._problem.space
        splits = {name: split for name, split in self._data.splits().items() if name != "test"}
        scores = {name: self._scored(genes, split) for name, split in splits.items()}
        kept = space.kept(genes)
        places = [layer.places for layer in self._problem.network.layers]
        used = [int(np.count_nonzero(mask)) for mask in space.weight_masks(genes)]
        multiplications = sum(count * n for count, n in zip(used, places, strict=True))
        sizes = (kept, sum(alive(genes, space)), multiplications, len(space.shapes))
        named = {column.name: size for column, size in zip(COLUMNS, sizes, strict=True)}
        self.remember(member, scores, named, 1.0 - kept / space.n_weights)


def class_weights(problem: MaskProblem, data: MaskData) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """float64[classes]: as for formulas, see `fitness.class_weight`."""
    given, classes = problem.spec.class_weight, data.task.classes
    if isinstance(given, dict):
        return np.array([given.get(label, 1.0) for label in classes])
    if given == "balanced":
        counts = np.bincount(data.train.labels, minlength=len(classes)).astype(np.float64)
        return np.asarray(counts.sum() / (len(counts) * np.maximum(counts, 1.0)))
    return np.ones(len(classes))
