"""Figures of organisations: conventions, promoters, leads and commitments."""

from typing import Final

from reporting.figures.model import (
    ORGANISATION,
    SIGNATORY,
    WITH_CONVENTION,
    Count,
    Figure,
    Share,
    Subjects,
    Text,
)

INTRODUCED: Final = Subjects(organisation="introduced_by", department="department")
SIGNATURES: Final = """convention JOIN signed AS signatory USING (convention_id)
    LEFT JOIN every_organisation USING (organisation_id)"""
OWED: Final = """commitment LEFT JOIN commitment_end USING (commitment_id)
    LEFT JOIN given USING (commitment_id)
    LEFT JOIN every_organisation USING (organisation_id)
    WHERE commitment_end.commitment_id IS NULL"""

FIGURES: Final[tuple[Figure, ...]] = (
    Count(
        name="organisations_engaged",
        label=Text("Organismes partenaires engagés", "Partner organisations engaged"),
        definition=Text(
            "Organismes qui, à cette date, ont signé au moins une convention depuis l'origine.",
            "Organisations that had signed a convention by then, ever since the beginning.",
        ),
        source="signed LEFT JOIN every_organisation USING (organisation_id)",
        id="organisation_id",
        day="signed_on",
        detail="organisation_kind",
        about=ORGANISATION,
        repeats=True,
    ),
    Count(
        name="organisations_covered",
        label=Text("Organismes couverts", "Organisations covered"),
        definition=Text(
            "Organismes liés ce jour-là par une convention en vigueur, la leur ou celle d'une tête"
            " de réseau dont ils sont membres.",
            "Organisations bound on that day by a convention in force, their own or that of an"
            " umbrella they belong to.",
        ),
        source="""covered LEFT JOIN every_organisation USING (organisation_id)""",
        id="organisation_id",
        day="since",
        detail="organisation_kind",
        about=ORGANISATION,
        repeats=True,
        is_flow=False,
    ),
    Count(
        name="conventions_in_force",
        label=Text("Conventions en vigueur", "Conventions in force"),
        definition=Text(
            "Conventions qui ont pris effet et ne sont pas finies ce jour-là, dernier jour compris."
            " Une convention-cadre compte une fois, et chez chacun de ses signataires.",
            "Conventions that have taken effect and have not ended on that day, their last day"
            " included. A framework convention counts once, and under each of its signatories.",
        ),
        breakdowns=WITH_CONVENTION,
        source="""in_force LEFT JOIN bound USING (convention_id)
            LEFT JOIN every_organisation USING (organisation_id)""",
        id="convention_id",
        day="effective_on",
        detail="convention_kind",
        about=SIGNATORY,
        repeats=True,
        is_flow=False,
    ),
    Count(
        name="own_conventions_signed",
        label=Text("Conventions propres signées", "Own conventions signed"),
        definition=Text(
            "Conventions signées à cette date par un organisme seul, finies ou non. Une tête de"
            " réseau compte la sienne et celles de ses membres.",
            "Conventions that one organisation alone had signed by then, whether ended or not. An"
            " umbrella counts its own and those of its members.",
        ),
        breakdowns=WITH_CONVENTION,
        source=f"{SIGNATURES} WHERE convention_kind = 'own'",
        id="convention_id",
        day="signatory.signed_on",
        detail="organisation_kind",
        about=SIGNATORY,
    ),
    Count(
        name="framework_conventions_signed",
        label=Text("Conventions-cadres signées", "Framework conventions signed"),
        definition=Text(
            "Conventions que plusieurs organismes ont signées à cette date, finies ou non. Chacune"
            " compte une fois, et chez chacun de ses signataires.",
            "Conventions that several organisations had signed by then, whether ended or not. Each"
            " counts once, and under each of its signatories.",
        ),
        breakdowns=WITH_CONVENTION,
        source=f"{SIGNATURES} WHERE convention_kind = 'framework'",
        id="convention_id",
        day="signatory.signed_on",
        detail="organisation_kind",
        about=SIGNATORY,
        repeats=True,
    ),
    Count(
        name="framework_signatories",
        label=Text("Signataires de conventions-cadres", "Signatories of framework conventions"),
        definition=Text(
            "Organismes qui ont signé à cette date une convention-cadre, finie ou non, chacun"
            " compté une fois. Une convention compte chacun des siens.",
            "Organisations that had signed a framework convention by then, whether ended or not,"
            " each counted once. A convention counts each of its own.",
        ),
        breakdowns=WITH_CONVENTION,
        source=f"{SIGNATURES} WHERE convention_kind = 'framework'",
        id="organisation_id",
        day="signatory.signed_on",
        detail="organisation_kind",
        about=SIGNATORY,
        repeats=True,
    ),
    Count(
        name="conventions_under_notice",
        label=Text("Conventions dénoncées", "Conventions under notice"),
        definition=Text(
            "Conventions en vigueur ce jour-là dont une partie a fait savoir qu'elle ne les"
            " renouvelle pas, sans que leur terme ait changé depuis. Datées de ce préavis.",
            "Conventions in force on that day of which one side has given notice that it does not"
            " renew them, and whose term has not changed since. Dated by that notice.",
        ),
        breakdowns=WITH_CONVENTION,
        source="""in_force JOIN convention_notice AS notice USING (convention_id)
            LEFT JOIN bound USING (convention_id)
            LEFT JOIN every_organisation USING (organisation_id)
            WHERE NOT EXISTS (
                SELECT FROM convention_term AS term
                WHERE term.convention_id = in_force.convention_id
                  AND term.recorded_at > notice.recorded_at
                  AND term.ends_on IS DISTINCT FROM notice.ends_on)""",
        id="convention_id",
        day="given_on",
        detail="party",
        about=SIGNATORY,
        repeats=True,
        is_flow=False,
    ),
    Count(
        name="promoters",
        label=Text("Ambassadeurs et relais", "Ambassadors and relays"),
        definition=Text(
            "Organismes qui, à cette date, ont accepté de faire connaître le programme à leurs"
            " membres, comme ambassadeurs ou comme relais ; chacun compte une fois.",
            "Organisations that by then had agreed to promote the programme to their members, as"
            " ambassadors or as relays; each counts once.",
        ),
        source="promotion LEFT JOIN every_organisation USING (organisation_id)",
        id="organisation_id",
        day="named_on",
        detail="role",
        about=ORGANISATION,
        repeats=True,
    ),
    Count(
        name="leads_heard_of",
        label=Text("Pistes de partenariat", "Leads"),
        definition=Text(
            "Partenaires possibles connus à cette date, quoi qu'il en soit advenu ; chacun compte"
            " chez l'organisme qui l'a fait connaître.",
            "Possible partners heard of by then, whatever became of them; each counts under the"
            " organisation that introduced it.",
        ),
        source="lead",
        id="lead_id",
        day="heard_on",
        detail="organisation_kind",
        about=INTRODUCED,
    ),
    Count(
        name="leads_signed",
        label=Text("Pistes devenues partenaires", "Leads that signed"),
        definition=Text(
            "Partenaires possibles qui, à cette date, ont signé une convention.",
            "Possible partners that had signed a convention by then.",
        ),
        source="""lead_move JOIN lead USING (lead_id) WHERE stage = 'signed'""",
        id="lead_id",
        day="moved_on",
        detail="organisation_kind",
        about=INTRODUCED,
    ),
    Share(
        name="lead_conversion",
        label=Text("Part des pistes devenues partenaires", "Share of leads that signed"),
        definition=Text(
            "Parmi les partenaires possibles connus à cette date, part de ceux qui, à cette date,"
            " ont signé une convention.",
            "Of the possible partners heard of by then, the share that by then had signed a"
            " convention.",
        ),
        numerator="leads_signed",
        denominator="leads_heard_of",
    ),
    Count(
        name="partners_from_leads",
        label=Text("Partenaires issus d'une piste", "Partners that were leads"),
        definition=Text(
            "Organismes devenus partenaires à cette date après avoir été une piste ; datés de la"
            " signature de leur convention.",
            "Organisations that had become partners by then after they were a lead; dated by the"
            " signature of their convention.",
        ),
        breakdowns=WITH_CONVENTION,
        source="lead_conversion LEFT JOIN every_organisation USING (organisation_id)",
        id="organisation_id",
        day="converted_on",
        detail="organisation_kind",
        about=SIGNATORY,
        repeats=True,
    ),
    Count(
        name="commitments_made",
        label=Text("Engagements pris", "Commitments made"),
        definition=Text(
            "Engagements réciproques pris à cette date dans des conventions et non retirés, par le"
            " programme ou par un signataire ; chacun compte chez ce signataire.",
            "Reciprocal commitments made in conventions by then and not withdrawn, by the programme"
            " or by a signatory; each counts under that signatory.",
        ),
        source=OWED,
        id="commitment_id",
        day="made_on",
        detail="commitment_kind",
        about=ORGANISATION,
    ),
    Count(
        name="commitments_kept",
        label=Text("Engagements tenus", "Commitments kept"),
        definition=Text(
            "De ces engagements, ceux dont tout avait été donné à cette date. Les parrains promis"
            " n'y comptent pas : ils se comptent à leur inscription.",
            "Of these commitments, those of which everything had been given by then. Mentors that"
            " were promised do not count here: they are counted as they enrol.",
        ),
        source=f"{OWED} AND given.quantity >= commitment.quantity",
        id="commitment_id",
        day="made_on",
        detail="commitment_kind",
        about=ORGANISATION,
    ),
)
