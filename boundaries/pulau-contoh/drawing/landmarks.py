"""Landmarks by hand: what people name when they say where something is."""

# name, kind, x, y
LANDMARKS: list[tuple[str, str, float, float]] = [
    ("Pasar Lontar", "market", 260, 1640),
    ("Pasar Ikan Bandar", "market", -120, 2040),
    ("Pasar Pagi Gayam", "market", 1080, -620),
    ("Pasar Melur", "market", -2820, 1580),
    ("Pasar Selasih", "market", 480, -3260),
    ("Alun-Alun Bandar", "square", -250, 1700),
    ("Lapangan Tujuh", "square", 1640, 240),
    ("Balai Kota Pulau Contoh", "office", -160, 1560),
    ("Rumah Sakit Umum Sendari", "hospital", -330, 820),
    ("Rumah Sakit Bersalin Melur", "hospital", -2460, 1960),
    ("Klinik Tanjung Arum", "hospital", 4180, 980),
    ("Puskesmas Selasih", "hospital", 300, -3420),
    ("Puskesmas Kebun Lada", "hospital", -3050, -3050),
    ("Stadion Merdu", "stadium", -1880, 1010),
    ("Universitas Kelana", "school", -1850, -330),
    ("SMA Negeri Bandar", "school", -760, 1420),
    ("SMP Kali Wangi", "school", 420, -160),
    ("SD Kampung Layar", "school", -420, 1920),
    ("SD Lembah Sirih", "school", -4080, -2300),
    ("SMA Negeri Gayam", "school", 1180, -1080),
    ("SMK Pelayaran Pandan", "school", 1260, 2640),
    ("SD Teratai", "school", -3520, 980),
    ("SMP Kebon Nipah", "school", 2380, -2250),
    ("Madrasah An-Nahl", "school", 760, 1180),
    ("SD Mekar Karya", "school", 2900, 1480),
    ("Masjid Raya Al-Bahri", "worship", -380, 1600),
    ("Masjid An-Nur Gayam", "worship", 860, -900),
    ("Gereja Santo Petrus", "worship", -620, 1240),
    ("Wihara Samudra Dharma", "worship", 120, 1800),
    ("Pura Segara", "worship", 4050, 1500),
    ("Pelabuhan Pandan", "port", 700, 2600),
    ("Dermaga Feri", "port", -470, 2355),
    ("Menara Syahbandar", "landmark", 150, 2230),
    ("Mercusuar Tanjung Arum", "landmark", 6060, 640),
    ("Terminal Bus Simpang Tujuh", "transport", 1450, 390),
    ("Stasiun Trem Bandar", "transport", 200, 1880),
    ("Stasiun Trem Stadion", "transport", -1750, 1070),
    ("Stasiun Trem Teratai", "transport", -3500, 1250),
    ("Universitas Kelana Gerbang Timur", "landmark", -1580, -330),
    ("Kawasan Industri Mekar", "industry", 3560, 1250),
    ("Pabrik Pengolahan Ikan", "industry", 2450, 3250),
    ("Taman Kota Sendari", "park", -480, 230),
    ("Taman Situ", "park", 2900, -200),
    ("Taman Merdu", "park", -2200, 850),
    ("Taman Cemara", "park", -1850, 3420),
    ("Taman Melur", "park", 870, -320),
    ("Taman Gayam", "park", -290, -1000),
    ("Pemakaman Umum Wangi", "cemetery", 1770, 640),
    ("Perpustakaan Kota", "landmark", -60, 1480),
    ("Museum Rempah", "landmark", -620, 1080),
    ("Jembatan Batu", "bridge", 1330, 1890),
    ("Pantai Cemara", "beach", -1950, 3760),
    ("Pantai Selasih", "beach", 150, -4150),
    ("Pantai Kerang", "beach", 4870, -1500),
    ("Kantor Pos Besar", "office", 330, 1480),
    ("Kantor Polisi Bandar", "office", -620, 1660),
    ("Pos Pemadam Sendari", "office", 260, 420),
]

# Larger names that belong to no single place: name, kind, rank, x, y
_REGIONS: list[tuple[str, str, int, float, float]] = [
    ("Teluk Pandan", "sea", 1, 50, 2900),
    ("Samudra Hindia", "sea", 1, -5300, -4050),
    ("Laguna Perak", "sea", 2, 3600, -2560),
    ("Pulau Cilik", "island", 2, -4260, 3790),
    ("Pulau Penyu", "island", 2, 5100, -3500),
    ("Bukit Kelana", "hill", 1, -2350, -1600),
    ("Situ Biru", "water", 2, 2790, -650),
    ("Tanjung Arum", "cape", 1, 5650, 700),
    ("Bandar Lama", "district", 1, -300, 1550),
    ("Teluk Barat", "district", 1, -3000, 1750),
    ("Kelana", "district", 1, -2600, -2900),
    ("Sendari Tengah", "district", 1, 400, -850),
]


def labels() -> list[tuple[str, str, int, float, float]]:
    """All names for the map with their rank: 1 is seen from afar, 3 only when close."""
    near = {"hospital", "stadium", "market", "port", "park", "landmark", "square", "school"}
    return _REGIONS + [
        (name, kind, 3, x, y) for name, kind, x, y in LANDMARKS if kind in near
    ]
