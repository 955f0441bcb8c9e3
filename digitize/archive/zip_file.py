"""ZIP files with or without a password, and their list of checksums."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from digitize.errors import BadStore, MissingProgram

CHECKSUMS = "SHA256SUMS"  # as `sha256sum -c` reads them
FOLDER_SCANS = "scans"
CAMPAIGN_FILE = "archive.json"
CHUNK_BYTES = 1 << 20
EXTRA_MISSING = "Archives with a password need a further package: pip install 'digitize[archive]'."


@contextmanager
def writing(path: Path, password: str) -> Iterator[Any]:
    """Yield a new ZIP file; its content is encrypted with AES-256 if there is a password."""
    if not password:
        from zipfile import ZIP_DEFLATED, ZipFile  # noqa: PLC0415 (beside its counterpart)

        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            yield archive
        return
    pyzipper = _pyzipper()
    with pyzipper.AESZipFile(
        path, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode("utf-8"))
        yield archive


@contextmanager
def reading(path: Path, password: str) -> Iterator[Any]:
    """Yield a ZIP file.  Raises BadStore if it is none, is damaged, or the password is wrong."""
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415

    try:
        if not password:
            with ZipFile(path) as archive:
                yield archive
        else:
            with _pyzipper().AESZipFile(path) as archive:
                archive.setpassword(password.encode("utf-8"))
                yield archive
    except BadZipFile as error:
        raise BadStore(f"{path} is damaged or no archive of digitize.") from error
    except (RuntimeError, NotImplementedError) as error:  # a wrong password, or none
        raise BadStore(f"{path} needs the right password: name its file with --password-file.") from error
    except OSError as error:
        raise BadStore(f"{path} cannot be read ({error.strerror}).") from error


def digest_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def is_safe(name: str) -> bool:
    """Return whether a name in an archive stays below the folder into which it is unpacked."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _pyzipper() -> Any:
    try:
        import pyzipper  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MissingProgram(EXTRA_MISSING) from error
    return pyzipper
