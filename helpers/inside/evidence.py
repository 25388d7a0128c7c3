"""How the call was made that a program died of: on what socket, with what. A hint is given where this bears it out.

Nothing of the program is run for that: names are looked up, and what can't be found in this way isn't told.
"""
import socket

UNKNOWN = object()


def evidence(chain, program):
    """Facts about the call that raised, in plain values; {} where it was none of the program's own lines.

    `chain`: the links of a traceback. call: the method's or function's name; given: the type of its first argument;
    more: has it others?; closed: is a closed socket in its arguments, or in a list among them?; and of its socket, if
    it is one that can be found: tcp, waits, reuse (SO_REUSEADDR is set).
    """
    while chain and chain[-1].tb_frame.f_code.co_filename == socket.__file__:      # accept is written in Python itself
        chain.pop()
    link = chain[-1] if chain else None
    try:
        call = failed_call(link, program)
    except (SyntaxError, ValueError, OSError, IndexError):
        call = None
    if not call:
        return {}
    known = {**link.tb_frame.f_globals, **link.tb_frame.f_locals}
    arguments = [value_of(one, known) for one in call.args]
    facts = {"call": getattr(call.func, "attr", None) or getattr(call.func, "id", None), "more": len(arguments) > 1,
             "given": kind_of(arguments[0]) if arguments else None, "closed": any(map(has_closed, arguments))}
    sock = value_of(call.func.value, known) if hasattr(call.func, "value") else None
    return facts | (facts_of(sock) if isinstance(sock, socket.socket) else {})


def failed_call(link, program):
    """The call that the last frame of a traceback was in, as a node of its syntax tree; None if it was no call."""
    import ast
    if not link or link.tb_frame.f_code.co_filename != program:
        return None
    code = link.tb_frame.f_code
    first, last, start, end = list(code.co_positions())[link.tb_lasti // 2]
    with open(program, "rb") as file:
        lines = file.read().splitlines()[first - 1:last]
    lines[-1] = lines[-1][:end]                # in this order: it may be one line
    lines[0] = lines[0][start:]
    node = ast.parse(b"(" + b"\n".join(lines) + b")", mode="eval").body
    return node if isinstance(node, ast.Call) else None


def value_of(node, known):
    """The value of a constant, a name, `x.y`, `x[y]`, a list or a tuple, found without running anything."""
    kind = type(node).__name__
    if kind == "Constant":
        return node.value
    if kind == "JoinedStr":
        return ""                              # an f-string: its type is what matters
    if kind == "Name":
        return known.get(node.id, UNKNOWN)
    if kind in ("List", "Tuple"):
        return tuple(value_of(one, known) for one in node.elts)
    if kind == "Attribute":
        return getattr(value_of(node.value, known), "__dict__", {}).get(node.attr, UNKNOWN)
    if kind == "Subscript":
        whole, key = value_of(node.value, known), value_of(node.slice, known)
        if type(whole) is dict and isinstance(key, (int, str, socket.socket)):
            return whole.get(key, UNKNOWN)
        if type(whole) in (list, tuple) and type(key) is int and -len(whole) <= key < len(whole):
            return whole[key]
    return UNKNOWN


def kind_of(value):
    return None if value is UNKNOWN else type(value).__name__


def has_closed(value):
    """Is it a closed socket, or has it one in it?"""
    several = value if type(value) in (list, tuple, set, frozenset, dict) else (value,)
    return any(isinstance(one, socket.socket) and one.fileno() < 0 for one in several)


def facts_of(sock):
    facts = {"tcp": sock.family in (socket.AF_INET, socket.AF_INET6) and sock.type == socket.SOCK_STREAM,
             "waits": sock.gettimeout() != 0}
    if sock.fileno() >= 0:
        facts["reuse"] = bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))
    return facts
