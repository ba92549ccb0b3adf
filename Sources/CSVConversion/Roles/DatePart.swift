// SPDX-License-Identifier: Apache-2.0

/// A part of a date that is used as a category.
public enum DatePart: String, Sendable, Hashable, Codable, CaseIterable {
  /// The calendar day, such as `2026-11-22`.
  case day
  /// The day of the week, from `Monday`.
  case weekday
  /// The hour, from `0` to `23`; 0 for a date without a time.
  case hour
  /// The month, from `1`.
  case month
  /// The year.
  case year

  /// Writes the part of a date as it stands among the values of its column: `hour=13`.
  ///
  /// - Parameters:
  ///   - date: the date.
  ///   - output: has room for 32 bytes.
  /// - Returns: the number of bytes.
  func write(_ date: CalendarDate, to output: UnsafeMutablePointer<UInt8>) -> Int {
    var count = 0
    func put(_ text: String) {
      for byte in text.utf8 {
        output[count] = byte
        count += 1
      }
    }
    func put(_ number: Int, width: Int = 1) {
      if number < 0 { put("-") }
      let digits = String(abs(number))
      for _ in digits.utf8.count..<max(width, digits.utf8.count) { put("0") }
      put(digits)
    }
    put(rawValue)
    put("=")
    switch self {
    case .day:
      put(date.year, width: 4)
      put("-")
      put(date.month, width: 2)
      put("-")
      put(date.day, width: 2)
    case .weekday: put(Self.weekdays[date.weekday])
    case .hour: put(date.secondOfDay / 3_600)
    case .month: put(date.month)
    case .year: put(date.year)
    }
    return count
  }

  private static let weekdays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]
}
