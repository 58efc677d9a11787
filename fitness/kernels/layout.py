"""What compiled kernels and their callers agree on."""

from __future__ import annotations

#: Words of one block of the evaluator; `fitness.evaluation.blocks` says why so many, `vectors` how a block becomes registers.
BLOCK = 16
