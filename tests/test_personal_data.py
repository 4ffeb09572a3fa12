"""What tells who somebody is in a text: found by the country's own formats, and masked."""

import csv
import gzip
import io

import pytest

from geo_portal.complaints.personal_data import masked, personal_data


@pytest.mark.parametrize(
    ("country", "text", "kinds", "public"),
    [
        ("ID", "Hubungi saya 0812-3456-7890 ya", ["phone"], "Hubungi saya ••• ya"),
        ("ID", "Call +62 812 3456 7890 or a.b@city.example", ["phone", "email"], "Call ••• or •••"),
        ("PK", "Mera number 0300 1234567 hai", ["phone"], "Mera number ••• hai"),
        ("PK", "CNIC 35202-1234567-1 chori", ["identity"], "CNIC ••• chori"),
        ("PK", "شناختی کارڈ 3520212345671 ہے", ["identity"], "شناختی کارڈ ••• ہے"),
        ("ID", "NIK 3175094508900001 salah", ["identity"], "NIK ••• salah"),
        ("IN", "Aadhaar 2341 2341 2346 leaked", ["identity"], "Aadhaar ••• leaked"),
        ("ID", "Mobil B 1234 XYZ parkir", ["plate"], "Mobil ••• parkir"),
        ("PK", "Car LEB-1234 and LEA-12-1234", ["plate", "plate"], "Car ••• and •••"),
        ("US", "license plate MA - 1NV 492 parked", ["plate"], "license plate ••• parked"),
    ],
)
def test_what_tells_who_somebody_is_is_found_and_masked(country, text, kinds, public):
    found = personal_data(text, country)

    assert ([one.kind for one in found], masked(text, found)) == (kinds, public)


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("ID", "RT 05 RW 12, lampu mati sejak 12.03.2026 jam 18:30"),
        ("ID", "Gaji P3K terlambat, tiang nomor 0142 roboh, bayar Rp 1.500.000"),
        # The month is 13, so no NIK; the last digit is wrong, so no Aadhaar.
        ("ID", "Kode 3175094513900001 di papan"),
        ("IN", "Meter 2341 2341 2345 is wrong"),
        ("US", "The car with no license plate for over 5 months, call 911"),
        ("PK", "Street 14, block 7, since 2024, ہیلپ لائن 1122"),
    ],
)
def test_other_numbers_are_left_alone(country, text):
    found = personal_data(text, country)

    assert found == []


@pytest.mark.parametrize(
    ("file", "country", "most"),
    [
        ("text/boston-open311-train.csv.gz", "US", 6),
        ("text/bengaluru-civic-reports-train.csv", "IN", 3),
        ("text/purbalingga-lapor-train.csv", "ID", 1),
        ("text/petabencana-reports-train.csv", "ID", 1),
    ],
)
def test_texts_that_were_cleaned_of_it_give_hardly_any_alarm(real_data, file, country, most):
    written = (real_data / file).read_bytes()
    plain = gzip.decompress(written) if file.endswith(".gz") else written
    texts = [row["text"] for row in csv.DictReader(io.StringIO(plain.decode()))]

    alarms = sum(bool(personal_data(text, country)) for text in texts)

    assert alarms <= most
