"""What waits for what, drawn as boxes and arrows: layers from left to right, each box after all it waits for.

The drawing is for the eye; pages say the same in a list beside it. Long arrows keep a lane of their own between boxes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from backend.web.html import format_html, format_html_join, one_of
from backend.web.line import KINDS

WIDTH, HEIGHT, ACROSS, DOWN, LANE, EDGE = 178, 58, 36, 16, 14, 8
LETTERS = 19  # of a line in a box
FITS = 1120  # up to here a graph shrinks to the width of a desk rather than scroll


@dataclass(frozen=True)
class Node:
    """One box: its key, what it says, its kind (see `line.KINDS`), and the keys it waits for."""

    key: str
    label: str
    kind: str
    after: tuple[str, ...] = ()


@dataclass
class Place:
    """Where a box, or the lane of an arrow on its way, stands."""

    layer: int
    node: Node | None = None
    before: list["Place"] = field(default_factory=list)
    rank: float = 0
    x: int = 0
    y: int = 0

    @property
    def height(self) -> int:
        return HEIGHT if self.node else LANE


def layers_of(nodes: Sequence[Node]) -> dict[str, int]:
    """{key: how many boxes stand before it on the longest way}; keys that are not there and cycles are passed over."""
    known = {node.key: node for node in nodes}
    found: dict[str, int] = {}

    def depth(key: str, trail: frozenset[str]) -> int:
        if key not in found:
            before = [one for one in known[key].after if one in known and one not in trail]
            found[key] = max((depth(one, trail | {key}) + 1 for one in before), default=0)
        return found[key]

    for node in nodes:
        depth(node.key, frozenset({node.key}))
    return found


def _places(nodes: Sequence[Node], layers: Mapping[str, int]) -> list[list[Place]]:
    """The boxes by layer, with a lane in each layer that an arrow passes."""
    columns: list[list[Place]] = [[] for _layer in range(max(layers.values(), default=-1) + 1)]
    boxes = {node.key: Place(layers[node.key], node) for node in nodes}
    for rank, box in enumerate(boxes.values()):
        box.rank = rank
        columns[box.layer].append(box)
    lanes: dict[tuple[str, int], Place] = {}
    for node in nodes:
        for key in node.after:
            if key not in boxes or layers[key] >= layers[node.key]:
                continue
            last = boxes[key]
            for layer in range(layers[key] + 1, layers[node.key]):
                if (key, layer) not in lanes:
                    lanes[key, layer] = Place(layer, before=[last], rank=last.rank)
                    columns[layer].append(lanes[key, layer])
                last = lanes[key, layer]
            boxes[node.key].before.append(last)
    return columns


def _lay(columns: Sequence[list[Place]]) -> tuple[int, int]:
    """Give every place its x and y, near what it waits for; the width and height of the whole."""
    tallest = 0
    for layer, column in enumerate(columns):
        if layer:
            for place in column:
                ranks = [one.rank for one in place.before]
                place.rank = sum(ranks) / len(ranks) if ranks else place.rank
        column.sort(key=lambda place: place.rank)
        y = EDGE
        for rank, place in enumerate(column):
            place.rank, place.x, place.y = rank, EDGE + layer * (WIDTH + ACROSS), y
            y += place.height + DOWN
        tallest = max(tallest, y)
    for column in columns:  # stand each layer in the middle
        spare = (tallest - max((place.y + place.height + DOWN for place in column), default=tallest)) // 2
        for place in column:
            place.y += spare
    return 2 * EDGE + len(columns) * (WIDTH + ACROSS) - ACROSS, tallest - DOWN + EDGE


def _arrow(start: Place, end: Place) -> str:
    """A path from the right side of one place to the left side of another."""
    x1, y1 = start.x + WIDTH, start.y + start.height // 2
    x2, y2 = end.x - (7 if end.node else 0), end.y + end.height // 2
    middle = (x1 + x2) // 2
    lane = f"M{start.x} {y1}H{x1}" if start.node is None else f"M{x1} {y1}"
    return f"{lane}C{middle} {y1} {middle} {y2} {x2} {y2}"


def lines_of(label: str) -> list[str]:
    """A label on two lines at most, cut with "…" when it is longer."""
    lines: list[str] = [""]
    for word in label.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= LETTERS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = [line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…" for line in lines[:2]]
    if len(lines) > 2 and not kept[1].endswith("…"):
        kept[1] = f"{kept[1][: LETTERS - 1]}…"
    return kept


def _box(place: Place) -> SafeString:
    node = place.node
    assert node is not None
    lines = lines_of(node.label)
    kind = str(KINDS[one_of(node.kind, KINDS, "kind")][0])
    first = place.y + (37 if len(lines) > 1 else 42)
    words = format_html_join(
        "",
        '<text x="{}" y="{}" class="graph-label">{}</text>',
        ((place.x + 16, first + 15 * row, line) for row, line in enumerate(lines)),
    )
    return format_html(
        '<g class="graph-node kind-{}"><title>{}</title>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="9" class="graph-box"/>'
        '<rect x="{}" y="{}" width="5" height="{}" rx="2" class="graph-side"/>'
        '<text x="{}" y="{}" class="graph-kind">{}</text>{}</g>',
        node.kind, node.label, place.x, place.y, WIDTH, HEIGHT, place.x + 5, place.y + 8, HEIGHT - 16,
        place.x + 16, place.y + 20, kind, words,
    )  # fmt: skip


def draw_graph(nodes: Sequence[Node], *, title: str | Promise, summary: str | Promise) -> SafeString:
    """The whole drawing, in a box that scrolls by itself; `title` and `summary` say it to who cannot see it."""
    columns = _places(nodes, layers_of(nodes))
    width, height = _lay(columns)
    places = [place for column in columns for place in column]
    arrows = format_html_join(
        "",
        '<path d="{}" class="graph-arrow"/>{}',
        ((_arrow(before, place), _head(place) if place.node else "") for place in places for before in place.before),
    )
    boxes = format_html_join("", "{}", ((_box(place),) for place in places if place.node))
    return format_html(
        '<div class="graph-box-scroll" tabindex="0" role="region" aria-label="{}">'
        '<svg class="graph{}" width="{}" height="{}" viewBox="0 0 {} {}" role="img" focusable="false">'
        "<title>{}</title><desc>{}</desc>{}{}</svg></div>",
        title, " graph-fits" if width <= FITS else "", width, height, width, height, title, summary, arrows, boxes,
    )  # fmt: skip


def _head(place: Place) -> SafeString:
    """The point of the arrows that reach this box."""
    x, y = place.x - 1, place.y + HEIGHT // 2
    return format_html('<path d="M{} {}l-8 -5v10z" class="graph-head"/>', x, y)
