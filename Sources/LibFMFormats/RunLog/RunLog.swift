// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A table of measurements, written in place and a line at a time, so that it can be watched and
/// survives whatever comes later.
///
/// Columns are separated by tabs, numbers have six significant digits, unset ones read `nan`. An open
/// descriptor such as `/dev/stdout` is written where it stands.
public final class RunLog {
  private let path: String
  private let descriptor: Int32
  private let columnCount: Int

  /// Whether a line could not be written; the table ends before it.
  public private(set) var hasFailed = false

  /// The lines below the column names, if they are kept; also those that could not be written.
  package private(set) var lines: [UInt8]?

  /// Creates or empties the file and writes the line of column names.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  public convenience init(path: String, columns: [String]) throws(FormatError) {
    try self.init(path: path, columns: columns, lines: [], keepsLines: false)
  }

  /// Creates or empties the file, and writes the line of column names and others that are there already.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package init(
    path: String, columns: [String], lines: [UInt8], keepsLines: Bool
  ) throws(FormatError) {
    self.path = path
    columnCount = columns.count
    self.lines = keepsLines ? lines : nil
    descriptor =
      if case .descriptor(let number) = try OutputTarget(path: path) {
        dup(number)
      } else {
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      }
    guard descriptor >= 0 else {
      throw FormatError(path: path, found: "cannot be written: \(SystemMessage.last)")
    }
    try write(Array((columns.joined(separator: "\t") + "\n").utf8) + lines)
  }

  deinit {
    close(descriptor)
  }

  /// Appends a line.
  ///
  /// - Parameter values: one number for each column; nil for what was not measured.
  /// - Throws: ``FormatError`` the first time that the file cannot be written; later lines are dropped.
  public func append(_ values: [Double?]) throws(FormatError) {
    precondition(values.count == columnCount)
    let cells = values.map { $0.map { GeneralFormat.text($0) } ?? "nan" }
    let line = Array((cells.joined(separator: "\t") + "\n").utf8)
    lines?.append(contentsOf: line)
    if hasFailed { return }
    try write(line)
  }

  private func write(_ line: [UInt8]) throws(FormatError) {
    var bytes = line[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        hasFailed = true
        throw FormatError(path: path, found: "cannot be written: \(SystemMessage.last)")
      }
    }
  }
}

/// The system's `write`, which methods of that name hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
