"""Journals: what is written is what is read, digests are kept while they grow, and their ends are found from behind."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.storage import jsonl, lines
from evo.storage.digest import Digest, beginnings
from evo.storage.folder import Folder
from evo.storage.jsonl import Informal, Journal, cut_to, cut_torn_line
from evo.storage.lines import Lines, last_record

RECORDS = st.lists(st.dictionaries(st.text(max_size=5), st.integers(-9, 9), max_size=3), max_size=6)
#: A line that is a record, or one that is none.
LINES = st.one_of(st.integers(0, 99).map(lambda n: b'{"n": %d}' % n), st.sampled_from([b"", b"[1]", b"\xff", b"{"]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("journals"))


def write(folder: Folder, content: bytes) -> None:
    (folder.root / "j").write_bytes(content)


@given(records=RECORDS, before=RECORDS)
def test_a_journal_reads_as_it_was_written_and_its_digest_is_that_of_the_file(
    records: list[dict[str, int]], before: list[dict[str, int]], folder: Folder
) -> None:
    write(folder, b"")
    journal = Journal(folder, "j", Digest())
    for record in before:
        journal.append(record)
    middle = journal.digest
    journal.close()
    again = Journal(folder, "j", middle.copy())
    for record in records:
        again.append(record)
    content = (folder.root / "j").read_bytes()
    assert list(Lines(folder, "j")) == [*before, *records]
    assert (again.digest.n_bytes, again.digest.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert middle.sha256 == hashlib.sha256(content[: middle.n_bytes]).hexdigest()
    again.close()


@given(content=st.binary(max_size=60), lengths=st.sets(st.integers(0, 80), max_size=5))
def test_the_digests_of_beginnings_are_those_of_the_bytes(content: bytes, lengths: set[int], folder: Folder) -> None:
    write(folder, content)
    found = beginnings(folder, "j", lengths)
    expected = {n: hashlib.sha256(content[:n]).hexdigest() for n in {*lengths, 0} if n <= len(content)}
    assert {n: digest.sha256 for n, digest in found.items()} == expected
    assert all(digest.n_bytes == n for n, digest in found.items())


@given(content=st.lists(LINES, max_size=8), torn=st.binary(max_size=5), window=st.integers(1, 40))
def test_the_last_record_is_that_of_a_reading_from_the_front(
    content: list[bytes], torn: bytes, window: int, folder: Folder
) -> None:
    write(folder, b"".join(line + b"\n" for line in content) + torn.replace(b"\n", b""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "ENDS", (window, 100, 1000))
        last = last_record(folder, "j")
    records = list(Lines(folder, "j"))
    sound = content and content[-1].startswith(b'{"n"')
    if sound or not records:
        assert last.record == (records[-1] if records else None)
    else:  # what comes before is shown where it was read
        assert last.record in (None, records[-1])
        assert "no record" in last.complaint


def test_a_reading_says_which_lines_are_no_records(folder: Folder) -> None:
    write(folder, b'{"a": 1}\nno\n{"a": 2}\n[]\ntorn')
    read = Lines(folder, "j")
    assert list(read) == [{"a": 1}, {"a": 2}]
    assert read.complaint == "j: 2 lines are no records of evo's and are left out (the first is line 2)"


def test_a_line_that_is_longer_than_any_ends_the_reading(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 20)
    write(folder, b'{"a": 1}\n' + b"x" * 30 + b'\n{"a": 2}\n')
    read = Lines(folder, "j")
    assert list(read) == [{"a": 1}]
    assert read.complaint == "j: line 2 is longer than any of evo's; the rest is left out"


@pytest.mark.parametrize(
    ("content", "left"),
    [(b"", b""), (b"{}\n", b"{}\n"), (b"{}\ntorn", b"{}\n"), (b"torn", b""), (b"\n", b"\n")],
)
def test_a_torn_last_line_is_cut_off(content: bytes, left: bytes, folder: Folder) -> None:
    write(folder, content)
    cut_torn_line(folder, "j")
    assert (folder.root / "j").read_bytes() == left


def test_a_torn_line_without_end_is_ended(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "ENDS", (4, 8))
    write(folder, b"{}\n" + b"x" * 20)
    cut_torn_line(folder, "j")
    assert (folder.root / "j").read_bytes() == b"{}\n" + b"x" * 20 + b"\n"


@given(content=st.binary(max_size=40), length=st.integers(0, 50))
def test_cutting_counts_the_lines_that_go(content: bytes, length: int, folder: Folder) -> None:
    write(folder, content)
    dropped = cut_to(folder, "j", length)
    assert (folder.root / "j").read_bytes() == content[:length]
    assert dropped == len(content[length:].split(b"\n")) - (content[length:].endswith(b"\n") or content[length:] == b"")


def test_a_journal_that_only_informs_says_once_that_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    journal = Informal(Folder(tmp_path), "j", told.append)
    journal.append({"n": 1})
    write_ = jsonl._write

    def full(file: Any, line: bytes) -> None:
        write_(file, line[:3])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(jsonl, "_write", full)
    journal.append({"n": 2})
    journal.append({"n": 3})
    monkeypatch.setattr(jsonl, "_write", write_)
    journal.append({"n": 4})
    journal.close()
    assert [json.loads(line) for line in (tmp_path / "j").read_text().splitlines()] == [{"n": 1}, {"n": 4}]
    assert told == ["warning: j cannot be written (No space left on device); the run continues without it"]


@pytest.mark.parametrize("name", ["nowhere/j", "folder", "link"])
def test_a_journal_that_cannot_be_opened_informs_nobody_and_ends_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("new")
    told: list[str] = []
    journal = Informal(Folder(tmp_path), name, told.append)
    journal.append({"n": 1})
    assert not (tmp_path / "new").exists()
    journal.close()
    assert len(told) == 1
