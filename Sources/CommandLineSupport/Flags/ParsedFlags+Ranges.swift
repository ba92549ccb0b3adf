// SPDX-License-Identifier: Apache-2.0

extension ParsedFlags {
  /// A whole number within a range.
  ///
  /// - Throws: A `CommandError` of status 64 when it is another one, or is missing and has no default.
  package func integer(
    _ name: String, in range: ClosedRange<Int>, default preset: Int? = nil
  ) throws(CommandError) -> Int {
    guard let number = integer(name) ?? preset else { throw .usage("--\(name) is missing") }
    try check(number, name, range)
    return number
  }

  /// A list of whole numbers within a range, with at least one member.
  ///
  /// - Throws: A `CommandError` of status 64 when it is empty or has other numbers.
  package func integers(
    _ name: String, in range: ClosedRange<Int>, default preset: [Int]
  ) throws(CommandError) -> [Int] {
    let numbers = integers(name) ?? preset
    guard !numbers.isEmpty else { throw .usage("--\(name) is empty") }
    for number in numbers { try check(number, name, range) }
    return numbers
  }

  private func check(
    _ number: Int, _ name: String, _ range: ClosedRange<Int>
  ) throws(CommandError) {
    guard !range.contains(number) else { return }
    throw .usage(
      "--\(name): \(number) is out of range; expected "
        + (number < range.lowerBound
          ? "at least \(range.lowerBound)" : "at most \(range.upperBound)"))
  }
}
