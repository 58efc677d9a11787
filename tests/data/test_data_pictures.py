from __future__ import annotations

import math
import struct
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from fitness.data import sklearn_source
from fitness.data.pictures.affine import MOST, ONE, drawn, mapped
from fitness.data.pictures.load import load_pictures
from fitness.data.pictures.spec import AugmentSpec, ImageSpec, PatternsSpec, PictureDataSpec
from fitness.data.spec import BinarizeSpec, SplitSpec
from genomes.bits import unpack
from genomes.streams import Role, stream

STILL = {"shift": 0.0, "rotate": 0.0, "scale": 0.0, "shear": 0.0}


def rows_of(split):
    return unpack(split.inputs, split.n_rows).T


def digits(**keys):
    return PictureDataSpec(source="sklearn", name="digits", binarize=BinarizeSpec(bits=4), **keys)


def table(write, text, **keys):
    return PictureDataSpec(source="csv", path=write("rows.csv", text), split=SplitSpec(valid=0, test=0), **keys)


@pytest.mark.parametrize(("most", "dtype"), [(256, np.uint8), (MOST + 1, np.uint16)])
def test_maps_are_those_of_another_implementation(most, dtype):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, most, (200, 7 * 10)).astype(dtype)
    maps = drawn(AugmentSpec(shift=2.5, rotate=30, scale=0.3, shear=0.2), 200, rng)
    copies = np.concatenate(list(mapped(pictures, maps, 7, 10)))
    assert copies.dtype == dtype
    middle = np.array([3.0, 4.5])
    for picture, copy, *entries in zip(pictures, copies, *maps, strict=True):
        numbers = np.array(entries) / (1 << ONE)
        matrix = numbers[:4].reshape(2, 2)
        known = ndimage.affine_transform(
            picture.reshape(7, 10).astype(float),
            matrix,
            offset=middle + numbers[4:] - matrix @ middle,
            order=1,
            mode="grid-constant",
        )
        assert np.abs(known.ravel() - copy).max() <= 0.5 + most / 128  # places are cut to 1/256 of a pixel


def test_a_map_is_a_turn_a_stretch_a_shear_and_a_shift_within_their_bounds():
    maps = drawn(AugmentSpec(shift=1.5, rotate=20, scale=0.2, shear=0.0), 4000, np.random.default_rng(1))
    rr, rc, cr, cc, down, right = (entry / (1 << ONE) for entry in maps)
    angles = np.degrees(np.arctan2(rc, cc))
    assert np.abs(angles).max() <= 20 and np.abs(angles).max() > 19
    for values, bound in ((np.hypot(rr, cr) - 1, 0.2), (np.hypot(rc, cc) - 1, 0.2), (down, 1.5), (right, 1.5)):
        assert bound * 0.98 < np.abs(values).max() <= bound + 1e-4
    sheared = drawn(AugmentSpec(**STILL | {"shear": 0.3}), 400, np.random.default_rng(2))
    assert 0.29 < np.abs(sheared.cr).max() / (1 << ONE) <= 0.3 and not sheared.rc.any()
    assert math.isclose(math.tan(math.radians(10)), np.tan(np.radians(angles.max() / 2)), rel_tol=0.02)


def test_training_rows_come_first_and_then_their_copies_block_by_block():
    plain = load_pictures(digits(), 5)
    copied = load_pictures(digits(augment=AugmentSpec(copies=2)), 5)
    one, two = plain.dataset, copied.dataset
    n = one.train.n_rows
    assert (two.copies, two.n_originals, two.train.n_rows) == (2, n, 3 * n)
    assert one.bits == two.bits and one.class_rows() == two.class_rows()
    for name in ("inputs", "planes", "care"):
        np.testing.assert_array_equal(getattr(two.originals, name), getattr(one.train, name))
        np.testing.assert_array_equal(getattr(two.test, name), getattr(one.test, name))
    labels = unpack(two.train.planes, 3 * n).reshape(10, 3, n)
    assert (labels == labels[:, :1]).all()
    blocks = rows_of(two.train).reshape(3, n, -1)
    assert 0.02 < (blocks[1] != blocks[0]).mean() < 0.3 and (blocks[1] != blocks[2]).any()


def test_copies_are_the_bits_of_maps_of_the_raw_pixels_from_a_stream_of_each_block():
    spec, seed = digits(augment=AugmentSpec(copies=2)), 8
    loaded = load_pictures(spec, seed)
    train, n = loaded.dataset.train, loaded.dataset.n_originals
    pictures = np.stack([column.values for column in sklearn_source.read(spec, 0).columns], axis=1).astype(np.uint8)
    bits = loaded.dataset.bits
    places = [int(row) * 8 + int(column) for _, row, column in (bit.feature.split("_") for bit in bits)]
    cuts, below = np.array([bit.operand for bit in bits]), np.array([bit.op == "<=" for bit in bits])

    def tested(values):
        return np.where(below, values[:, places] <= cuts, values[:, places] == cuts)

    every = {row.tobytes(): i for i, row in enumerate(tested(pictures))}
    which = [every[row.tobytes()] for row in rows_of(loaded.dataset.originals)]
    for block in (0, 1):
        maps = drawn(spec.augment, n, stream(seed, Role.AUGMENT, slot=block))
        copies = np.concatenate(list(mapped(pictures[which], maps, 8, 8)))
        got = rows_of(train)[(1 + block) * n : (2 + block) * n]
        same = tested(copies) == got
        assert same.all(axis=1).mean() > 0.99  # a few pictures have the bits of another


def test_a_picture_says_which_pixel_each_bit_tests():
    data = load_pictures(digits(), 0).dataset
    assert (data.picture.height, data.picture.width) == (8, 8)
    named = [tuple(map(int, bit.feature.split("_")[1:])) for bit in data.bits]
    assert [data.picture.place(i) for i in range(data.n_bits)] == named


def test_the_config_says_what_names_do_not(write, fails):
    text = "a,b,c,d,y\n" + "".join(f"{i % 3},{i % 2},{i % 5},{i / 7},{i % 2}\n" for i in range(40))
    assert load_pictures(table(write, text), 0).dataset.picture is None
    wide = load_pictures(table(write, text, image=ImageSpec(height=2, width=2)), 0).dataset
    of = {bit.feature: wide.picture.place(i) for i, bit in enumerate(wide.bits)}
    assert of == {"a": (0, 0), "b": (0, 1), "c": (1, 0), "d": (1, 1)}
    wrong = table(write, text, image=ImageSpec(height=2, width=3))
    assert "data.image: 2 x 3 = 6 pixels, but there are 4 columns" in fails(load_pictures, wrong, 0)


def test_columns_that_are_no_pixels_are_copied_as_they_are(write):
    text = "sex,pixel_0_0,pixel_0_1,y\n" + "".join(f"{'mf'[i % 2]},{i / 9},{i * i % 7},{i % 2}\n" for i in range(64))
    data = load_pictures(table(write, text, augment=AugmentSpec(copies=1)), 0).dataset
    assert data.picture.pixels.tolist()[0] == -1 and data.picture.place(0) is None
    first, second = rows_of(data.train).reshape(2, 64, -1)
    assert (first[:, 0] == second[:, 0]).all() and (first[:, 1:] != second[:, 1:]).any()


def test_pixels_that_are_no_bytes_keep_their_range(write):
    rng = np.random.default_rng(3)
    cells = rng.normal(0, 1e-3, (50, 4))
    rows = [",".join(map(repr, map(float, row))) + f",{i % 2}\n" for i, row in enumerate(cells)]
    spec = table(write, "a,b,c,d,y\n" + "".join(rows), image=ImageSpec(height=2, width=2))
    still = load_pictures(replace(spec, augment=AugmentSpec(copies=1, **STILL)), 0).dataset
    first, second = rows_of(still.train).reshape(2, 50, -1)
    assert (first == second).mean() > 0.99  # 15 bits of their range are kept


@pytest.mark.parametrize(
    ("text", "keys", "message"),
    [
        ("a,b,y\n1,2,0\n3,1,1\n", {"augment": AugmentSpec(copies=1)}, "data.augment.copies: "),
        ("a,b,y\n1,2,0\n3,1,1\n", {"patterns": PatternsSpec(bits=9)}, "data.patterns.bits: "),
        (
            "pixel_0_0,pixel_0_1,y\n1,,0\n2,3,1\n3,4,0\n",
            {"augment": AugmentSpec(copies=1)},
            "a pixel must be known, got a missing value in column 'pixel_0_1', row 1",
        ),
        (
            "pixel_0_0,pixel_0_1,y\n1,a,0\n2,b,1\n3,a,0\n",
            {"augment": AugmentSpec(copies=1)},
            "column 'pixel_0_1' must hold numbers to be a pixel, not a category",
        ),
    ],
)
def test_what_cannot_be_copied_is_said(write, fails, text, keys, message):
    assert message in fails(load_pictures, table(write, text, **keys), 0)


def test_results_of_what_reads_no_picture_do_not_depend_on_it():
    plain, same = digits(), digits(image=ImageSpec(height=8, width=8))
    other = digits(image=ImageSpec(height=4, width=16))
    assert load_pictures(plain, 0).dataset.sha256() == load_pictures(other, 0).dataset.sha256()
    patterned = [load_pictures(replace(spec, patterns=PatternsSpec(bits=10)), 0) for spec in (plain, same, other)]
    one, two, three = (loaded.dataset.sha256() for loaded in patterned)
    assert one == two != three


def test_images_of_idx_files_are_pictures_with_copies(write):
    rng = np.random.default_rng(4)
    images, labels = rng.integers(0, 256, (70, 3, 5)).astype(np.uint8), (np.arange(70) % 2).astype(np.uint8)
    for name, array in (("t-images-idx3-ubyte.gz", images), ("t-labels-idx1-ubyte.gz", labels)):
        write(name, struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes())
    spec = PictureDataSpec(
        source="idx", path=write("x", "")[:-1] + "t-images-idx3-ubyte.gz", split=SplitSpec(valid=0, test=0)
    )
    data = load_pictures(replace(spec, augment=AugmentSpec(copies=3, **STILL)), 0).dataset
    assert (data.picture.height, data.picture.width, data.train.n_rows) == (3, 5, 280)
    blocks = rows_of(data.train).reshape(4, 70, -1)
    assert (blocks == blocks[:1]).all()
