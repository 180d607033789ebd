"""The page of figures; the words of the report itself are in `calends.figures.words`."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "figures": ("Chiffres", "Figures"),
    "figures_years": ("Années", "Years"),
    "figures_received": ("Demandes reçues", "Demands received"),
    "figures_table": ("Tableau\u00a0: {about}", "Table: {about}"),
    "figures_report": ("Bilan de l'année", "Yearly report"),
    "figures_report_lead": (
        "Pour un contrôle, la liste de chaque demande par sa référence est jointe.",
        "For an inspection, the list of every demand by its reference is added.",
    ),
}
