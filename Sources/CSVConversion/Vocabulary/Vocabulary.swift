// SPDX-License-Identifier: Apache-2.0

/// The values of a column and the features that stand for them.
final class Vocabulary: Sendable {
  /// The values.
  let dictionary: ByteDictionary

  /// The feature of each value; that of the bucket for a rare one.
  let features: [UInt32]

  /// The feature of values that have none of their own; nil when such values are left out.
  let bucket: UInt32?

  /// The feature of missing values; nil when they are left out.
  let missing: UInt32?

  /// Whether all values are whole numbers, so that `196.0` is the same as `196`.
  let isInteger: Bool

  init(
    dictionary: ByteDictionary, features: [UInt32], bucket: UInt32?, missing: UInt32?,
    isInteger: Bool
  ) {
    self.dictionary = dictionary
    self.features = features
    self.bucket = bucket
    self.missing = missing
    self.isInteger = isInteger
  }

  /// The value as it stands among the others.
  @inline(__always)
  func canonical(_ value: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    isInteger ? CellNumber.withoutZeroFraction(value) : value
  }

  /// Whether a value is too rare for a feature of its own.
  func isRare(_ entry: Int) -> Bool {
    bucket.map { features[entry] == $0 } ?? false
  }
}
