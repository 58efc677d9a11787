"""NumPy archives: X [rows, features], y [rows] (or [rows, outputs] of 0, 1 and -1 for don't care), feature_names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.containers.contiguous import laid_out
from fitness.containers.npz import array_names, read_npz
from fitness.data.checks import categories_of, number_text, quoted, require_columns, require_few_columns
from fitness.data.files import read_bytes
from fitness.data.schema import Schema, coerce
from fitness.data.spec import DataSpec
from fitness.data.table import Column, Table, Target
from fitness.errors import DataError
from fitness.machine.memory import require_memory

#: Memory of a number while a table is read: as float64, and again in the split that its row goes to.
BYTES_PER_CELL = 16
ARRAYS = ("X", "y", "feature_names")


def read(spec: DataSpec, seed: int) -> Table:
    """The training archive of an npz config; `seed` is not used.

    Raises:
        DataError: unreadable archive, missing arrays, wrong shapes or dtypes, infinities, unknown `categorical` names.
    """
    table = read_archive(spec.path or "", labels=True, limit=spec.unpack_limit)
    require_columns(spec.categorical, [c.name for c in table.columns], table.origin)
    columns = tuple(
        Column(c.name, "category", categories_of(c.values)) if c.name in spec.categorical else c for c in table.columns
    )
    return Table(columns, table.target, table.origin)


def reread(path: str, schema: Schema, limit: int | None = None) -> Table:
    """A later archive, reduced to what is wanted; `y` is needed only where labels are."""
    return coerce(read_archive(path, labels=bool(schema.target), limit=limit), schema)


def read_archive(path: str, labels: bool, limit: int | None = None) -> Table:
    """All columns of an archive: number columns, or bit columns where X is boolean."""
    content = read_bytes(path, limit)
    arrays = read_npz(content, names=ARRAYS, limit=limit, where=path, example="X=..., y=...")
    wanted = ("X", "y") if labels else ("X",)
    if not set(wanted) <= set(arrays):
        raise DataError(_other_names(wanted, array_names(content, path)), where=path)
    x = _check_inputs(arrays["X"], path)
    require_few_columns(x.shape[1], path)
    names = _names(arrays.get("feature_names"), x.shape[1], path)
    kind: Any = "bit" if x.dtype == np.bool_ else "number"
    columns = tuple(Column(name, kind, x[:, i]) for i, name in enumerate(names))
    return Table(columns, _target(arrays["y"], len(x), path) if labels else None, path)


def _other_names(wanted: tuple[str, ...], there: list[str]) -> str:
    """What to say of an archive without the wanted arrays."""
    if not there:
        return f"expected arrays {quoted(wanted)}, got an archive without arrays"
    others = [name for name in there if name not in ARRAYS]
    absent = [name for name in wanted if name not in there]
    pairs = zip(absent, [*others, *["..."] * len(absent)], strict=False)
    kept = [f"{name}={name}" for name in wanted if name in there]
    hint = f"numpy.savez(path, {', '.join([*kept, *(f'{name}={other[:40]}' for name, other in pairs)])})"
    return f"expected arrays {quoted(wanted)}, got {quoted(there)}; save them under these names, e.g. {hint}"


def _check_inputs(x: NDArray[Any], path: str) -> NDArray[Any]:
    """X as bool, uint8 or float64 [rows, features]."""
    if x.ndim != 2 or 0 in x.shape:
        raise DataError(f"X must have shape [rows, features], neither zero; got {list(x.shape)}", where=path)
    if x.dtype.kind not in "buif":
        raise DataError(f"X must hold numbers or booleans, got dtype {x.dtype}", where=path)
    if x.dtype not in (np.bool_, np.uint8):
        require_memory(BYTES_PER_CELL * x.size, f"the {x.size:,} numbers of X", path)
        x = laid_out(x, np.float64)
    if x.dtype.kind == "f" and np.isinf(x).any():
        row, column = (int(i) for i in np.argwhere(np.isinf(x))[0])
        raise DataError(f"X must be finite or NaN (missing), got {x[row, column]} at X[{row}, {column}]", where=path)
    return x


def _names(given: NDArray[Any] | None, n: int, path: str) -> list[str]:
    if given is None:
        return [f"x{i}" for i in range(n)]
    if given.ndim != 1 or len(given) != n or given.dtype.kind != "U":
        raise DataError(
            f"feature_names must be {n} strings, got dtype {given.dtype} of shape {list(given.shape)}", where=path
        )
    names = [str(name).strip() for name in given]
    if len(set(names)) < n or "" in names:
        raise DataError("feature_names must differ and not be empty", where=path)
    return names


def _target(y: NDArray[Any], n_rows: int, path: str) -> Target:
    if y.ndim not in (1, 2) or len(y) != n_rows or y.size == 0:
        expected = f"[{n_rows}] or [{n_rows}, outputs]"
        raise DataError(f"y must have shape {expected} as X has {n_rows} rows, got {list(y.shape)}", where=path)
    if y.ndim == 1 or y.shape[1] == 1:
        return Target(("y",), _labels(y.reshape(-1), path))
    if y.dtype.kind not in "buif" or not np.isin(y, (-1, 0, 1)).all():
        raise DataError("y of several outputs must hold only 0, 1 and -1 (don't care)", where=path)
    return Target(tuple(f"y{i}" for i in range(y.shape[1])), y.astype(np.int8))


def _labels(y: NDArray[Any], path: str) -> NDArray[Any]:
    if y.dtype.kind == "U":
        texts = [str(label).strip() for label in y]
    elif y.dtype.kind == "f" and np.isfinite(numbers := laid_out(y, np.float64)).all():
        texts = [number_text(label) for label in numbers.tolist()]
    elif y.dtype.kind in "bui":
        texts = [str(int(label)) for label in y.tolist()]
    else:
        raise DataError(f"y must hold finite numbers or strings, got dtype {y.dtype}", where=path)
    if "" in texts:
        raise DataError(f"missing label at y[{texts.index('')}]", where=path)
    return np.array(texts, dtype=object)
