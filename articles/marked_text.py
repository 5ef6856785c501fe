"""
What was inserted into a text and what was deleted, as HTML with <ins> and <del>. Those who do not
see the marks hear where one begins and ends.

Blocks such as paragraphs are compared first, then words within those that have changed. A mark
stands inside blocks, never around one. A block that is new or gone as a whole says so in
``data-change``, and all that it holds is marked.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import unescape
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from articles.alignment import Budget, Stretch, align
from articles.richtext import BLOCKS, CELLS, clean

STEPS = 400_000
# A block beyond so many characters is not compared by words, nor one nested so deeply at all.
LONGEST, DEEPEST = 100_000, 60
# Of what two versions of one block have in common, by words: less, and they are two blocks.
LIKE = 0.35
# How many blocks are compared all with all, to find which became which; beyond, how far ahead.
ALL_WITH_ALL, AHEAD = 2_500, 4

VOID = {"br", "hr", "img"}
BLOCK = BLOCKS | CELLS | {"hr"}
DELETED, INSERTED = "del", "ins"
CHANGE = {DELETED: "gone", INSERTED: "new"}

TOKEN = re.compile(r"<[^<>]*+>|[^<]++")
NAME = re.compile(r"</?([a-z0-9]+)")
SHOWN = re.compile(r' (?:src|alt)="[^"]*"')
ALT = re.compile(r' alt="([^"]+)"')
# What has no spaces between its words counts by characters, with the signs that belong to each.
HAN = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
THAI = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
SIGNS = r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
POINTS = r"!-,./:-@\[-^`{-~¡«»¿‐-‗“-‟…‹›、。「」『』（），：；！？"
WORD = re.compile(
    rf"\s+|[{HAN}]|[{THAI}][{SIGNS}]*|[{POINTS}]"
    rf"|[^\s{HAN}{THAI}{POINTS}]+(?:['’][^\s{HAN}{THAI}{POINTS}]+)*|."
)

# In the key of a block, all but its words and pictures.
MARKUP = re.compile("\0<(?!img)[^\0]*\0|\0")

Stack = tuple[str, ...]


class Marked(NamedTuple):
    """Two versions in one, and each alone with what is not in the other marked. Safe HTML."""

    both: SafeString
    before: SafeString
    after: SafeString


class Atom(NamedTuple):
    """A word, a space, a sign or a picture, with the inline tags around it."""

    key: str
    stack: Stack
    html: str


class Piece(NamedTuple):
    """Some HTML that is in both versions, or (``mark``) in one of them."""

    html: str
    mark: str = ""


class Element:
    """An element; the root and a run of inline content have no ``tag``."""

    __slots__ = ("children", "key", "name", "tag", "with_blocks", "words")

    def __init__(self, tag: str = "", children: list["Element | str"] | None = None) -> None:
        self.tag = tag
        self.name = NAME.match(tag)[1] if tag else ""
        self.children = children or []
        self.key = ""
        self.with_blocks = False
        self.words: frozenset[str] | None = None

    @property
    def is_block(self) -> bool:
        return self.name in BLOCK or self.with_blocks

    @property
    def end(self) -> str:
        return f"</{self.name}>" if self.name and self.name not in VOID else ""


def mark_html(before: str, after: str, context: int | None = None) -> Marked:
    """
    The difference of two bodies, which are sanitised first. With ``context`` only so many blocks
    that are the same stand before and after each change, and it says where others are left out.
    """
    one, other = (parsed(clean(each)) for each in (before, after))
    return joined(list(compared(one.children, other.children, Budget(STEPS), context)))


def mark_text(before: str, after: str) -> Marked:
    """The difference of two plain texts."""
    atoms = [words_of([each], ()) for each in (before, after)]
    return joined(list(inline(*atoms, Budget(STEPS))))


def mark_list(before: Sequence[str], after: Sequence[str]) -> Marked:
    """The difference of two lists of names, each on a line of its own."""
    pieces: list[Piece] = []
    for found in align(before, after, Budget(STEPS)):
        if found.same:
            lines = before[found.start : found.end]
            pieces += [Piece(f"<li>{escape(each)}</li>") for each in lines]
            continue
        for mark, lines in both_of(found, before, after):
            pieces += [Piece(f"<li>{marked(escape(each), mark)}</li>", mark) for each in lines]
    views = joined(pieces)
    return Marked(*(mark_safe(each and f"<ul>{each}</ul>") for each in views))  # noqa: S308


def joined(pieces: list[Piece]) -> Marked:
    views = (
        "".join(piece.html for piece in pieces if piece.mark != left_out)
        for left_out in ("none", INSERTED, DELETED)
    )
    # All text is escaped where it becomes a piece, and all tags have passed the sanitiser.
    return Marked(*(mark_safe(each) for each in views))  # noqa: S308


def both_of(found: Stretch, before: Sequence, after: Sequence) -> list[tuple[str, Sequence]]:
    """What went and what came there, if anything did."""
    parts = [
        (DELETED, before[found.start : found.end]),
        (INSERTED, after[found.after_start : found.after_end]),
    ]
    return [(mark, part) for mark, part in parts if part]


def marked(html: str, mark: str) -> str:
    begins, ends = (
        (gettext("deletion begins"), gettext("deletion ends"))
        if mark == DELETED
        else (gettext("insertion begins"), gettext("insertion ends"))
    )
    word = '<span class="change-word"> [{}] </span>'
    return f"<{mark}>{word.format(escape(begins))}{html}{word.format(escape(ends))}</{mark}>"


# Reading


def parsed(html: str) -> Element:
    """A sanitised text as blocks: inline content that stands between blocks is a run of its own."""
    root = Element()
    path = [root]
    for token in TOKEN.findall(html):
        if not token.startswith("<"):
            path[-1].children.append(unescape(token))
        elif token.startswith("</"):
            name = NAME.match(token)
            if name and any(each.name == name[1] for each in path):
                while path.pop().name != name[1]:
                    pass
        elif NAME.match(token) and len(path) <= DEEPEST:
            element = Element(token)
            path[-1].children.append(element)
            if element.name not in VOID:
                path.append(element)
            if element.name in BLOCK:
                for each in path:
                    each.with_blocks = each.with_blocks or each is not element
    arrange(root)
    return root


def arrange(element: Element) -> None:
    """Put inline content into runs, wherever there are blocks, and give everything its key."""
    for child in element.children:
        if isinstance(child, Element):
            arrange(child)
    if element.with_blocks or not element.tag:
        element.children = list(runs(element.children))
    inside = (child if isinstance(child, str) else child.key for child in element.children)
    # How large a picture is shown does not make it another one.
    tag = f"<img{''.join(SHOWN.findall(element.tag))}>" if element.name == "img" else element.tag
    element.key = f"\0{tag}\0{''.join(inside)}\0"


def runs(children: list[Element | str]) -> Iterator[Element]:
    run: list[Element | str] = []

    def ended() -> Iterator[Element]:
        if any(not isinstance(each, str) or each.strip() for each in run):
            found = Element("", run[:])
            arrange_run(found)
            yield found
        run.clear()

    for child in children:
        if isinstance(child, Element) and child.is_block:
            yield from ended()
            yield child
        else:
            run.append(child)
    yield from ended()


def arrange_run(run: Element) -> None:
    run.key = "".join(each if isinstance(each, str) else each.key for each in run.children)


def words_of(children: Iterable[Element | str], stack: Stack) -> list[Atom]:
    """Inline content word by word."""
    atoms: list[Atom] = []
    for child in children:
        if isinstance(child, str):
            atoms += [Atom(word, stack, escape_text(word)) for word in WORD.findall(child)]
        elif child.name in VOID:
            atoms.append(Atom(child.key, stack, child.tag))
        else:
            atoms += words_of(child.children, (*stack, child.tag))
    return atoms


def escape_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Blocks


def compared(
    before: list[Element], after: list[Element], budget: Budget, context: int | None = None
) -> Iterator[Piece]:
    """The pieces of two rows of blocks."""
    keys = [[each.key for each in blocks] for blocks in (before, after)]
    for found in align(*keys, budget):
        if found.same:
            blocks = after[found.after_start : found.after_end]
            # Before the first change and after the last one, only one side is beside a change.
            head = context if found.start or found.after_start else 0
            tail = context if found.end < len(before) or found.after_end < len(after) else 0
            kept = blocks if context is None else shortened(blocks, head, tail)
            yield from (Piece(each if isinstance(each, str) else unmarked(each)) for each in kept)
        else:
            went = before[found.start : found.end]
            came = after[found.after_start : found.after_end]
            yield from replaced(went, came, budget)


def shortened(blocks: list[Element], head: int, tail: int) -> list[Element | str]:
    """So many at the beginning and at the end, and that others are left out."""
    if len(blocks) <= head + tail + 1:
        return blocks
    said = escape(gettext("Unchanged text is left out here."))
    gap = f'<p class="change-gap"><span class="change-word">{said}</span></p>'
    return [*blocks[:head], gap, *blocks[len(blocks) - tail :]]


def replaced(went: list[Element], came: list[Element], budget: Budget) -> Iterator[Piece]:
    """Those that became others are compared with them, between them the rest has gone or come."""
    one = other = 0
    for here, there in [*counterparts(went, came, budget), (len(went), len(came))]:
        yield from (whole(block, DELETED) for block in went[one:here])
        yield from (whole(block, INSERTED) for block in came[other:there])
        if here < len(went):
            yield from changed(went[here], came[there], budget)
        one, other = here + 1, there + 1


def changed(before: Element, after: Element, budget: Budget) -> Iterator[Piece]:
    """One block that has become another, with the same tag."""
    length = len(before.key) + len(after.key)
    is_container = before.with_blocks or after.with_blocks
    if not is_container and (length > LONGEST or not budget.spend(length * 0.3)):
        yield from [whole(before, DELETED), whole(after, INSERTED)]
        return
    if is_container:
        sides = [each.children if each.with_blocks else only_run(each) for each in (before, after)]
        inside = list(compared(*sides, budget))
    else:
        inside = list(inline(*(words_of(each.children, ()) for each in (before, after)), budget))
    yield Piece(after.tag)
    yield from inside
    yield Piece(after.end)


def only_run(block: Element) -> list[Element]:
    """The content of a block without blocks, to be compared with that of one with blocks."""
    return list(runs(block.children))


def counterparts(went: list[Element], came: list[Element], budget: Budget) -> list[tuple[int, int]]:
    """Which became which, in order."""
    if not went or not came:
        return []
    if [each.tag for each in went] == [each.tag for each in came] and went[0].name in CELLS:
        # A row keeps its cells, whatever is in them.
        return [(number, number) for number in range(len(went))]
    likeness = alike(budget)
    if len(went) * len(came) > ALL_WITH_ALL:
        return ahead(went, came, likeness)
    # The best sum of likeness for every two beginnings.
    best = [[0.0] * (len(came) + 1) for _row in range(len(went) + 1)]
    like: dict[tuple[int, int], float] = {}
    for here in range(len(went) - 1, -1, -1):
        for there in range(len(came) - 1, -1, -1):
            best[here][there] = max(best[here + 1][there], best[here][there + 1])
            if found := likeness(went[here], came[there]):
                like[here, there] = found
                best[here][there] = max(best[here][there], found + best[here + 1][there + 1])
    pairs: list[tuple[int, int]] = []
    here = there = 0
    while here < len(went) and there < len(came):
        found = like.get((here, there))
        if found and best[here][there] == found + best[here + 1][there + 1]:
            pairs.append((here, there))
            here, there = here + 1, there + 1
        elif best[here][there] == best[here + 1][there]:
            here += 1
        else:
            there += 1
    return pairs


def ahead(
    went: list[Element], came: list[Element], likeness: Callable[[Element, Element], float]
) -> list[tuple[int, int]]:
    """The same for many: each is looked for among the next few only."""
    pairs: list[tuple[int, int]] = []
    there = 0
    for here, block in enumerate(went):
        near = range(there, min(there + AHEAD, len(came)))
        found = max(near, key=lambda number: likeness(block, came[number]), default=None)
        if found is not None and likeness(block, came[found]):
            pairs.append((here, found))
            there = found + 1
    return pairs


def alike(budget: Budget) -> Callable[[Element, Element], float]:
    """How like two blocks are, from 0 (not the same block) to 1."""

    def likeness(one: Element, other: Element) -> float:
        if one.tag != other.tag or one.name in VOID or not budget.spend(2):
            return 0
        words, others = (vocabulary(each, budget) for each in (one, other))
        found = 2 * len(words & others) / max(1, len(words) + len(others))
        return found if found >= LIKE else 0

    return likeness


def vocabulary(block: Element, budget: Budget) -> frozenset[str]:
    if block.words is None:
        text = MARKUP.sub(" ", block.key[:LONGEST])
        known = WORD.findall(text) if budget.spend(len(text) * 0.1) else ()
        block.words = frozenset(word for word in known if any(map(str.isalnum, word)))
    return block.words


def unmarked(block: Element | str) -> str:
    if isinstance(block, str):
        return escape_text(block)
    return f"{block.tag}{''.join(map(unmarked, block.children))}{block.end}"


def whole(block: Element, mark: str) -> Piece:
    """A block that is gone, or new."""
    return Piece(all_marked(block, mark, outermost=True), mark)


def all_marked(block: Element, mark: str, outermost: bool = False) -> str:
    if not block.tag:
        return marked("".join(map(shown, block.children)), mark)
    if block.name in VOID:
        return marked(shown(block), mark)
    if block.with_blocks:
        inside = "".join(all_marked(child, mark) for child in block.children)
    else:
        inside = "".join(map(shown, block.children))
        inside = inside and marked(inside, mark)
    tag = f'{block.tag[:-1]} data-change="{CHANGE[mark]}">' if outermost else block.tag
    return f"{tag}{inside}{block.end}"


def shown(inside: Element | str) -> str:
    """Something within a mark. How a picture is described may be all that has changed of it."""
    if isinstance(inside, str):
        return escape_text(inside)
    if inside.name in VOID:
        return described(inside.tag)
    return f"{inside.tag}{''.join(map(shown, inside.children))}{inside.end}"


def described(html: str) -> str:
    if html.startswith("<img ") and (alt := ALT.search(html)):
        return f'{html}<span class="change-alt" aria-hidden="true">{alt[1]}</span>'
    return html


# Words


def inline(before: list[Atom], after: list[Atom], budget: Budget) -> Iterator[Piece]:
    """The pieces of two rows of words."""
    found = word_stretches(before, after, budget)
    opened: Stack = ()
    for number, stretch in enumerate(found):
        if stretch.same:
            html = []
            for atom in after[stretch.after_start : stretch.after_end]:
                html += [moved(opened, atom.stack), atom.html]
                opened = atom.stack
            yield Piece("".join(html))
            continue
        parts = both_of(stretch, before, after)
        # A tag that both sides of a mark share stays open around it.
        around = shared(atom.stack for _mark, atoms in parts for atom in atoms)
        follows = after[stretch.after_end].stack if number + 1 < len(found) else ()
        around = max(shared([around, opened]), shared([around, follows]), key=len)
        yield Piece(moved(opened, around))
        opened = around
        for mark, atoms in parts:
            yield Piece(marked(in_mark(atoms, around), mark), mark)
    yield Piece(moved(opened, ()))


def in_mark(atoms: Sequence[Atom], around: Stack) -> str:
    html, opened = [], around
    for atom in atoms:
        html += [moved(opened, atom.stack), described(atom.html)]
        opened = atom.stack
    return "".join([*html, moved(opened, around)])


def word_stretches(before: list[Atom], after: list[Atom], budget: Budget) -> list[Stretch]:
    keys = [[atom[:2] for atom in atoms] for atoms in (before, after)]
    found = align(*keys, budget, junk=is_space)
    # A mark that is interrupted by next to nothing is hard to read.
    kept: list[Stretch] = []
    for number, stretch in enumerate(found):
        if stretch.same and kept and number + 1 < len(found) and is_slight(stretch, after):
            beside = (kept[-1], found[number + 1])
            stretch = stretch._replace(same=not all(map(is_exchange, beside)))
        if kept and not kept[-1].same and not stretch.same:
            last = kept.pop()
            stretch = last._replace(end=stretch.end, after_end=stretch.after_end)
        kept.append(stretch)
    return kept


def is_space(key: tuple[str, Stack]) -> bool:
    return key[0].isspace()


def is_slight(stretch: Stretch, atoms: list[Atom]) -> bool:
    words = [atom.key for atom in atoms[stretch.after_start : stretch.after_end]]
    return len("".join(words).strip()) <= 2


def is_exchange(stretch: Stretch) -> bool:
    return (
        not stretch.same and stretch.end > stretch.start and stretch.after_end > stretch.after_start
    )


def shared(stacks: Iterable[Stack]) -> Stack:
    """The tags that all have open, from the outermost."""
    first, *others = stacks
    for depth, tag in enumerate(first):
        if any(len(other) <= depth or other[depth] != tag for other in others):
            return first[:depth]
    return first


def moved(opened: Stack, wanted: Stack) -> str:
    """The tags that lead from one place to another."""
    if opened == wanted:
        return ""
    stay = len(shared([opened, wanted]))
    closing = (f"</{NAME.match(tag)[1]}>" for tag in reversed(opened[stay:]))
    return "".join([*closing, *wanted[stay:]])
