from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.spec import BinarizeSpec, DataSpec, SplitSpec
from genomes.bits import unpack, valid_words


def csv(path, **keys):
    return DataSpec(source="csv", path=path, **keys)


def table_text(n=60, start=0):
    kinds = ("red", "green", "blue")
    rows = [f"{(i * 7) % 23},{kinds[i % 3]},{'yes' if i % 4 else 'no'}" for i in range(start, start + n)]
    return "size,colour,label\n" + "\n".join(rows) + "\n"


def rows(split):
    return unpack(split.inputs, split.n_rows).astype(int).T.tolist()


def labels(split):
    return unpack(split.planes, split.n_rows).astype(int)[0].tolist()


def test_the_dataset_of_a_csv_file(write):
    dataset = load(csv(write("a.csv", table_text())), 3).dataset
    assert {name: split.n_rows for name, split in dataset.splits().items()} == {"train": 42, "valid": 9, "test": 9}
    assert (dataset.n_features, dataset.n_bits) == (2, 9 + 3)
    assert dataset.task.classes == ("no", "yes")


@pytest.mark.parametrize(
    "keys",
    [
        {"source": "sklearn", "name": "iris"},
        {"source": "sklearn", "name": "digits", "binarize": BinarizeSpec(method="onehot")},
        {"source": "function", "function": "adder", "bits": 4, "noise": 0.1},
        {"source": "function", "function": "monk", "problem": 3},
    ],
)
def test_arrays_are_read_only_of_the_right_shape_and_zero_in_the_padding(keys):
    if keys["source"] == "sklearn":
        pytest.importorskip("sklearn")
    dataset = load(DataSpec(**keys), 1).dataset
    several = dataset.task.kind == "multioutput"
    for split in dataset.splits().values():
        words = valid_words(split.n_rows)
        assert split.inputs.shape == (dataset.n_bits, len(words))
        assert split.planes.shape == (dataset.task.n_covers, len(words))
        assert split.care.shape == (dataset.task.n_covers if several else 1, len(words))
        for array in (split.inputs, split.planes, split.care):
            assert not (array & ~words).any()
            assert not array.flags.writeable
            assert array.dtype == np.uint64


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_split(write):
    spec = csv(write("a.csv", table_text()))
    assert load(spec, 3).dataset.sha256() == load(spec, 3).dataset.sha256() != load(spec, 4).dataset.sha256()


def test_the_bytes_do_not_depend_on_the_hash_seed(write):
    path = write("a.csv", table_text())
    code = (
        "import sys; from fitness.data.load import load; from fitness.data.spec import DataSpec;"
        "print(load(DataSpec(source='csv', path=sys.argv[1]), 3).dataset.sha256())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code, path],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(digests) == 1


def test_changing_other_rows_changes_no_bit_and_no_training_row(write):
    split = SplitSpec(column="part")
    train = "".join(f"{i},{'ab'[i % 2]},train,{'pq'[i % 2]}\n" for i in range(20))
    head = "n,c,part,y\n"
    one = load(csv(write("a.csv", head + train + "5,a,valid,p\n7,b,test,q\n"), split=split), 0).dataset
    two = load(csv(write("b.csv", head + train + "999,z,valid,q\n?,?,test,p\n"), split=split), 0).dataset
    assert one.bits == two.bits
    assert rows(one.train) == rows(two.train)
    assert one.valid.n_rows == one.test.n_rows == 1


def test_own_files_become_splits(write):
    main = write("a.csv", table_text())
    own = write("t.csv", "label,extra,size,colour\nyes,1,?,purple\nno,1,3,red\n")
    loaded = load(csv(main, test_path=own, split=SplitSpec(valid=0, test=0.3)), 0)
    dataset = loaded.dataset
    assert (dataset.train.n_rows, dataset.valid, dataset.test.n_rows) == (60, None, 2)
    assert labels(dataset.test) == [1, 0]
    usual = f"label,size,colour\nyes,{loaded.encoder.binarizer.fields[0].fill},purple\n"
    assert rows(dataset.test)[0] == rows(loaded.encoder.read_rows(Path(write("u.csv", usual)), labels=True).split)[0]
    assert rows(loaded.encoder.read_rows(Path(own), labels=True).split) == rows(dataset.test)


def test_an_own_file_must_have_every_column_even_a_constant_one(write, fails):
    main = write("a.csv", "k,n,y\n" + "".join(f"5,{i},{'pq'[i % 2]}\n" for i in range(20)))
    own = write("t.csv", "n,y\n1,p\n")
    spec = csv(main, test_path=own, split=SplitSpec(valid=0))
    assert fails(load, spec, 0) == f"{own}:1: no column 'k'; columns: 'n', 'y'"


def test_rows_to_predict_need_only_the_columns_that_have_bits(write):
    main = write("a.csv", "k,n,y\n" + "".join(f"5,{i % 2},{'pq'[i % 2]}\n" for i in range(20)))
    split = load(csv(main), 0).encoder.read_rows(Path(write("t.csv", "n\n1\n0\n")), labels=False).split
    assert rows(split) == [[1], [0]]
    assert not split.planes.any()
    assert unpack(split.care, 2).all()


def test_the_encoder_gives_the_same_rows_after_a_round_trip_through_json(write):
    path = write("a.csv", table_text())
    encoder = load(csv(path), 0).encoder
    again = Encoder.from_json(json.loads(json.dumps(encoder.to_json())))
    assert again == encoder
    assert rows(again.read_rows(Path(path), True).split) == rows(encoder.read_rows(Path(path), True).split)


def test_unseen_labels_are_named_with_their_split_or_file(write, fails):
    split = SplitSpec(column="s")
    path = write("a.csv", "n,s,y\n1,train,a\n2,train,b\n3,valid,c\n")
    message = f"{path} (valid split): labels 'c' are not among the training rows' 'a', 'b'"
    assert fails(load, csv(path, split=split), 0) == message
    encoder = load(csv(write("b.csv", "n,s,y\n1,train,a\n2,train,b\n"), split=split), 0).encoder
    later = write("c.csv", "n,y\n1,d\n")
    message = f"{later}: labels 'd' are not among the training rows' 'a', 'b'"
    assert fails(encoder.read_rows, Path(later), labels=True) == message


def test_one_class_in_the_training_rows(write, fails):
    path = write("a.csv", "n,s,y\n1,train,a\n2,train,a\n3,test,b\n")
    message = f"{path}: the training rows have one class only, 'a'; nothing to learn"
    assert fails(load, csv(path, split=SplitSpec(column="s")), 0) == message


def test_a_source_without_its_file(fails):
    assert fails(load, DataSpec(source="csv"), 0) == "data.path: source csv needs a file"


def test_a_workbook_says_what_it_is(write, fails):
    encoder = load(csv(write("a.csv", table_text())), 0).encoder
    path = write("a.xlsx", "PK\x03\x04 and so on")
    message = f"{path}: this is a zip file or a workbook (xlsx); unpack it, or save the sheet as CSV"
    assert fails(encoder.read_rows, Path(path), labels=False) == message


def test_a_function_run_reads_a_csv_with_its_column_names(write):
    spec = DataSpec(source="function", function="adder", bits=2, split=SplitSpec(valid=0, test=0))
    loaded = load(spec, 0)
    bits = unpack(loaded.dataset.train.inputs, 16).astype(int).T
    sums = [a0 + 2 * a1 + b0 + 2 * b1 for a0, a1, b0, b1 in bits]
    lines = [
        ",".join(map(str, [*row, *((total >> i) & 1 for i in range(3))])) for row, total in zip(bits, sums, strict=True)
    ]
    path = write("rows.csv", "a0,a1,b0,b1,s0,s1,s2\n" + "\n".join(lines))
    split = loaded.encoder.read_rows(Path(path), labels=True).split
    np.testing.assert_array_equal(split.inputs, loaded.dataset.train.inputs)
    np.testing.assert_array_equal(split.planes, loaded.dataset.train.planes)


def test_every_format_gives_the_same_rows(write, tmp_path):
    pla = write("a.pla", ".i 2\n.o 1\n.ob y\n.type fr\n00 0\n01 1\n11 0\n10 1\n")
    encoder = load(DataSpec(source="pla", path=pla, split=SplitSpec(valid=0, test=0)), 0).encoder
    as_csv = write("a.csv.gz", "y,x1,x0\n0,0,0\n1,1,0\n0,1,1\n1,0,1\n")
    as_npz = tmp_path / "a.npz"
    np.savez(as_npz, X=[[0, 0], [0, 1], [1, 1], [1, 0]], y=[0, 1, 0, 1])
    splits = [encoder.read_rows(Path(path), labels=True).split for path in (pla, as_csv, as_npz)]
    assert [rows(split) for split in splits] == [[[0, 0], [0, 1], [1, 1], [1, 0]]] * 3
    assert [labels(split) for split in splits] == [[0, 1, 0, 1]] * 3


def test_noise_hits_exactly_its_share_of_training_and_validation_rows_and_no_test_row():
    keys = {"source": "function", "function": "parity", "bits": 12, "samples": 1000, "test_samples": 500}
    clean, noisy = (load(DataSpec(**keys, noise=noise), 5).dataset for noise in (0.0, 0.13))
    flipped = [
        int((np.array(labels(a)) != labels(b)).sum())
        for a, b in zip(clean.splits().values(), noisy.splits().values(), strict=True)
    ]
    assert flipped[0] + flipped[1] == 130
    assert flipped[2] == 0
    assert rows(clean.train) == rows(noisy.train)


def test_the_sample_files_with_their_own_validation_file(shared):
    folder = shared / "iwls2020"
    paths = {"path": str(folder / "ex74.train.pla.gz"), "valid_path": str(folder / "ex74.valid.pla.gz")}
    dataset = load(DataSpec(source="pla", **paths, split=SplitSpec(test=0)), 0).dataset
    assert (dataset.train.n_rows, dataset.valid.n_rows, dataset.test) == (6400, 6400, None)


def test_the_tables_load(shared):
    for path in sorted((shared / "tabular").glob("*.csv.gz")):
        split = SplitSpec(column="split") if path.name.startswith("monk") else SplitSpec()
        dataset = load(csv(str(path), split=split), 7).dataset
        assert dataset.n_bits > 10


def test_mnist_loads_within_its_memory(shared):
    code = (
        "import resource, sys; from fitness.data.load import load; from fitness.data.spec import DataSpec;"
        "folder = sys.argv[1];"
        "spec = DataSpec(source='idx', path=folder + '/train-images-idx3-ubyte.gz',"
        "                test_path=folder + '/t10k-images-idx3-ubyte.gz');"
        "print(load(spec, 0).dataset.test.n_rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, str(shared / "mnist")]
    out = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout.split()
    assert out[0] == "10000"
    assert int(out[1]) * 1024 < 1.2e9
