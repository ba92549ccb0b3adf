// SPDX-License-Identifier: Apache-2.0

/// A feature's value in a case.
public struct FeatureValue: Sendable, Hashable {
  /// The feature.
  public var feature: UInt32

  /// Its value.
  public var value: Float

  /// Joins a feature and its value.
  public init(feature: UInt32, value: Float) {
    self.feature = feature
    self.value = value
  }

  /// Orders values by their magnitude, NaN being the greatest: without its sign bit a number's bits ascend
  /// with its magnitude.
  var magnitude: UInt32 { value.bitPattern & (1 << 31 - 1) }
}

extension SparseMatrix {
  /// The first value of the greatest magnitude, NaN before infinity; nil when no values are stored.
  var largestValue: FeatureValue? {
    guard let values, entryCount > 0 else { return nil }
    var largest = 0
    var magnitude: UInt32 = 0
    for entry in 0..<entryCount {
      let found = FeatureValue(feature: 0, value: values.base[entry]).magnitude
      if found > magnitude { (largest, magnitude) = (entry, found) }
    }
    return FeatureValue(feature: ids.base[largest], value: values.base[largest])
  }
}
