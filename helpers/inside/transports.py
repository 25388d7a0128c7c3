"""The socket that a program's variable stands for: a socket itself, or what asyncio puts before one.

A transport knows its socket; a StreamReader, a StreamWriter and most protocols know their transport. Only attributes of
objects are asked for, no property of the program's own is run.
"""
import socket
import sys


def socket_of(value):
    """The socket, or None."""
    if isinstance(value, socket.socket):
        return value
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return None
    try:
        if isinstance(value, (asyncio.StreamReader, asyncio.StreamWriter)):
            value = value._transport
        elif isinstance(value, asyncio.BaseProtocol):
            value = attribute(value, "transport")
        return value.get_extra_info("socket")._sock if isinstance(value, asyncio.BaseTransport) else None
    except Exception:                    # asyncio is on its way in, or it is a transport of another kind
        return None


def attribute(value, name):
    return None if isinstance(getattr(type(value), name, None), property) else getattr(value, name, None)
