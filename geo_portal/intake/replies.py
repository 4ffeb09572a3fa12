"""What the portal answers while somebody tells it a report by e-mail, text message or chat."""

from geo_portal.translation import N_

SUBJECT = N_("Your report: one more thing")
WHERE = N_(
    "Thank you. We still need to know where it is. Answer with the name of a street or place, "
    "with a link from a map, or with numbers such as -6.1754, 106.8272. Or put a pin on the map "
    "here: {page}"
)
WHERE_BY_BUTTON = N_(
    "Thank you. We still need to know where it is. Send your location with the paper clip, or "
    "answer with the name of a street or place. Or put a pin on the map here: {page}"
)
IS_IT_HERE = N_(
    "Thank you. Your photo says that it was taken here: {link}\nIf that is the place, answer "
    "“yes”. If not, answer with the name of a street or place, or a link from a map."
)
WHAT_IS_WRONG = N_(
    "Thank you. Please write in a few words what is wrong there, and we pass it on to who mends it."
)
NOT_TAKEN = N_("We could not take your report yet: {why} You can also send it here: {page}")
USE_THE_PAGE = N_(
    "We still do not know where it is. Please put a pin on the map here, so that it reaches the "
    "right office: {page}"
)
CANNOT_READ = N_(
    "Your message arrived, but we could not read it. Please send it again as plain text, or "
    "report the problem here: {page}"
)
