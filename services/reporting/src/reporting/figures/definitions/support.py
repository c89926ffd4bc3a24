"""Figures of pairs besides contacts and outcomes: introductions, check-ins, and what is overdue."""

from typing import Final

from reporting.figures.model import BY_PLACE, MENTEE, PAIR, Count, Subjects, Text

ONE_MENTEE = Subjects(mentee="mentee_id")
LATEST_ANSWERS = """introduction JOIN LATERAL (
    SELECT result FROM introduction_answer AS a
    WHERE a.introduction_id = introduction.introduction_id
    ORDER BY a.recorded_at DESC, a.id LIMIT 1
) AS latest ON true"""

FIGURES: Final[tuple[Count, ...]] = (
    Count(
        name="contacts_attempted",
        label=Text("Prises de contact tentées", "Contacts attempted"),
        definition=Text(
            "Essais notés à cette date de joindre l'autre en vain ; aucun n'est un échange.",
            "Attempts by then to reach the other in vain; none of them is a contact.",
        ),
        source="contact_attempt",
        id="contact_id",
        day="attempted_on",
        detail="medium",
        about=PAIR,
    ),
    Count(
        name="months_of_silence",
        label=Text("Mois sans nouvelles", "Months of silence"),
        definition=Text(
            "Mois entiers passés à cette date sans signe de vie après le précédent (début, premier"
            " entretien ou contact), douze au plus pour un silence ; les pauses ne comptent pas.",
            "Whole months that had passed by then without a sign of life after the last one (the"
            " beginning, the first interview or a contact), twelve at most for a silence; pauses"
            " do not count.",
        ),
        source="late_month",
        id="id",
        day="due_on",
        detail="month",
        about=PAIR,
    ),
    Count(
        name="first_interviews_late",
        label=Text("Premiers entretiens en retard", "First interviews late"),
        definition=Text(
            "Parrainages qui n'avaient pas tenu leur premier entretien dans les 15 jours après leur"
            " début, pauses non comptées, une fois ces jours passés.",
            "Pairings that had not held their first interview within 15 days of their beginning,"
            " pauses not counting, once these days are over.",
        ),
        source="late_interview",
        id="pairing_id",
        day="due_on",
        about=PAIR,
    ),
    Count(
        name="first_interviews_missed",
        label=Text("Premiers entretiens manqués", "First interviews missed"),
        definition=Text(
            "Premiers entretiens prévus qui n'ont pas eu lieu, faute de l'un·e ou de l'autre.",
            "First interviews that were planned and did not take place, for want of one of them.",
        ),
        source="missed_interview",
        id="id",
        day="missed_on",
        about=PAIR,
    ),
    Count(
        name="proposals_expired",
        label=Text("Propositions sans réponse", "Proposals expired"),
        definition=Text(
            "Parrainages proposés auxquels les deux n'avaient pas répondu à temps.",
            "Pairings proposed that had not been answered by both in time.",
        ),
        source="expiry",
        id="pairing_id",
        day="expired_on",
        about=PAIR,
    ),
    Count(
        name="rematches",
        label=Text("Parrainages successifs", "Rematches"),
        definition=Text(
            "Parrainages commencés à cette date par des jeunes qui en avaient déjà eu un.",
            "Pairings begun by then of mentees who had had one before.",
        ),
        source="life WHERE NOT is_first",
        id="pairing_id",
        day="starts_on",
        about=PAIR,
    ),
    Count(
        name="introductions",
        label=Text("Mises en relation", "Introductions"),
        definition=Text(
            "Personnes de leur réseau que les parrains et marraines ont présentées à leurs jeunes.",
            "People of their own network to whom mentors had introduced their mentees by then.",
        ),
        source="introduction",
        id="introduction_id",
        day="introduced_on",
        detail="sector",
        about=PAIR,
    ),
    Count(
        name="introductions_to_interviews",
        label=Text("Relations menant à un entretien", "Introductions to an interview"),
        definition=Text(
            "Mises en relation dont la dernière suite connue est un entretien, une offre ou mieux.",
            "Introductions of which the last answer known is an interview, an offer or a job.",
        ),
        source=f"{LATEST_ANSWERS} WHERE result IN ('interview', 'offer', 'hired')",
        id="introduction_id",
        day="introduced_on",
        detail="result",
        about=PAIR,
    ),
    Count(
        name="check_ins",
        label=Text("Points d'étape", "Check-ins"),
        definition=Text(
            "Fois où l'un·e des deux a dit comment va le parrainage ; la note reste privée.",
            "Times that one of the two had told how it goes; the rating stays private.",
        ),
        source="check_in",
        id="check_in_id",
        day="held_on",
        detail="by",
        about=PAIR,
    ),
    Count(
        name="outcomes_asked",
        label=Text("Issues demandées", "Outcomes asked"),
        definition=Text(
            "Fois où l'on a demandé à un·e jeune ce qu'il ou elle avait trouvé.",
            "Times that a mentee had been asked what they found.",
        ),
        source="outcome_question",
        id="id",
        day="due_on",
        detail="months",
        about=PAIR,
    ),
    Count(
        name="promises_broken",
        label=Text("Attentes trop longues", "Promises broken"),
        definition=Text(
            "Jeunes admis·es dont aucun parrainage n'avait commencé dans les 20 jours promis, une"
            " fois ces jours passés.",
            "Mentees admitted none of whose pairings had begun within the 20 days promised, once"
            " these days are over.",
        ),
        breakdowns=BY_PLACE,
        source="broken_promise",
        id="mentee_id",
        day="due_on",
        about=ONE_MENTEE,
    ),
    Count(
        name="applications_turned_down",
        label=Text("Candidatures écartées", "Applications turned down"),
        definition=Text(
            "Candidatures écartées à cette date pour une autre raison que la règle d'admission.",
            "Applications turned down by then for a reason that is not the rule's.",
        ),
        breakdowns=BY_PLACE,
        source="turn_down",
        id="mentee_id",
        day="turned_down_on",
        detail="reason",
        about=MENTEE,
    ),
)
