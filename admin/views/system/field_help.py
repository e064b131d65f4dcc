"""What stands under the fields of generated forms: what a value does, where that is not plain from its name."""

from __future__ import annotations

from flask_babel import lazy_gettext as lazy

DEPARTMENT = {
    "parent": lazy("The department above it; empty for the topmost one."),
    "in_centre": lazy("Only people of departments that belong to the centre are graded (1.2)."),
    "head": lazy("Reviews the department's cases and proposes the grades (3.3.3)."),
}
EMPLOYEE = {
    "queue": lazy("Figures are compared with those of the same queue (3.2.1)."),
    "is_management": lazy("Management posts are outside the grade ladder (1.2-b)."),
    "hired_on": lazy("Years of service count from this day (3.2.4)."),
    "joined_centre_on": lazy("Time in the centre counts from this day; empty for people outside it."),
    "left_on": lazy("Open cases of people who have left are closed (1.2-d)."),
    "superior": lazy("Evaluates the self-assessment. The line may not run in a circle."),
    "email": lazy("For messages by mail; may stay empty."),
}
CONTACT_LOGIN = {
    "login": lazy("Exactly as the contact system exports it."),
    "valid_from": lazy("A login may pass to another person: contacts count for the person who held it that day."),
    "valid_to": lazy("Empty: still in use."),
}
COMMITTEE_MEMBER = {
    "constituency": lazy("Each of the three has seats of its own (3.3.4-a)."),
    "office": lazy("Alternates vote when a member is recused; the secretary has no vote."),
    "on_panel": lazy("Hears appeals and objections; takes no part in the first ballot (3.3.5-a)."),
    "term_to": lazy("Empty: until someone else is appointed."),
}
PAY_BAND = {
    "valid_from": lazy("Holds until the next band of the same grade begins."),
    "currency": lazy("Three letters, such as TWD."),
}
CALENDAR_DAY = {
    "working": lazy("Ticked: a make-up working day. Empty: a holiday."),
    "note": lazy("The name of the holiday, or the order it rests on."),
}
CRITERION = {
    "code": lazy("Lower-case letters; figures in imports name the criterion by it."),
    "weight": lazy("The weights of a scorecard add up to 100; performance has the most."),
    "per": lazy("100 for a percentage, 1000 for a rate per thousand."),
    "points": lazy("For example 3.4: 50. Between two values the points run in a straight line."),
    "minimum_sample": lazy(
        "Below it there is insufficient data, and the weight goes to the rest of the dimension (3.2-c)."
    ),
    "prior_strength": lazy("How many observations the queue's average counts as when the sample is small; 0: none."),
}
COURSE = {
    "criterion": lazy("A criterion of the scorecard in force; a course about a whole dimension leaves it empty."),
    "dimension": lazy("Follows from the criterion where one is named."),
    "lowest_grade": lazy("Empty: no lowest grade. Superiors, heads and HR may enrol others too."),
    "highest_grade": lazy("Empty: no highest grade."),
    "brings": lazy("What completing it puts on file. It counts once another HR colleague has approved it (4.1-a)."),
    "cost_centre": lazy("Where the costs are booked, if that is of use."),
}
COURSE_SESSION = {
    "code": lazy("By this code a file of attendance names the date."),
    "places": lazy("Further places go to the first on the waiting list."),
    "enrol_until": lazy("The last day to enrol. Empty: the first day of the course."),
    "from_hour": lazy("Such as 09:30."),
    "to_hour": lazy("Such as 17:00."),
}
HONOUR = {
    "employee": lazy("A holder of a higher grade, and not yourself (5.2.3)."),
    "title": lazy("As the notice site shows it, once the employee consents."),
    "reason": lazy("What management decides by. It is not published."),
}
WORK_TASK = {
    "code": lazy("By this code a roster names the work. Rows with the same code follow each other in time."),
    "lowest_grade": lazy("Empty: every grade from the lowest on."),
    "highest_grade": lazy("Empty: every grade up to the highest."),
    "valid_from": lazy("Once it has begun only the last day can change: add a new row for what holds from then on."),
    "valid_to": lazy("The last day on which this row holds. Empty: no end yet."),
}
