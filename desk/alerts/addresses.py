"""Where an alert may go: to public addresses, unless the operator says otherwise."""

from __future__ import annotations

import ipaddress
import socket

from pipeline.errors import UserError


def resolve(host: str, port: int, *, is_private_allowed: bool) -> str:
    """One address of a host. The caller connects to that very address: a second look-up could give another.

    Raises:
        UserError: the name is unknown, or any of its addresses is not a public one.
    """
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise UserError(f"{host}: 找不到这个地址 / no such address: {error}") from error
    private = [address for address in found if not is_public(address)]
    if private and not is_private_allowed:
        raise UserError(
            f"{host}: 是内网地址（{private[0]}），不发送；确有需要请设 [alerts] private_addresses = true"
            " / a private address; nothing is sent there"
        )
    return found[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    return ip.is_global and not ip.is_multicast
