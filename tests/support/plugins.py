"""Plugins as pip leaves them behind."""

from pathlib import Path


def install_plugin(folder: Path, name: str, module: str) -> None:
    """Make a package's entry point in the group ``viva``; the folder must be on the path."""
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[viva]\n{name} = {module}\n", encoding="utf-8")
