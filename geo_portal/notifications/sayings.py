"""What is said of each thing that happens, to each sort of reader; filled in by `letters`."""

from geo_portal.notifications.recipients import FOLLOWER, REPORTER, STAFF, SUBSCRIBER
from geo_portal.translation import N_

# The first part is the subject, the second the sentence that the message begins with.
Saying = tuple[str, str]

_GOES_TO_SORTING: Saying = (
    N_("We have your report"),
    N_("Thank you. Your report has arrived. A person reads it and decides where it goes."),
)
_BEGUN: Saying = (N_("Work has begun"), N_("{office} is working on it."))
_WAITS: Saying = (
    N_("It has to wait for a while"),
    N_("{office} waits for parts or for somebody else, until {until} at the latest."),
)
_SCHEDULED: Saying = (
    N_("The repair is planned"),
    N_("{office} has planned the repair for {planned}."),
)
_MERGED: Saying = (
    N_("It was joined with another report"),
    N_("The same problem was reported before. Both are now one: {into}. You hear of that one."),
)
_ESCALATED: Saying = (
    N_("It is taking too long"),
    N_("It was promised by {due} and is not done. So we have told {told}."),
)
_WROTE: Saying = (N_("{office} wrote"), N_("{office} wrote about the report:"))
_PASSED_ON: Saying = (
    N_("It was passed on to {office}"),
    N_("It turned out to be the work of {office}. The clock was not set back."),
)
_SENT: Saying = (N_("It is with {office}"), N_("It is with {office}, who will look at it next."))

_MORE_HAVE_IT: Saying = (
    N_("More people have it too"),
    N_("So many people now stand behind this report: {supports}."),
)
_COMMENTED: Saying = (
    N_("Somebody wrote under the report"),
    N_("There is something new to read under the report, written by a neighbour."),
)
_LOOKED_AT: Saying = (
    N_("A neighbour was there: {seen}"),
    N_("A neighbour has looked at the place. What they say: {seen}."),
)
_PART_OF_MORE: Saying = (
    N_("It is part of something larger"),
    N_("Many reports came from around there at the same time. The city now treats them as one."),
)
_NEW_UNSORTED: Saying = (
    N_("New: {what}"),
    N_("Somebody has reported this: {what}. A person reads it and decides where it goes."),
)
_NEW: Saying = (
    N_("New: {what}"),
    N_("Somebody has reported this: {what}. It is with {office}, and should be done by {due}."),
)

SAYINGS: dict[tuple[str, str], Saying] = {
    (REPORTER, "submitted"): (
        N_("We have your report"),
        N_("Thank you. Your report has reached {office}. It should be done by {due}."),
    ),
    (REPORTER, "assigned"): _SENT,
    (REPORTER, "triaged"): (
        N_("It was read and sorted"),
        N_("A person has read your report. It is with {office}, who should be done by {due}."),
    ),
    (REPORTER, "transferred"): _PASSED_ON,
    (REPORTER, "acknowledged"): (N_("{office} has seen it"), N_("{office} has seen your report.")),
    (REPORTER, "in_progress"): _BEGUN,
    (REPORTER, "waiting_citizen"): (
        N_("{office} has a question"),
        N_(
            "{office} needs to know something from you before they can go on. Please answer by "
            "{until}; after that they go on without it."
        ),
    ),
    (REPORTER, "waiting_other"): _WAITS,
    (REPORTER, "resolved"): (
        N_("{office} closed it. Is it fixed?"),
        N_("{office} has closed your report. What came of it: {outcome}."),
    ),
    (REPORTER, "scheduled"): _SCHEDULED,
    (REPORTER, "rejected"): (
        N_("It was closed without a fix"),
        N_("{office} has closed your report without a fix."),
    ),
    (REPORTER, "merged"): _MERGED,
    (REPORTER, "reopened"): (
        N_("It is open again"),
        N_(
            "Your report is open again: somebody else at {office} looks at it now. The clock runs "
            "on as if it had never been closed."
        ),
    ),
    (REPORTER, "escalated"): _ESCALATED,
    (REPORTER, "remark"): _WROTE,
    (REPORTER, "feedback_reminder"): (
        N_("Is it fixed?"),
        N_(
            "{office} closed your report, and we have not heard from you. Your answer counts: only "
            "you can say whether it is fixed."
        ),
    ),
    (REPORTER, "supported"): _MORE_HAVE_IT,
    (REPORTER, "commented"): _COMMENTED,
    (REPORTER, "verified"): _LOOKED_AT,
    (REPORTER, "incident"): _PART_OF_MORE,
    (FOLLOWER, "assigned"): _SENT,
    (FOLLOWER, "transferred"): _PASSED_ON,
    (FOLLOWER, "in_progress"): _BEGUN,
    (FOLLOWER, "waiting_citizen"): (
        N_("It waits for an answer"),
        N_("{office} has asked the person who reported it something and waits for the answer."),
    ),
    (FOLLOWER, "waiting_other"): _WAITS,
    (FOLLOWER, "resolved"): (
        N_("{office} closed it. Is it fixed?"),
        N_("{office} has closed the report that you follow. What came of it: {outcome}."),
    ),
    (FOLLOWER, "scheduled"): _SCHEDULED,
    (FOLLOWER, "rejected"): (
        N_("It was closed without a fix"),
        N_("{office} has closed the report that you follow without a fix."),
    ),
    (FOLLOWER, "merged"): _MERGED,
    (FOLLOWER, "confirmed"): (
        N_("It is fixed"),
        N_("It is fixed, and the person who reported it says so too."),
    ),
    (FOLLOWER, "reopened"): (
        N_("It is open again"),
        N_("It is open again: somebody else at {office} looks at it now."),
    ),
    (FOLLOWER, "escalated"): _ESCALATED,
    (FOLLOWER, "remark"): _WROTE,
    (FOLLOWER, "supported"): _MORE_HAVE_IT,
    (FOLLOWER, "commented"): _COMMENTED,
    (FOLLOWER, "verified"): _LOOKED_AT,
    (FOLLOWER, "incident"): _PART_OF_MORE,
    (SUBSCRIBER, "submitted"): _NEW,
    (SUBSCRIBER, "triaged"): _NEW,
    (SUBSCRIBER, "in_progress"): _BEGUN,
    (SUBSCRIBER, "waiting_other"): _WAITS,
    (SUBSCRIBER, "resolved"): (
        N_("{office} closed it"),
        N_("{office} has closed the report. What came of it: {outcome}."),
    ),
    (SUBSCRIBER, "scheduled"): _SCHEDULED,
    (SUBSCRIBER, "rejected"): (
        N_("It was closed without a fix"),
        N_("{office} has closed the report without a fix."),
    ),
    (SUBSCRIBER, "confirmed"): (
        N_("It is fixed"),
        N_("It is fixed, and the person who reported it says so too."),
    ),
    (SUBSCRIBER, "reopened"): (
        N_("It is open again"),
        N_("It is open again: somebody else at {office} looks at it now."),
    ),
    (STAFF, "reminded"): (
        N_("Due by {due}"),
        N_("Time is running out for this report. It was promised by {due}."),
    ),
    (STAFF, "escalated"): (
        N_("Promised by {due}, not done"),
        N_("This report was promised by {due} and is not done. It now comes to {told}."),
    ),
    (STAFF, "reopened"): (
        N_("Opened again: not fixed"),
        N_(
            "This report was closed and is open again, on its original clock. Somebody other than "
            "who closed it has to look at it."
        ),
    ),
    (STAFF, "answered"): (
        N_("The answer is there"),
        N_("The person who reported it has answered your question. The clock runs on."),
    ),
    (STAFF, "contested"): (
        N_("Somebody says that it went the wrong way"),
        N_("Somebody says that this report went the wrong way. Please look at where it belongs."),
    ),
    (STAFF, "task_given"): (
        N_("A part of the work is yours"),
        N_("A part of the work on this report was given to your department."),
    ),
    (STAFF, "note"): (
        N_("A colleague calls you"),
        N_("A colleague has named you in a note on this report."),
    ),
    (STAFF, "given_to"): (
        N_("It is yours now"),
        N_("This report was given to you. It was promised by {due}."),
    ),
}

# Whom the ladder names, as a part of a sentence.
TOLD = {
    "office": N_("the office in charge"),
    "office_head": N_("the head of the office"),
    "department_head": N_("the head of the department"),
    "city_secretary": N_("the city secretary"),
}


def saying(role: str, kind: str, *, outcome: str | None, owned: bool) -> Saying | None:
    """The words for a reader; None when nothing is said. `owned`: an office is in charge."""
    if kind == "submitted" and not owned:
        return _NEW_UNSORTED if role == SUBSCRIBER else _GOES_TO_SORTING
    if kind == "resolved" and outcome == "scheduled":
        kind = "scheduled"
    return SAYINGS.get((role, kind))
