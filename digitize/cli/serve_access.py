"""Who may open the pages of `digitize serve`, and how: address, passwords, encryption."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digitize.web.addresses import Host
    from digitize.web.certificate import Certificate
    from digitize.web.roles import UserRole
    from digitize.web.security import AccessPolicy

PASSWORD_LEAST = 8  # characters


@dataclass(frozen=True, slots=True)
class Access:
    """What was given on the command line."""

    host: str
    port: int = 0
    password_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    plain_http: bool = False
    log_views: bool = False
    new_link: bool = False

    def check(self) -> None:
        """Raise click's UsageError for options that exclude each other."""
        if (self.tls_cert is None) is not (self.tls_key is None):
            raise click.UsageError("--tls-cert and --tls-key belong together; give both.")
        if self.tls_cert is not None and self.plain_http:
            raise click.UsageError("--plain-http does not encrypt; leave it out, or the certificate.")


def read_passwords(access: Access, host: "Host") -> "dict[UserRole, str]":
    """Return the password of each role; raises click's errors if they are missing, short or not clear."""
    if access.password_file is None:
        if host.loopback:
            return {}
        raise click.UsageError(
            "--host gives other machines access: set passwords with --password-file FILE, "
            "one line for each role."
        )
    if access.password_file.stat().st_mode & 0o044:
        click.echo(f"Warning: others can read {access.password_file}; close it with chmod go-rwx.", err=True)
    lines = access.password_file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return parse_passwords([line.strip() for line in lines if line.strip()])


def parse_passwords(lines: list[str]) -> "dict[UserRole, str]":
    """Parse "role: password" lines; a first line without a role is for reviewers.

    Raises click's BadParameter, which never quotes a password.
    """
    from digitize.web.roles import UserRole

    words = {role.name.lower(): role for role in UserRole}
    found: dict[UserRole, str] = {}
    for number, line in enumerate(lines, 1):
        word, colon, rest = line.partition(":")
        role = words.get(word.strip().lower()) if colon else None
        if role is None and number > 1:
            raise _bad_password_file(
                f"line {number} does not begin with one of {', '.join(words)} and a colon."
            )
        password = line if role is None else rest.strip()
        role = role or UserRole.REVIEWER
        if len(password) < PASSWORD_LEAST:
            raise _bad_password_file(f"each password must have at least {PASSWORD_LEAST} characters.")
        if role in found or password in found.values():
            raise _bad_password_file("each role has one password, and no other role the same.")
        found[role] = password
    if not found:
        raise _bad_password_file(f"it must hold a password of at least {PASSWORD_LEAST} characters.")
    return found


def _bad_password_file(problem: str) -> click.BadParameter:
    return click.BadParameter(problem, param_hint="--password-file")


def tls_certificate(access: Access, host: "Host") -> "Certificate | None":
    """Return the certificate to serve with, None for a connection that is not encrypted.

    On this machine alone nobody can listen in.  Raises BadCertificate.
    """
    from digitize.web import certificate

    if access.tls_cert is not None and access.tls_key is not None:
        return certificate.given(access.tls_cert, access.tls_key)
    if host.loopback or access.plain_http:
        return None
    return certificate.self_made(certificate.user_folder(), host.names)


def policy_for(
    access: Access,
    host: "Host",
    port: int,
    passwords: "Mapping[UserRole, str]",
    certificate: "Certificate | None",
    token: str,
) -> "AccessPolicy":
    """Return how people may sign in: with the key `token` in the link, and under these names only."""
    from digitize.web.addresses import with_port
    from digitize.web.security import AccessPolicy

    names = {*host.names, *(certificate.names if certificate and not certificate.self_made else ())}
    hosts = {with_port(name, port) for name in names}
    if port == (443 if certificate else 80):  # browsers leave out the usual port
        hosts |= {each.rpartition(":")[0] for each in hosts}
    prefix = "__Host-" if certificate else ""  # no other server of this machine can then set the cookie
    return AccessPolicy(
        hosts,
        token,
        passwords,
        cookie=f"{prefix}digitize-{port}",
        scheme="https" if certificate else "http",
        names_needed=access.log_views,
    )


def tell_access(
    access: Access, host: "Host", port: int, policy: "AccessPolicy", certificate: "Certificate | None"
) -> None:
    """Print the link for this machine, and what others in the network need."""
    from digitize.web.addresses import with_port

    address = f"{policy.scheme}://{with_port(str(host.address), port)}/"
    click.echo(f"Open in a browser on this machine: {address}?token={policy.token}")
    click.echo("Anyone with this link can see names and addresses. Press Ctrl-C to stop.")
    if access.log_views:
        click.echo("Who looks at which pages and rows is logged in views.csv.")
    if host.loopback:
        return
    roles = ", ".join(role.name.lower() for role in sorted(policy.passwords, reverse=True))
    click.echo(f"Others in the network open {address} and need a password ({roles}).")
    if certificate is None:
        click.echo(
            "The connection is not encrypted: anyone who can listen in on that network sees names, addresses "
            "and the passwords. Leave out --plain-http unless something else encrypts it."
        )
    elif certificate.self_made:
        click.echo(
            "The connection is encrypted with a certificate that digitize made for this machine, so browsers "
            "warn at the first visit. Go on there only if the browser shows this SHA-256 fingerprint of the "
            "certificate:"
        )
        click.echo("\n".join(_halves(certificate.fingerprint)))


def _halves(fingerprint: str) -> tuple[str, str]:
    middle = len(fingerprint) // 2 + 1
    return f"  {fingerprint[:middle]}", f"  {fingerprint[middle:]}"
