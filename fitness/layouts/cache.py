"""What searches look at again and again: layouts of one training split, each built once."""

from __future__ import annotations

from dataclasses import dataclass, field

from fitness.data.dataset import Split
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.term_store import TermStore
from fitness.layouts.vote import VoteLayout
from genomes.two_level.spec import Kind


@dataclass(frozen=True, slots=True)
class SampleView:
    """A layout with the covers of terms already met on it; `share` is its part of the samples."""

    layout: BinaryLayout
    store: TermStore
    share: float


@dataclass(frozen=True, slots=True)
class LayoutCache:
    """Layouts of `train`, built when they are first asked for and kept (a cache: results do not depend on it).

    signs: see `Dataset.signs`.
    """

    train: Split
    kind: Kind
    signs: tuple[int, ...] = ()
    _views: dict[tuple[int, bool, float], SampleView] = field(default_factory=dict, repr=False, compare=False)
    _votes: list[VoteLayout] = field(default_factory=list, repr=False, compare=False)

    def __reduce__(self) -> tuple[type[LayoutCache], tuple[Split, Kind, tuple[int, ...]]]:
        """What is sent to a worker: not what was built here."""
        return LayoutCache, (self.train, self.kind, self.signs)

    def view(self, output: int, *, inverted: bool = False, share: float = 1.0) -> SampleView:
        """The problem of one output (or class), one output phase, on a share of the samples."""
        key = (output, inverted, share)
        if key not in self._views:
            self._views[key] = self._built(*key)
        return self._views[key]

    def _built(self, output: int, inverted: bool, share: float) -> SampleView:
        if share == 1.0:
            layout = BinaryLayout.of(self.train, output, self.kind, inverted=inverted, signs=self.signs)
            return SampleView(layout, TermStore(layout), 1.0)
        whole = self.view(output, inverted=inverted).layout
        layout = whole.part(share)
        samples = max(1, whole.n_on + whole.n_off)
        return SampleView(layout, TermStore(layout), (layout.n_on + layout.n_off) / samples)

    def votes(self) -> VoteLayout:
        """The layout of all classes of a multi-class split, built at the first call."""
        if not self._votes:
            self._votes.append(VoteLayout.of(self.train))
        return self._votes[0]
