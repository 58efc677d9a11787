"""Files that lie about what they hold: one line, no code run, no memory taken for what is not there."""

from __future__ import annotations

import gzip
import io
import os
import socket
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from fitness.containers.bound import bound
from fitness.containers.gzipped import gunzip
from fitness.containers.npz import read_npz as read
from fitness.containers.npz import require_zip
from fitness.containers.regular import read_regular
from fitness.data.binarize import Binarizer
from fitness.data.files import read_text
from fitness.data.sources import read_source
from fitness.data.spec import BinarizeSpec, DataSpec
from fitness.errors import ContainerError, DataError
from fitness.machine import memory

X = np.arange(12.0).reshape(3, 4)
#: Names of tests hold it, so it holds no time of day.
PACKED = gzip.compress(b"a", mtime=0)


def npy(descr, shape, data=b"", fortran=False, version=(1, 0)):
    header = repr({"descr": descr, "fortran_order": fortran, "shape": shape}).encode() + b"\n"
    size = struct.pack("<H" if version == (1, 0) else "<I", len(header))
    return b"\x93NUMPY" + bytes(version) + size + header + data


def archive(method=zipfile.ZIP_DEFLATED, **members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return content.getvalue()


def saved(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def refused(function, *arguments, **named):
    with pytest.raises(ContainerError) as caught:
        function(*arguments, **named)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    assert caught.value.exit_code == 3
    return caught.value.message


@pytest.mark.parametrize(
    "array",
    [
        X,
        np.asfortranarray(X),
        X.astype(">f8"),
        np.asfortranarray(X.astype(">f2")),
        X[::2, ::-1],
        X.astype(np.longdouble),
        X.astype(">i4"),
        X > 3,
        np.array(["a", "bc"], dtype=">U3"),
        np.array(5),
        np.zeros((0, 3)),
        np.ones((2, 3), dtype=np.complex64),
        np.array(["2020-01-01"], dtype="M8[D]"),
        np.array([b"ab"]),
    ],
    ids=lambda array: f"{array.dtype.str}{array.shape}{array.flags.f_contiguous}",
)
def test_any_array_comes_back_as_kernels_take_it(array):
    read_back = read(saved(X=array))["X"]
    np.testing.assert_array_equal(read_back, array)
    assert read_back.shape == array.shape
    assert read_back.dtype == array.dtype.newbyteorder("=")
    assert read_back.flags.c_contiguous
    assert read_back.flags.aligned
    assert read_back.flags.writeable


def test_only_the_named_arrays_are_opened():
    content = archive(X=npy("<f8", (1,), bytes(8)), notes=b"no array", big=npy("<f8", (10**18,)))
    assert read(content, names=("X", "y"))["X"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (npy("<f8", (10**18,)), "promises [10^18] values of float64, 10^18 bytes; the archive holds 0"),
        (npy("<f8", (10**300,) * 2), "promises [10^300, 10^300] values of float64, 10^600 bytes; the archive holds 0"),
        (npy("<f8", (2**62, 2)), "promises [10^18, 2] values of float64, 10^19 bytes; the archive holds 0"),
        (npy("<f8", (3,), bytes(16)), "promises [3] values of float64, 24 bytes; the archive holds 16"),
        (npy("<f8", (3,), bytes(32)), "promises [3] values of float64, 24 bytes; the archive holds 32"),
        (npy("<f8", (-1,)), "has the shape [-1]"),
        (npy("<f8", (True,), bytes(8)), "has the shape [True]"),
        (npy("<f8", (1,) * 65, bytes(8)), "has a shape that NumPy does not know: [1, 1, 1, 1, ...]"),
        (npy("<f8", (0, 2**62)), "has a shape that NumPy does not know: [0, 10^18]"),
        (npy("<U0", (10**9,)), "promises [1000000000] values of <U0, 0 bytes; the archive holds 0"),
        (npy("|O", (1,), b"cos\nsystem\n(S'exit 1'\ntR."), "holds Python objects; expected numbers or texts"),
        (npy([("a", "<f8")], (1,), bytes(8)), "holds records; expected numbers or texts"),
        (npy([("a", "|O")], (1,), bytes(8)), "holds Python objects; expected numbers or texts"),
        (npy(("<f8", (2,)), (1,), bytes(16)), "holds values of dtype ('<f8', (2,)); expected numbers or texts"),
        (npy("|V8", (1,), bytes(8)), "holds values of dtype |V8; expected numbers or texts"),
        (npy("|b1", (2,), b"\2\1"), "holds Booleans other than 0 and 1"),
        (npy("<U1", (1,), b"\xff" * 4), "holds characters that do not exist"),
        (npy(">U1", (1,), b"\0\0\xd8\0"), "holds characters that do not exist"),
    ],
)
def test_headers_that_do_not_fit_what_follows_are_told(member, message):
    assert refused(read, archive(X=member), where="a.npz") == f"'X' {message}"


@pytest.mark.parametrize(
    "member",
    [
        b"",
        b"hello",
        b"\x93NUMPY",
        b"\x93NUMPY\1\0\xff\xff{}",
        b"\x93NUMPY\2\0\xff\xff\xff\xff{",
        b"\x93NUMPY\1\0" + struct.pack("<H", 9000) + b"(" * 9000,
        b"\x93NUMPY\1\0" + struct.pack("<H", 9000) + b"-" * 9000,
        b"\x93NUMPY\1\0" + struct.pack("<H", 60_000) + b" " * 60_000,
        b"\x93NUMPY\1\0" + struct.pack("<H", 3) + b"\xff\xfe\n",
        npy("zz", (1,)),
        npy("<f8", "1"),
        npy("<f8", (1.0,)),
        npy("<f8", (1,), fortran=1),
        npy("<f8", (1,), version=(3, 0)),
        npy("<f8", (1,), version=(9, 9)),
        npy("int; import os", (1,)),
    ],
    ids=range(16),
)
def test_members_that_are_no_arrays_are_told(member):
    message = "'X' is no array of numbers or texts that NumPy could have written; write it with numpy.savez"
    assert refused(read, archive(X=member)) == message


def changed(content, mark, place, value):
    """The archive with two bytes after the first `mark` replaced."""
    data = bytearray(content)
    start = data.find(mark) + place
    data[start : start + 2] = struct.pack("<H", value)
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed(saved(X=X), b"PK\1\2", 8, 1), "'X' is encrypted; write it without a password"),
        (archive(zipfile.ZIP_BZIP2, X=npy("<f8", (1,), bytes(8))), "'X' is packed by bzip2; only deflate can be read"),
        (archive(zipfile.ZIP_LZMA, X=npy("<f8", (1,), bytes(8))), "'X' is packed by lzma; only deflate can be read"),
        (changed(saved(X=X), b"PK\1\2", 10, 93), "'X' is packed by zstd; only deflate can be read"),
        (changed(saved(X=X), b"PK\1\2", 10, 77), "'X' is packed by method 77; only deflate can be read"),
        (archive(**{"X": b"", "X.npy": b""}).replace(b"X.npy.npy", b"X.npy"), "not an npz archive; write it with ..."),
        (b"", "not an npz archive; write it with ..."),
        (saved(X=X)[:-30], "not an npz archive; write it with ..."),
        (b"\x93NUMPY", "not an npz archive; write it with ..."),
    ],
    ids=range(9),
)
def test_directories_that_cannot_be_read_are_told(content, message):
    assert refused(read, content).replace("numpy.savez(path, ...)", "...") == message


def test_an_archive_of_very_many_members_is_told():
    assert refused(read, archive(**{f"a{i}": b"" for i in range(10_001)})) == "an archive of more than 10,000 members"


def test_an_array_that_is_there_twice_is_told():
    content = io.BytesIO(saved(X=X))
    with zipfile.ZipFile(content, "a") as file:
        file.writestr("X", npy("<f8", (1,), bytes(8)))
    assert refused(read, content.getvalue()) == "the archive holds 'X' twice"


def test_an_archive_that_unpacks_to_too_much_is_refused_before_memory_is_taken():
    content = saved(X=np.zeros(10**6))
    tracemalloc.start()
    message = refused(read, content, limit=10**6)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message == "unpacks to 8,000,128 bytes, more than the 1,000,000 bytes of data.unpack_limit"
    assert peak < 10**6


def test_a_size_that_the_directory_lies_about_is_damage():
    content = saved(X=np.zeros(10**4))
    lying = content.replace(struct.pack("<I", 80_128), struct.pack("<I", 1_000))
    assert refused(read, lying) == "damaged npz archive: Bad CRC-32 for file 'X.npy'"


def test_a_zip_file_that_others_read_has_the_same_bound():
    require_zip(saved(X=X))
    assert "unpacks to 8,000,128 bytes" in refused(require_zip, saved(X=np.zeros(10**6)), limit=10**6)
    assert refused(require_zip, b"no zip") == "not a zip archive"


def test_gzip_members_one_after_the_other_and_zeros_behind_them_are_one_content():
    assert gunzip(PACKED + gzip.compress(b"") + gzip.compress(b"b") + bytes(20)) == b"ab"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PACKED + b"garbage", "truncated or damaged gzip file; fetch or compress it again"),
        (PACKED + b"\x1f\x8b", "truncated or damaged gzip file; fetch or compress it again"),
        (gzip.compress(PACKED, mtime=0), "a gzip file inside a gzip file; unpack it once"),
    ],
)
def test_gzip_that_is_more_than_that_is_told(content, message):
    assert refused(gunzip, content) == message


@pytest.mark.parametrize("members", [1, 50])
def test_a_gzip_bomb_is_unpacked_up_to_the_bound(members):
    content = gzip.compress(bytes(50_000_000 // members), 1) * members
    tracemalloc.start()
    message = refused(gunzip, content, limit=3_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message == "unpacks to more than the 3,000,000 bytes of data.unpack_limit"
    assert peak < 12_000_000


def test_what_fits_the_bound_exactly_is_read():
    assert gunzip(gzip.compress(b"abc"), limit=3) == b"abc"
    refused(gunzip, gzip.compress(b"abcd"), limit=3)


def test_pipes_devices_folders_and_sockets_are_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        said = {name: refused(read_regular, name) for name in ("pipe", "zero", "socket", ".", "/dev/null")}
    kinds = {"pipe": "a pipe", "zero": "a device", "socket": "a socket", ".": "a folder", "/dev/null": "a device"}
    assert said == {name: f"expected a file, got {kind}" for name, kind in kinds.items()}


def test_a_file_larger_than_the_bound_is_not_read(tmp_path: Path):
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(10**12)
    message = refused(read_regular, str(tmp_path / "a.csv"), 10**6)
    assert message == "unpacks to 1,000,000,000,000 bytes, more than the 1,000,000 bytes of data.unpack_limit"


def test_a_file_that_does_not_tell_its_size_is_read():
    assert b"Name:" in read_regular("/proc/self/status")
    refused(read_regular, "/proc/self/status", 20)


def test_the_usual_bound_is_a_quarter_of_the_memory_and_none_is_more_than_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory, "_physical", lambda: 1000)
    assert [bound(None), bound(10), bound(10**9)] == [250, 10, 1000]


def test_a_control_group_bounds_the_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(memory, "CGROUPS", tmp_path)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "memory" / "c").mkdir(parents=True)
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "a" / "memory.max").write_text("5000\n")
    (tmp_path / "a" / "b" / "memory.max").write_text("7000\n")
    (tmp_path / "memory" / "c" / "memory.limit_in_bytes").write_text("6000\n")
    real = memory._lines
    for own, expected in (("0::/a/b", 5000), ("4:cpu,memory:/c", 6000)):
        lines = lambda path, own=own: [own] if path == Path("/proc/self/cgroup") else real(path)  # noqa: E731
        monkeypatch.setattr(memory, "_lines", lines)
        assert memory.memory() == expected


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (PACKED, "a gzip file; its name must end in .gz"),
        (b"BZh91AY", "a bzip2 file; unpack it, or pack it with gzip"),
        (b"PK\3\4", "a zip file (or a workbook); unpack it, or save it as CSV"),
        ("x,y\n1,2\n".encode("utf-16"), "UTF-16 text; save the file as UTF-8"),
    ],
)
def test_containers_that_are_no_text_say_what_they_are(write, content, what):
    path = write("a.csv", content)
    assert refused(read_text, path) == f"this is {what}"


def idx(shape, rest=b"", kind=8):
    return bytes([0, 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + rest


@pytest.mark.parametrize(
    ("source", "content", "message"),
    [
        ("idx", idx((1,) * 65, b"0"), "expected at most 8 dimensions, got 65"),
        ("idx", idx((2**32 - 1,) * 8), r"expected \d+ bytes after the header for shape .*, got 0"),
        ("idx", idx((0, 28, 28)), r"the file holds nothing: its shape is \[0, 28, 28\]"),
        ("idx", idx((0, 2**32 - 1, 2**32 - 1, 2**32 - 1)), "the file holds nothing: its shape is "),
        ("idx", idx((1, 1100, 1000), bytes(1_100_000)), "1,100,000 columns, at most 1,000,000 are read; leave some"),
        ("pla", b".i " + b"9" * 5000 + b"\n", "1: .i must be followed by one number from 1 to 1,000,000, got '9999"),
        ("pla", b".i 9999999\n", "1: .i must be followed by one number from 1 to 1,000,000, got '9999999'"),
        ("pla", b".i 2\n.o 1\n.p " + b"9" * 30 + b"\n", "3: .p must be followed by one number from 0 to 1,000,000,000"),
        (
            "pla",
            b".i 20\n.o 3000\n" + b"-" * 20 + b"1" * 3000 + b"\n",
            "the rows cover 3,145,728,000 minterms",
        ),
        ("pla", b".i 20\n.o 1\n" + b"-" * 20 + b" 1\n", "unpacks to 44,040,192 bytes, more than the 30,000,000"),
        ("pla", (b".i 5000\n.o 1\n.type fr\n" + b"-" * 5000 + b"1\n"), r"the rows expand to 2\^5000 or more minterms"),
        ("csv", b"a,y\n" + b"x" * 10_000_000 + b",1\n", "2: (not a csv row: a quoted cell does|a line is longer)"),
        ("csv", b'a,y\n"1,2\n', "2: not a csv row: a quoted cell does not end"),
        ("csv", b"a," * 1_000_001 + b"y\n1\n", "a.*1: 1,000,002 columns, at most 1,000,000"),
    ],
    ids=range(14),
)
def test_numbers_in_a_file_that_ask_for_too_much_are_told(write, source, content, message):
    path = write(f"images-idx3.{source}", content)
    with pytest.raises(DataError, match=message):
        read_source(DataSpec(source=source, path=path, unpack_limit=30_000_000), 0)


def test_a_table_whose_cells_do_not_fit_the_memory_is_refused(write, monkeypatch: pytest.MonkeyPatch):
    path = write("a.csv", "a,y\n" + "1,2\n" * 1000)
    monkeypatch.setattr(memory, "_physical", lambda: 40_000)
    with pytest.raises(DataError, match=r"the 2,\d+ cells of this file need about \d+ kB, this machine has 40 kB"):
        read_source(DataSpec(source="csv", path=path), 0)


def test_bits_that_do_not_fit_the_memory_are_refused(write, monkeypatch: pytest.MonkeyPatch):
    path = write("a.csv", "a,y\n" + "".join(f"{row},{row % 2}\n" for row in range(1000)))
    spec = DataSpec(source="csv", path=path, binarize=BinarizeSpec(bits=255))
    table = read_source(spec, 0)
    binarizer = Binarizer.fit(table, spec.binarize)
    monkeypatch.setattr(memory, "_physical", lambda: 30_000)
    with pytest.raises(DataError, match=r"255 bits of 1,000 rows need about 33 kB, this machine has 30 kB"):
        binarizer.transform(table)


def test_numbers_that_do_not_fit_the_memory_are_refused(write, monkeypatch: pytest.MonkeyPatch):
    path = write("a.npz", saved(X=np.zeros((100, 100), np.int8), y=np.arange(100)))
    monkeypatch.setattr(memory, "_physical", lambda: 100_000)
    with pytest.raises(DataError, match=r"the 10,000 numbers of X need about 160 kB, this machine has 100 kB"):
        read_source(DataSpec(source="npz", path=path), 0)


def test_a_wide_cube_over_many_lines_takes_time_in_proportion(write):
    n = 50_000  # quadratic work would be minutes
    path = write("a.pla", f".i {n}\n.o 1\n.type fr\n" + "0\n" * n + "1\n" + "1\n" * n + "0\n.e\n")
    table = read_source(DataSpec(source="pla", path=path), 0)
    assert (table.n_rows, len(table.columns)) == (2, n)
