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
}

extension SparseMatrix {
  /// The first value of the greatest magnitude, NaN before infinity; nil when no values are stored.
  var largestValue: FeatureValue? {
    guard let values, entryCount > 0 else { return nil }
    var largest = 0
    var magnitude: UInt32 = 0
    for entry in 0..<entryCount {
      // Without its sign bit a number's bits ascend with its magnitude.
      let bits = values.base[entry].bitPattern & (1 << 31 - 1)
      if bits > magnitude { (largest, magnitude) = (entry, bits) }
    }
    return FeatureValue(feature: ids.base[largest], value: values.base[largest])
  }
}
