"""Scenes of towns and interiors: each function draws what stands before the sky."""

from __future__ import annotations

import math
import random

from newsroom.sample.canvas import HEIGHT, WIDTH, Canvas, Point, curve


def server_hall(c: Canvas, paint: list[str]) -> None:
    face, edge, dark, mint, amber, lamp = paint
    dice = random.Random(8)

    def at(x: float, y: float, z: float) -> Point:
        return 800 + x / z, 410 + y / z

    c.shape(
        [at(-300, 300, 0.3), at(-300, 300, 9), at(300, 300, 9), at(300, 300, 0.3)],
        "#2c6074 #0d2233",
    )
    c.glow(800, 410, 420, "#8fe0e0", 0.55)
    c.shape([at(-26, -330, 9), at(26, -330, 9), at(26, -330, 0.5), at(-26, -330, 0.5)], lamp)
    for side in (-1, 1):
        for i in range(22):
            z0, z1 = 9 * 0.86**i, 9 * 0.86 ** (i + 1)
            wall = [at(side * 300, y, z) for y, z in ((-300, z0), (300, z0), (300, z1), (-300, z1))]
            c.shape(wall, face if i % 2 else edge)
            c.line([at(side * 300, -300, z1), at(side * 300, 300, z1)], dark, 3 / z1)
            for row in range(-13, 14):
                for spot in range(3):
                    if dice.random() < 0.55 and z1 < 6:
                        z = z0 + (z1 - z0) * (0.25 + 0.25 * spot)
                        colour = amber if dice.random() < 0.15 else mint
                        c.oval(*at(side * 300, row * 21, z), 2.6 / z, colour, 1.9 / z)
    c.shape(
        [at(-70, 300, 0.3), at(-20, 300, 9), at(20, 300, 9), at(70, 300, 0.3)],
        "#bff0f050 #bff0f008",
    )


def monsoon_roofs(c: Canvas, paint: list[str]) -> None:
    cloud, *tiles, lamp, rain, wall = paint
    dice = random.Random(4)
    for y, fill in ((230.0, "#5a6d7a"), (140, "#465866"), (55, "#344452"), (-30, "#232f3b")):
        for i in range(15):
            c.oval(i * 120 + dice.uniform(-50, 50), y, dice.uniform(90, 150), fill, 66)
    c.ridge(460, 90, cloud, 6, 2.5)
    for row in range(4):
        base, s, x = 545 + row * 132, 0.75 + row * 0.24, -120.0 - row * 60
        while x < WIDTH:
            w, h = dice.uniform(190, 270) * s, dice.uniform(62, 84) * s
            tile = dice.choice(tiles)
            c.box(x + w * 0.07, base, w * 0.86, 400, wall)
            if dice.random() < 0.65:
                c.box(x + w * 0.4, base + 8 * s, 34 * s, 34 * s, lamp)
                c.glow(x + w * 0.4 + 17 * s, base + 24 * s, 110 * s, lamp, 0.7)
            c.shape(
                [(x, base), (x + w * 0.2, base - h), (x + w * 0.8, base - h), (x + w, base)], tile
            )
            for i in range(1, 5):
                inset = w * 0.2 * i / 5
                c.line(
                    [(x + inset, base - h * i / 5), (x + w - inset, base - h * i / 5)],
                    "#00000030",
                    3 * s,
                )
            c.line([(x + w * 0.2, base - h), (x + w * 0.8, base - h)], "#ffffff50", 5 * s)
            x += w * 1.03
        c.box(0, 0, WIDTH, HEIGHT, "#8fa5b012")
    for _ in range(520):
        left, y, n = dice.uniform(-50, 1750), dice.uniform(-40, 900), dice.uniform(24, 70)
        c.line([(left, y), (left - n * 0.28, y + n)], f"{rain}{dice.randint(40, 120):02x}", 1.8)


def lecture_hall(c: Canvas, paint: list[str]) -> None:
    screen, warm, *rows, accent = paint
    c.glow(800, 270, 760, warm, 0.55)
    c.box(420, 80, 760, 370, f"{screen} {warm}")
    wire = [(520, 270), (640, 270), (640, 170), (800, 170), (960, 170), (960, 270), (1080, 270)]
    c.line(wire, "#6b4a74", 8)
    c.line([(640, 270), (640, 360), (960, 360), (960, 270)], "#6b4a74", 8)
    c.box(735, 145, 130, 50, accent, 10)
    c.oval(800, 360, 36, "#6b4a74")
    c.dots([(520, 270), (1080, 270), (640, 270), (960, 270)], 14, accent)
    c.box(266, 434, 68, 200, rows[3], 30)
    c.oval(300, 404, 26, rows[3])
    for row, fill in enumerate(rows):
        s, top, dice = 1 + row * 0.45, 520 + row * 92, random.Random(row)
        count = 16 - row * 2
        for i in range(count):
            x = (i + 0.5) * WIDTH / count + dice.uniform(-12, 12)
            y = top + 0.00010 * (x - 800) ** 2 * -1 + 26
            if dice.random() < 0.85:
                c.oval(x, y - 44 * s, 19 * s, rows[min(row + 1, 3)], 23 * s)
                c.oval(x, y + 14 * s, 40 * s, rows[min(row + 1, 3)], 40 * s)
        edge = [(x, top + 34 - 0.00010 * (x - 800) ** 2) for x in range(0, 1601, 40)]
        c.shape([*edge, (1600, 900), (0, 900)], fill)
        c.line(edge, "#f3c98c60", 5)


def night_market(c: Canvas, paint: list[str]) -> None:
    far, dark, lamp, bright, red, cream, teal = paint
    for i in range(24):
        c.tower(i * 70 - 20, 560, 64, 90 + (i * 83) % 150, far, "#ffcf8a", i, 0.16)
    c.glow(800, 640, 900, lamp, 0.5)
    for row, (y, r) in enumerate(((60, 20), (130, 27), (190, 36))):
        for span in range(-1, 4):
            start = span * 480 + row * 150
            rope = curve((start, y), (start + 240, y + 190), (start + 480, y), 8)
            c.line(rope, dark, 3)
            for i, (x, top) in enumerate(rope[1:-1]):
                fill = (lamp, red, bright)[(i + row) % 3]
                c.glow(x, top + r, r * 3.2, lamp, 0.5)
                c.oval(x, top + r, r, fill, r * 0.86)
                c.oval(x, top + r, r * 0.45, "#ffffff40", r * 0.86)
                c.box(x - r * 0.4, top, r * 0.8, r * 0.22, dark)
                c.box(x - r * 0.4, top + r * 1.8, r * 0.8, r * 0.22, dark)
    for x, w, colour in ((-60, 420, red), (400, 360, teal), (800, 380, lamp), (1220, 440, red)):
        c.box(x + 20, 560, w - 40, 340, "#ffdf9a #d9793f")
        for i in range(5):
            c.box(x + 45 + i * (w - 90) / 5, 660, (w - 90) / 6, 34, (teal, red, cream)[i % 3], 8)
        c.box(x + 20, 694, w - 40, 206, "#4a2440 #1b1234")
        strips = 10
        for i in range(strips):
            x0, x1 = x + i * w / strips, x + (i + 1) * w / strips
            t0, t1 = x + 40 + i * (w - 80) / strips, x + 40 + (i + 1) * (w - 80) / strips
            fill = colour if i % 2 else cream
            c.shape([(t0, 490), (t1, 490), (x1, 575), (x0, 575)], fill)
            c.oval((x0 + x1) / 2, 575, w / strips / 2, fill, 16)
    dice = random.Random(2)
    for i in range(17):
        x, h = i * 97 + dice.uniform(-30, 30), dice.uniform(190, 250)
        c.oval(x, 905 - h, 25, dark, 29)
        c.box(x - 42, 940 - h, 84, 300, dark, 40)


def harbour_cranes(c: Canvas, paint: list[str]) -> None:
    far, steel, sea, deep, dark, ochre, teal = paint
    c.clouds("#ffe0a050", 8)
    c.ridge(610, 70, far, 9, 1.4)
    c.box(0, 590, WIDTH, 310, f"{sea} {deep}")
    c.glints(640, 590, "#ffe0a0b0", 2, 90)
    for x, s in ((1500, 0.62), (1290, 0.78), (1010, 0.98)):
        y, w = 760, 9 * s
        for foot in (-75, 75):
            c.line([(x + foot * s, y), (x + foot * s, y - 400 * s)], steel, 17 * s)
        c.line([(x - 75 * s, y - 130 * s), (x + 75 * s, y - 130 * s)], steel, 15 * s)
        c.line([(x - 75 * s, y - 130 * s), (x + 75 * s, y - 370 * s)], steel, w)
        c.line([(x - 560 * s, y - 395 * s), (x + 230 * s, y - 395 * s)], steel, 20 * s)
        c.line(
            [(x + 75 * s, y - 395 * s), (x + 10 * s, y - 560 * s), (x - 75 * s, y - 395 * s)],
            steel,
            13 * s,
        )
        for reach in (-530, -290, 215):
            c.line([(x + 10 * s, y - 555 * s), (x + reach * s, y - 400 * s)], steel, 5 * s)
        drop = y - 250 * s
        for side in (-22, 22):
            c.line([(x - 330 * s + side, y - 390 * s), (x - 330 * s + side, drop)], dark, 3)
        c.box(x - 390 * s, drop, 120 * s, 48 * s, ochre)
    dice = random.Random(6)
    c.shape([(120, 690), (960, 690), (900, 800), (190, 800)], dark)
    c.box(165, 745, 760, 9, "#d9705a")
    for column in range(8):
        for level in range(dice.choice((2, 3, 3, 4))):
            fill = dice.choice((ochre, teal, "#c9503f", "#e9cfa0", "#6a4a6a"))
            c.box(330 + column * 74, 656 - level * 36, 71, 34, fill)
    c.box(185, 570, 110, 120, "#f3dcc0")
    c.box(200, 590, 80, 18, dark)
    c.box(0, 800, WIDTH, 100, f"{deep} {dark}")
    c.box(930, 760, 700, 140, dark)
    for i in range(9):
        for level in range(dice.choice((1, 2, 2))):
            fill = dice.choice((ochre, teal, "#a8443c", "#5a3a5a"))
            c.box(1010 + i * 66, 762 - 32 * (level + 1), 63, 30, fill)


def night_skyline(c: Canvas, paint: list[str]) -> None:
    far, mid, near, warm, cool, water = paint
    dice = random.Random(11)
    c.dots(((dice.uniform(0, 1600), dice.uniform(0, 380)) for _ in range(110)), 1.6, "#ffffffb0")
    for row, fill in enumerate((far, mid, near)):
        x = -20.0
        while x < WIDTH:
            w = dice.uniform(60, 120) + row * 12
            middle = 1 - abs(x - 760) / 1100
            h = dice.uniform(150, 360 - row * 50) * (0.5 + middle) * (1.15 - row * 0.12)
            lit, seed = dice.choice((warm, warm, cool)), dice.randint(0, 999)
            c.tower(x, 660, w, h, fill, lit, seed, (0.08, 0.2, 0.3)[row])
            if dice.random() < 0.3:
                c.line([(x + w / 2, 660 - h), (x + w / 2, 620 - h)], fill, 5)
            x += w + dice.uniform(0, 16)
    for x, top in ((690, 150), (800, 190)):
        c.shape(
            [(x - 34, 300), (x - 18, top + 70), (x, top - 60), (x + 18, top + 70), (x + 34, 300)],
            near,
        )
        c.tower(x - 44, 660, 88, 400, near, warm, x, 0.4)
    c.box(0, 652, WIDTH, 12, "#0a1026")
    c.mirror(664, water, 0.5)
    c.glints(1230, 670, "#f3efe060", 5, 40)
    for _ in range(60):
        c.box(
            dice.uniform(0, 1600), dice.uniform(675, 895), dice.uniform(30, 160), 2.5, "#0a103070"
        )


def greenhouse(c: Canvas, paint: list[str]) -> None:
    light, frame, soil, earth, leaf, sprout, red = paint
    dice = random.Random(9)
    c.ridge(500, 130, "#a9cfb0", 7, 1.5)
    c.glow(800, 430, 760, light, 0.9)
    c.box(0, 520, WIDTH, 380, "#d9c9a0 #b99f74")
    c.box(735, 380, 130, 145, "#ffffff #fff6d0")
    for i in range(9):
        s = 0.16 * 1.33**i
        arch = [
            (800 + 620 * s * math.cos(a / 20 * math.pi), 470 - 400 * s * math.sin(a / 20 * math.pi))
            for a in range(21)
        ]
        rib = [(800 + 620 * s, 470 + 320 * s), *arch, (800 - 620 * s, 470 + 320 * s)]
        c.line(rib, frame, 11 * s + 2)
    for a in (0, 3, 6, 10, 14, 17, 20):
        dx, dy = 620 * math.cos(a / 20 * math.pi), -400 * math.sin(a / 20 * math.pi)
        c.line([(800 + dx * 0.16, 470 + dy * 0.16), (800 + dx * 1.6, 470 + dy * 1.6)], frame, 4)
    for side in (-1, 1):
        for inner, outer in ((110, 270), (330, 560)):
            bed = [
                (800 + side * x * s, 470 + 330 * s)
                for x, s in ((inner, 0.18), (outer, 0.18), (outer, 1.5), (inner, 1.5))
            ]
            c.shape(bed, f"{soil} {earth}")
            for i in range(24):
                s = 0.19 * 1.095**i
                for _ in range(5):
                    x = 800 + side * dice.uniform(inner + 8, outer - 8) * s
                    y = 470 + (315 + dice.uniform(-60, 0)) * s
                    c.oval(x, y, 42 * s, dice.choice((leaf, sprout, "#3f8f50")), 26 * s)
                    if dice.random() < 0.3:
                        c.oval(x + 12 * s, y + 4 * s, 11 * s, red)


def workshop_bench(c: Canvas, paint: list[str]) -> None:
    lamp, wood, brown, handle, dark, metal, red = paint
    c.box(180, 130, 1240, 410, "#3d6a68", 14)
    for y in range(160, 530, 26):
        c.dots(((x, y) for x in range(210, 1410, 26)), 2.2, "#24414a")
    for x, n, fill in ((270, 190, handle), (340, 160, red), (410, 210, handle)):  # screwdrivers
        c.box(x - 5, 200, 10, n, metal, 3)
        c.box(x - 15, 180, 30, 84, fill, 12)
    c.line([(520, 205), (520, 400)], handle, 20)  # a hammer
    c.box(470, 180, 104, 42, metal, 8)
    c.line([(1140, 210), (1140, 400)], metal, 22)  # a spanner
    for y in (196, 412):
        c.oval(1140, y, 32, metal)
        c.box(1128, y - (36 if y < 300 else -6), 24, 30, "#3d6a68")
    for a in (-1, 1):  # pliers
        c.line(curve((1280 - a * 16, 190), (1280 - a * 22, 260), (1280, 275)), metal, 15)
        c.line(curve((1280, 275), (1280 + a * 60, 330), (1280 + a * 32, 430)), red, 17)
    c.line([(800, 0), (800, 150)], dark, 5)
    c.shape([(735, 205), (865, 205), (1250, 660), (350, 660)], f"{lamp}b0 {lamp}10")
    c.glow(800, 215, 330, lamp, 0.7)
    c.shape([(765, 130), (835, 130), (900, 208), (700, 208)], red)
    c.oval(800, 210, 44, "#fff8dc", 22)
    c.box(0, 640, WIDTH, 44, f"#d9965a {wood}")
    c.box(0, 684, WIDTH, 216, f"{brown} #4a2a1c")
    for x in (120, 620, 1120):
        c.box(x, 720, 380, 130, "#00000030", 10)
        c.box(x + 140, 770, 100, 20, handle, 10)
    c.box(650, 500, 300, 142, "#f4efe6", 46)  # the rice cooker, and its lid beside it
    c.box(650, 500, 300, 40, metal, 18)
    c.oval(800, 508, 128, dark, 19)
    c.oval(715, 600, 12, red)
    c.box(745, 590, 90, 22, "#9fb5b5", 8)
    c.line(curve((860, 505), (930, 420), (1010, 560)), red, 6)
    c.line(curve((880, 507), (950, 460), (1030, 600)), "#e9b949", 6)
    c.box(1000, 590, 110, 52, "#2f7a5a", 6)
    c.dots([(1022, 612), (1052, 612), (1084, 612), (1036, 630)], 8, lamp)
    c.oval(500, 622, 120, "#f4efe6", 24)
    c.box(482, 580, 36, 24, dark, 10)
    for x, h, fill in ((1230, 90, "#5f93a0"), (1300, 70, "#c98f4a"), (1370, 104, "#6f8f6a")):
        c.box(x, 640 - h, 58, h + 2, fill, 8)
        c.box(x + 4, 628 - h, 50, 18, metal, 5)


def bridge(c: Canvas, paint: list[str]) -> None:
    far, near, steel, white, lamp, water = paint
    c.clouds("#ffd0b060", 7)
    c.ridge(600, 120, far, 33, 1.3)
    c.ridge(606, 60, near, 12, 2.2)
    for x in (470, 1130):
        for i in range(1, 13):
            for side in (-1, 1):
                c.line([(x, 180 + i * 14), (x + side * (36 + i * 27), 533)], f"{white}b0", 2.2)
        c.shape([(x - 30, 640), (x - 9, 150), (x + 9, 150), (x + 30, 640)], f"{white} #a98fa8")
        c.box(x - 34, 540, 68, 16, "#b59ab0")
        c.box(x - 42, 590, 84, 24, steel)
        c.oval(x, 148, 6, "#ff6a5a")
        c.glow(x, 148, 34, "#ff8a7a", 0.8)
    c.box(0, 532, WIDTH, 18, steel)
    c.box(0, 527, WIDTH, 4, white)
    for x in range(20, 1600, 66):
        c.line([(x, 528), (x, 500)], steel, 3)
        c.glow(x, 498, 24, lamp, 0.9)
        c.oval(x, 498, 4.5, "#fff6d8")
    c.mirror(606, water, 0.35)
    c.glints(800, 610, "#ffe8b890", 6, 70)
    dice = random.Random(5)
    for _ in range(70):
        c.box(
            dice.uniform(-50, 1600), dice.uniform(615, 895), dice.uniform(40, 190), 3, "#2b265660"
        )
    c.ridge(930, 110, steel, 44, 0.9)


def airport_dawn(c: Canvas, paint: list[str]) -> None:
    far, near, field, dark, lamp, white, red = paint
    c.clouds("#ffe0d060", 14)
    c.ridge(545, 90, far, 6, 1.5)
    c.box(0, 530, WIDTH, 60, "#f2b09a #b98aa0")
    c.ridge(585, 36, near, 19, 2.3)
    c.box(0, 575, WIDTH, 325, f"{near} {field} {dark}")
    c.shape([(770, 575), (830, 575), (1330, 900), (270, 900)], "#4a4868 #1c2038")
    for i in range(13):
        s, n = 0.1 * 1.24**i, 0.1 * 1.24 ** (i + 0.5)
        y, low = 545 + 300 * s, 545 + 300 * n
        c.shape([(800 - 8 * s, y), (800 + 8 * s, y), (800 + 8 * n, low), (800 - 8 * n, low)], white)
        for side in (-1, 1):
            for edge, fill in ((490, lamp), (620, "#8fd0f0")):
                x = 800 + side * edge * s
                c.glow(x, y, 10 + 34 * s, fill, 0.9)
                c.oval(x, y, 1.5 + 6 * s, "#ffffff", 1.2 + 4 * s)
    c.shape([(205, 640), (222, 330), (278, 330), (295, 640)], dark)
    c.shape([(150, 250), (350, 250), (318, 335), (182, 335)], dark)
    c.shape([(168, 262), (332, 262), (312, 312), (188, 312)], "#ffd9a0 #f29a7a")
    for x in (209, 250, 291):
        c.line([(x, 262), (x, 312)], dark, 4)
    c.box(165, 236, 170, 16, dark, 5)
    c.line([(250, 240), (250, 150)], dark, 5)
    c.oval(250, 150, 7, red)
    c.glow(250, 150, 40, red, 0.8)
    c.box(60, 560, 360, 84, dark)
    for i in range(9):
        c.box(82 + i * 37, 588, 24, 22, lamp, 3)
    c.shape([(1010, 322), (1275, 228), (1310, 224), (1316, 236), (1290, 252), (1040, 340)], white)
    c.shape([(1010, 322), (985, 262), (1012, 256), (1058, 308)], red)  # the tail
    c.shape([(1120, 292), (1190, 266), (1110, 392), (1080, 396)], "#d9d4dc")
    c.shape([(1150, 262), (1205, 244), (1118, 196), (1098, 200)], "#eeeaf0")
    for i in range(6):
        c.oval(1120 + i * 25, 280 - i * 8.9, 4.5, near)


def canal(c: Canvas, paint: list[str]) -> None:
    *walls, leaf, water = paint
    dice = random.Random(13)
    c.clouds("#ffffff80", 3, 50, 200)
    c.crowns(470, 46, "#8fb89a", 4, 8)
    c.box(0, 560, WIDTH, 340, "#d9c8a4")
    c.shape([(730, 540), (870, 540), (1340, 900), (260, 900)], f"#ffe2b0 #7fb0a8 {water}")
    for i in range(8):
        s, n = 0.24 * 1.32**i, 0.24 * 1.32 ** (i + 1)
        for side in (-1, 1):
            fill, h = walls[(i + (side > 0) * 2) % 5], dice.uniform(330, 470)
            x0, x1 = 800 + side * 400 * s, 800 + side * 400 * n
            t0, t1 = 500 - h * s, 500 - h * n
            c.shape([(x0, t0), (x1, t1), (x1, 500 + 160 * n), (x0, 500 + 160 * s)], fill)
            c.shape([(x0, t0), (x1, t1), (x1, t1 + 22 * n), (x0, t0 + 22 * s)], "#8a4a3c")
            for row in range(2):
                for column in range(2):
                    a, b = 0.2 + column * 0.4, 0.4 + column * 0.4
                    m, p = s + (n - s) * a, s + (n - s) * b
                    y = -h + 75 + row * 150
                    c.shape(
                        [
                            (800 + side * 400 * m, 500 + y * m),
                            (800 + side * 400 * p, 500 + y * p),
                            (800 + side * 400 * p, 500 + (y + 90) * p),
                            (800 + side * 400 * m, 500 + (y + 90) * m),
                        ],
                        "#35556690",
                    )
            x, y = 800 + side * 330 * s, 520 + 120 * s
            c.line([(x, y), (x, y - 130 * s)], "#6a4a38", 14 * s)
            for dx, dy, r in ((-50, -150, 60), (50, -155, 62), (0, -200, 74)):
                c.oval(x + dx * s, y + dy * s, r * s, leaf if (i + dx) % 3 else "#56956a")
    for side in (-1, 1):
        bank = [
            (800 + side * 70, 540),
            (800 + side * 84, 540),
            (800 + side * 620, 900),
            (800 + side * 540, 900),
        ]
        c.shape(bank, "#b5a688 #8a7d68")
    c.glints(800, 560, "#fff3cfb0", 8, 40)
    over = curve((470, 690), (800, 500), (1130, 690), 30)
    under = curve((1130, 745), (800, 560), (470, 745), 30)
    c.shape([*over, *under], "#b5523f")
    c.line([(x, y - 58) for x, y in over], "#8a3c30", 9)
    for x, y in over[::2]:
        c.line([(x, y), (x, y - 58)], "#8a3c30", 6)
