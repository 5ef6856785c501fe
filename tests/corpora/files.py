"""What the corpora hold."""

import json
from pathlib import Path

SHARED = Path(__file__).parents[3] / "shared" / "corpora"


def naughty_strings() -> list[str]:
    text = (SHARED / "strings" / "naughty-strings.txt").read_text(errors="replace")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def scripting_payloads() -> list[str]:
    lines = (SHARED / "xss" / "payloads.jsonl").read_text().splitlines()
    return [json.loads(line)["payload"] for line in lines]


def pictures(folder: str) -> list[Path]:
    return sorted(path for path in (SHARED / "images" / folder).rglob("*") if path.is_file())
