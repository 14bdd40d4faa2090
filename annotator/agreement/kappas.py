"""Coefficients that other studies report: for comparison on request, never shown as ours."""

from __future__ import annotations

import numpy as np

from annotator.agreement.coefficients import Units, encode


def cohen(units: Units) -> float | None:
    """κ of two annotators (columns) over units that both rated; None where chance alone agrees always.

    Cohen (1960), Educ. Psychol. Meas. 20, eq. 1: (p_o − p_c)/(1 − p_c), p_c from each one's own shares.
    Raises ValueError unless there are two columns.
    """
    codes, labels = encode(units)
    if codes.shape[1] != 2:
        raise ValueError(f"Cohen’s κ is for two annotators, not {codes.shape[1]}")
    both = codes[(codes >= 0).all(axis=1)]
    if not len(both):
        return None
    first, second = (np.bincount(both[:, k], minlength=len(labels)) / len(both) for k in (0, 1))
    return _corrected(float((both[:, 0] == both[:, 1]).mean()), float(first @ second))


def scott(units: Units) -> float | None:
    """π of two annotators (Scott 1955, Public Opin. Q. 19): `cohen` with the shares of both together."""
    codes, _ = encode(units)
    if codes.shape[1] != 2:
        raise ValueError(f"Scott’s π is for two annotators, not {codes.shape[1]}")
    return fleiss([unit for unit in units if None not in unit])


def fleiss(units: Units) -> float | None:
    """κ of equally many ratings of each unit, whoever gave them.

    Fleiss (1971), Psychol. Bull. 76, eq. 3 to 7: P̄ the mean share of agreeing pairs, P̄_e = Σ p_j².
    Raises ValueError when units have different numbers of ratings, or one.
    """
    codes, labels = encode(units)
    if not len(codes):
        return None
    table = np.stack([(codes == k).sum(axis=1) for k in range(len(labels))], axis=1)
    m = int(table[0].sum())
    if m < 2 or (table.sum(axis=1) != m).any():
        raise ValueError("Fleiss’ κ needs the same number of ratings, two or more, of every unit")
    shares = table.sum(axis=0) / table.sum()
    return _corrected(float((table * (table - 1)).sum() / (len(table) * m * (m - 1))), float(shares @ shares))


def _corrected(observed: float, expected: float) -> float | None:
    return None if expected >= 1 else (observed - expected) / (1 - expected)
