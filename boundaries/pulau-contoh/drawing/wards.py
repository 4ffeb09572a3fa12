"""The 5 districts and 30 wards: names, where each began, and how many people live how closely."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ward:
    """A ward before it has borders; `x`, `y` is its old village green."""

    code: str
    name: str
    name_ur: str
    district: str
    x: float
    y: float
    reach: float  # above 1 claims more ground than its neighbours
    poor: float  # 0 to 1: share of households without piped water; makes its people complain less


@dataclass(frozen=True)
class District:
    """A district: a handful of wards that share an office."""

    code: str
    name: str
    name_ur: str


DISTRICTS = (
    District("D1", "Bandar Lama", "بندر لاما"),
    District("D2", "Teluk Barat", "تلوک بارات"),
    District("D3", "Kelana", "کیلانا"),
    District("D4", "Sendari Tengah", "سنداری تنگاہ"),
    District("D5", "Tanjung Arum", "تنجونگ آروم"),
)

WARDS = (
    Ward("W01", "Kampung Layar", "کمپونگ لایار", "D1", -480, 1850, 0.8, 0.4),
    Ward("W02", "Pasar Lontar", "پاسار لونتار", "D1", 330, 1700, 1.25, 0.3),
    Ward("W03", "Gudang Rempah", "گودانگ رمپاہ", "D1", -500, 1050, 0.9, 0.2),
    Ward("W04", "Dermaga Pandan", "درماگا پاندان", "D1", 1050, 2700, 0.9, 0.5),
    Ward("W05", "Kebun Kenari", "کبون کناری", "D1", 650, 1130, 0.7, 0.1),
    Ward("W06", "Jembatan Batu", "جمباتان باتو", "D1", 1560, 1500, 0.9, 0.2),
    Ward("W07", "Muara Sendari", "موارا سنداری", "D1", 2500, 3000, 0.9, 0.5),
    Ward("W08", "Pantai Cemara", "پانتائی چمارا", "D2", -1950, 3200, 1.0, 0.2),
    Ward("W09", "Lapang Merdu", "لاپانگ مردو", "D2", -1950, 1750, 0.9, 0.1),
    Ward("W10", "Griya Melur", "گریا ملور", "D2", -2750, 1800, 0.8, 0.1),
    Ward("W11", "Rawa Teratai", "راوا تراتائی", "D2", -3350, 900, 0.9, 0.4),
    Ward("W12", "Karang Nelaya", "کارانگ نلایا", "D2", -4500, 2450, 1.1, 0.6),
    Ward("W13", "Muara Pinang", "موارا پینانگ", "D2", -5100, 400, 1.0, 0.4),
    Ward("W14", "Sawah Lebar", "ساواہ لبار", "D2", -2200, 700, 0.8, 0.3),
    Ward("W15", "Bukit Kelana", "بوکیت کیلانا", "D3", -2300, -1400, 1.2, 0.3),
    Ward("W16", "Hulu Sendari", "ہولو سنداری", "D3", -2300, -150, 0.9, 0.3),
    Ward("W17", "Lembah Sirih", "لمباہ سیریہ", "D3", -4200, -1900, 1.1, 0.5),
    Ward("W18", "Kebun Lada", "کبون لادا", "D3", -3100, -3200, 1.0, 0.5),
    Ward("W19", "Ladang Kemiri", "لادانگ کمیری", "D3", -1100, -2700, 0.9, 0.5),
    Ward("W20", "Pantai Selasih", "پانتائی سلاسیہ", "D3", 50, -3600, 0.75, 0.4),
    Ward("W21", "Taman Bahari", "تامان بہاری", "D4", -750, -50, 0.8, 0.1),
    Ward("W22", "Kali Wangi", "کالی وانگی", "D4", 480, 100, 0.7, 0.4),
    Ward("W23", "Tegal Dadap", "تگال داداپ", "D4", -250, -1250, 0.9, 0.3),
    Ward("W24", "Sumber Gayam", "سومبر گایام", "D4", 1050, -1000, 0.8, 0.3),
    Ward("W25", "Simpang Tujuh", "سیمپانگ توجوہ", "D4", 1650, 0, 0.8, 0.2),
    Ward("W26", "Kampung Dukuh Asem", "کمپونگ دوکوہ آسم", "D4", 700, -2500, 0.9, 0.5),
    Ward("W27", "Mekar Karya", "مکار کاریا", "D5", 3250, 1650, 1.0, 0.3),
    Ward("W28", "Tanjung Arum", "تنجونگ آروم", "D5", 5000, 900, 1.1, 0.2),
    Ward("W29", "Situ Biru", "سیتو بیرو", "D5", 3050, -600, 1.1, 0.1),
    Ward("W30", "Kebon Nipah", "کبون نیپاہ", "D5", 2700, -2900, 1.2, 0.6),
)
