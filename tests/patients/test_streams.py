from __future__ import annotations

import itertools
import zlib
from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from akuttsim.patients import sampling, streams
from akuttsim.patients.streams import Persons, join_persons, mix_bits, numbered_persons, stream
from tests.patients.changed import shipped

ERROR_RATE = 0.001
SEEDS = ((1, 0), (1, 1), (1, 2), (2, 0), (3, 0), (2**40, 0), (2**40 + 1, 0))


def test_a_stream_is_the_same_each_time_and_on_every_machine() -> None:
    first, again = (stream(116117, 3, "talk").random(4) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert stream(116117, 0, "talk").integers(0, 1000, 5).tolist() == [503, 873, 869, 144, 420]


def test_a_person_s_number_is_the_same_on_every_machine() -> None:
    some = numbered_persons(116117, 3, "test", 3)
    assert some.ids.tolist() == [13320696227527064246, 12726509195322137580, 16391271795763870002]
    assert (some.uniform("talk") * 2**53).astype(np.int64).tolist() == [
        7592679126747857, 6697210119755008, 56830464140110,
    ]  # fmt: skip


def test_the_mixer_is_that_of_splitmix64() -> None:
    """The published first numbers of SplitMix64 from the seed 1234567 (variant 13)."""
    state = np.uint64(1234567) + np.arange(1, 6, dtype=np.uint64) * streams.GOLDEN
    assert mix_bits(state).tolist() == [6457827717110365317, 3203168211198807973,
                                     9817491932198370423, 4593380528125082431,
                                     16408922859458223821]  # fmt: skip


def test_streams_differ_by_seed_replication_and_name() -> None:
    keys = list(itertools.product((0, 1, 2**70), (0, 1), ("talk", "talk2", "Talk")))
    assert len({tuple(stream(*key).random(2)) for key in keys}) == 12 + 6
    draws = {tuple(numbered_persons(seed, replication, "test", 2).uniform(name))
             for seed, replication, name in keys}  # fmt: skip
    assert len(draws) == 12 + 6


def test_a_name_is_plain_ascii() -> None:
    with pytest.raises(UnicodeEncodeError):
        stream(1, 0, "vær")
    with pytest.raises(UnicodeEncodeError):
        numbered_persons(1, 0, "test", 1).uniform("vær")


def test_every_quantity_is_drawn_once_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else two quantities would be the same number, as with two names of one key."""
    drawn: Counter[tuple[str, int]] = Counter()
    uniform = Persons.uniform

    def noted(self: Persons, name: str) -> NDArray[np.float64]:
        drawn.update((name, person) for person in self.ids[:1].tolist())
        return uniform(self, name)

    monkeypatch.setattr(Persons, "uniform", noted)
    sampling.sample_patients(shipped(), 2, 1, 0, tuple(shipped().outside))
    assert {who for who, times in drawn.items() if times > 1} == set()
    names = {name for name, _ in drawn}
    assert len(names) > 100
    assert len({int(streams._quantity_bits(1, 0, name)) for name in names}) == len(names)
    assert len({zlib.crc32(name.encode()) for name in names}) == len(names)


def test_streams_of_two_names_or_replications_are_not_correlated() -> None:
    """Each of 15 correlations of 20,000 pairs is within 4.5 standard errors (rate 1e-4)."""
    keys = [(1, 0, "talk"), (1, 1, "talk"), (2, 0, "talk"), (1, 0, "u_need"), (1, 0, "u_need_113"),
            (1, 2, "u_need")]  # fmt: skip
    draws = np.array([stream(*key).random(20_000) for key in keys])
    correlations = np.corrcoef(draws)[np.triu_indices(len(keys), 1)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(20_000)


NAMES = ("talk", "talk_113", "u_need", "u_need_113", "time", "height", "u_again_1", "u_again_2")


def regular(count: int, seed: int, replication: int) -> Persons:
    """Return people whose ids are 0, 1, 2 ...: the hardest for a hash, and not what ids are."""
    return Persons(np.arange(count, dtype=np.uint64), seed, replication)


KINDS = {"numbered": lambda count, *key: numbered_persons(*key, "test", count), "regular": regular}


@pytest.mark.parametrize("kind", KINDS)
def test_each_quantity_is_uniform(kind: str) -> None:
    """56 columns of 100,000: Kolmogorov-Smirnov, and chi-square of 1,000 classes of each of
    high, middle and low bits; 0.1 % for each family."""
    for key, name in itertools.product(SEEDS, NAMES):
        u = KINDS[kind](100_000, *key).uniform(name)
        many = len(SEEDS) * len(NAMES)
        assert 0 <= u.min() < u.max() < 1
        assert stats.kstest(u, "uniform").pvalue > ERROR_RATE / many
        for shift in (1, 2**15, 2**30):
            counted = np.bincount((u * shift % 1 * 1000).astype(int), minlength=1000)
            assert stats.chisquare(counted).pvalue > ERROR_RATE / many / 3


@pytest.mark.parametrize("kind", KINDS)
def test_quantities_seeds_and_replications_are_independent(kind: str) -> None:
    """1,540 pairs of columns: correlations, and chi-square of 16 by 16 classes; 0.1 % each."""
    columns = np.array([KINDS[kind](40_000, *key).uniform(name)
                        for key, name in itertools.product(SEEDS, NAMES)])  # fmt: skip
    pairs = len(columns) * (len(columns) - 1) // 2
    correlations = np.corrcoef(columns)[np.triu_indices(len(columns), 1)]
    assert np.abs(correlations).max() < stats.norm.ppf(1 - ERROR_RATE / pairs / 2) / 200
    classes = (columns * 16).astype(int)
    for one, other in itertools.combinations(classes, 2):
        counted = np.bincount(one * 16 + other, minlength=256)
        assert stats.chisquare(counted).pvalue > ERROR_RATE / pairs


@pytest.mark.parametrize("kind", KINDS)
def test_neighbouring_people_are_independent(kind: str) -> None:
    """The next, the second next ...; a person, and those who ring about them; 0.1 % each."""
    some = KINDS[kind](100_000, 1, 0)
    own, limit = some.uniform("talk"), stats.norm.ppf(1 - ERROR_RATE / 2 / 13) / np.sqrt(99_000)
    for lag in (1, 2, 3, 4, 8, 16, 64, 256):
        assert abs(np.corrcoef(own[lag:], own[:-lag])[0, 1]) < limit
        pairs = (own[lag:] * 16).astype(int) * 16 + (own[:-lag] * 16).astype(int)
        assert stats.chisquare(np.bincount(pairs, minlength=256)).pvalue > ERROR_RATE / 8
    others = [some.others("rings_again", number).uniform("talk") for number in range(5)]
    for u in others:
        assert abs(np.corrcoef(own, u)[0, 1]) < limit
    assert len(np.unique(np.concatenate([own, *others]))) == 600_000


def test_every_bit_of_who_one_is_moves_every_bit_of_a_number() -> None:
    """Strict avalanche: each of 64 bits flips each of 53 half the time, within 5 errors."""
    ids = numbered_persons(1, 0, "test", 10_000).ids
    whole = [int(x) for x in range(53)]
    before = (Persons(ids, 1, 0).uniform("talk") * 2.0**53).astype(np.uint64)
    for bit in range(64):
        flipped = Persons(ids ^ np.uint64(1 << bit), 1, 0).uniform("talk")
        moved = before ^ (flipped * 2.0**53).astype(np.uint64)
        shares = [float(np.mean(moved >> np.uint64(k) & np.uint64(1))) for k in whole]
        assert np.abs(np.array(shares) - 0.5).max() < 5 * 0.5 / 100


def test_people_keep_their_numbers_in_another_order_and_company() -> None:
    some = numbered_persons(1, 0, "test", 10)
    backwards = some.take(np.arange(9, -1, -1))
    np.testing.assert_array_equal(backwards.uniform("talk")[::-1], some.uniform("talk"))
    more = join_persons([numbered_persons(1, 0, "more", 3), some])
    np.testing.assert_array_equal(more.uniform("talk")[3:], some.uniform("talk"))
    np.testing.assert_array_equal(numbered_persons(1, 0, "test", 4).ids, some.ids[:4])
