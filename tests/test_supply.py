"""What is installed and shipped: pinned with hashes, under licences that allow it, weights as recorded."""

import hashlib
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from digitize import data

ROOT = Path(__file__).parents[1]
DATA = Path(data.__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SHIPPED_EXTRAS = ("archive", "cluster", "report", "s3")
EXTRAS = (*SHIPPED_EXTRAS, "test")
LOCKS = ("requirements.lock", "requirements-test.lock")
PINNED = re.compile(r"^([\w.-]+)==(\S+)(?: ; ([^\\]+))? \\$", re.MULTILINE)

# Licences under which packages may be shipped together with a program under the MIT licence. LGPL libraries
# are separate files that can be exchanged.
ALLOWED = re.compile(
    r"0BSD|BSD|Apache-2\.0|Apache 2\.0|Apache License 2\.0|Apache Software License|BSD-[23]-Clause|"
    r"BSD License|CC0-1\.0|MIT(-0|-CMU)?|MIT License|PSF-2\.0|Zlib|"
    r"GNU Lesser General Public License v3 \(LGPLv3\)|"
    r"Python Software Foundation License|Public Domain"
)
# Packages under a licence that one may choose among several: pyphen is also under the MPL.
CHOICE = {"pyphen"}
# Libraries that wheels for Linux bundle, by the beginning of their names.
BUNDLED = {
    "numpy": {"libgfortran", "libquadmath", "libscipy_openblas"},  # GPL-3 with the runtime exception; BSD
    "opencv-python": {
        *(
            "libQt5",
            "libqxcb",
            "libav",
            "libswscale",
            "libswresample",
        ),  # LGPL; FFmpeg is built without GPL parts
        *("libX", "libxcb", "libxkbcommon", "libdrm", "libpcre2"),  # MIT, BSD
        *(
            "libaom",
            "libvpx",
            "libcrypto",
            "libssl",
            "libopenblas",
            "libpng",
            "libz",
        ),  # BSD, Apache, libpng, Zlib
        *("libgfortran", "libquadmath"),
    },
    "openvino": {"libopenvino", "libtbb", "libhwloc"},  # Apache-2.0, BSD
    "pi-heif": {"libheif", "libde265"},  # LGPL-3: decoders only
    "pillow": {
        *("libXau", "libxcb", "libavif", "libbrotli", "libfreetype", "libharfbuzz", "libjpeg", "liblcms2"),
        *("liblzma", "libopenjp2", "libpng", "libsharpyuv", "libtiff", "libwebp", "libz"),  # all permissive
    },
}


def shipped() -> dict[str, metadata.Distribution]:
    """Return everything that digitize needs to run, as installed here."""
    found: dict[str, metadata.Distribution] = {}
    extras_seen: set[tuple[str, str]] = set()
    extras = (PROJECT["optional-dependencies"][extra] for extra in SHIPPED_EXTRAS)
    waiting = [Requirement(text) for part in (PROJECT["dependencies"], *extras) for text in part]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        fresh = {(name, extra) for extra in ("", *wanted.extras)} - extras_seen
        if not fresh:
            continue
        extras_seen |= fresh
        found[name] = metadata.distribution(name)
        for text in found[name].requires or ():
            needed = Requirement(text)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for _, extra in fresh):
                waiting.append(needed)
    return found


def licences(package: metadata.Distribution) -> list[str]:
    """Return the licences that a package names."""
    about = package.metadata
    expression = about.get("License-Expression") or ""
    classifiers = [each for each in about.get_all("Classifier") or () if each.startswith("License ::")]
    named = re.split(r" (?:AND|OR) ", expression) if expression else []
    named += [each.rpartition(" :: ")[2] for each in classifiers]
    return named or [about.get("License") or "none"]


def test_everything_shipped_is_under_a_licence_that_allows_it() -> None:
    refused = {
        name: named
        for name, package in shipped().items()
        for named in licences(package)
        if not ALLOWED.fullmatch(named) and name not in CHOICE
    }
    assert refused == {}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="wheels of other systems bundle other files")
def test_wheels_bundle_only_libraries_whose_licence_is_known() -> None:
    unknown: list[str] = []
    for name, package in shipped().items():
        for file in package.files or ():
            if re.match(r"lib\w+.*\.so", file.name) and not file.name.startswith(
                tuple(BUNDLED.get(name, ()))
            ):
                unknown.append((name, file.name))
    assert unknown == []


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_everything_with_hashes_and_name_no_machine(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    pins = PINNED.findall(text)
    assert len(pins) == len(re.findall(r"^[A-Za-z]", text, re.MULTILINE))
    assert all("--hash=sha256:" in part for part in re.split(r"^(?=[A-Za-z])", text, flags=re.MULTILINE)[1:])
    assert not re.search(r"://|--(extra-)?index|--find-links|/(home|opt|root|tmp|work)\b", text)
    wanted = list(PROJECT["dependencies"])
    if lock == LOCKS[1]:
        wanted += [text for extra in EXTRAS for text in PROJECT["optional-dependencies"][extra]]
        wanted.remove(f"digitize[{','.join(SHIPPED_EXTRAS)}]")
    versions: dict[str, set[str]] = {}
    for name, version, _ in pins:
        versions.setdefault(canonicalize_name(name), set()).add(version)
    for text in wanted:
        needed = Requirement(text)
        found = versions.get(canonicalize_name(needed.name), set())
        assert found and all(Version(each) in needed.specifier for each in found), f"{text}: run make lock"


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    for text in PROJECT["dependencies"]:
        assert {each.operator for each in Requirement(text).specifier} == {">=", "<"}, text


def test_data_files_are_the_ones_whose_origin_is_recorded() -> None:
    lines = (DATA / "SHA256SUMS").read_text("utf-8").splitlines()
    recorded = {name: digest for digest, name in (line.split("  ") for line in lines)}
    own = {"__init__.py", "SHA256SUMS", "LICENSES.md"}
    files = [path for path in DATA.iterdir() if path.is_file() and path.name not in own]
    assert {path.name for path in files} == set(recorded)
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == recorded[path.name], path.name
    origins = (DATA / "LICENSES.md").read_text("utf-8")
    for name in recorded:
        assert name.partition("_characters")[0].partition("_LICENSE")[0].partition(".")[0] in origins, name
