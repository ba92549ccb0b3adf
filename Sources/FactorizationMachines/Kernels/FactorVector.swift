// SPDX-License-Identifier: Apache-2.0

/// Neighbouring factors of one feature, worked on side by side.
///
/// Every lane does the operations of one factor in their own order, so the width changes no bit. The
/// requirements exist because the operators of a generic `SIMD` go lane by lane; the conforming types
/// below use their own, which are single instructions.
protocol FactorVector: BitwiseCopyable {
  static var laneCount: Int { get }
  static func splat(_ value: Double) -> Self
  static func load(_ source: UnsafePointer<Double>) -> Self
  func store(_ target: UnsafeMutablePointer<Double>)
  func plus(_ other: Self) -> Self
  func minus(_ other: Self) -> Self
  func times(_ other: Self) -> Self
  func over(_ other: Self) -> Self
  func squareRoot() -> Self

  /// The lanes above 0, and 0 for all others, NaN included.
  func positivePart() -> Self

  /// Adds the lanes to `sum` one after the other, the first lane first.
  func addLanes(to sum: Double) -> Double

  /// Adds the first `count` lanes to `sum` one after the other.
  func addLanes(_ count: Int, to sum: Double) -> Double
}

extension Double: FactorVector {
  static var laneCount: Int { 1 }
  @inline(__always) static func splat(_ value: Double) -> Double { value }
  @inline(__always) static func load(_ source: UnsafePointer<Double>) -> Double { source.pointee }
  @inline(__always) func store(_ target: UnsafeMutablePointer<Double>) { target.pointee = self }
  @inline(__always) func plus(_ other: Double) -> Double { self + other }
  @inline(__always) func minus(_ other: Double) -> Double { self - other }
  @inline(__always) func times(_ other: Double) -> Double { self * other }
  @inline(__always) func over(_ other: Double) -> Double { self / other }
  @inline(__always) func positivePart() -> Double { self > 0 ? self : 0 }
  @inline(__always) func addLanes(to sum: Double) -> Double { sum + self }
  @inline(__always) func addLanes(_ count: Int, to sum: Double) -> Double {
    count > 0 ? sum + self : sum
  }
}

extension FactorVector where Self: SIMD {
  static var laneCount: Int { scalarCount }
  @inline(__always) static func load(_ source: UnsafePointer<Double>) -> Self {
    UnsafeRawPointer(source).load(as: Self.self)
  }
  @inline(__always) func store(_ target: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(target).storeBytes(of: self, as: Self.self)
  }
}

extension SIMD2<Double>: FactorVector {
  @inline(__always) static func splat(_ value: Double) -> Self { Self(repeating: value) }
  @inline(__always) func plus(_ other: Self) -> Self { self + other }
  @inline(__always) func minus(_ other: Self) -> Self { self - other }
  @inline(__always) func times(_ other: Self) -> Self { self * other }
  @inline(__always) func over(_ other: Self) -> Self { self / other }
  @inline(__always) func positivePart() -> Self {
    Self(repeating: 0).replacing(with: self, where: self .> Self(repeating: 0))
  }
  @inline(__always) func addLanes(to sum: Double) -> Double { (sum + self[0]) + self[1] }
  @inline(__always) func addLanes(_ count: Int, to sum: Double) -> Double {
    var sum = sum
    if count > 0 { sum += self[0] }
    if count > 1 { sum += self[1] }
    return sum
  }
}

extension SIMD4<Double>: FactorVector {
  @inline(__always) static func splat(_ value: Double) -> Self { Self(repeating: value) }
  @inline(__always) func plus(_ other: Self) -> Self { self + other }
  @inline(__always) func minus(_ other: Self) -> Self { self - other }
  @inline(__always) func times(_ other: Self) -> Self { self * other }
  @inline(__always) func over(_ other: Self) -> Self { self / other }
  @inline(__always) func positivePart() -> Self {
    Self(repeating: 0).replacing(with: self, where: self .> Self(repeating: 0))
  }
  @inline(__always) func addLanes(to sum: Double) -> Double {
    (((sum + self[0]) + self[1]) + self[2]) + self[3]
  }
  @inline(__always) func addLanes(_ count: Int, to sum: Double) -> Double {
    if count == 4 { return addLanes(to: sum) }
    var sum = sum
    for lane in 0..<count { sum += self[lane] }
    return sum
  }
}

extension SIMD8<Double>: FactorVector {
  @inline(__always) static func splat(_ value: Double) -> Self { Self(repeating: value) }
  @inline(__always) func plus(_ other: Self) -> Self { self + other }
  @inline(__always) func minus(_ other: Self) -> Self { self - other }
  @inline(__always) func times(_ other: Self) -> Self { self * other }
  @inline(__always) func over(_ other: Self) -> Self { self / other }
  @inline(__always) func positivePart() -> Self {
    Self(repeating: 0).replacing(with: self, where: self .> Self(repeating: 0))
  }
  @inline(__always) func addLanes(to sum: Double) -> Double {
    let half = (((sum + self[0]) + self[1]) + self[2]) + self[3]
    return (((half + self[4]) + self[5]) + self[6]) + self[7]
  }
  @inline(__always) func addLanes(_ count: Int, to sum: Double) -> Double {
    if count == 8 { return addLanes(to: sum) }
    var sum = sum
    for lane in 0..<count { sum += self[lane] }
    return sum
  }
}
