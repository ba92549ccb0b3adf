// SPDX-License-Identifier: Apache-2.0

extension NumberScaling {
  /// The scaling that a transform needs, from the numbers of the fitting rows.
  init(_ transform: NumericTransform, _ moments: Moments) {
    switch transform {
    case .raw, .bins: break
    case .log1p: isLogarithmic = true
    case .standardize:
      subtracted = moments.mean
      divisor = moments.deviation
    case .minmax where moments.count > 0:
      subtracted = moments.least
      divisor = moments.greatest - moments.least
    case .minmax: break
    }
  }

  /// The value of the feature for a number.
  @inline(__always)
  func value(_ number: Double) -> Float {
    if isLogarithmic { return Float(logarithmOfOnePlus(number)) }
    if divisor == 0 { return 0 }
    return Float((number - subtracted) / divisor)
  }
}
