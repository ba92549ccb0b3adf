// SPDX-License-Identifier: Apache-2.0

/// The values of a matrix' entries, as a kernel reads them.
protocol EntryValues {
  /// Whether every value is 1, so that multiplying by it changes nothing.
  static var areOnes: Bool { get }
  subscript(entry: Int) -> Double { get }

  /// The square of a value, rounded to single precision.
  func square(_ entry: Int) -> Double
}

/// Values that are all 1 and therefore not stored.
struct UnitValues: EntryValues {
  static var areOnes: Bool { true }
  @inline(__always) subscript(_: Int) -> Double { 1 }
  @inline(__always) func square(_: Int) -> Double { 1 }
}

/// Values in memory.
struct StoredValues: EntryValues {
  static var areOnes: Bool { false }
  let values: UnsafePointer<Float>
  @inline(__always) subscript(entry: Int) -> Double { Double(values[entry]) }
  @inline(__always) func square(_ entry: Int) -> Double { Double(values[entry] * values[entry]) }
}

/// Values in memory, or all 1 when there are none.
struct AnyValues: EntryValues {
  static var areOnes: Bool { false }
  let values: UnsafePointer<Float>?
  @inline(__always) subscript(entry: Int) -> Double { values.map { Double($0[entry]) } ?? 1 }
  @inline(__always) func square(_ entry: Int) -> Double {
    values.map { Double($0[entry] * $0[entry]) } ?? 1
  }
}
