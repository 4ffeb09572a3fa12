"""What the portal calls the kinds of personal data that it finds in a text."""

from geo_portal.complaints.personal_data import EMAIL, IDENTITY, PHONE, PLATE
from geo_portal.translation import N_

KINDS = {
    PHONE: N_("a phone number"),
    IDENTITY: N_("an identity number"),
    PLATE: N_("a number plate"),
    EMAIL: N_("an e-mail address"),
}
