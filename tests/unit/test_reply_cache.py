import pickle
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from viva.grading.reply_cache import ReplyCache, open_cache, reply_key
from viva.settings import load_settings


def test_what_is_put_is_got_also_by_another_process(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "cache")
    assert cache.get("k") is None
    cache.put("k", "text ✓")
    cache.put("long", "x" * 100_000)
    assert cache.get("k") == "text ✓"
    cache.close()
    reopened = ReplyCache(tmp_path / "cache")
    assert reopened.get("k") == "text ✓"
    assert reopened.get("long") == "x" * 100_000
    reopened.close()


def test_threads_share_it(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "cache")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: cache.put(str(n), f"text {n}"), range(40)))
        assert list(pool.map(lambda n: cache.get(str(n)), range(40))) == [
            f"text {n}" for n in range(40)
        ]
    cache.close()


def test_old_texts_go_when_it_is_full(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "cache", size_limit=1_000_000)
    for number in range(100):
        cache.put(str(number), "x" * 40_000)
    assert sum(path.stat().st_size for path in (tmp_path / "cache").rglob("*.val")) < 2_000_000
    assert cache.get("0") is None
    assert cache.get("99") is not None
    cache.close()


def test_a_key_depends_on_every_part_and_shows_none() -> None:
    parts = {"model": "m", "question": "{}", "answer": "I would cache.", "vote": 0}
    key = reply_key(**parts)
    assert "cache" not in key
    assert len(key) == 64
    others = [reply_key(**{**parts, name: f"{value}!"}) for name, value in parts.items()]
    assert len({key, *others}) == 5
    assert reply_key(answer="\ud800") != reply_key(answer="\ud801")


@pytest.mark.parametrize("junk", [b"", b"junk" * 500, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_broken_cache_is_dropped_and_made_anew(
    tmp_path: Path, junk: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "cache.db").write_bytes(junk)
    cache = ReplyCache(folder)
    assert cache.get("k") is None
    cache.put("k", "text")
    assert cache.get("k") == "text"
    cache.close()


def test_a_cache_that_breaks_while_in_use_is_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = ReplyCache(folder)
    cache.put("k", "text")
    other = sqlite3.connect(folder / "cache.db")
    other.executescript("DROP TABLE Cache")
    other.close()
    assert cache.get("k") is None
    cache.put("k", "again")
    assert cache.get("k") == "again"
    cache.close()


def test_a_pickle_that_was_slipped_in_is_never_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = ReplyCache(folder)
    cache.put("k", "text")
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return (Path.touch, (trap,))

    other = sqlite3.connect(folder / "cache.db")
    other.execute("UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(Trap()),))
    other.commit()
    other.close()
    assert cache.get("k") is None
    assert not trap.exists()
    cache.close()


def test_without_a_place_for_it_there_is_no_cache_and_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    cache = ReplyCache(blocked / "cache")
    cache.put("k", "text")
    assert cache.get("k") is None
    cache.close()


def test_the_settings_turn_it_off(tmp_path: Path) -> None:
    assert open_cache(load_settings(home=tmp_path, llm_cache=False)) is None
    cache = open_cache(load_settings(home=tmp_path))
    assert cache is not None
    cache.close()
