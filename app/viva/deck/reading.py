"""Read files that people made, with a clear word on each way in which that can fail."""

from pathlib import Path

from viva.errors import InputError, NotFoundError


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, line ends as they are, without a byte order mark.

    Raises:
        NotFoundError: If there is no such file.
        InputError: If it is a folder, cannot be read, or is not UTF-8 text.
    """
    return decode_text(read_bytes(path), name=str(path))


def read_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        NotFoundError: If there is no such file.
        InputError: If it is a folder or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder.", hint="Name a file in it.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def decode_text(content: bytes, *, name: str) -> str:
    """Return UTF-8 bytes as text, without a byte order mark.

    Raises:
        InputError: If they are not UTF-8 text; says where the first bad byte stands.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name} is UTF-16 text.", hint="Save it as UTF-8.")
    if b"\0" in content:
        raise InputError(f"{name} is not a text file.", hint="Save it as plain text in UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name} is not UTF-8 text: line {line} has a byte that UTF-8 does not know.",
            hint="Save it as UTF-8.",
        ) from error
