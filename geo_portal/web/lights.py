"""The four lights a complaint can show: a colour, a shape and a word each."""

from geo_portal.translation import N_

WORDS = {
    "waiting": N_("Waiting"),
    "progress": N_("In progress"),
    "done": N_("Fixed"),
    "closed": N_("Closed without a fix"),
}

# Sixteen units square, drawn in the colour of the text around them.
SHAPES = {
    "waiting": '<circle cx="8" cy="8" r="6" fill="currentColor"/>',
    "progress": (
        '<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="2"/>'
        '<path d="M8 3.5a4.5 4.5 0 0 1 0 9z" fill="currentColor"/>'
    ),
    "done": (
        '<path d="M2.5 8.5 6.5 12.5 13.5 4" fill="none" stroke="currentColor"'
        ' stroke-width="2.75" stroke-linecap="round" stroke-linejoin="round"/>'
    ),
    "closed": (
        '<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="2"/>'
        '<path d="M4 12 12 4" stroke="currentColor" stroke-width="2"/>'
    ),
}
