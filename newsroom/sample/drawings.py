"""Draws the sample newsroom's pictures and portraits, so that none have to be shipped as files."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from PIL import Image, ImageOps

from newsroom.sample import country, town
from newsroom.sample.canvas import HEIGHT, WIDTH, Canvas, curve

OVERSAMPLING = 2  # drawn larger and reduced, because Pillow does not smooth its polygons


class Look(NamedTuple):
    """The colours of a scene: its sky, its sun (x, y, radius, colour) and what stands in it."""

    painter: Callable[[Canvas, list[str]], None]
    sky: str
    sun: tuple[float, float, float, str] | None
    paint: str


LOOKS = {
    "islands": Look(
        country.islands,
        "#1d4a5e #3f7f86 #e9b07c #f3b688",
        (1010, 335, 105, "#fff0c2"),
        "#7f938f #3d6a75 #dd9a77 #8a6a68 #17323f #fff3d6",
    ),
    "server-hall": Look(
        town.server_hall,
        "#0b1b2b #12324a #0d2233",
        None,
        "#16344d #1d4664 #0a1826 #7fe0d2 #ffc66b #cfeff2",
    ),
    "ferries": Look(
        country.ferries,
        "#35507a #a77f97 #f0a98a #ffd3a0",
        (470, 395, 85, "#fff0c4"),
        "#7d7896 #4d5878 #e8ad93 #4a5f80 #f7f1e6 #c9503f #24344f",
    ),
    "chart-hills": Look(
        country.chart_hills,
        "#2c5f6f #6fa3a0 #f2d3a2 #f7dfb8",
        (1235, 250, 78, "#fff6da"),
        "#8fb3a8 #5e958f #3a747a #235562 #163c4b #ffb35c",
    ),
    "monsoon-roofs": Look(
        town.monsoon_roofs,
        "#2a3947 #4b6273 #7d95a0 #a9b9bb",
        None,
        "#5f6f7c #7a5a58 #91574c #6d3f3c #ffcf7a #dbe8ee #37444f",
    ),
    "lecture-hall": Look(
        town.lecture_hall,
        "#1c1a35 #2c2950 #3a3060",
        None,
        "#f6e7c6 #f3c98c #6b4a74 #472f5c #2a1c42 #150f28 #c75f4d",
    ),
    "cable-ship": Look(
        country.cable_ship,
        "#5c7fa3 #e8b3a0 #fbd9b0",
        (1180, 250, 62, "#fff3cf"),
        "#3c8a9c #0f4560 #082538 #b0473d #f4efe4 #ffd27a #0b1f30",
    ),
    "night-market": Look(
        town.night_market,
        "#1e1740 #44286a #8a4479 #d9775f",
        None,
        "#2a1c4a #1b1234 #ff9d4d #ffe2a0 #d9483f #f8e8cf #2a8a86",
    ),
    "solar-farm": Look(
        country.solar_farm,
        "#4f9cb8 #9fd0cf #fbe7b8",
        (1130, 250, 75, "#fff7d8"),
        "#8dbb9a #5d9a78 #3d7a60 #8cc3c4 #2f7184 #17365f #5f93c4",
    ),
    "harbour-cranes": Look(
        town.harbour_cranes,
        "#4a2b52 #b1535a #f2935a #fcc981",
        (640, 470, 110, "#fff0c0"),
        "#8d4a5c #3a2340 #d9705a #4a2a44 #241629 #d98a4a #3f7f86",
    ),
    "rice-terraces": Look(
        country.rice_terraces,
        "#7fb7b5 #f3e3b0 #f8d99a",
        (420, 190, 70, "#fffbe4"),
        "#a5bf9c #7fa987 #8fb55a #2f6b46 #fbecc0 #9cc3ae",
    ),
    "night-skyline": Look(
        town.night_skyline,
        "#0a1230 #1c2a5a #4a4580 #a0658a",
        (1230, 165, 58, "#f3efe0"),
        "#383c74 #23295a #11173a #ffd98a #8fc7e8 #0c1433",
    ),
    "mountain-railway": Look(
        country.mountain_railway,
        "#6d93b0 #b9cdd2 #f3e6cf",
        (760, 210, 66, "#fffaf0"),
        "#a9bfca #7fa0b2 #557f95 #2f5a70 #173a4a #e9ddc8 #b5483c",
    ),
    "wind-turbines": Look(
        country.wind_turbines,
        "#2f7f8c #8cc5b5 #fbe0a6 #ffd08a",
        (560, 470, 95, "#fff6d2"),
        "#7fb9b0 #1f5f70 #0f3c4e #ffffff #ffe9b8 #e9774f",
    ),
    "greenhouse": Look(
        town.greenhouse,
        "#9ccfc0 #d7ecd0 #f6f3d6",
        None,
        "#fffbe6 #5d8f7b #b98a5c #7d5a3c #2f7a4a #58a85a #d9533f",
    ),
    "workshop-bench": Look(
        town.workshop_bench,
        "#24414a #2f545c #3a5f62",
        None,
        "#ffe3a0 #a8693c #7a4527 #d9b98a #1a3138 #e9e2d4 #c9503f",
    ),
    "bridge": Look(
        town.bridge,
        "#25295c #7a4f86 #e88a7a #fcc58e",
        (800, 505, 92, "#fff0c8"),
        "#8a6590 #4c3f70 #1f1b42 #f6e6d8 #ffdf9a #2b2656",
    ),
    "forest-canopy": Look(
        country.forest_canopy,
        "#cfe6d4 #f2eecb #f8e6b5",
        (1180, 220, 82, "#fffdf0"),
        "#b5d3b4 #8fbd97 #5f9d78 #357a5a #1b553f #0e3529",
    ),
    "airport-dawn": Look(
        town.airport_dawn,
        "#2b3a70 #8c6f9d #f2a28c #ffd9a4",
        (800, 470, 80, "#fff3cf"),
        "#7c6f98 #4c4f7c #33395e #262b4a #ffe6a8 #f7f3ee #e9644f",
    ),
    "lighthouse": Look(
        country.lighthouse,
        "#16264f #3f4f86 #a8799a #f3b08c",
        None,
        "#5b5f8c #384877 #1b2b52 #101d38 #f6f1e4 #c9483d #ffeeb0",
    ),
    "canal": Look(
        town.canal,
        "#5aa3b0 #bfe0d0 #ffe2ae",
        (800, 330, 80, "#fff8dc"),
        "#e9a58a #f2cf94 #8fc0b2 #d98a86 #a9b8d8 #3d7a5c #355c66",
    ),
    "cloud-sea": Look(
        country.cloud_sea,
        "#3d6aa0 #8fb0d0 #f8cdb5 #ffe3bf",
        (1040, 330, 88, "#fff8e2"),
        "#7d93b8 #54709c #f6d8cf #fdeee4 #ffffff #d9533f #ffe0a0",
    ),
    "circuit-fields": Look(
        country.circuit_fields,
        "#2f6b4f #25583f",
        None,
        "#5d9a55 #7fb35a #b9bf5f #d9b95a #3f8458 #8fe3dc #f7ecc8",
    ),
}

PORTRAITS = {  # slug: the ground from top to bottom, then the figure
    "yiyun": ("#0f6b75 #4f978f #e6cf9f", "#ffffff"),
    "nadia-prawira": ("#7a2f4a #d0605a #f7b98a", "#fff1dc"),
    "kamol-intharat": ("#1f5a44 #5a9a62 #d9d98a", "#fdf8dc"),
    "teresa-villaluz": ("#2b3278 #6a64b0 #e8a8b8", "#fff0ee"),
}


def scene(name: str, size: tuple[int, int] = (1920, 1080)) -> Image.Image:
    """The picture called `name`; a size of another shape than 16:9 is cut from the middle."""
    if name not in LOOKS:
        raise KeyError(f"There is no scene {name!r}; choose one of: {', '.join(sorted(LOOKS))}")
    look = LOOKS[name]
    scale = max(size[0] / WIDTH, size[1] / HEIGHT)
    canvas = Canvas(math.ceil(WIDTH * scale * OVERSAMPLING))
    canvas.box(0, 0, WIDTH, HEIGHT, look.sky)
    if look.sun:
        x, y, radius, colour = look.sun
        canvas.glow(x, y, radius * 5, colour, 0.55)
        canvas.oval(x, y, radius, colour)
    look.painter(canvas, look.paint.split())
    return ImageOps.fit(canvas.image, size, Image.Resampling.LANCZOS)


def face(slug: str, size: int = 512) -> Image.Image:
    """The square portrait of the author `slug`: a plain figure on a ground of soft colours."""
    if slug not in PORTRAITS:
        raise KeyError(f"There is no face {slug!r}; choose one of: {', '.join(sorted(PORTRAITS))}")
    ground, ink = PORTRAITS[slug]
    c = Canvas(size * OVERSAMPLING, height=512, width=512)
    c.box(0, 0, 512, 512, ground)
    c.glow(150, 110, 330, "#ffffff", 0.22)
    if slug == "yiyun":
        for x, y in ((150, 130), (362, 130), (256, 400)):
            c.line([(x, y), (256, 270)], ink, 62)
            c.oval(x, y, 31, ink)
        c.oval(256, 270, 31, ink)
    elif slug == "nadia-prawira":  # an N of towers, as she writes about cities
        for x, top in ((128, 120), (318, 120)):
            c.box(x, top, 66, 280, ink, 14)
        c.shape([(128, 128), (194, 128), (384, 392), (318, 392)], f"{ink}d0")
        c.oval(351, 86, 24, ink)
    elif slug == "kamol-intharat":  # a sprout under a sun
        c.oval(256, 142, 54, ink)
        c.box(244, 250, 24, 190, ink, 12)
        for side in (-1, 1):
            tip = (256 + side * 150, 236)
            c.shape(
                [
                    *curve((256, 350), (256 + side * 20, 236), tip),
                    *curve(tip, (256 + side * 140, 350), (256, 350)),
                ],
                ink,
            )
    else:  # an open book and a lifted head
        c.oval(256, 158, 66, ink)
        for side in (-1, 1):
            edge = 256 + side * 150
            c.shape(
                [
                    *curve((256 + side * 8, 290), (256 + side * 70, 240), (edge, 270)),
                    *curve((edge, 400), (256 + side * 70, 370), (256 + side * 8, 420)),
                ],
                ink,
            )
    return c.image.resize((size, size), Image.Resampling.LANCZOS)
