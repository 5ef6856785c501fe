"""Scenes of land and sea: each function draws what stands before the sky."""

from __future__ import annotations

import math
import random

from newsroom.sample.canvas import WIDTH, Canvas, curve


def islands(c: Canvas, paint: list[str]) -> None:
    far, near, sea, deep, dark, light = paint
    c.ridge(520, 190, far, 12, 1.2)
    c.ridge(530, 120, near, 4, 1.6)
    c.box(0, 515, WIDTH, 385, f"{sea} {deep}")
    c.glints(1010, 515, "#ffe9c0b0", 1, 80)
    ports = [(300, 590), (620, 700), (930, 610), (1310, 680)]
    for (x, y), r in zip(ports, (150, 200, 140, 190), strict=True):
        top = [
            (
                x + r * i / 20,
                y
                + 12
                - r
                * 0.3
                * math.cos(i / 20 * math.pi / 2) ** 0.8
                * (1 + 0.12 * math.sin(i * 0.55 + x)),
            )
            for i in range(-20, 21)
        ]
        c.shape([*top, (x + r, y + 14), (x - r, y + 14)], dark)
        c.box(x - r * 1.05, y + 12, r * 2.1, 4, "#fff0d060", 2)
    for a, b in ((0, 1), (0, 2), (1, 2), (2, 3), (1, 3)):
        (x0, y0), (x1, y1) = ports[a], ports[b]
        bend = ((x0 + x1) / 2, min(y0, y1) - 0.75 * abs(x1 - x0))
        c.dots(curve((x0, y0 - 26), bend, (x1, y1 - 26), abs(x1 - x0) // 16), 3, light)
    for x, y in ports:
        c.glow(x, y - 26, 80, light)
        c.oval(x, y - 26, 10, light)


def ferries(c: Canvas, paint: list[str]) -> None:
    far, near, sea, deep, hull, stripe, dark = paint
    c.clouds("#ffe0c060", 3)
    c.ridge(490, 150, far, 21, 1.3)
    for i in range(26):
        c.tower(850 + i * 27, 492, 22, 22 + (i * 37) % 60, near, "#ffd9a0", i, 0.2)
    c.ridge(500, 40, near, 2, 2)
    c.box(0, 488, WIDTH, 412, f"{sea} {deep}")
    c.glints(470, 488, "#fff0c8a0", 5, 80)
    for x, y, s in ((1010, 590, 0.62), (480, 740, 1.15)):
        deck = [(-300, -40), (300, -40), (255, 22), (-255, 22)]
        c.box(x - 300 * s, y + 18 * s, 600 * s, 9 * s, "#ffffff60", 4)
        c.shape([(x + a * s, y + b * s) for a, b in deck], dark)
        c.box(x - 290 * s, y - 52 * s, 580 * s, 16 * s, stripe)
        c.box(x - 225 * s, y - 108 * s, 450 * s, 58 * s, hull)
        c.box(x - 180 * s, y - 152 * s, 360 * s, 46 * s, hull)
        for i in range(10):
            c.box(x + (-208 + i * 42) * s, y - 96 * s, 30 * s, 30 * s, near, 4 * s)
        for i in range(8):
            c.box(x + (-165 + i * 42) * s, y - 142 * s, 30 * s, 22 * s, "#ffd98a", 4 * s)
        for side in (-1, 1):
            c.box(x + (side * 150 - 30) * s, y - 190 * s, 60 * s, 40 * s, stripe, 6 * s)
        c.line([(x, y - 150 * s), (x, y - 240 * s)], dark, 5 * s)


def chart_hills(c: Canvas, paint: list[str]) -> None:
    *layers, bright = paint
    c.clouds("#ffffff50", 9, 80, 240)
    for depth, fill in enumerate(layers):
        points = [(0.0, 900.0)]
        for x in range(0, 1610, 10):
            climb = (430 - depth * 60) * (x / 1600) ** 1.25
            wave = 34 * math.sin(x / (105 + 18 * depth) + depth * 2.1)
            points.append((x, 640 + depth * 58 - climb + wave))
        c.shape([*points, (1600, 900)], fill)
    tops = [(110, 690), (330, 640), (540, 655), (760, 545), (980, 480), (1200, 400), (1440, 255)]
    for x, y in tops:
        c.box(x - 34, y + 40, 68, 900, "#ffffff3c #ffffff08")
    c.line(tops, bright, 9)
    c.dots(tops, 15, "#fff7e6")
    c.dots(tops, 9, bright)
    c.glow(1440, 255, 90, "#fff0c0", 0.6)


def cable_ship(c: Canvas, paint: list[str]) -> None:
    sea, deep, abyss, red, white, gold, dark = paint
    c.clouds("#ffffff60", 2, 50, 190)
    c.ridge(352, 60, "#8f93a8", 14, 1.5)
    c.box(0, 345, WIDTH, 555, f"{sea} {deep} {abyss}")
    for x in (180, 520, 1180, 1450):
        c.shape([(x, 345), (x + 90, 345), (x - 60, 800), (x - 240, 800)], "#d0f0f034 #d0f0f000")
    c.ridge(880, 110, dark, 31, 1.6)
    cable = curve((588, 322), (420, 760), (-20, 806), 90)
    c.line(cable, gold, 6)
    c.dots(cable[12::9], 8, white)
    c.glow(588, 330, 50, gold)
    c.shape([(560, 300), (1100, 300), (1172, 284), (1106, 372), (600, 372)], red)
    c.shape([(575, 345), (1118, 345), (1100, 372), (600, 372)], dark)
    c.box(900, 190, 170, 112, white)
    c.box(925, 140, 110, 54, white)
    for i in range(6):
        c.box(912 + i * 26, 212, 15, 15, dark, 3)
    c.box(934, 152, 92, 18, dark, 3)
    c.line([(980, 140), (980, 80)], dark, 5)
    c.box(700, 262, 130, 40, gold, 12)
    c.line([(640, 300), (640, 190), (560, 300)], dark, 9)
    c.line([(640, 195), (760, 262)], dark, 5)
    c.oval(582, 312, 24, dark)
    c.oval(582, 312, 12, gold)
    for i in range(40):
        c.box((i * 211) % 1600, 349 + (i * 13) % 46, 40 + i % 30, 3, "#e0fafa60", 1.5)
    for x, y in ((1050, 560), (1110, 590), (1010, 605), (1340, 690), (1400, 670), (300, 500)):
        c.oval(x, y, 20, "#7fc0c870", 8)
        c.shape([(x + 14, y), (x + 32, y - 10), (x + 32, y + 10)], "#7fc0c870")


def solar_farm(c: Canvas, paint: list[str]) -> None:
    far, mid, near, shine, water, panel, glass = paint
    c.clouds("#ffffff70", 5)
    c.ridge(440, 170, far, 3, 1.1)
    c.ridge(455, 110, mid, 8, 1.7)
    c.ridge(460, 45, near, 5, 2.6)
    c.box(0, 448, WIDTH, 452, f"{shine} {water}")
    c.glints(1130, 448, "#fff3cf90", 3, 70)
    for row in range(9):
        y = 478 + 8 * row + 5.6 * row**2
        h, s = 9 + row * 5.6, 0.16 + row * 0.105
        for i in range(-9, 9):
            if i % 6 == 5:  # open water for the boat
                continue
            x, lean, w = 800 + i * 300 * s, i * 13 * s, 286 * s
            c.shape(
                [
                    (x - lean, y + 7 * s),
                    (x + w - lean, y + 7 * s),
                    (x + w + 3, y + h + 14 * s),
                    (x, y + h + 14 * s),
                ],
                "#0c2a3a60",
            )
            top, low = [(x - lean, y), (x + w - lean, y)], [(x + w, y + h), (x, y + h)]
            c.shape([*top, *low], f"{glass} {panel}")
            for j in range(1, 6):
                c.line([(x - lean + w * j / 6, y), (x + w * j / 6, y + h)], "#bfe0f050", 2 * s)
            c.line([(x - lean / 2, y + h / 2), (x + w - lean / 2, y + h / 2)], "#bfe0f050", 2 * s)
            c.line(low, "#d9eef5", 4 * s)


def rice_terraces(c: Canvas, paint: list[str]) -> None:
    far, mid, young, wall, shine, pool = paint
    c.clouds("#ffffff70", 4, 60, 220)
    c.ridge(430, 230, far, 17, 1.2)
    c.ridge(440, 150, mid, 23, 1.6)
    for step in range(11):
        base, s = 392 + step * 30 + step * step * 2.1, 0.6 + step * 0.12

        def edge(x: float, base: float = base, s: float = s, step: int = step) -> float:
            slope = 170 * math.pow(x / 1600, 1.4) * (1 - step / 16)
            return base - slope + 26 * s * math.sin(x / (170 + 12 * s) + 0.55 * step)

        rim = [(x, edge(x)) for x in range(0, 1610, 10)]
        c.shape([*rim, (1600, 900), (0, 900)], wall)
        c.shape([*[(x, y - 3 * s) for x, y in rim], *[(x, y + 7 * s) for x, y in rim[::-1]]], young)
        ribbon = [(x, y + 12 * s + 6 * s * math.sin(x / 90 + step)) for x, y in rim]
        far_side = [(x, y + 7 * s) for x, y in rim]
        low = [(x, y + 14 * s + 9 * s * (1 + math.sin(x / 90 + step))) for x, y in ribbon]
        c.shape([*far_side, *low[::-1]], pool if step % 3 else shine)
        c.shape([*[(x, y) for x, y in low], *[(x, y + 5 * s) for x, y in low[::-1]]], young)
        for x in range(20 + step * 37 % 60, 1600, round(54 * s)):
            y = edge(x) + 9 * s
            c.line([(x, y + 5 * s), (x, y - 2 * s)], wall, 2.4 * s)
    for x, y in ((1330, 420), (1400, 436), (300, 640)):
        c.box(x - 17, y - 4, 34, 30, "#7a5238")
        c.shape([(x - 36, y), (x, y - 44), (x + 36, y)], "#4a3426")


def mountain_railway(c: Canvas, paint: list[str]) -> None:
    far, mid, near, deep, dark, stone, red = paint
    c.clouds("#ffffff80", 12, 90, 260)
    for base, rise, fill, seed in ((470, 330, far, 2), (540, 300, mid, 15), (555, 110, near, 27)):
        c.ridge(base, rise, f"{fill} {fill} #e0e8e8", seed, 1.9)
    c.box(0, 560, WIDTH, 340, "#eef2ee00 #eef2eec0")
    deck = 560
    for i in range(-1, 9):
        x = 60 + i * 190
        c.box(x - 17, deck, 34, 400, f"{stone} #b5ab9a")
        ring = [
            (x + 95 + 78 * math.cos(a / 12 * math.pi), deck + 96 - 78 * math.sin(a / 12 * math.pi))
            for a in range(13)
        ]
        c.shape(
            [(x, deck), *[(x + 17, deck + 96), *ring[::-1], (x + 173, deck + 96)], (x + 190, deck)],
            stone,
        )
    c.box(0, deck - 14, WIDTH, 20, "#cfc2ab")
    c.box(0, deck - 20, WIDTH, 7, dark)
    for i in range(5):
        x = 420 + i * 152
        c.box(x, deck - 76, 144, 50, red if i == 4 else ("#e9ddc8", "#4f8a80")[i % 2], 8)
        for j in range(4 if i < 4 else 2):
            c.box(x + 14 + j * 32, deck - 66, 20, 18, dark, 3)
        c.dots([(x + 28, deck - 24), (x + 114, deck - 24)], 9, dark)
    c.shape([(1172, deck - 26), (1172, deck - 76), (1200, deck - 60), (1212, deck - 26)], red)
    c.ridge(830, 110, f"{deep} {dark}", 40, 1.4)
    dice = random.Random(3)
    for i in range(46):
        middle, s = i * 36 + dice.uniform(-14, 14), dice.uniform(0.6, 1.35)
        foot = 920 - 60 * abs(math.sin(i / 6))
        for tier in range(3):
            w, y = (34 - tier * 8) * s, foot - tier * 38 * s
            c.shape([(middle - w, y), (middle, y - 72 * s), (middle + w, y)], dark)


def wind_turbines(c: Canvas, paint: list[str]) -> None:
    sea, deep, abyss, white, light, red = paint
    c.clouds("#ffffff60", 6)
    c.box(0, 520, WIDTH, 380, f"{sea} {deep} {abyss}")
    c.glints(560, 520, "#fff0c0a0", 4, 80)
    fleet = [
        (980, 528, 0.22),
        (1075, 530, 0.25),
        (840, 530, 0.26),
        (720, 533, 0.3),
        (1190, 536, 0.36),
        (380, 545, 0.42),
        (1000, 560, 0.55),
        (150, 580, 0.72),
        (1330, 650, 1.08),
    ]
    for i, (x, y, s) in enumerate(fleet):
        fill = white if s > 0.5 else "#eef6ee"
        hub, w = (x, y - 440 * s), 11 * s
        c.shape([(x - w, y), (x - w / 2, hub[1]), (x + w / 2, hub[1]), (x + w, y)], fill)
        c.shape([(x, y), (x, hub[1]), (x + w / 2, hub[1]), (x + w, y)], "#5f8f9a60")
        for blade in range(3):
            a = i * 0.9 + blade * math.tau / 3
            dx, dy = math.cos(a), math.sin(a)
            root = (hub[0] + dx * 50 * s - dy * 13 * s, hub[1] + dy * 50 * s + dx * 13 * s)
            c.shape(
                [
                    hub,
                    root,
                    (hub[0] + dx * 250 * s, hub[1] + dy * 250 * s),
                    (hub[0] + dy * 4 * s, hub[1] - dx * 4 * s),
                ],
                fill,
            )
        c.oval(*hub, 13 * s, fill)
        c.box(x - 20 * s, y - 26 * s, 40 * s, 34 * s, "#e9b949", 3 * s)
        c.box(x - 60 * s, y + 8 * s, 120 * s, 4, "#ffffff70", 2)
    c.shape([(560, 735), (800, 735), (775, 778), (590, 778)], red)
    c.box(590, 700, 90, 36, white, 5)
    c.box(602, 708, 64, 13, deep, 3)
    c.box(530, 776, 300, 5, "#ffffff80", 2)
    dice = random.Random(7)
    for _ in range(90):
        down = dice.uniform(530, 895)
        c.box(dice.uniform(0, 1600), down, 20 + (down - 520) * 0.3, 3, f"{light}50", 1.5)


def forest_canopy(c: Canvas, paint: list[str]) -> None:
    c.ridge(400, 170, "#cfe0c4", 3, 1.1)
    for row, fill in enumerate(paint):
        base, size = 365 + row * 92, 34 + row * 16
        dice = random.Random(row + 20)
        for _ in range(3 if row < 5 else 2):
            x, h = dice.uniform(80, 1520), size * dice.uniform(1.7, 2.5)
            c.line([(x, base + 60), (x, base - h)], fill, 5 + row * 2.4)
            for dx, dy, r in ((-0.9, 0, 0.75), (0.85, -0.1, 0.8), (0, -0.45, 0.95)):
                c.oval(x + dx * size, base - h + dy * size, r * size, fill, r * size * 0.55)
        c.crowns(base, size, fill, row, 26)
        if row < 5:
            c.box(0, base + size, WIDTH, 130, "#f6f3d600 #f6f3d64c")
    c.birds(520, 200, "#2f5a48")
    c.birds(860, 300, "#4a7a62", 11)


def lighthouse(c: Canvas, paint: list[str]) -> None:
    sea, deep, abyss, dark, white, red, lamp = paint
    dice = random.Random(21)
    c.dots(((dice.uniform(0, 1600), dice.uniform(0, 300)) for _ in range(80)), 1.7, "#ffffffa0")
    c.clouds("#ffd0b840", 10, 300, 470)
    c.ridge(575, 60, "#8f7a9a", 18, 1.2)
    c.box(0, 560, WIDTH, 340, f"{sea} {deep} {abyss}")
    x, top = 1180, 250
    for far, low in ((-1300, 120), (520, 60)):
        c.shape(
            [(x, top - 6), (x + far, top - 150), (x + far, top + low), (x, top + 8)],
            f"{lamp}48 {lamp}90 {lamp}28",
        )
    for _ in range(60):
        y = dice.uniform(570, 890)
        c.box(dice.uniform(0, 1600), y, 20 + (y - 560) * 0.3, 3, "#f3c0a850", 1.5)
    cliff = [
        (760, 900),
        (840, 790),
        (930, 745),
        (985, 668),
        (1080, 640),
        (1180, 622),
        (1330, 640),
        (1420, 700),
        (1600, 735),
        (1600, 900),
    ]
    c.shape(cliff, f"#26345a {dark}")
    c.shape([(1080, 640), (1180, 622), (1330, 640), (1420, 700), (1250, 670)], "#4a6a6a")
    c.shape([(x - 62, 640), (x - 38, 290), (x + 38, 290), (x + 62, 640)], white)
    for y0, y1 in ((350, 420), (490, 560)):
        a, b = 38 + 24 * (y0 - 290) / 350, 38 + 24 * (y1 - 290) / 350
        c.shape([(x - a, y0), (x + a, y0), (x + b, y1), (x - b, y1)], red)
    c.shape([(x + 8, 640), (x + 8, 290), (x + 38, 290), (x + 62, 640)], "#1b2b5240")
    c.box(x - 56, 280, 112, 14, dark, 4)
    c.box(x - 32, 218, 64, 64, "#ffe9a0")
    for dx in (-32, 0, 32):
        c.line([(x + dx, 218), (x + dx, 282)], dark, 4)
    c.shape([(x - 44, 220), (x, 172), (x + 44, 220)], red)
    c.glow(x, 250, 190, lamp, 0.9)
    c.box(1250, 590, 110, 60, white)
    c.shape([(1236, 592), (1262, 552), (1348, 552), (1374, 592)], red)
    c.box(1290, 606, 24, 24, lamp)
    c.shape([(330, 700), (560, 690), (530, 738), (360, 738)], dark)
    c.box(440, 650, 66, 46, white, 6)
    c.line([(420, 700), (420, 596)], dark, 5)
    c.oval(420, 594, 6, lamp)
    c.glow(420, 594, 42, lamp, 0.9)
    c.box(310, 738, 280, 4, "#ffffff60", 2)


def cloud_sea(c: Canvas, paint: list[str]) -> None:
    far, near, *clouds, red, gold = paint
    c.clouds("#fff0e080", 15, 60, 200)
    c.ridge(560, 190, f"{far} #e8c8c8", 5, 1.6)
    c.crowns(500, 44, "#eec8c0", 1, 14)
    peaks = [(300, 250, 330), (1330, 210, 380), (820, 400, 240)]
    for x, y, w in peaks:
        c.shape(
            [
                (x - w, 800),
                (x - w * 0.42, y + 190),
                (x - w * 0.2, y + 110),
                (x, y),
                (x + w * 0.16, y + 90),
                (x + w * 0.5, y + 230),
                (x + w, 800),
            ],
            f"{near} {far} #d9c0cc",
        )
        c.shape(
            [
                (x, y),
                (x + w * 0.16, y + 90),
                (x + w * 0.5, y + 230),
                (x + w, 800),
                (x + w * 0.1, 800),
                (x - w * 0.06, y + 200),
                (x + w * 0.05, y + 110),
            ],
            "#2a3f6a40",
        )
        c.shape(
            [
                (x - w * 0.2, y + 110),
                (x, y),
                (x + w * 0.16, y + 90),
                (x + w * 0.07, y + 82),
                (x, y + 118),
                (x - w * 0.08, y + 84),
            ],
            "#fdf4ee",
        )
    for row in range(5):
        fill = (*clouds, "#f3e4e4", "#ffffff")[row]
        c.crowns(580 + row * 72, 56 + row * 17, fill, row + 3, 22)
        if row < 4:
            c.box(0, 640 + row * 72, WIDTH, 120, "#b58aa000 #b58aa030")
    x, y = 590, 230
    turns = [i / 24 * math.tau for i in range(25)]
    for part, fill in ((1, red), (0.66, gold), (0.3, red)):
        c.shape([(x + 86 * part * math.cos(a), y + 98 * math.sin(a)) for a in turns], fill)
    c.shape([(x - 62, y + 68), (x + 62, y + 68), (x + 20, y + 126), (x - 20, y + 126)], red)
    c.line([(x - 18, y + 126), (x - 14, y + 160)], "#5a3a30", 3)
    c.line([(x + 18, y + 126), (x + 14, y + 160)], "#5a3a30", 3)
    c.box(x - 20, y + 158, 40, 32, "#8a5a3c", 6)


def circuit_fields(c: Canvas, paint: list[str]) -> None:
    *crops, channel, light = paint
    dice = random.Random(17)
    for row in range(5):
        x = -30.0
        while x < WIDTH:
            w, y = dice.choice((120, 170, 220)), -20 + row * 188
            fill = dice.choice(crops)
            c.box(x, y, w - 10, 178, fill, 16)
            for i in range(1, 8):
                if dice.random() < 0.96 and w > 130:
                    c.line([(x + 12, y + i * 22), (x + w - 24, y + i * 22)], "#ffffff22", 5)
                else:
                    step = (w - 10) / 8
                    c.line([(x + i * step, y + 14), (x + i * step, y + 162)], "#00000018", 6)
            x += w
    routes = [
        [(0, 168), (420, 168), (540, 288), (600, 288)],
        [(0, 356), (600, 356)],
        [(0, 732), (260, 732), (520, 472), (600, 472)],
        [(1000, 288), (1120, 168), (1600, 168)],
        [(1000, 420), (1220, 420), (1350, 544), (1600, 544)],
        [(700, 250), (700, 0)],
        [(840, 250), (840, 120), (960, 0)],
        [(720, 590), (720, 720), (560, 900)],
        [(880, 590), (880, 900)],
        [(1000, 520), (1060, 580), (1060, 732), (1600, 732)],
    ]
    for route in routes:
        c.line(route, "#1f4a3a60", 26)
        c.line(route, channel, 14)
    ends = [
        (300, 168),
        (250, 356),
        (260, 732),
        (1300, 168),
        (1440, 544),
        (1320, 732),
        (700, 90),
        (840, 130),
        (880, 780),
        (720, 690),
    ]
    for x, y in ends:
        c.oval(x, y, 34, light)
        c.oval(x, y, 24, "#4fb5c0")
        c.oval(x - 6, y - 6, 10, "#ffffff60")
    c.box(608, 258, 400, 340, "#1f3f3450", 26)
    c.box(600, 250, 400, 340, light, 26)
    for i in range(5):
        for j in range(4):
            x, y = 632 + i * 70, 280 + j * 74
            fill = ("#d9693f", "#c9503f", "#e08a4a")[(i * 2 + j) % 3]
            c.box(x + 5, y + 6, 54, 54, "#1f3f3440")
            c.box(x, y, 54, 27, fill)
            c.box(x, y + 27, 54, 27, "#8a3c30")
