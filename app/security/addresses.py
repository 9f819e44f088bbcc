"""Which addresses on the network this service may be sent to by its users."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
COMPATIBLE = IPv6Network("::/96")
WIRE_SERVER = IPv4Address("168.63.129.16")  # a cloud's metadata at an address that looks public


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not private, loopback, link-local (where clouds keep their
    metadata), shared, reserved or multicast, and no disguise of such a one in IPv6.

    >>> is_public("93.184.216.34"), is_public("127.0.0.1"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False, False)
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        hidden = _hidden(found)
        return _is_public(found) if hidden is None else _is_public(hidden)
    return _is_public(found)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    plain = not (address.is_multicast or address.is_reserved or address.is_unspecified)
    return address.is_global and plain and address != WIRE_SERVER


def _hidden(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64 or compatible."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in (*NAT64, COMPATIBLE)):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
