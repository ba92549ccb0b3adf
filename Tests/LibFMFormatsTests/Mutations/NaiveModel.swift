// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The text format of models, read a line at a time.
struct NaiveModel {
  var usesBias = false
  var bias = 0.0
  var weights: [Double]?
  var factors: [[Double]] = []

  /// Reads all sections; nil when the text is no model.
  init?(_ text: [UInt8]) {
    var lines = Self.lines(text).map { $0.last == 13 ? Array($0.dropLast()) : $0 }[...]
    if lines.first == Array("#global bias W0".utf8) {
      lines.removeFirst()
      guard let line = lines.popFirst(), let number = Self.number(line) else { return nil }
      (usesBias, bias) = (true, number)
    }
    if lines.first == Array("#unary interactions Wj".utf8) {
      lines.removeFirst()
      var numbers: [Double] = []
      while let line = lines.first, line.first != UInt8(ascii: "#") {
        guard let number = Self.number(line) else { return nil }
        numbers.append(number)
        lines.removeFirst()
      }
      weights = numbers
    }
    guard lines.popFirst() == Array("#pairwise interactions Vj,f".utf8) else { return nil }
    for line in lines {
      let pieces = line.isEmpty ? [] : Self.pieces(line)
      let numbers = pieces.compactMap { Self.number(Array($0)) }
      guard numbers.count == pieces.count, numbers.count == (factors.first ?? numbers).count else {
        return nil
      }
      factors.append(numbers)
    }
    if let weights, weights.count != factors.count { return nil }
  }

  /// Reads by position for a given shape; nil when that fails.
  init?(_ text: [UInt8], shape: FactorizationMachine.Shape) {
    var lines = Self.lines(text)[...]
    if shape.usesBias {
      guard lines.popFirst() != nil, let line = lines.popFirst() else { return nil }
      (usesBias, bias) = (true, Self.prefix(line).value)
    }
    if shape.usesWeights {
      guard lines.popFirst() != nil, lines.count >= shape.featureCount else { return nil }
      weights = (0..<shape.featureCount).map { _ in Self.prefix(lines.removeFirst()).value }
    }
    guard lines.popFirst() != nil else { return nil }
    for _ in 0..<shape.featureCount {
      guard let line = lines.popFirst() else { return nil }
      let pieces = line.contains(32) ? Self.pieces(line) : []
      guard pieces.count == shape.factorCount else { return nil }
      factors.append(pieces.map { Self.prefix(Array($0)).value })
    }
  }

  /// Whether a machine has these parameters, to the bit.
  func isSame(as machine: FactorizationMachine) -> Bool {
    func same(_ first: Double, _ second: Double) -> Bool {
      first.bitPattern == second.bitPattern || (first.isNaN && second.isNaN)
    }
    let shape = machine.shape
    guard shape.usesBias == usesBias, shape.usesWeights == (weights != nil),
      shape.featureCount == factors.count, !usesBias || same(machine.bias, bias)
    else { return false }
    for feature in 0..<shape.featureCount {
      if let weights, !same(machine[weight: feature], weights[feature]) { return false }
      guard factors[feature].count == shape.factorCount else { return false }
      for factor in 0..<shape.factorCount
      where !same(machine[factor: factor, ofFeature: feature], factors[feature][factor]) {
        return false
      }
    }
    return true
  }

  private static func lines(_ text: [UInt8]) -> [[UInt8]] {
    var lines = text.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
    if lines.last == [] { lines.removeLast() }
    return lines
  }

  private static func pieces(_ line: [UInt8]) -> [ArraySlice<UInt8>] {
    line.split(separator: 32, omittingEmptySubsequences: false)
  }

  private static func number(_ text: [UInt8]) -> Double? {
    let number = prefix(text)
    return !text.isEmpty && number.length == text.count ? number.value : nil
  }

  private static func prefix(_ text: [UInt8]) -> (value: Double, length: Int) {
    (text.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
      guard let start = text.baseAddress else { return (0, 0) }
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      return (value, end.map { UnsafePointer($0) - start } ?? 0)
    }
  }
}
