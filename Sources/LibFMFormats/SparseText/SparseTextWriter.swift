// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Writes libFM's sparse text, with as few digits as bring every number back exactly.
public struct SparseTextWriter {
  private let file: WholeFile

  /// Begins a text file, which appears at ``commit()``; see ``WholeFile``.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  public init(_ path: String) throws(FormatError) {
    file = try WholeFile(path)
  }

  /// Writes a data set to a file.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  public static func write(_ dataset: Dataset, to path: String) throws(FormatError) {
    let writer = try SparseTextWriter(path)
    let matrix = dataset.matrix
    for row in 0..<matrix.rowCount {
      try writer.writeTarget(dataset.targets.base[row])
      for entry in matrix.entries(ofRow: row) {
        try writer.writeEntry(
          id: matrix.ids.base[entry], value: matrix.values?.base[entry] ?? 1)
      }
      try writer.endRow()
    }
    try writer.commit()
  }

  /// Writes a case.
  ///
  /// - Throws: ``FormatError`` when the system refuses.
  public func write(
    target: Float, entries: some Sequence<(id: UInt32, value: Float)>
  ) throws(FormatError) {
    try writeTarget(target)
    for entry in entries { try writeEntry(id: entry.id, value: entry.value) }
    try endRow()
  }

  /// Completes the file.
  ///
  /// - Throws: ``FormatError`` when the system refuses; nothing remains then.
  public func commit() throws(FormatError) {
    try file.commit()
  }

  private func writeTarget(_ target: Float) throws(FormatError) {
    try file.write(atMost: ShortestFormat.maximumLength) {
      ShortestFormat.write(target, to: $0)
    }
  }

  private func writeEntry(id: UInt32, value: Float) throws(FormatError) {
    try file.write(atMost: ShortestFormat.maximumLength + 12) { output in
      output[0] = Ascii.blank
      var count = 1 + DecimalFormat.write(id, to: output + 1)
      output[count] = Ascii.colon
      count += 1
      return count + ShortestFormat.write(value, to: output + count)
    }
  }

  private func endRow() throws(FormatError) {
    try file.write(byte: Ascii.lineFeed)
  }
}
