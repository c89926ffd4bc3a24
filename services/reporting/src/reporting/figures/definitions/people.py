"""Figures of mentors and mentees."""

from typing import Final

from reporting.figures.model import BY_PLACE, MENTEE, MENTOR, Count, Figure, Share, Text

WAITING = """mentee WHERE NOT EXISTS (
    SELECT FROM life
    WHERE life.mentee_id = mentee.mentee_id
      AND (ended_on IS NULL OR end_reason IN ('completed', 'early_success'))
) AND NOT EXISTS (
    SELECT FROM proposal AS p
    WHERE p.mentee_id = mentee.mentee_id
      AND NOT EXISTS (SELECT FROM decline AS d WHERE d.pairing_id = p.pairing_id)
      AND NOT EXISTS (SELECT FROM expiry AS e WHERE e.pairing_id = p.pairing_id)
      AND NOT EXISTS (SELECT FROM life AS b WHERE b.pairing_id = p.pairing_id)
) AND NOT EXISTS (
    SELECT FROM in_fitting_work AS w WHERE w.mentee_id = mentee.mentee_id
) AND NOT EXISTS (SELECT FROM erasure AS e WHERE e.mentee_id = mentee.mentee_id)"""
"""The rules are those of `matching.domain.status`, as of a day: what ends that day has ended."""

FIGURES: Final[tuple[Figure, ...]] = (
    Count(
        name="mentors",
        label=Text("Parrains et marraines", "Mentors"),
        definition=Text(
            "Cadres inscrits comme parrains ou marraines à cette date.",
            "Executives enrolled as mentors by then.",
        ),
        source="mentor",
        id="mentor_id",
        day="enrolled_on",
        about=MENTOR,
    ),
    Count(
        name="mentors_active",
        label=Text("Parrains et marraines en activité", "Mentors at work"),
        definition=Text(
            "Parrains et marraines dont au moins un parrainage est en cours ce jour-là.",
            "Mentors with at least one pairing active on that day.",
        ),
        source="active LEFT JOIN every_mentor USING (mentor_id)",
        id="mentor_id",
        day="starts_on",
        about=MENTOR,
        repeats=True,
        is_flow=False,
    ),
    Count(
        name="mentors_with_room",
        label=Text("Parrains et marraines disponibles", "Mentors with room"),
        definition=Text(
            "Parrains et marraines qui accompagnent ce jour-là moins de jeunes qu'ils ne l'ont"
            " proposé.",
            "Mentors who on that day accompany fewer mentees than they have offered to.",
        ),
        source="offered WHERE places > taken",
        id="mentor_id",
        day="enrolled_on",
        detail="places",
        about=MENTOR,
        is_flow=False,
    ),
    Count(
        name="mentees_admitted",
        label=Text("Jeunes diplômé·es admis·es", "Mentees admitted"),
        definition=Text(
            "Jeunes diplômé·es admis·es dans le programme à cette date.",
            "Graduates admitted to the programme by then.",
        ),
        breakdowns=BY_PLACE,
        source="mentee",
        id="mentee_id",
        day="admitted_on",
        detail="priority_neighbourhood",
        about=MENTEE,
    ),
    Count(
        name="mentees_refused",
        label=Text("Candidatures refusées", "Mentees refused"),
        definition=Text(
            "Jeunes diplômé·es que la règle d'admission a écarté·es à cette date.",
            "Graduates whom the rule of admission had turned down by then.",
        ),
        breakdowns=BY_PLACE,
        source="refusal",
        id="mentee_id",
        day="refused_on",
        detail="reason",
        about=MENTEE,
    ),
    Count(
        name="mentees_waiting",
        label=Text("Jeunes en attente de parrainage", "Mentees waiting"),
        definition=Text(
            "Jeunes admis·es à cette date qui attendent un parrain ou une marraine : sans"
            " parrainage ni proposition en cours, sans emploi correspondant à leur qualification,"
            " et dont aucun parrainage n'est allé à son terme. Ce qui finit ce jour-là est fini.",
            "Mentees admitted by then who wait for a mentor: without a pairing or a proposal in"
            " course, without work that fits, and never accompanied to the end. What ends on that"
            " day has ended.",
        ),
        breakdowns=BY_PLACE,
        source=WAITING,
        id="mentee_id",
        day="admitted_on",
        detail="priority_neighbourhood",
        about=MENTEE,
        is_flow=False,
    ),
    Count(
        name="mentees_neighbourhood_known",
        label=Text("Jeunes dont le quartier est connu", "Mentees whose neighbourhood is known"),
        definition=Text(
            "Jeunes admis·es dont on sait s'ils habitent un quartier prioritaire ou non.",
            "Mentees admitted of whom it is known whether they live in a priority neighbourhood.",
        ),
        breakdowns=BY_PLACE,
        source="mentee WHERE priority_neighbourhood <> 'unknown'",
        id="mentee_id",
        day="admitted_on",
        detail="priority_neighbourhood",
        about=MENTEE,
    ),
    Count(
        name="mentees_from_priority_neighbourhoods",
        label=Text("Jeunes des quartiers prioritaires", "Mentees from priority neighbourhoods"),
        definition=Text(
            "Jeunes admis·es qui habitent un quartier prioritaire.",
            "Mentees admitted who live in a priority neighbourhood.",
        ),
        breakdowns=BY_PLACE,
        source="mentee WHERE priority_neighbourhood = 'in'",
        id="mentee_id",
        day="admitted_on",
        detail="priority_neighbourhood",
        about=MENTEE,
    ),
    Share(
        name="priority_neighbourhoods",
        label=Text("Part des quartiers prioritaires", "Share from priority neighbourhoods"),
        definition=Text(
            "Parmi les jeunes admis·es dont le quartier est connu, part de celles et ceux qui"
            " habitent un quartier prioritaire.",
            "Of the mentees admitted whose neighbourhood is known, the share who live in a priority"
            " neighbourhood.",
        ),
        breakdowns=BY_PLACE,
        numerator="mentees_from_priority_neighbourhoods",
        denominator="mentees_neighbourhood_known",
    ),
)
