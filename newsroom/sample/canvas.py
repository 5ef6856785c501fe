"""The drawing surface of the sample pictures, and the primitives they are made from.

Everything is placed on a canvas 1600 units wide and 900 high, whatever the size in pixels.
A fill is a string of one or more "#rrggbb" or "#rrggbbaa" colours; several run from top to bottom.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageOps

WIDTH, HEIGHT = 1600, 900

Point = tuple[float, float]


def gradient(fill: str, size: tuple[int, int]) -> Image.Image:
    """An RGBA image running evenly through the colours of `fill` from top to bottom."""
    stops = [(*ImageColor.getrgb(colour), 255)[:4] for colour in fill.split()]
    column = Image.new("RGBA", (1, size[1]))
    for y in range(size[1]):
        place = y / max(1, size[1] - 1) * (len(stops) - 1)
        low = min(int(place), len(stops) - 2)
        pairs = zip(stops[low], stops[low + 1], strict=True)
        column.putpixel((0, y), tuple(round(a + (b - a) * (place - low)) for a, b in pairs))
    return column.resize(size, Image.Resampling.NEAREST)


def curve(start: Point, bend: Point, end: Point, steps: int = 40) -> list[Point]:
    """Points along a quadratic curve from `start` to `end`, drawn towards `bend`."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append(
            (a * start[0] + b * bend[0] + c * end[0], a * start[1] + b * bend[1] + c * end[1])
        )
    return points


class Canvas:
    """The drawing surface and the few primitives from which every scene is made."""

    def __init__(self, pixels_wide: int, height: float = HEIGHT, width: float = WIDTH) -> None:
        self.k = pixels_wide / width
        self.width, self.height = width, height
        self.image = Image.new("RGB", (pixels_wide, math.ceil(height * self.k)))
        self.pen = ImageDraw.Draw(self.image, "RGBA")  # RGBA, so that fills may be translucent

    def shape(self, points: Iterable[Point], fill: str) -> None:
        """A filled polygon."""
        placed = [(x * self.k, y * self.k) for x, y in points]
        if " " not in fill:
            self.pen.polygon(placed, fill=fill)
            return
        left, top = (max(0, math.floor(min(p[i] for p in placed))) for i in (0, 1))
        right, bottom = (
            min(self.image.size[i], math.ceil(max(p[i] for p in placed)) + 1) for i in (0, 1)
        )
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in placed], fill=255)
        ground = gradient(fill, mask.size)
        mask = ImageChops.multiply(mask, ground.getchannel("A"))
        self.image.paste(ground.convert("RGB"), (left, top), mask)

    def box(self, x: float, y: float, w: float, h: float, fill: str, radius: float = 0) -> None:
        """A rectangle, with round corners if `radius` is given (then in a single colour)."""
        if radius:
            k = self.k
            frame = (x * k, y * k, (x + w) * k, (y + h) * k)
            self.pen.rounded_rectangle(frame, radius * k, fill=fill)
        else:
            self.shape([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], fill)

    def oval(self, x: float, y: float, rx: float, fill: str, ry: float | None = None) -> None:
        """An ellipse around (x, y)."""
        turns = (i * math.tau / 72 for i in range(72))
        ry = rx if ry is None else ry
        self.shape([(x + rx * math.cos(a), y + ry * math.sin(a)) for a in turns], fill)

    def line(self, points: Sequence[Point], fill: str, width: float = 3) -> None:
        """A line of even width with rounded bends."""
        placed = [(x * self.k, y * self.k) for x, y in points]
        self.pen.line(placed, fill=fill, width=max(1, round(width * self.k)), joint="curve")

    def dots(self, points: Iterable[Point], radius: float, fill: str) -> None:
        """A round dot on each point."""
        for x, y in points:
            self.oval(x, y, radius, fill)

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.8) -> None:
        """Light that fades outwards from (x, y)."""
        side = round(radius * 2 * self.k)
        fade = ImageOps.invert(Image.radial_gradient("L"))
        # Pillow's gradient ends in the corners; this one has to end at the sides.
        steps = (max(0, v - 80) / 175 for v in range(256))
        fade = fade.point([round(255 * v * v * strength) for v in steps])
        fade = fade.resize((side, side), Image.Resampling.BICUBIC)
        self.image.paste(colour, (round((x - radius) * self.k), round((y - radius) * self.k)), fade)

    def ridge(self, base: float, rise: float, fill: str, seed: int, waves: float = 2.0) -> None:
        """A line of hills that reaches `rise` above `base` and fills all that is below it."""
        dice = random.Random(seed)
        parts = [(waves * 1.9**i, dice.uniform(0, math.tau), 0.48**i) for i in range(4)]
        total = sum(part[2] for part in parts)
        points = [(0.0, self.height)]
        for x in range(0, WIDTH + 10, 10):
            y = sum(s * (0.5 + 0.5 * math.sin(x / WIDTH * f * math.tau + p)) for f, p, s in parts)
            points.append((x, base - rise * y / total))
        self.shape([*points, (WIDTH, self.height)], fill)

    def crowns(self, base: float, size: float, fill: str, seed: int, sway: float = 30) -> None:
        """A billowing edge of round crowns: treetops or, in pale colours, clouds."""
        dice = random.Random(seed)
        phase, x = dice.uniform(0, math.tau), -size
        while x < WIDTH + size:
            r = size * dice.uniform(0.6, 1.15)
            y = base + sway * math.sin(x / 260 + phase) + dice.uniform(-0.2, 0.2) * size
            self.oval(x, y + r * 0.5, r, fill.split()[0], r * 0.8)
            x += r * 0.85
        self.box(0, base + size * 0.4 + sway * 0.4, WIDTH, self.height, fill)

    def clouds(self, fill: str, seed: int, top: float = 60, bottom: float = 300) -> None:
        """Thin bands of cloud."""
        dice = random.Random(seed)
        for _ in range(5):
            x, y, w = dice.uniform(-100, 1400), dice.uniform(top, bottom), dice.uniform(160, 420)
            self.box(x, y, w, 13, fill, 6)
            self.box(x + w * 0.25, y + 18, w * 0.9, 9, fill, 4)

    def glints(self, x: float, top: float, fill: str, seed: int, spread: float = 60) -> None:
        """The broken reflection of a light at `x`, wider towards the viewer."""
        dice, y = random.Random(seed), top + 5
        while y < self.height:
            near = (y - top) / (self.height - top)
            for _ in range(2):
                w = dice.uniform(10, 40) + 90 * near * dice.random()
                middle = x + dice.uniform(-1, 1) * spread * (0.6 + 1.8 * near)
                self.box(middle - w / 2, y, w, 2 + 3 * near, fill, 1.5)
            y += 7 + 15 * near

    def mirror(self, line: float, tint: str, strength: float) -> None:
        """Still water below `line` that reflects what is above it."""
        at = round(line * self.k)
        depth = self.image.height - at
        above = ImageOps.flip(self.image.crop((0, at - depth, self.image.width, at)))
        water = gradient(tint, above.size).convert("RGB")
        self.image.paste(Image.blend(above, water, strength), (0, at))

    def tower(
        self,
        x: float,
        base: float,
        w: float,
        h: float,
        fill: str,
        lit: str,
        seed: int,
        share: float = 0.35,
    ) -> None:
        """A building whose windows are lit in the given share."""
        dice = random.Random(seed)
        self.box(x, base - h, w, h + 4, fill)
        for row in range(int((h - 20) / 17)):
            for column in range(int((w - 10) / 14)):
                if dice.random() < share:
                    self.box(x + 8 + column * 14, base - h + 14 + row * 17, 7, 9, lit)

    def birds(self, x: float, y: float, fill: str, size: float = 16) -> None:
        """A small flock."""
        for dx, dy, s in ((0, 0, 1), (60, -22, 0.8), (105, 14, 0.9), (170, -10, 0.6)):
            a, r = (x + dx, y + dy), size * s
            self.line(curve((a[0] - r, a[1] - r * 0.3), (a[0] - r * 0.4, a[1] - r * 0.7), a), fill)
            self.line(curve(a, (a[0] + r * 0.4, a[1] - r * 0.7), (a[0] + r, a[1] - r * 0.3)), fill)
