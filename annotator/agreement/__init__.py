"""Agreement between annotators: one coefficient, Krippendorff's α, with its interval, on every question.

Pure: values in, frozen records out. The public names are those below.
"""

from annotator.agreement.alignment import Cluster, align
from annotator.agreement.coefficients import Alpha, ac1, alpha, alpha_of_codes, coincidences
from annotator.agreement.detection import Detection, detection
from annotator.agreement.distances import jaccard, masi
from annotator.agreement.interval import RELIABLE, TENTATIVE, Interval, jackknife
from annotator.agreement.layers import ACT_BELOW, CLAIM_VALUES, FEWEST, Layer
from annotator.agreement.mixups import Merge, merges
from annotator.agreement.parts import Decomposition, Part, decompose
from annotator.agreement.ratings import Rated, Ratings
from annotator.agreement.report import Disagreement, Report, Row, Voice, report, report_of
from annotator.agreement.shown import (
    DIFFERENCE_WORDS,
    QUESTIONS,
    REASONS,
    as_json,
    as_table,
    figure,
    interval_words,
    percent,
    reason_words,
)
from annotator.agreement.student import t_cdf, t_quantile

__all__ = [
    "ACT_BELOW",
    "CLAIM_VALUES",
    "DIFFERENCE_WORDS",
    "FEWEST",
    "QUESTIONS",
    "REASONS",
    "RELIABLE",
    "TENTATIVE",
    "Alpha",
    "Cluster",
    "Decomposition",
    "Detection",
    "Disagreement",
    "Interval",
    "Layer",
    "Merge",
    "Part",
    "Rated",
    "Ratings",
    "Report",
    "Row",
    "Voice",
    "ac1",
    "align",
    "alpha",
    "alpha_of_codes",
    "as_json",
    "as_table",
    "coincidences",
    "decompose",
    "detection",
    "figure",
    "interval_words",
    "jaccard",
    "jackknife",
    "masi",
    "merges",
    "percent",
    "reason_words",
    "report",
    "report_of",
    "t_cdf",
    "t_quantile",
]
