"""The codes of careers: what was studied, what is wished for, what a mentor does, and where.

Each is the official list of its field, by its shortest codes, with its French names.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SECTORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A": "Agriculture, sylviculture et pêche",
        "B": "Industries extractives",
        "C": "Industrie manufacturière",
        "D": "Production et distribution d'électricité, de gaz, de vapeur et d'air conditionné",
        "E": "Production et distribution d'eau, assainissement, gestion des déchets, dépollution",
        "F": "Construction",
        "G": "Commerce, réparation d'automobiles et de motocycles",
        "H": "Transports et entreposage",
        "I": "Hébergement et restauration",
        "J": "Information et communication",
        "K": "Activités financières et d'assurance",
        "L": "Activités immobilières",
        "M": "Activités spécialisées, scientifiques et techniques",
        "N": "Activités de services administratifs et de soutien",
        "O": "Administration publique",
        "P": "Enseignement",
        "Q": "Santé humaine et action sociale",
        "R": "Arts, spectacles et activités récréatives",
        "S": "Autres activités de services",
        "T": "Activités des ménages en tant qu'employeurs",
        "U": "Activités extra-territoriales",
    }
)
"""Sections of INSEE's nomenclature d'activités française (NAF), révision 2."""

FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A": "Agriculture et pêche, espaces naturels et espaces verts, soins aux animaux",
        "B": "Arts et façonnage d'ouvrages d'art",
        "C": "Banque, assurance, immobilier",
        "D": "Commerce, vente et grande distribution",
        "E": "Communication, média et multimédia",
        "F": "Construction, bâtiment et travaux publics",
        "G": "Hôtellerie-restauration, tourisme, loisirs et animation",
        "H": "Industrie",
        "I": "Installation et maintenance",
        "J": "Santé",
        "K": "Services à la personne et à la collectivité",
        "L": "Spectacle",
        "M": "Support à l'entreprise",
        "M11": "Achats",
        "M12": "Comptabilité et gestion",
        "M13": "Direction d'entreprise",
        "M14": "Organisation et études",
        "M15": "Ressources humaines",
        "M16": "Secrétariat et assistance",
        "M17": "Stratégie commerciale, marketing et supervision des ventes",
        "M18": "Systèmes d'information et de télécommunication",
        "N": "Transport et logistique",
    }
)
"""Domains of France Travail's ROME (répertoire opérationnel des métiers et des emplois).

The domain that most graduates wish for, M, is parted into its eight sub-domains.
"""

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "00": "Programmes et certifications génériques",
        "01": "Éducation",
        "02": "Lettres et arts",
        "03": "Sciences sociales, journalisme et information",
        "04": "Commerce, administration et droit",
        "05": "Sciences naturelles, mathématiques et statistiques",
        "06": "Technologies de l'information et de la communication",
        "07": "Ingénierie, industries de transformation et construction",
        "08": "Agriculture, sylviculture et halieutique, sciences vétérinaires",
        "09": "Santé et protection sociale",
        "10": "Services",
    }
)
"""Broad fields of education of UNESCO's ISCED-F 2013 (CITE-F)."""
