"""Draw Pulau Contoh anew: `python draw.py [folder]` writes every drawn file of the city pack."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from drawing import everything  # noqa: E402

if __name__ == "__main__":
    everything.draw(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
