// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The natural logarithm.
func naturalLogarithm(_ value: Double) -> Double { log(value) }

/// The natural logarithm of 1 + `value`, exact also for small values.
func logarithmOfOnePlus(_ value: Double) -> Double { log1p(value) }

/// The exponential function less 1, exact also for small values.
func exponentialMinusOne(_ value: Double) -> Double { expm1(value) }
