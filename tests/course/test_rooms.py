"""The rooms of helpers/: the arrows between them run one way, nobody reaches past a room's door, and the door is light."""
import ast
import re
import sys
from graphlib import TopologicalSorter

import pytest

import helpers
from tests import ROOT

HOUSE = ROOT / "helpers"
ARROWS = {              # room -> those that it may use
    "errors": set(),
    "inside": set(),
    "recording": set(),
    "server": {"errors", "recording"},
    "figures": {"errors", "recording"},
    "playing": {"errors", "figures", "recording", "server"},
    "trials": {"errors", "server"},
    "exercises": {"errors", "server", "trials"},
    "teaching": {"errors", "exercises", "server", "trials"},
}
TOO_LONG = 250          # lines: such a module is two


def module_name(path):
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


PATHS = {module_name(path): path for path in sorted(HOUSE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in PATHS.items()}
MODULES = sorted(TREES.keys() - {"__init__"})


def room_of(module):
    return module.partition(".")[0]


def imports(module, top_level=False):
    """[(module of helpers, name that is taken from it, or None)], {first names of other packages} that a module imports."""
    ours, others = [], set()
    package = module.split(".") if PATHS[module].name == "__init__.py" else module.split(".")[:-1]
    for node in ast.iter_child_nodes(TREES[module]) if top_level else ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*package[:len(package) - node.level + 1], *(node.module or "").split(".")]
            source = ".".join(filter(None, base))
            for name in node.names:
                inner = f"{source}.{name.name}".strip(".")
                ours.append((inner, None) if inner in PATHS else (source, name.name))
        elif isinstance(node, ast.ImportFrom):
            others.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            others |= {name.name.partition(".")[0] for name in node.names}
    return ours, others


def arrows():
    """{room: the rooms that it uses}, as the source says."""
    used = {room: set() for room in ARROWS}
    for module in MODULES:
        used[room_of(module)] |= {room_of(source) for source, _ in imports(module)[0]} - {room_of(module)}
    return used


def in_words(used):
    """The arrows as CONTRIBUTING draws them: a line a room."""
    return "\n".join(f"{room:<10} → {', '.join(sorted(used[room])) or 'nobody'}" for room in used)


def test_the_rooms_are_those_that_are_drawn():
    typed = "py"                                # py.typed says that there are type hints
    assert {path.stem for path in HOUSE.iterdir() if path.name != "__pycache__"} == {*ARROWS, "__init__", typed}


@pytest.mark.parametrize("room", ARROWS)
def test_the_arrows_run_one_way(room):
    assert arrows()[room] <= ARROWS[room], f"the arrows as the source says:\n{in_words(arrows())}"


def test_contributing_draws_the_arrows_as_they_are():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn = re.findall(r"(?m)^    (\w+ +→ .*)$", text)
    assert "\n".join(drawn) == in_words(arrows()), f"CONTRIBUTING.md must say:\n{in_words(arrows())}"


@pytest.mark.parametrize("module", MODULES)
def test_nobody_reaches_past_the_door_of_a_room(module):
    for source, name in imports(module)[0]:
        if room_of(source) != room_of(module) and room_of(source) != "errors":
            door = sys.modules.get(f"helpers.{room_of(source)}") or getattr(__import__(f"helpers.{room_of(source)}"),
                                                                            room_of(source))
            assert source == room_of(source) and name in door.__all__, f"{module} takes {name} out of {source}"


@pytest.mark.parametrize("room", sorted(ARROWS.keys() - {"errors"}))
def test_a_room_says_what_it_is_for_and_what_others_may_use(room):
    said = ast.get_docstring(TREES[room])
    started = room in ("inside", "teaching")
    names = [] if started else __import__(f"helpers.{room}", fromlist=["__all__"]).__all__
    assert re.match(r"[A-Z].*[.:]\n", said)
    assert "Nobody imports this room" in said if started else "For other rooms: `" in said
    assert [name for name in names if name not in said] == [] or "the rest of `__all__`" in said


def test_there_are_no_circles():
    graph = {module: {source for source, _ in imports(module, top_level=True)[0]} - {module} for module in MODULES}
    TopologicalSorter(graph).prepare()         # raises CycleError, which names the circle


@pytest.mark.parametrize("module", [one for one in MODULES if room_of(one) in ("inside", "recording", "errors")])
def test_the_child_and_the_plain_data_need_the_standard_library_alone(module):
    assert imports(module)[1] <= sys.stdlib_module_names


# playing.widget is the heavy thing itself: it is loaded when a player is shown. What is in teaching is called by nbgrader.
@pytest.mark.parametrize("module", [one for one in MODULES if one != "playing.widget" and room_of(one) != "teaching"])
def test_heavy_packages_are_loaded_when_they_are_used(module):
    assert imports(module, top_level=True)[1] <= sys.stdlib_module_names | {"helpers"}


@pytest.mark.parametrize("path", sorted(path for kind in ("py", "js", "css") for path in HOUSE.rglob(f"*.{kind}")),
                         ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_module_is_short_enough_to_be_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= TOO_LONG


# -- the front door --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", helpers.__all__)
def test_everything_at_the_front_door_is_there(name):
    assert getattr(helpers, name) is not None
    assert name in dir(helpers)


def test_the_front_door_says_what_it_has():
    with pytest.raises(AttributeError, match="helpers has no 'runn'; it has .*, run, "):
        helpers.runn


def test_editors_see_at_the_front_door_what_is_there():
    stub = ast.parse((HOUSE / "__init__.pyi").read_text(encoding="utf-8"))
    told = {name.asname: (node.module, name.name) for node in stub.body for name in node.names}
    assert told == {name: (room, name) for name, room in helpers._homes.items()}
