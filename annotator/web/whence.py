"""Where a request comes from, to tell one sender from another."""

from __future__ import annotations

import ipaddress

from flask import current_app, request

LOOPBACK = ("127.0.0.1", "::1")


def address() -> str:
    """Where the request comes from; behind a proxy of ours, what the proxy says."""
    found = request.remote_addr or ""
    passed_on = request.headers.get("X-Forwarded-For", "")
    if passed_on and found in (*LOOPBACK, *current_app.config["PROXIES"]):
        # Each proxy adds one; only ours is believed. The others are whatever the sender wrote.
        found = passed_on.rpartition(",")[2].strip()
    return _whose(found)


def _whose(address: str) -> str:
    """
    >>> _whose("192.0.2.7"), _whose("2001:db8::1"), _whose("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(found, ipaddress.IPv4Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    # One machine has a whole network of these: it must not begin anew with each.
    return str(ipaddress.ip_network((found, 64), strict=False))
