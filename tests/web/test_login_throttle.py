"""Guessing passwords: slowed down for the address that guesses, and for nobody else."""

import logging
from pathlib import Path

import pytest

from digitize.web.login_throttle import ADDRESSES_MAX, FREE_ATTEMPTS, REPORTED, WAIT_MAX_S, LoginThrottle
from digitize.web.roles import UserRole
from tests.web.site import Client, running

FORM = "application/x-www-form-urlencoded"


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def guess(throttle: LoginThrottle, clock: Clock, address: str, seconds: float) -> int:
    """Guess as often as possible for so many seconds; returns the number of guesses."""
    end_s, guesses = clock.now_s + seconds, 0
    while clock.now_s < end_s:
        clock.now_s += throttle.wait_s(address)
        throttle.failed(address)
        guesses += 1
    return guesses


def test_typing_errors_cost_nothing_and_guessing_more_and_more() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    for _ in range(FREE_ATTEMPTS):
        assert throttle.wait_s("10.0.0.1") == 0
        throttle.failed("10.0.0.1")
    assert guess(throttle, clock, "10.0.0.1", 24 * 3600) < 24 * 3600 / WAIT_MAX_S + 20
    assert throttle.wait_s("10.0.0.1") == WAIT_MAX_S


def test_other_addresses_are_not_affected() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    for last in range(50):
        guess(throttle, clock, f"10.0.1.{last}", 10)
    assert throttle.wait_s("10.0.0.2") == 0


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    for last in range(FREE_ATTEMPTS + 1):
        throttle.failed(f"2001:db8:1:2::{last}")
    assert throttle.wait_s("2001:db8:1:2::ffff") > 0
    assert throttle.wait_s("2001:db8:1:3::1") == 0


def test_the_right_password_clears_the_address() -> None:
    throttle = LoginThrottle(Clock())
    for _ in range(FREE_ATTEMPTS + 1):
        throttle.failed("10.0.0.1")
    throttle.succeeded("10.0.0.1")
    assert throttle.wait_s("10.0.0.1") == 0


def test_only_so_many_addresses_are_remembered() -> None:
    throttle = LoginThrottle(Clock())
    for number in range(ADDRESSES_MAX + 10):
        throttle.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(throttle._failures) == ADDRESSES_MAX


def test_the_operator_is_told_of_the_address_but_not_each_time(caplog: pytest.LogCaptureFixture) -> None:
    throttle = LoginThrottle(Clock())
    for _ in range(REPORTED[1]):
        throttle.failed("10.0.0.1")
    assert len(caplog.records) == 2
    assert "10.0.0.1" in caplog.text and caplog.records[0].levelno == logging.WARNING


def test_who_guesses_has_to_wait_and_who_is_signed_in_does_not(campaign_folder: Path) -> None:
    with running(campaign_folder, passwords={UserRole.REVIEWER: "correct horse"}) as site:
        client = Client(site)
        sent = {"Origin": site.url, "Content_Type": FORM}
        answer = client.ask("POST", "/login", b"password=correct+horse", **sent)
        client.cookie = answer.headers["set-cookie"].split(";")[0]
        guesser = Client(site)
        for _ in range(FREE_ATTEMPTS + 1):
            assert guesser.ask("POST", "/login", b"password=wrong", **sent).status == 403
        answer = guesser.ask("POST", "/login", b"password=correct+horse", **sent)
        assert answer.status == 429 and "set-cookie" not in answer.headers
        assert int(answer.headers["retry-after"]) >= 1 and "Too many wrong passwords" in answer.text
        assert client.get("/").status == 200
