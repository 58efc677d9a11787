"""What is counted of the mask that a run picked, for pictures: shares of weights kept, and of which pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.kinds.mask.saved import SavedMasks
from evo.storage.run_dir import RunDir
from fitness.data.pictures.grid import picture_by_name
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Layer
from genomes.masks.space import Genes

#: Cells of a drawn layer, at most, along its longer and along its shorter side.
LONG, SHORT = 96, 48


@dataclass(frozen=True, slots=True)
class KeptLayer:
    """What is kept of a layer; rows of `shares` are neurons and columns inputs, or the other way round if `turned`.

    shares: float64[at most SHORT, at most LONG], of the weights that a cell stands for; of single weights that are kept
    with the opposite sign -1. each: how many rows and columns of weights a cell stands for, at most.
    """

    neurons: int
    inputs: int
    shares: NDArray[np.float64]
    each: tuple[int, int]
    turned: bool
    inverted: bool


@dataclass(frozen=True, slots=True)
class KeptPixels:
    """What the first layer keeps of the pixels of a picture.

    counts: int64[height, width], weights kept at each pixel, at all places of a convolution; signs: int64[neurons,
    height, width], of the kept weights of each neuron, None for a convolution and where inputs are bits.
    """

    counts: NDArray[np.int64]
    signs: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True)
class MaskFacts:
    """The pick of a run; pixels: None where rows are no pictures."""

    layers: tuple[KeptLayer, ...]
    pixels: KeptPixels | None


def mask_facts(run: RunDir) -> MaskFacts:
    """What its model and its network tell.

    Raises:
        CheckpointError: one of them, or the encoder, is missing or damaged.
    """
    saved = SavedMasks.of(run)
    masks = saved.space.weight_masks(saved.model().genes)
    placed = pixels_of(saved.encoder, saved.image)
    pixels = None if placed is None else kept_pixels(masks[0], saved.network.layers[0], *placed)
    if pixels is not None and saved.encoder.binarizer is not None:
        pixels = KeptPixels(pixels.counts, None)
    return MaskFacts(tuple(map(kept_layer, masks)), pixels)


def kept_layer(mask: Genes) -> KeptLayer:
    """Shares of a mask int8[neurons, inputs], its longer side along the rows."""
    turned = mask.shape[0] > mask.shape[1]
    across = mask.T if turned else mask
    down, along = (min(size, most) for size, most in zip(across.shape, (SHORT, LONG), strict=True))
    each = (-(-across.shape[0] // down), -(-across.shape[1] // along))
    single = each == (1, 1)
    shares = across.astype(np.float64) if single else _shares(across != 0, down, along)
    neurons, inputs = mask.shape
    return KeptLayer(neurons, inputs, shares, each, turned, single and bool((mask < 0).any()))


def _shares(kept: NDArray[np.bool_], down: int, along: int) -> NDArray[np.float64]:
    """float64[down, along]: the share that holds in each block; blocks are as equal as they can be."""
    rows, columns = (np.arange(n) * size // n for n, size in zip((down, along), kept.shape, strict=True))
    sums = np.add.reduceat(np.add.reduceat(kept.astype(np.int64), rows, axis=0), columns, axis=1)
    sizes = np.outer(np.diff(rows, append=kept.shape[0]), np.diff(columns, append=kept.shape[1]))
    return np.asarray(sums / sizes)


def pixels_of(encoder: MaskEncoder, image: Sequence[int]) -> tuple[int, int, NDArray[np.intp]] | None:
    """Height and width of the pictures that rows are, and intp[inputs]: the pixel of each input, -1 for none.

    image: channels, rows and columns where a convolution reads them; else columns are called pixel_ROW_COLUMN.
    """
    if image:
        _, height, width = image
        return height, width, np.arange(encoder.n_inputs) % (height * width)
    names = [field.name for field in encoder.fields]
    inputs = names if encoder.binarizer is None else [bit.feature for bit in encoder.binarizer.bits]
    picture = picture_by_name(names, inputs)
    return None if picture is None else (picture.height, picture.width, picture.pixels.astype(np.intp))


def kept_pixels(mask: Genes, layer: Layer, height: int, width: int, pixels: NDArray[np.intp]) -> KeptPixels:
    """What a mask int8[neurons, inputs] of the first layer keeps; pixels: of each input of a sample."""
    read = np.arange(mask.shape[1])[None] if layer.gather is None else layer.gather
    placed = pixels[read]
    weights = np.broadcast_to(np.count_nonzero(mask, axis=0), placed.shape)
    counts = np.zeros(height * width, np.int64)
    np.add.at(counts, placed[placed >= 0], weights[placed >= 0])
    if layer.gather is not None:
        return KeptPixels(counts.reshape(height, width), None)
    signs = np.zeros((len(mask), height * width), np.int64)
    inputs = np.flatnonzero(pixels >= 0)
    kept = (np.sign(layer.weights) * mask).astype(np.int64)
    np.add.at(signs.T, pixels[inputs], kept[:, inputs].T)
    return KeptPixels(counts.reshape(height, width), signs.reshape(-1, height, width))
