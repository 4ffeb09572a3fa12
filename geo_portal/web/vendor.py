"""Copies what the pages need of the npm packages into `static/vendor/`.

`python -m geo_portal.web.vendor node_modules` after `npm ci`; only plain files are taken, so
nothing of npm is needed at run time.
"""

import shutil
import sys
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"

SANS = "@fontsource-variable/source-sans-3"
NASTALIQ = "@fontsource/noto-nastaliq-urdu"
FILES = {
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    f"{SANS}/files/source-sans-3-latin-wght-normal.woff2": "fonts/sans-latin.woff2",
    f"{SANS}/files/source-sans-3-latin-ext-wght-normal.woff2": "fonts/sans-latin-ext.woff2",
    f"{SANS}/LICENSE": "fonts/LICENSE-source-sans-3",
    f"{NASTALIQ}/files/noto-nastaliq-urdu-arabic-400-normal.woff2": "fonts/nastaliq-400.woff2",
    f"{NASTALIQ}/files/noto-nastaliq-urdu-arabic-700-normal.woff2": "fonts/nastaliq-700.woff2",
    f"{NASTALIQ}/LICENSE": "fonts/LICENSE-noto-nastaliq-urdu",
    "lucide-static/LICENSE": "icons/LICENSE",
}
ICONS = """
    accessibility arrow-left arrow-right bell building-2 calendar-clock camera chart-column check
    chevron-down chevron-right circle-alert circle-check circle-help circle-slash circle-x clock
    copy corner-down-right crosshair download eye external-link file-text filter flag globe heart
    history house image info keyboard languages layers life-buoy link list list-filter loader
    locate-fixed lock mail map map-pin map-pin-off map-pinned megaphone menu message-circle minus
    moon move octagon-alert pause pencil phone play plus printer qr-code refresh-cw rotate-ccw
    route ruler search send share-2 shield siren sliders-horizontal sparkles square-pen star tag
    target thumbs-up timer trash-2 trending-down trending-up triangle-alert upload user users
    wrench x zoom-in
""".split()  # noqa: SIM905  A list literal would be ninety lines.


def copy_from(packages: Path) -> list[Path]:
    """Copy every listed file; those that the packages do not have come back, nothing is raised."""
    wanted = FILES | {f"lucide-static/icons/{icon}.svg": f"icons/{icon}.svg" for icon in ICONS}
    missing = []
    for source, target in wanted.items():
        if not (packages / source).is_file():
            missing.append(packages / source)
            continue
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / source, VENDOR / target)
    return missing


if __name__ == "__main__":
    lacking = copy_from(Path(sys.argv[1] if len(sys.argv) > 1 else "node_modules"))
    for file in lacking:
        print(f"Missing from the npm packages: {file}", file=sys.stderr)
    sys.exit(1 if lacking else 0)
