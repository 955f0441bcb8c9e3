"""Certificates for the pages in an office network: one that was given, or one made for this machine.

The certificate that digitize makes is signed by itself, so that browsers warn at the first visit.  People
compare its fingerprint with the one on the terminal; from then on nobody in between can read along.
"""

import ipaddress
import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from digitize.errors import BadCertificate

FILE = "serve-tls.pem"  # key and certificate in one file, so that they always fit each other
VALID_DAYS = 397  # browsers accept no more than 398
RENEWED_DAYS = 30  # before the end
CLOCK_DAYS = 1  # clocks in an office differ
NAME_MAX = 64  # characters of a common name


@dataclass(frozen=True)
class Certificate:
    """A certificate whose key fits.

    `names` are the host names and addresses that it is made out to; `fingerprint` is its SHA-256, as
    browsers show it.
    """

    context: ssl.SSLContext
    names: frozenset[str]
    fingerprint: str
    ends: datetime
    self_made: bool


def given(certificate: Path, key: Path, now: datetime | None = None) -> Certificate:
    """Load a certificate and its key (PEM, the key without a password); raises BadCertificate."""
    found = _load(certificate, key, self_made=False)
    if found.ends <= (now or datetime.now(UTC)):
        raise BadCertificate(f"{certificate.name} ended on {found.ends:%d.%m.%Y}; ask for a new certificate.")
    return found


def self_made(folder: Path, names: Iterable[str], now: datetime | None = None) -> Certificate:
    """Return the certificate in the folder.

    If it lacks a name, ends soon or could be read by others, a new one is made, for the names of the
    old one too.  Raises BadCertificate if it cannot be written.
    """
    path = folder / FILE
    now = now or datetime.now(UTC)
    wanted = frozenset(names)
    kept: frozenset[str] = frozenset()
    if _private(path):
        try:
            found = _load(path, path, self_made=True)
        except BadCertificate:  # damaged
            pass
        else:
            kept = found.names
            if wanted <= kept and found.ends - now > timedelta(days=RENEWED_DAYS):
                return found
    _write(path, _made(sorted(wanted | kept), now))
    return _load(path, path, self_made=True)


def user_folder() -> Path:
    """Return the folder for the data of this user, as of the XDG base directory specification."""
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "share") / "digitize"


def _load(certificate: Path, key: Path, self_made: bool) -> Certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # Without a password OpenSSL would ask for it on the terminal.
        context.load_cert_chain(certificate, key, password=lambda: b"")
        first = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except ssl.SSLError as error:
        raise BadCertificate(_reason(error, certificate, key)) from error
    except OSError as error:
        raise BadCertificate(
            f"{certificate.name} or {key.name} cannot be read ({error.strerror}); check --tls-cert and "
            "--tls-key."
        ) from error
    except ValueError as error:
        raise BadCertificate(f"{certificate.name} is not a certificate in PEM format.") from error
    digest = first.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificate(context, frozenset(_names(first)), digest, first.not_valid_after_utc, self_made)


def _reason(error: ssl.SSLError, certificate: Path, key: Path) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"The key {key.name} does not belong to the certificate {certificate.name}; give the pair."
    return (
        f"{certificate.name} and {key.name} are not a certificate and its key in PEM format, "
        "the key without a password; export them that way."
    )


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = [str(each) for each in found.get_values_for_type(x509.IPAddress)]
    return addresses + [name.lower() for name in found.get_values_for_type(x509.DNSName)]


def _made(names: list[str], now: datetime) -> bytes:
    """Return a new key and its certificate as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"digitize {names[0]}"[:NAME_MAX])])
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)  # digital signature
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=CLOCK_DAYS))
        .not_valid_after(now + timedelta(days=VALID_DAYS - CLOCK_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(pem, pkcs8, serialization.NoEncryption()) + certificate.public_bytes(pem)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _private(path: Path) -> bool:
    """Whether the file is there and nobody else can have read the key."""
    try:
        return path.is_file() and not path.stat().st_mode & 0o077
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".unfinished")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError as error:
        raise BadCertificate(
            f"No certificate can be kept in {path.parent} ({error.strerror}); make room there, or give one "
            "with --tls-cert and --tls-key."
        ) from error
