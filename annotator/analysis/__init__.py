"""Analysis: who says what, and the claims behind every number.

Pure: claims in, frozen records and drawings out. The public names are those below.
"""

from annotator.analysis.brief import Quotation, quotations, quoted
from annotator.analysis.canvas import Legend, Positions, Word
from annotator.analysis.cells import VALUES, Choice, Count, Table, behind, cross, period
from annotator.analysis.claims import AFFIRMS, DENIES, NONE, PARTS, Name, Source, Stated, Sure, stating
from annotator.analysis.drawing import draw
from annotator.analysis.network import CONFLICT, CONGRUENCE, TIES, Network, Tie, network
from annotator.analysis.sheets import as_csv, columns, sheet
from annotator.analysis.sureness import sureness
from annotator.analysis.views import NETWORKS, TABLES, VIEWS, Analysis, known, pair

__all__ = [
    "AFFIRMS",
    "CONFLICT",
    "CONGRUENCE",
    "DENIES",
    "NETWORKS",
    "NONE",
    "PARTS",
    "TABLES",
    "TIES",
    "VALUES",
    "VIEWS",
    "Analysis",
    "Choice",
    "Count",
    "Legend",
    "Name",
    "Network",
    "Positions",
    "Quotation",
    "Source",
    "Stated",
    "Sure",
    "Table",
    "Tie",
    "Word",
    "as_csv",
    "behind",
    "columns",
    "cross",
    "draw",
    "known",
    "network",
    "pair",
    "period",
    "quotations",
    "quoted",
    "sheet",
    "stating",
    "sureness",
]
