"""Draws docs/img/load-day.svg from the result of a run of day_at_the_shop.

simulator loadtest day_at_the_shop --shops 10 --cashiers 60
python docs/draw_load.py loadtest-day_at_the_shop/result.json [--out FILE]
"""

import argparse
import json
from pathlib import Path

from simulator.loadtest.charts import HEIGHT, WIDTH, bars

STYLE = """
svg { background: #fff; font: 11px sans-serif; }
.grid { stroke: #dde3ea; } .tick { fill: #5d6b7a; } .bar { fill: #7fa8d1; }
.curve { fill: none; stroke: #b3541e; stroke-width: 2; } .dot { fill: #b3541e; }
"""


def drawn(result: Path) -> str:
    """A picture that stands alone, of the first day of a result."""
    day = json.loads(result.read_text(encoding="utf-8"))["days"][0]
    sold = [(f"{day['opens'] + place}h", float(count)) for place, count in enumerate(day["sold"])]
    picture = bars(sold, day["expected"], f"sales by local hour, {day['date']}")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
    return picture.replace("<svg", head, 1).replace(">", f"><style>{STYLE}</style>", 1) + "\n"


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("result", type=Path)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "img" / "load-day.svg")
    chosen = arguments.parse_args()
    chosen.out.write_text(drawn(chosen.result), encoding="utf-8")


if __name__ == "__main__":
    main()
