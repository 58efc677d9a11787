from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.data.schema import Field, Schema
from fitness.data.sources import read_later, read_source
from fitness.data.spec import DataSpec
from fitness.errors import DataError

PIECES = [
    "0",
    "1",
    "-",
    "2",
    "~",
    " ",
    "|",
    "\n",
    "\r\n",
    ".i 2\n",
    ".o 1\n",
    ".type fr\n",
    ".p 1\n",
    ".e\n",
    ".ilb a b\n",
]
CELLS = ["a", "1", "", "?", ",", "\n", '"', "inf", "1e999", "é", "\0", "\ufeff", "a,b\n", "-3.5", ";"]


def npz_bytes():
    content = io.BytesIO()
    np.savez_compressed(content, X=np.arange(20.0).reshape(10, 2), y=[0, 1] * 5)
    return content.getvalue()


NPZ = npz_bytes()


@st.composite
def damaged_npz(draw):
    data = bytearray(NPZ)
    for place in draw(st.lists(st.integers(0, len(data) - 1), max_size=6)):
        data[place] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))])


IDX = st.tuples(
    st.sampled_from([b"", b"\0\0\x08", b"\0\0\x08\x03", b"\0\0\x08\x03\0\0\0\x01\0\0\0\x01\0\0\0\x02"]), st.binary()
)

CONTENTS = {
    "csv": st.one_of(st.binary(), st.lists(st.sampled_from(CELLS)).map(lambda c: "".join(c).encode())),
    "pla": st.one_of(
        st.binary(),
        st.lists(st.sampled_from(PIECES)).map(lambda p: (".i 2\n.o 1\n" + "".join(p)).encode()),
        st.lists(st.sampled_from(PIECES)).map(lambda p: "".join(p).encode()),
    ),
    "npz": st.one_of(st.binary(), damaged_npz()),
    "idx": IDX.map(b"".join),
}


@pytest.mark.parametrize("source", sorted(CONTENTS))
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_table_or_one_line(tmp_path_factory, source, data):
    path = tmp_path_factory.mktemp("fuzz", numbered=True) / f"images-idx3.{source}"
    path.write_bytes(data.draw(CONTENTS[source]))
    for read in (
        lambda: read_source(DataSpec(source=source, path=str(path)), 0),
        lambda: read_later(str(path), Schema((Field("a", "number"),), ("y",)), source),
    ):
        try:
            assert read().n_rows > 0
        except DataError as error:
            assert "\n" not in str(error)
            assert str(path.parent) in str(error)
