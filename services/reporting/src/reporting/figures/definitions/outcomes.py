"""Figures of mentees accompanied, and of what they found."""

from typing import Final

from reporting.figures.model import PAIR, Count, Figure, Share, Subjects, Text

FIGURES: Final[tuple[Figure, ...]] = (
    Count(
        name="outcomes",
        label=Text("Issues", "Outcomes"),
        definition=Text(
            "Emplois et études trouvés par les jeunes à cette date ; un·e jeune peut en avoir"
            " plusieurs.",
            "Work and studies that mentees had found by then; a mentee may have found several.",
        ),
        source="outcome LEFT JOIN every_pairing AS p USING (pairing_id)",
        id="outcome_id",
        day="found_on",
        detail="contract",
        about=Subjects(pairing="pairing_id", mentee="outcome.mentee_id", mentor="mentor_id"),
    ),
    Count(
        name="mentees_accompanied",
        label=Text("Jeunes accompagné·es", "Mentees accompanied"),
        definition=Text(
            "Jeunes dont au moins un parrainage a commencé à cette date, chacun·e compté·e une"
            " fois. Une année, un organisme, une tête de réseau compte chacun les siens.",
            "Mentees at least one of whose pairings had begun by then, each counted once. A year,"
            " an organisation, an umbrella each counts its own.",
        ),
        source="life",
        id="mentee_id",
        day="starts_on",
        about=PAIR,
        repeats=True,
    ),
    Count(
        name="mentees_newly_accompanied",
        label=Text("Jeunes nouvellement accompagné·es", "Mentees newly accompanied"),
        definition=Text(
            "Jeunes dont le premier parrainage a commencé à cette date, compté·es là seulement :"
            " l'année et chez l'organisme de ce premier parrainage.",
            "Mentees whose first pairing had begun by then, counted there alone: in the year and"
            " under the organisation of that first pairing.",
        ),
        source="first_pairing",
        id="mentee_id",
        day="starts_on",
        about=PAIR,
    ),
    Count(
        name="mentees_newly_accompanied_from_priority_neighbourhoods",
        label=Text(
            "Jeunes des quartiers prioritaires nouvellement accompagné·es",
            "Mentees newly accompanied from priority neighbourhoods",
        ),
        definition=Text(
            "Parmi les jeunes nouvellement accompagné·es, celles et ceux qui habitaient un quartier"
            " prioritaire à leur admission.",
            "Of the mentees newly accompanied, those who lived in a priority neighbourhood when"
            " they were admitted.",
        ),
        source="first_pairing JOIN mentee USING (mentee_id) WHERE priority_neighbourhood = 'in'",
        id="mentee_id",
        day="starts_on",
        about=PAIR,
    ),
    Count(
        name="mentees_in_fitting_work",
        label=Text(
            "Jeunes accompagné·es en emploi qualifié", "Mentees accompanied in work that fits"
        ),
        definition=Text(
            "Jeunes accompagné·es à cette date qui, à cette date, ont trouvé un emploi (les études"
            " n'en sont pas un) correspondant à leur qualification. Datés du début du parrainage.",
            "Mentees accompanied by then who by then had found a job (studies are none) that fits"
            " their qualification. Dated by the beginning of the pairing.",
        ),
        source="life WHERE mentee_id IN (SELECT mentee_id FROM in_fitting_work)",
        id="mentee_id",
        day="starts_on",
        about=PAIR,
        repeats=True,
    ),
    Share(
        name="outcomes_fitting",
        label=Text("Part en emploi qualifié", "Share in work that fits"),
        definition=Text(
            "Parmi les jeunes accompagné·es à cette date, part de celles et ceux qui, à cette date,"
            " ont trouvé un emploi correspondant à leur qualification.",
            "Of the mentees accompanied by then, the share who by then had found a job that fits"
            " their qualification.",
        ),
        numerator="mentees_in_fitting_work",
        denominator="mentees_accompanied",
    ),
)
