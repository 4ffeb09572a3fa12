"""Where people live, and how closely."""

import numpy as np

from drawing.ground import noise

# (x, y, reach in metres, how closely people live there)
TOWNS = [
    (120, 1650, 1000, 1.0), (-700, 1250, 900, 0.75), (1400, 1600, 900, 0.72),
    (-2500, 1500, 1150, 0.72), (-3500, 1500, 800, 0.6), (-2000, 2900, 650, 0.55),
    (200, 200, 1000, 0.75), (-900, -100, 700, 0.6), (900, -800, 1000, 0.66),
    (2600, 1700, 1000, 0.62), (2500, 2850, 700, 0.55), (3700, 700, 800, 0.5),
    (1800, -100, 800, 0.62), (3500, -1300, 700, 0.42), (500, -2800, 800, 0.6),
    (-900, -3100, 650, 0.45), (-3100, -3100, 700, 0.5), (-4600, 300, 850, 0.55),
    (-3500, -200, 600, 0.42), (1500, -1900, 600, 0.42), (4500, 1750, 500, 0.45),
    (2300, -2700, 500, 0.4), (-4300, -2500, 400, 0.4), (200, -3800, 500, 0.45),
]  # fmt: skip


def closeness(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How closely people live, 0 to about 1."""
    total = np.zeros(np.shape(x))
    for town_x, town_y, reach, weight in TOWNS:
        far = ((x - town_x) ** 2 + (y - town_y) ** 2) / reach**2
        total = np.maximum(total, weight * np.exp(-0.9 * far**1.3))
    return np.round(total + 0.06 * noise(x, y, 900, "closeness"), 7)
