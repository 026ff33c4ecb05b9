"""The chi-squared quantile behind the noise floor, without scipy.

SciPy is not among the package's dependencies, and one quantile is no reason to make
it one. The regularised lower incomplete gamma function is summed by its power series
(left of the mean) or its continued fraction (right of it); the quantile is then found
by bisection, which cannot diverge.
"""

from __future__ import annotations

import math
from functools import lru_cache

__all__ = ["chi2_quantile"]

_TINY = 1e-300
_STEPS = 10_000


def _gamma_cdf(shape: float, x: float) -> float:
    """P(shape, x): the share of a gamma distribution below x."""
    if x <= 0:
        return 0.0
    factor = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1.0 / shape
        for n in range(1, _STEPS):
            term *= x / (shape + n)
            total += term
            if term < total * 1e-17:
                break
        return factor * total
    # Lentz's method for the continued fraction of the upper tail.
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / b
    fraction = d
    for n in range(1, _STEPS):
        a = -n * (n - shape)
        b += 2
        d = 1 / ((a * d + b) or _TINY)
        c = (b + a / c) or _TINY
        fraction *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return 1 - factor * fraction


@lru_cache(maxsize=4096)
def chi2_quantile(share: float, freedom: int) -> float:
    """The value that a chi-squared variable stays below with probability `share`.

    Args:
        share: a probability between 0 and 1, both excluded.
        freedom: degrees of freedom; 0 gives 0.

    Returns:
        The quantile, to about 12 digits.
    """
    if freedom < 1:
        return 0.0
    shape = freedom / 2
    low, high = 0.0, freedom + 10 * math.sqrt(2 * freedom) + 10
    while _gamma_cdf(shape, high / 2) < share:
        high *= 2
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _gamma_cdf(shape, middle / 2) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
