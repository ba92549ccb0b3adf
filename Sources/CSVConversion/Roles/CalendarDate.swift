// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// A day of the Gregorian calendar and the time of that day.
struct CalendarDate: Hashable {
  var year: Int
  var month: Int
  var day: Int
  var secondOfDay = 0

  /// How far the time is ahead of universal time, in seconds.
  var zoneOffset = 0

  /// The days since 1 January 1970.
  var dayNumber: Int {
    // Years begin in March, so that the leap day is the last (Hinnant, "chrono-compatible low-level
    // date algorithms").
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The day of the week, 0 for Monday.
  var weekday: Int {
    let day = (dayNumber + 3) % 7
    return day < 0 ? day + 7 : day
  }

  /// The seconds since the beginning of 1970 in universal time.
  var unixSeconds: Int { dayNumber * 86_400 + secondOfDay - zoneOffset }

  init(year: Int, month: Int, day: Int, secondOfDay: Int = 0, zoneOffset: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.secondOfDay = secondOfDay
    self.zoneOffset = zoneOffset
  }

  /// The date in universal time of so many seconds since the beginning of 1970.
  init(unixSeconds: Int) {
    let days = Int((Double(unixSeconds) / 86_400).rounded(.down))
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, secondOfDay: unixSeconds - days * 86_400)
  }

  /// Reads a date as ISO 8601 and pandas write it, or as seconds since the beginning of 1970.
  ///
  /// `2026-11-22`, then optionally `T` or a blank, `13:45`, `:59`, a fraction, and `Z`, `+01:00`, `+0100`
  /// or `+01`. Parts of the date are those of the time as it is written, whatever the zone.
  ///
  /// - Returns: nil when the cell is anything else, or no day that exists.
  init?(_ cell: UnsafeBufferPointer<UInt8>) {
    if let seconds = CellNumber.value(cell) {
      // Later than the year 9999 they are milliseconds.
      guard abs(seconds) <= Self.lastUnixSecond else { return nil }
      self.init(unixSeconds: Int(seconds.rounded(.down)))
      return
    }
    var text = DateScanner(cell)
    guard let year = text.digits(4), text.skip("-"), let month = text.digits(2), text.skip("-"),
      let day = text.digits(2), (1...12) ~= month,
      (1...Self.dayCount(year: year, month: month)) ~= day
    else { return nil }
    self.init(year: year, month: month, day: day)
    if text.isAtEnd { return }
    guard text.skip("T") || text.skip(" "), let hour = text.digits(2), text.skip(":"),
      let minute = text.digits(2), hour < 24, minute < 60
    else { return nil }
    secondOfDay = hour * 3_600 + minute * 60
    if text.skip(":") {
      guard let second = text.digits(2), second <= 60 else { return nil }
      // A leap second belongs to the minute that it ends.
      secondOfDay += min(second, 59)
      if text.skip(".") || text.skip(","), !text.skipDigits() { return nil }
    }
    guard let offset = text.zoneOffset(), text.isAtEnd else { return nil }
    zoneOffset = offset
  }

  /// The end of the year 9999.
  private static let lastUnixSecond = 253_402_300_799.0

  private static func dayCount(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
