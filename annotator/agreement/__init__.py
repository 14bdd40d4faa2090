"""Agreement between annotators: one coefficient, Krippendorff's α, with its interval, on every question.

Pure: values in, frozen records out. The public names are those below.
"""

from annotator.agreement.alignment import Cluster, align
from annotator.agreement.behind import (
    Parts,
    behind,
    differences,
    differing,
    drift_of,
    habits_of,
    mixups_of,
    parts_of,
)
from annotator.agreement.coefficients import Alpha, ac1, alpha, alpha_of_codes, coincidences
from annotator.agreement.detection import Detection, detection
from annotator.agreement.distances import jaccard, masi
from annotator.agreement.drift import Alarm, Drift, drift
from annotator.agreement.flat import COLUMNS, rows
from annotator.agreement.interval import RELIABLE, TENTATIVE, Interval, jackknife
from annotator.agreement.kappas import cohen, fleiss, scott
from annotator.agreement.layers import ACT_BELOW, CLAIM_VALUES, FEWEST, Layer
from annotator.agreement.methods import methods
from annotator.agreement.mixups import Cell, Habit, Merge, Mixups, Use, mcnemar, merges
from annotator.agreement.oneself import FIRST, SECOND, oneself
from annotator.agreement.parts import Decomposition, Part, decompose
from annotator.agreement.planning import Sample, advice_words, sample
from annotator.agreement.ratings import Rated, Ratings
from annotator.agreement.report import Disagreement, Report, Row, Voice, disagreements, report, report_of
from annotator.agreement.sheets import as_csv, everything
from annotator.agreement.shown import (
    DIFFERENCE_WORDS,
    OPEN_LIST_WORDS,
    QUESTIONS,
    REASONS,
    as_json,
    as_table,
    decimal,
    figure,
    interval_words,
    percent,
    reason_words,
)
from annotator.agreement.student import t_cdf, t_quantile
from annotator.agreement.words import Overlap

__all__ = [
    "ACT_BELOW",
    "CLAIM_VALUES",
    "COLUMNS",
    "DIFFERENCE_WORDS",
    "FEWEST",
    "FIRST",
    "OPEN_LIST_WORDS",
    "QUESTIONS",
    "REASONS",
    "RELIABLE",
    "SECOND",
    "TENTATIVE",
    "Alarm",
    "Alpha",
    "Cell",
    "Cluster",
    "Decomposition",
    "Detection",
    "Disagreement",
    "Drift",
    "Habit",
    "Interval",
    "Layer",
    "Merge",
    "Mixups",
    "Overlap",
    "Part",
    "Parts",
    "Rated",
    "Ratings",
    "Report",
    "Row",
    "Sample",
    "Use",
    "Voice",
    "ac1",
    "advice_words",
    "align",
    "alpha",
    "alpha_of_codes",
    "as_csv",
    "as_json",
    "as_table",
    "behind",
    "cohen",
    "coincidences",
    "decimal",
    "decompose",
    "detection",
    "differences",
    "differing",
    "drift",
    "disagreements",
    "drift_of",
    "everything",
    "figure",
    "fleiss",
    "habits_of",
    "interval_words",
    "jaccard",
    "jackknife",
    "masi",
    "mcnemar",
    "merges",
    "methods",
    "mixups_of",
    "oneself",
    "parts_of",
    "percent",
    "reason_words",
    "report",
    "report_of",
    "rows",
    "sample",
    "scott",
    "t_cdf",
    "t_quantile",
]
