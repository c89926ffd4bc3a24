"""Figures of what partners give, do together with the programme, and decide."""

from typing import Final

from reporting.queries.figure import ORGANISATION, PLACES, Count, Subjects, Text

GIVEN: Final = """gift LEFT JOIN gift_end USING (gift_id)
    LEFT JOIN every_organisation USING (organisation_id)
    WHERE gift_end.gift_id IS NULL"""
PLACE: Final = Subjects(organisation="organised_by", department="department")
REFERRED: Final = Subjects(organisation="organisation_id", department="department")
HOME: Final = Subjects(mentee="mentee_id", department="department")
HOUSED: Final = Subjects(
    mentee="mentee_id", organisation="organisation_id", department="department"
)

FIGURES: Final[tuple[Count, ...]] = (
    Count(
        name="patrons",
        label=Text("Partenaires-mécènes", "Patrons"),
        definition=Text(
            "Organismes qui, à cette date, ont donné de l'argent, des biens ou des compétences"
            " depuis l'origine. Les dons annulés ne comptent pas.",
            "Organisations that had given money, goods or skills by then, ever since the beginning."
            " Gifts that were cancelled do not count.",
        ),
        source=GIVEN,
        id="organisation_id",
        day="given_on",
        detail="organisation_kind",
        about=ORGANISATION,
        repeats=True,
    ),
    Count(
        name="landlord_patrons",
        label=Text("Bailleurs sociaux mécènes", "Social landlords that are patrons"),
        definition=Text(
            "De ces partenaires-mécènes, les bailleurs sociaux.",
            "Of these patrons, the social landlords.",
        ),
        source=f"{GIVEN} AND organisation_kind = 'social_landlord'",
        id="organisation_id",
        day="given_on",
        about=ORGANISATION,
        repeats=True,
    ),
    Count(
        name="events_held",
        label=Text("Événements tenus", "Events held"),
        definition=Text(
            "Événements du programme ou d'un partenaire qui ont commencé à cette date et n'ont pas"
            " été annulés ; ceux d'un partenaire comptent chez lui.",
            "Events of the programme or of a partner that had begun by then and were not cancelled;"
            " a partner's count under that partner.",
        ),
        source="occasion LEFT JOIN occasion_end USING (event_id)"
        " WHERE occasion_end.event_id IS NULL",
        id="event_id",
        day="starts_on",
        detail="event_kind",
        about=PLACE,
    ),
    Count(
        name="stands_held",
        label=Text("Stands tenus", "Stands held"),
        definition=Text(
            "Stands tenus à cette date par un partenaire à nos événements, ou par nous aux siens ;"
            " chacun compte chez ce partenaire.",
            "Stands that a partner had held at our events by then, or we at its own; each counts"
            " under that partner.",
        ),
        source="""stand_held LEFT JOIN stand_given_up USING (booking_id)
            LEFT JOIN occasion USING (event_id)
            LEFT JOIN every_organisation USING (organisation_id)
            WHERE stand_given_up.booking_id IS NULL""",
        id="booking_id",
        day="held_on",
        detail="event_kind",
        about=Subjects(organisation="organisation_id", department="occasion.department"),
    ),
    Count(
        name="attendances",
        label=Text("Participations à des événements", "Attendances at events"),
        definition=Text(
            "Présences de jeunes, de parrains et d'organismes, notées à cette date, aux séances"
            " d'événements.",
            "Mentees, mentors and organisations noted by then to have come to sessions of events.",
        ),
        breakdowns=PLACES,
        source="attendance LEFT JOIN occasion USING (event_id) WHERE attended",
        id="registration_id",
        day="held_on",
        detail="attendee_kind",
        about=Subjects(department="department"),
    ),
    Count(
        name="board_seats",
        label=Text("Sièges au conseil d'administration", "Seats on the board"),
        definition=Text(
            "Organismes qui occupent ce jour-là un siège au conseil d'administration.",
            "Organisations that hold a seat on the board on that day.",
        ),
        source="""seat LEFT JOIN seat_end USING (seat_id)
            LEFT JOIN every_organisation USING (organisation_id)
            WHERE coalesce(term_ends_on, 'infinity') >= :as_of
              AND coalesce(left_on, 'infinity') >= :as_of""",
        id="organisation_id",
        day="starts_on",
        detail="organisation_kind",
        about=ORGANISATION,
        repeats=True,
        lasting=False,
    ),
    Count(
        name="board_meetings_held",
        label=Text("Conseils d'administration tenus", "Meetings of the board held"),
        definition=Text(
            "Réunions du conseil d'administration tenues à cette date, avec ou sans quorum.",
            "Meetings of the board held by then, with or without its quorum.",
        ),
        breakdowns=("programme_year",),
        source="board_meeting",
        id="meeting_id",
        day="held_on",
        about=Subjects(),
    ),
    Count(
        name="youths_referred",
        label=Text("Jeunes orientés par un partenaire", "Youths referred by a partner"),
        definition=Text(
            "Jeunes qu'un partenaire a orientés vers le programme à cette date ; chacun compte chez"
            " le premier qui l'a fait.",
            "Youths whom a partner had referred to the programme by then; each counts under the"
            " first one that did.",
        ),
        source="referral WHERE first",
        id="youth_id",
        day="referred_on",
        about=REFERRED,
    ),
    Count(
        name="homes_needed",
        label=Text("Logements recherchés", "Homes looked for"),
        definition=Text(
            "Besoins de logement de jeunes accompagnés transmis à des bailleurs à cette date.",
            "Mentees' needs of a home that landlords had been asked about by then.",
        ),
        breakdowns=PLACES,
        source="housing_need",
        id="need_id",
        day="asked_on",
        about=HOME,
    ),
    Count(
        name="homes_found",
        label=Text("Logements trouvés", "Homes found"),
        definition=Text(
            "De ces besoins, ceux auxquels un bailleur a répondu et où le jeune a emménagé à cette"
            " date ; chacun compte chez ce bailleur.",
            "Of these needs, those that a landlord met and where the mentee had moved in by then;"
            " each counts under that landlord.",
        ),
        source="housing_need JOIN housing_end USING (need_id) WHERE organisation_id IS NOT NULL",
        id="need_id",
        day="closed_on",
        about=HOUSED,
    ),
)
