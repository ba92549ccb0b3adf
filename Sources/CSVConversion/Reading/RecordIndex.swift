// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Where each record of a table is in the file; takes eight bytes a record.
final class RecordIndex: Sendable {
  /// The beginning of each record, then the end of the last one.
  private let starts: [Int]

  init(starts: [Int]) {
    self.starts = starts
  }

  /// The number of records.
  var count: Int { starts.count - 1 }

  /// The bytes of a record, its line feed included if it has one.
  func range(of record: Int) -> Range<Int> {
    starts[record]..<starts[record + 1]
  }

  /// The length of a record once a line feed is added where it lacks one.
  func endedLength(of record: Int, in file: InputFile) -> Int {
    let range = range(of: record)
    guard record == count - 1, !range.isEmpty else { return range.count }
    var last: UInt8 = 0
    _ = try? file.read(into: &last, count: 1, at: range.upperBound - 1)
    return range.count + (last == Ascii.lineFeed ? 0 : 1)
  }
}

/// Some records of a table in an order of their own.
struct RecordSelection: Sendable {
  /// Where the records are.
  let index: RecordIndex

  /// The numbers of the records, counted from 0.
  let rows: [UInt32]
}
