// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The generator behind glibc's `srand` and `rand`, as a value.
///
/// An additive feedback generator of degree 31 and separation 3: *rᵢ = rᵢ₋₃ + rᵢ₋₃₁ mod 2³²*, of which
/// the upper 31 bits are given out (the "TYPE_3" generator that the glibc manual describes). Copying the
/// value saves its state; a copy goes on independently.
public struct GlibcRandom: Sendable {
  /// The last ``degree`` numbers, within the value, so that drawing touches no reference count.
  private var table: (SIMD8<UInt32>, SIMD8<UInt32>, SIMD8<UInt32>, SIMD8<UInt32>)
  private var front = separation
  private var rear = 0

  private static let degree = 31
  private static let separation = 3

  /// Starts the sequence of `seed`; 0 and 1 give the same one.
  public init(seed: UInt32) {
    var word = Int32(bitPattern: seed == 0 ? 1 : seed)
    table = (SIMD8(), SIMD8(), SIMD8(), SIMD8())
    self[0] = UInt32(bitPattern: word)
    for index in 1..<Self.degree {
      // Schrage's method for 16807 r mod 2³¹ − 1.
      let (high, low) = word.quotientAndRemainder(dividingBy: 127_773)
      word = 16_807 &* low &- 2_836 &* high
      if word < 0 { word &+= 2_147_483_647 }
      self[index] = UInt32(bitPattern: word)
    }
    for _ in 0..<10 * Self.degree { _ = next() }
  }

  /// Continues from a ``state``; nil unless that has 31 numbers.
  public init?(state: [UInt32]) {
    guard state.count == Self.degree else { return nil }
    table = (SIMD8(), SIMD8(), SIMD8(), SIMD8())
    for (index, number) in state.enumerated() { self[index] = number }
  }

  /// The last 31 numbers before the upper bits are taken, the oldest first: all that the sequence goes on
  /// from.
  public var state: [UInt32] {
    var copy = self
    return (0..<Self.degree).map { copy[(rear + $0) % Self.degree] }
  }

  /// The next number, in 0..<2³¹.
  public mutating func next() -> UInt32 {
    let number = self[front] &+ self[rear]
    self[front] = number
    front = front == Self.degree - 1 ? 0 : front + 1
    rear = rear == Self.degree - 1 ? 0 : rear + 1
    return number >> 1
  }

  /// The next number scaled to [0, 1), a multiple of 2⁻³¹.
  public mutating func uniform() -> Double {
    Double(next()) / 2_147_483_648
  }

  private subscript(index: Int) -> UInt32 {
    @inline(__always)
    mutating get {
      withUnsafeMutableBytes(of: &table) { $0.load(fromByteOffset: index &* 4, as: UInt32.self) }
    }
    @inline(__always)
    set {
      withUnsafeMutableBytes(of: &table) {
        $0.storeBytes(of: newValue, toByteOffset: index &* 4, as: UInt32.self)
      }
    }
  }
}
