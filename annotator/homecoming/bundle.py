"""A bundle: a whole project as one zip of files that people and programs can read, and how it is opened.

Nothing in it is ever unpacked to a path: members are asked for by the names they must have. What is read was
counted and hashed when it was written, so a bundle that was cut, changed or made up is noticed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from annotator.model import Invalid, Missing
from annotator.outputs.archive import archive, folder

SCHEMA = "qawl-bundle/1"
CLAIMS = "claims.jsonl"
MANIFEST = "manifest.json"
README = "README.txt"
SCHEMA_WORDS = "SCHEMA.md"
SCHEMA_SQL = "schema.sql"

PACKING = 200
"""A member this many times smaller when packed is no project; real ones reach 20 to 50."""

LONGEST_LINE = 64_000_000
LARGEST_FILE = 100_000_000
LARGEST_MANIFEST = 100_000_000
_CHUNK = 1 << 16

_KNOWN = re.compile(
    r"README\.txt|SCHEMA\.md|schema\.sql|claims\.jsonl|tables/[a-z_]+\.jsonl"
    r"|codebooks/[^/\\:\x00-\x1f]+\.toml|files/[0-9a-f]{64}/[^/\\:\x00-\x1f]+"
)

ABOUT = """A whole Qawl project. To make a project of it again: qawl import NEW.db THIS.zip

claims.jsonl   every current answer, then the final ones: claims-jsonl/1
codebooks/     every version of the codebook
files/         the imported files, as they came, each in a folder named by its SHA-256
tables/        everything else, one file for each table and one line for each row: people, documents,
               sentences and what was changed in them, every answer ever given, rounds, settlements
SCHEMA.md      what every table and column of these is
schema.sql     the statements that make the tables, and views for queries, in SQLite
manifest.json  the size and SHA-256 of each of these files

Passwords, invitations and who is signed in are not in it.
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the bundle, and what there is to it."""

    path: str
    chunks: Iterable[bytes]


def table(name: str) -> str:
    return f"tables/{name}.jsonl"


def codebook(name: str) -> str:
    """The member that holds a version of the codebook, by its full name.

    >>> codebook("quotes@1.0")
    'codebooks/quotes@1.0.toml'
    """
    return f"codebooks/{folder(name)}.toml"


def file(sha256: str, filename: str) -> str:
    """The member that holds an imported file; the end of a long name says what it is.

    >>> file("ab12", "news/نص.txt")
    'files/ab12/news%2Fنص.txt'
    """
    return f"files/{sha256}/{folder(filename[-80:]) or '_'}"


# ------------------------------------------------------------------ leaving


def written(members: Iterable[Member], about: Mapping[str, Any]) -> Iterator[bytes]:
    """The bundle as it is written. The manifest comes last, when everything was counted."""
    counted: dict[str, dict[str, Any]] = {}

    def manifest() -> Iterator[bytes]:
        whole = {"schema": SCHEMA, **about, "members": counted}
        yield orjson.dumps(whole, option=orjson.OPT_INDENT_2) + b"\n"

    def files() -> Iterator[tuple[str, Iterable[bytes]]]:
        yield README, _counted(Member(README, [ABOUT.encode()]), counted)
        for member in members:
            yield member.path, _counted(member, counted)
        yield MANIFEST, manifest()

    return archive(files(), large=True)


def _counted(member: Member, into: dict[str, dict[str, Any]]) -> Iterator[bytes]:
    sha256, length = hashlib.sha256(), 0
    for chunk in _gathered(member.chunks):
        sha256.update(chunk)
        length += len(chunk)
        yield chunk
    into[member.path] = {"bytes": length, "sha256": sha256.hexdigest()}


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines together: a zip takes one large piece faster than many small ones."""
    waiting: list[bytes] = []
    length = 0
    for chunk in chunks:
        waiting.append(chunk)
        length += len(chunk)
        if length >= _CHUNK:
            yield b"".join(waiting)
            waiting, length = [], 0
    yield b"".join(waiting)


# ------------------------------------------------------------------ coming home


def is_bundle(path: Path) -> bool:
    """Whether the file is a zip with a manifest of ours; what else it is, opening says."""
    try:
        with zipfile.ZipFile(path) as zipped:
            return MANIFEST in zipped.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


@dataclass(frozen=True, slots=True)
class Bundle:
    """An open bundle of which only its table of contents was checked; reading checks the rest."""

    zipped: zipfile.ZipFile
    manifest: Mapping[str, Any]
    members: Mapping[str, Mapping[str, Any]]
    total: int  # bytes of all members together

    @property
    def migrations(self) -> Sequence[str]:
        """The steps that the tables were made by."""
        return tuple(self.manifest["migrations"])

    @property
    def tables(self) -> set[str]:
        return {path[7:-6] for path in self.members if path.startswith("tables/")}

    def sha256(self, path: str) -> str | None:
        return str(self.members[path]["sha256"]) if path in self.members else None

    def rows(self, name: str) -> Generator[dict[str, Any]]:
        """The rows of a table, which is empty where the bundle is older than it."""
        path = table(name)
        if path not in self.members:
            return
        with self._reading(path) as stream:
            while line := stream.readline(LONGEST_LINE + 1):
                yield _row(line)

    def whole(self, path: str) -> bytes:
        """A member at once: a file that was imported."""
        if path not in self.members:
            raise Invalid("%(path)s is missing in the bundle. Nothing was stored.", path=path)
        if self.members[path]["bytes"] > LARGEST_FILE:
            raise _damaged()
        with self._reading(path) as stream:
            return stream.read()

    def check(self, path: str) -> None:
        """Read a member that nothing is made of, to see that it is as it was written."""
        with self._reading(path) as stream:
            while stream.read(_CHUNK):
                pass

    @contextlib.contextmanager
    def _reading(self, path: str) -> Iterator[io.BufferedReader]:
        with _damaged_said(), self.zipped.open(path) as stream:
            hashed = _Hashed(stream)
            yield io.BufferedReader(hashed, _CHUNK)
            if hashed.sha256.hexdigest() != self.members[path]["sha256"]:
                raise Invalid(
                    "%(path)s was changed after the bundle was made. Nothing was stored.", path=path
                )


class _Hashed(io.RawIOBase):
    """Hashes what is read through it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.sha256 = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = int(self._stream.readinto(buffer))
        self.sha256.update(memoryview(buffer)[:count])
        return count


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Open a bundle, or say in one sentence why it cannot be used."""
    with contextlib.ExitStack() as stack:
        try:
            zipped = stack.enter_context(zipfile.ZipFile(path))
        except FileNotFoundError:
            raise Missing("There is no file %(path)s.", path=path) from None
        except OSError as error:
            raise Invalid("%(path)s could not be read (%(why)s).", path=path, why=error.strerror) from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _damaged() from error
        yield _checked(zipped)


def _checked(zipped: zipfile.ZipFile) -> Bundle:
    entries = zipped.infolist()
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise Invalid("The bundle holds two files of one name. Nothing was stored.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid("The bundle is locked with a password. Make it again; nothing was stored.")
    foreign = sorted(name for name in names if name != MANIFEST and not _KNOWN.fullmatch(name))
    if foreign or ".." in {part for name in names for part in name.split("/")}:
        raise Invalid(
            "The bundle holds a file that no bundle has: %(name)s. Nothing was stored.",
            name=(foreign or ["…/.."])[0][:200],
        )
    if any(entry.file_size > PACKING * max(entry.compress_size, 5_000) for entry in entries):
        raise Invalid("The bundle would unpack to far more than a project has. It was not unpacked.")
    manifest = _manifest(zipped)
    members: dict[str, Mapping[str, Any]] = manifest["members"]
    sizes = {entry.filename: entry.file_size for entry in entries if entry.filename != MANIFEST}
    if sizes != {name: member["bytes"] for name, member in members.items()}:
        raise Invalid("The bundle does not hold what its manifest says. Nothing was stored.")
    return Bundle(zipped, manifest, members, sum(sizes.values()))


def _manifest(zipped: zipfile.ZipFile) -> dict[str, Any]:
    entry = zipped.NameToInfo.get(MANIFEST)
    if entry is None or entry.file_size > LARGEST_MANIFEST:
        raise Invalid("This zip is not a bundle of a Qawl project: it has no %(name)s.", name=MANIFEST)
    with _damaged_said():
        found = orjson.loads(zipped.read(entry))
        schema = found["schema"]
        if schema != SCHEMA and str(schema).startswith("qawl-bundle/"):
            raise Invalid(
                "The bundle was made by a newer version of Qawl. Update Qawl, then import it again."
            )
        well = (
            schema == SCHEMA
            and isinstance(found["qawl"], str)
            and all(isinstance(name, str) for name in found["migrations"])
            and all(
                isinstance(member["bytes"], int) and isinstance(member["sha256"], str)
                for member in found["members"].values()
            )
        )
        if not well:
            raise ValueError
    return dict(found)


def _row(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise ValueError
    row = orjson.loads(line)
    if not isinstance(row, dict):
        raise ValueError
    return row


@contextlib.contextmanager
def _damaged_said() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # not the JSON it should be
        raise _damaged() from error


def _damaged() -> Invalid:
    return Invalid("The bundle is damaged or was cut short. Copy it once more; nothing was stored.")
