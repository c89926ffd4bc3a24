"""Figures of gifts, events, the board, referrals and housing."""

from typing import Final

from reporting.figures.model import BY_PLACE, ORGANISATION, Count, Figure, Share, Subjects, Text

GIVEN: Final = "standing_gift LEFT JOIN every_organisation USING (organisation_id)"
OVERDUE: Final = """pledge LEFT JOIN (
        SELECT pledge_id, sum(amount) AS paid FROM standing_gift GROUP BY pledge_id
    ) AS payment USING (pledge_id)
    LEFT JOIN every_organisation USING (organisation_id)
    WHERE due_on < :as_of AND coalesce(paid, 0) < amount"""
RECEIPTS: Final = "standing_receipt LEFT JOIN every_organisation USING (organisation_id)"
OFFERED: Final = "housing_offer LEFT JOIN housing_need AS need USING (need_id)"
PLACE: Final = Subjects(organisation="organised_by", department="department")
REFERRED: Final = Subjects(organisation="organisation_id", department="department")
HOME: Final = Subjects(mentee="mentee_id", department="department")
HOUSED: Final = Subjects(
    mentee="mentee_id", organisation="organisation_id", department="department"
)

OFFER: Final = Subjects(
    mentee="mentee_id", organisation="organisation_id", department="housing_offer.department"
)

FIGURES: Final[tuple[Figure, ...]] = (
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
        source=f"{GIVEN} WHERE organisation_kind = 'social_landlord'",
        id="organisation_id",
        day="given_on",
        about=ORGANISATION,
        repeats=True,
    ),
    Count(
        name="gifts_pledged",
        label=Text("Dons promis", "Gifts pledged"),
        definition=Text(
            "Argent que des mécènes avaient promis à cette date, versé ou non, en centimes.",
            "Money that patrons had promised by then, whether paid or not, in cents.",
        ),
        unit="cents",
        source="pledge LEFT JOIN every_organisation USING (organisation_id)",
        id="pledge_id",
        day="pledged_on",
        detail="amount",
        about=ORGANISATION,
    ),
    Count(
        name="pledges_overdue",
        label=Text("Promesses de don en retard", "Pledges overdue"),
        definition=Text(
            "Promesses de don dont l'échéance est passée et que les dons reçus à cette date ne"
            " couvrent pas en entier. Datées de cette échéance.",
            "Pledges whose day of payment is over and that the gifts received by then do not cover"
            " in full. Dated by that day of payment.",
        ),
        source=OVERDUE,
        id="pledge_id",
        day="due_on",
        detail="amount - coalesce(paid, 0)",
        about=ORGANISATION,
        is_flow=False,
    ),
    Count(
        name="gifts_received",
        label=Text("Dons reçus", "Gifts received"),
        definition=Text(
            "Valeur des dons reçus à cette date, en centimes : argent, et biens et compétences à la"
            " valeur déclarée. Les dons annulés ne comptent pas.",
            "Value of the gifts received by then, in cents: money, and goods and skills at the"
            " value declared. Gifts that were cancelled do not count.",
        ),
        unit="cents",
        source=GIVEN,
        id="gift_id",
        day="given_on",
        detail="amount",
        about=ORGANISATION,
    ),
    Count(
        name="returns_given",
        label=Text("Contreparties accordées", "Returns given"),
        definition=Text(
            "Valeur de ce que des mécènes avaient reçu en contrepartie à cette date, en centimes.",
            "Value of what patrons had got in return by then, in cents.",
        ),
        unit="cents",
        source="gift_return LEFT JOIN every_organisation USING (organisation_id)",
        id="return_id",
        day="given_on",
        detail="amount",
        about=ORGANISATION,
    ),
    Share(
        name="returns_of_gifts",
        label=Text("Part des contreparties", "Returns as a share of gifts"),
        definition=Text(
            "Valeur des contreparties rapportée à celle des dons reçus à cette date. La règle, un"
            " quart au plus, vaut pour chaque mécène et chaque année civile.",
            "Value of the returns given as a share of that of the gifts received by then. The rule,"
            " a quarter at most, holds for each patron and each calendar year.",
        ),
        numerator="returns_given",
        denominator="gifts_received",
    ),
    Count(
        name="tax_receipts",
        label=Text("Reçus fiscaux", "Tax receipts"),
        definition=Text(
            "Reçus fiscaux émis à cette date et qu'aucune écriture n'avait annulés à cette date.",
            "Tax receipts issued by then and not cancelled by then by a counter-entry.",
        ),
        source=RECEIPTS,
        id="gift_id",
        day="issued_on",
        detail="concat(year, '-', number)",
        about=ORGANISATION,
    ),
    Count(
        name="tax_receipts_amount",
        label=Text("Montant des reçus fiscaux", "Amount of tax receipts"),
        definition=Text(
            "Montant de ces reçus fiscaux, en centimes.",
            "What these tax receipts amount to, in cents.",
        ),
        unit="cents",
        source=RECEIPTS,
        id="gift_id",
        day="issued_on",
        detail="amount",
        about=ORGANISATION,
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
            " chacun compte chez ce partenaire. Ceux d'événements annulés ne comptent pas.",
            "Stands that a partner had held at our events by then, or we at its own; each counts"
            " under that partner. Those at events that were cancelled do not count.",
        ),
        source="""stand_held LEFT JOIN stand_given_up USING (booking_id)
            LEFT JOIN occasion USING (event_id) LEFT JOIN occasion_end USING (event_id)
            LEFT JOIN every_organisation USING (organisation_id)
            WHERE stand_given_up.booking_id IS NULL AND occasion_end.event_id IS NULL""",
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
        breakdowns=BY_PLACE,
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
        is_flow=False,
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
        breakdowns=BY_PLACE,
        source="housing_need",
        id="need_id",
        day="asked_on",
        about=HOME,
    ),
    Count(
        name="homes_offered",
        label=Text("Logements proposés", "Homes offered"),
        definition=Text(
            "Logements que des bailleurs avaient proposés à cette date ; chacun compte chez son"
            " bailleur.",
            "Homes that landlords had offered by then; each counts under its landlord.",
        ),
        source=OFFERED,
        id="offer_id",
        day="offered_on",
        about=OFFER,
    ),
    Count(
        name="homes_accepted",
        label=Text("Logements acceptés", "Homes accepted"),
        definition=Text(
            "De ces logements, ceux qu'un·e jeune avait acceptés à cette date. Datés de cette"
            " réponse.",
            "Of these homes, those that a mentee had taken by then. Dated by that answer.",
        ),
        source=f"{OFFERED} JOIN housing_answer USING (offer_id) WHERE accepted",
        id="offer_id",
        day="answered_on",
        detail="answered_on - offered_on",
        about=OFFER,
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
