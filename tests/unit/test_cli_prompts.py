import json
from pathlib import Path

import pytest

from viva.cli import _run
from viva.prompts import load_prompt, load_prompts

GREET = """\
---
name: greet
version: {version}
purpose: Greet [bold]the[/bold] candidate.
variables: [question]
---
You are {who}.

=== user ===
Greet, and ask {{{{ question }}}}
"""

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, capsys: Capture) -> Path:
    """A folder with one locked prompt."""
    write(tmp_path, version=2)
    assert run(capsys, "lock", "--folder", str(tmp_path)) == (0, "greet: version 2, new\n", "")
    return tmp_path


def write(folder: Path, *, version: int, who: str = "the interviewer") -> None:
    text = GREET.format(version=version, who=who)
    (folder / "greet.md").write_text(text, encoding="utf-8")


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = _run(["prompts", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def check(capsys: Capture, folder: Path) -> tuple[int, str, str]:
    return run(capsys, "check", "--folder", str(folder))


def lock(capsys: Capture, folder: Path) -> tuple[int, str, str]:
    return run(capsys, "lock", "--folder", str(folder))


# --- list, show ---------------------------------------------------------------------------------


def test_list_shows_the_shipped_prompts_with_versions_and_hashes(capsys: Capture) -> None:
    code, out, _ = run(capsys, "list")
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()[1:]}
    grade = load_prompt("grade")
    assert code == 0
    assert list(rows) == [prompt.name for prompt in load_prompts()]
    assert list(rows) == [
        "ask",
        "feedback",
        "follow_up",
        "grade",
        "model_answer",
        "react",
        "suggest_bullets",
        "suggest_key_terms",
    ]
    assert rows["grade"][:2] == [str(grade.version), grade.fingerprint[:12]]


def test_list_takes_a_purpose_as_text(capsys: Capture, folder: Path) -> None:
    _, out, _ = run(capsys, "list", "--folder", str(folder))
    assert "Greet [bold]the[/bold] candidate." in out


def test_show_prints_the_template(capsys: Capture, folder: Path) -> None:
    code, out, _ = run(capsys, "show", "greet", "--folder", str(folder))
    assert code == 0
    assert out.startswith("greet, version 2: Greet [bold]the[/bold] candidate.\n")
    assert "Variables: question\n" in out
    assert "=== system ===\nYou are the interviewer.\n\n=== user ===\n" in out
    assert out.endswith("Greet, and ask {{ question }}\n")


def test_show_rendered_prints_what_a_model_is_sent(capsys: Capture) -> None:
    code, out, _ = run(capsys, "show", "grade", "--rendered")
    assert code == 0
    assert "{{ bullets" not in out
    assert '"bullet_id": "reproduce-first"' in out
    assert "<<<UNTRUSTED " in out


def test_show_rendered_names_a_variable_without_a_sample(capsys: Capture, folder: Path) -> None:
    path = folder / "greet.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("question", "weather"), encoding="utf-8")
    code, _, err = run(capsys, "show", "greet", "--rendered", "--folder", str(folder))
    assert code == 2
    assert "the variable 'weather' is missing" in err


def test_show_of_an_unknown_name_lists_those_there_are(capsys: Capture) -> None:
    code, _, err = run(capsys, "show", "grate")
    assert code == 2
    assert "There is no prompt 'grate'." in err
    assert "feedback, follow_up, grade" in err


# --- check --------------------------------------------------------------------------------------


def test_check_passes_on_what_ships(capsys: Capture) -> None:
    assert run(capsys, "check") == (0, "8 prompts, no errors.\n", "")


def test_check_passes_on_locked_prompts(capsys: Capture, folder: Path) -> None:
    assert check(capsys, folder) == (0, "1 prompt, no errors.\n", "")


def test_check_fails_when_a_text_changed_and_its_version_did_not(
    capsys: Capture, folder: Path
) -> None:
    write(folder, version=2, who="a friend")
    code, out, err = check(capsys, folder)
    assert (code, out) == (1, "")
    assert "greet: its text changed, but not its version 2" in err


def test_check_fails_when_a_version_went_down(capsys: Capture, folder: Path) -> None:
    write(folder, version=1)
    code, _, err = check(capsys, folder)
    assert code == 1
    assert "greet: its version went down from 2 to 1" in err


def test_check_fails_until_a_new_version_is_locked(capsys: Capture, folder: Path) -> None:
    write(folder, version=3, who="a friend")
    code, _, err = check(capsys, folder)
    assert code == 1
    assert "greet: version 3 is not in versions.lock yet; 'viva prompts lock' accepts it" in err


def test_check_fails_when_a_file_or_an_entry_is_absent(capsys: Capture, folder: Path) -> None:
    (folder / "greet.md").rename(folder / "welcome.md")
    text = (folder / "welcome.md").read_text(encoding="utf-8")
    (folder / "welcome.md").write_text(text.replace("greet", "welcome"), encoding="utf-8")
    code, _, err = check(capsys, folder)
    assert code == 1
    assert "2 errors" in err
    assert "greet: in versions.lock, but its file is gone" in err
    assert "welcome: version 2 is not in versions.lock yet" in err


def test_check_fails_on_a_prompt_that_cannot_be_read(capsys: Capture, folder: Path) -> None:
    (folder / "greet.md").write_text("Hello", encoding="utf-8")
    code, _, err = check(capsys, folder)
    assert code == 1
    assert "greet.md has no front matter" in err


@pytest.mark.parametrize("content", [None, "{", '{"greet": 2}', '{"greet": {"version": 2}}'])
def test_check_fails_without_a_sound_lock(
    capsys: Capture, folder: Path, content: str | None
) -> None:
    path = folder / "versions.lock"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    code, _, err = check(capsys, folder)
    assert code == 1
    assert f"versions.lock {'is absent' if content is None else 'is no lock'}" in err


# --- lock ---------------------------------------------------------------------------------------


def test_lock_accepts_a_changed_version(capsys: Capture, folder: Path) -> None:
    write(folder, version=3, who="a friend")
    assert lock(capsys, folder) == (0, "greet: version 2 → 3\n", "")
    assert check(capsys, folder)[0] == 0
    locked = json.loads((folder / "versions.lock").read_text(encoding="utf-8"))
    fingerprint = load_prompt("greet", folder).fingerprint
    assert locked == {"greet": {"version": 3, "sha256": fingerprint}}


@pytest.mark.parametrize(("version", "who"), [(2, "a friend"), (1, "the interviewer")])
def test_lock_refuses_two_texts_of_one_version(
    capsys: Capture, folder: Path, version: int, who: str
) -> None:
    before = (folder / "versions.lock").read_bytes()
    write(folder, version=version, who=who)
    code, out, err = lock(capsys, folder)
    assert (code, out) == (2, "")
    assert "Nothing was locked." in err
    assert (folder / "versions.lock").read_bytes() == before


def test_lock_refuses_a_broken_lock_rather_than_forget_it(capsys: Capture, folder: Path) -> None:
    (folder / "versions.lock").write_text("{", encoding="utf-8")
    code, _, err = lock(capsys, folder)
    assert code == 2
    assert "is no lock" in err


def test_lock_drops_a_prompt_that_is_gone_and_says_so(capsys: Capture, folder: Path) -> None:
    (folder / "greet.md").unlink()
    assert lock(capsys, folder) == (0, "greet: gone\n", "")
    assert check(capsys, folder) == (0, "0 prompts, no errors.\n", "")


def test_lock_leaves_a_sound_lock_alone(capsys: Capture, folder: Path) -> None:
    before = (folder / "versions.lock").stat().st_mtime_ns
    assert lock(capsys, folder) == (0, "The lock is up to date; nothing to do.\n", "")
    assert (folder / "versions.lock").stat().st_mtime_ns == before


def test_a_folder_that_is_not_there_is_named(capsys: Capture, tmp_path: Path) -> None:
    code, _, err = check(capsys, tmp_path / "attic")
    assert code == 2
    assert "There is no folder" in err
