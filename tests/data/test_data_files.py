from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from fitness.data.files import read_bytes, read_text


def test_a_gzip_file_reads_as_its_content(write):
    assert read_text(write("a.csv.gz", "x,y\n1,2\n")) == "x,y\n1,2\n"


def test_a_byte_order_mark_is_dropped(write):
    assert read_text(write("a.csv", "\ufeffx")) == "x"


def test_missing_file(tmp_path, fails):
    path = str(tmp_path / "none.csv")
    assert fails(read_bytes, path) == f"{path}: no such file"


def test_folder_instead_of_file(tmp_path, fails):
    assert fails(read_bytes, str(tmp_path)) == f"{tmp_path}: expected a file, got a folder"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(write, fails):
    path = write("a.csv", "x")
    Path(path).chmod(0)
    assert fails(read_bytes, path) == f"{path}: cannot be read: Permission denied"


def test_a_file_below_a_file_cannot_be_read(write, fails):
    path = write("a.csv", "x") + "/b.csv"
    assert fails(read_bytes, path) == f"{path}: cannot be read: Not a directory"


def test_a_path_with_a_nul(fails):
    assert fails(read_bytes, "a\0b") == "a\\x00b: cannot be read: no file can have this name"


@pytest.mark.parametrize("name", ["empty.csv", "empty.csv.gz"])
def test_empty_file(write, fails, name):
    path = write(name, "")
    assert fails(read_bytes, path) == f"{path}: the file is empty"


def test_gz_that_is_not_gzip(write, tmp_path, fails):
    path = tmp_path / "a.csv.gz"
    path.write_text("x,y\n")
    assert (
        fails(read_bytes, str(path)) == f"{path}: the name ends in .gz but this is no gzip file; rename or compress it"
    )


@pytest.mark.parametrize("keep", [5, 12, 30, -3])
def test_truncated_gzip(tmp_path, fails, keep):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(os.urandom(500))[:keep])
    assert fails(read_bytes, str(path)) == f"{path}: truncated or damaged gzip file; fetch or compress it again"


def test_damaged_gzip_body(tmp_path, fails):
    path = tmp_path / "a.csv.gz"
    content = bytearray(gzip.compress(b"abc" * 1000))
    content[10] ^= 0xFF
    path.write_bytes(bytes(content))
    assert fails(read_bytes, str(path)).startswith(f"{path}: ")


def test_text_that_is_not_utf8_names_the_line(write, fails):
    path = write("a.csv", b"x,y\n1,2\n\xff,3\n")
    assert fails(read_text, path) == f"{path}:3: not UTF-8 text; save the file as UTF-8"
