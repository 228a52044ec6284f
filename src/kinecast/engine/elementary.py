"""exp, log and the normal quantile from basic arithmetic only: the same bits on every machine.

NumPy's own exp and log differ in the last bit between processors and versions. Addition, multiplication, division, square root,
rounding and scaling by powers of two are exact to IEEE 754 everywhere, so functions built from them are reproducible.
Errors stay below 1 unit in the last place for exp and log and below 1e-15 relative for the quantile.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

LOG2_E = 1.4426950408889634
LN2 = 0.6931471805599453
LN2_HIGH = 6.93147180369123816490e-01
"""Leading bits of ln 2; its product with an integer below 2^20 is exact."""
LN2_LOW = 1.90821492927058770002e-10
SQRT_HALF = 0.7071067811865476

EXP_TAYLOR = tuple(1.0 / math.factorial(k) for k in range(13, -1, -1))
"""Taylor coefficients of exp, highest power first: relative error below 1e-17 for |r| ≤ ln(2)/2."""

LOG_TAIL = (
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
)
"""Minimax coefficients of log((1+s)/(1−s))/s − 2 in powers of s², highest first.

Source: fdlibm (Sun Microsystems 1993), e_log.
"""


def exp(values: npt.ArrayLike) -> np.ndarray:
    """e to the power of each value; overflows to inf and underflows to 0."""
    x = np.clip(np.asarray(values, float), -746.0, 710.0)
    with np.errstate(all="ignore"):
        n = np.rint(x * LOG2_E)
        r = (x - n * LN2_HIGH) - n * LN2_LOW
        result = _polynomial(EXP_TAYLOR, r)
        return np.ldexp(result, np.where(np.isnan(n), 0.0, n).astype(np.int32))


def log(values: npt.ArrayLike) -> np.ndarray:
    """Natural logarithm of each value; −inf at 0 and NaN below."""
    x = np.asarray(values, float)
    with np.errstate(all="ignore"):
        mantissa, exponent = np.frexp(x)
        small = mantissa < SQRT_HALF
        f = np.where(small, mantissa + mantissa, mantissa) - 1.0
        k = (exponent - small).astype(float)
        s = f / (f + 2.0)
        z = s * s
        tail = z * _polynomial(LOG_TAIL, z)
        half = 0.5 * f * f
        result = k * LN2_HIGH - ((half - (s * (half + tail) + k * LN2_LOW)) - f)
        result = np.where(x > 0.0, result, np.where(x == 0.0, -np.inf, np.nan))
        return np.where(x == np.inf, np.inf, result)


def normal_quantile(probabilities: npt.ArrayLike) -> np.ndarray:
    """Standard normal quantile of each probability; ∓inf at 0 and 1, NaN outside.

    Source: Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37:477–484, doi 10.2307/2347330.
    """
    p = np.asarray(probabilities, float)
    with np.errstate(all="ignore"):
        q = p - 0.5
        r = 0.180625 - q * q
        central = q * _polynomial(_CENTRE_ABOVE, r) / _polynomial(_CENTRE_BELOW, r)
        tail = np.sqrt(-log(np.minimum(p, 1.0 - p)))
        near = _polynomial(_NEAR_ABOVE, tail - 1.6) / _polynomial(_NEAR_BELOW, tail - 1.6)
        far = _polynomial(_FAR_ABOVE, tail - 5.0) / _polynomial(_FAR_BELOW, tail - 5.0)
        outer = np.copysign(np.where(tail <= 5.0, near, far), q)
        result = np.where(np.abs(q) <= 0.425, central, outer)
        return np.where((p == 0.0) | (p == 1.0), np.copysign(np.inf, q), result)


def _polynomial(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    """Horner's scheme, highest power first."""
    result = coefficients[0] * x + coefficients[1]
    for coefficient in coefficients[2:]:
        result = result * x + coefficient
    return result


_CENTRE_ABOVE = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
)
_CENTRE_BELOW = (
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
    1.0,
)
_NEAR_ABOVE = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
_NEAR_BELOW = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)
_FAR_ABOVE = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
)
_FAR_BELOW = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922735805310e-1,
    5.99832206555887937690e-1,
    1.0,
)
