"""Articles of a bigger city than any demo: services times questions about them, in three languages.

Titles and texts are put together from lists, so that any number of them can be made, always the
same ones.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo_portal.city.search_index import rebuild
from geo_portal.city.tables import Article

LANGUAGES = ("en", "id", "ur")
SUBJECTS = {
    "birth-certificate": ("Birth certificate", "Akta kelahiran", "پیدائش سرٹیفکیٹ"),
    "marriage": ("Marriage registration", "Pencatatan nikah", "نکاح کا اندراج"),
    "death-certificate": ("Death certificate", "Akta kematian", "وفات سرٹیفکیٹ"),
    "identity-card": ("Identity card", "Kartu tanda penduduk", "شناختی کارڈ"),
    "moving-house": ("Moving house", "Pindah rumah", "رہائش کی تبدیلی"),
    "dog-licence": ("Dog licence", "Izin memelihara anjing", "کتا رکھنے کا اجازت نامہ"),
    "building-permit": ("Building permit", "Izin mendirikan bangunan", "تعمیر کا اجازت نامہ"),
    "business-permit": ("Business permit", "Izin usaha", "کاروبار کا لائسنس"),
    "food-stall": ("Food stall permit", "Izin warung makan", "کھانے کے ٹھیلے کا پرمٹ"),
    "property-tax": ("Property tax", "Pajak bumi dan bangunan", "جائیداد ٹیکس"),
    "vehicle-tax": ("Vehicle tax", "Pajak kendaraan", "گاڑی کا ٹیکس"),
    "parking-permit": ("Residents' parking card", "Kartu parkir warga", "رہائشی پارکنگ کارڈ"),
    "bulky-waste": ("Bulky waste by appointment", "Penjemputan barang besar", "بڑا سامان اٹھوانا"),
    "garden-waste": ("Garden cuttings", "Sisa pangkasan kebun", "باغ کی کٹائی"),
    "hazardous-waste": ("Paint and batteries", "Cat dan baterai bekas", "رنگ اور بیٹریاں"),
    "school-place": ("School enrolment", "Pendaftaran sekolah", "اسکول میں داخلہ"),
    "school-meals": ("School meals", "Makan siang sekolah", "اسکول کا کھانا"),
    "kindergarten": ("Kindergarten", "Taman kanak-kanak", "کنڈرگارٹن"),
    "scholarship": ("Scholarships", "Beasiswa", "وظیفہ"),
    "library-card": ("Library card", "Kartu perpustakaan", "لائبریری کارڈ"),
    "swimming-pool": ("Swimming pool", "Kolam renang", "تیراکی کا تالاب"),
    "sports-hall": ("Sports hall hire", "Sewa gelanggang olahraga", "کھیل ہال کی بکنگ"),
    "community-hall": ("Community hall hire", "Sewa balai warga", "کمیونٹی ہال کی بکنگ"),
    "vaccination": ("Vaccination", "Imunisasi", "حفاظتی ٹیکے"),
    "health-insurance": ("Health insurance", "Jaminan kesehatan", "صحت بیمہ"),
    "elderly-care": ("Care for the elderly", "Perawatan lansia", "بزرگوں کی دیکھ بھال"),
    "disability": ("Disability allowance", "Tunjangan disabilitas", "معذوری الاؤنس"),
    "housing": ("Social housing", "Rumah susun sewa", "سستی رہائش"),
    "food-aid": ("Food aid", "Bantuan pangan", "راشن کی امداد"),
    "unemployment": ("Looking for work", "Mencari pekerjaan", "نوکری کی تلاش"),
    "bus-pass": ("Bus pass", "Kartu langganan bus", "بس پاس"),
    "ferry": ("Ferry timetable", "Jadwal kapal feri", "فیری کا شیڈول"),
    "cycling": ("Bicycle hire", "Sewa sepeda", "سائیکل کرائے پر"),
    "cemetery": ("Graves and burials", "Pemakaman", "قبرستان اور تدفین"),
    "street-music": ("Street musicians", "Pengamen", "گلی کے موسیقار"),
    "market-stall": ("Market stall", "Lapak pasar", "بازار کا اسٹال"),
    "lost-property": ("Lost and found", "Barang hilang", "گمشدہ سامان"),
    "volunteering": ("Volunteering", "Menjadi relawan", "رضاکار بننا"),
    "elections": ("Voting in elections", "Pemilihan umum", "انتخابات میں ووٹ"),
    "fishing": ("Fishing licence", "Izin menangkap ikan", "ماہی گیری کا لائسنس"),
}
ASPECTS = {
    "apply": ("how to apply", "cara mengajukan", "درخواست کیسے دیں"),
    "fee": ("fees", "biaya", "فیس"),
    "renew": ("renewal", "perpanjangan", "تجدید"),
    "who": ("who is entitled", "siapa yang berhak", "کون حق دار ہے"),
    "papers": ("documents you need", "berkas yang diperlukan", "ضروری کاغذات"),
}
TEXTS = (
    "Bring the original and one copy. The counter gives you a receipt with a date. "
    "Come in the morning: before noon the queue is short. If somebody else comes for you, they "
    "need a letter from you.",
    "Bawa yang asli dan satu salinan. Loket memberi tanda terima dengan tanggal. Datanglah pagi: "
    "sebelum tengah hari antrean pendek. Bila orang lain mewakili Anda, ia perlu surat kuasa.",
    "اصل اور ایک نقل ساتھ لائیں۔ کاؤنٹر تاریخ کے ساتھ رسید دیتا ہے۔ صبح آئیں، دوپہر سے پہلے قطار "
    "چھوٹی ہوتی ہے۔ اگر کوئی اور آپ کی جگہ آئے تو اسے آپ کا خط چاہیے۔",
)


def corpus(number: int) -> Iterator[dict[str, Any]]:
    """The rows of `number` articles in each language; beyond 200 they are told apart by office."""
    kinds = [(subject, aspect) for aspect in ASPECTS for subject in SUBJECTS]
    for index in range(number):
        subject, aspect = kinds[index % len(kinds)]
        office = index // len(kinds)
        slug = f"{subject}-{aspect}" + (f"-{office}" if office else "")
        for place, language in enumerate(LANGUAGES):
            title = f"{SUBJECTS[subject][place]}: {ASPECTS[aspect][place]}"
            title += f" ({_syllables(office)})" if office else ""
            body = f"{title}. {TEXTS[place]} {_syllables(index + 1000)}"
            yield {"slug": slug, "language": language, "title": title, "body": body}


def add_corpus(session: Session, number: int) -> int:
    """Put the articles beside those of the city and make the index anew; the entries in it."""
    session.execute(insert(Article), list(corpus(number)))
    return rebuild(session)


def _syllables(number: int) -> str:
    """A name like those of villages, another for each number."""
    parts = ("ba", "ka", "la", "mi", "ndo", "ra", "su", "ta", "we", "yo")
    return "".join(parts[int(digit)] for digit in str(number)).title()
