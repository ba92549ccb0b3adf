// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Turns sparse text into a matrix file and a file of targets, also text that is larger than the memory.
///
/// The text is read in batches of whole lines. A single batch is read once; several are read twice, as
/// the numbers at the beginning of the files are only known at the end.
public struct TextToBinaryConverter {
  private let pool: WorkerPool
  private let reader: SparseTextReader
  private let batchSize: Int

  /// Makes a converter that works on all threads of `pool`.
  public init(pool: WorkerPool) {
    // A text of the shortest possible lines grows some six times when it is read.
    self.init(pool: pool, batchSize: max(SystemMemory.physical / 16, 1 << 26))
  }

  /// Makes a converter that reads about `batchSize` bytes at once.
  init(pool: WorkerPool, batchSize: Int) {
    self.pool = pool
    self.batchSize = batchSize
    reader = SparseTextReader(pool: pool)
  }

  /// Converts a file.
  ///
  /// - Parameters:
  ///   - path: the text.
  ///   - matrix: the matrix file to write (`.x`).
  ///   - targets: the vector file to write (`.y`).
  ///   - report: is called once with what was found, when the whole text has been read.
  /// - Throws: ``FormatError`` for the first error in the text, or when a file cannot be read or
  ///   written; `OutOfMemoryError`.
  public func convert(
    _ path: String, matrix: String, targets: String,
    report: (DataSummary, TargetRange) -> Void = { _, _ in }
  ) throws {
    try WholeFile.checkWritable(matrix)
    try WholeFile.checkWritable(targets)
    let input = try InputBytes(path: path)
    defer { withExtendedLifetime(input) {} }
    let batches = TextBatches(
      UnsafeBufferPointer(start: input.base, count: input.count), size: batchSize)

    var summary = DataSummary(caseCount: 0, entryCount: 0, featureCount: 0)
    var range = TargetRange()
    var onlyBatch: Dataset?
    try batches.visit { text, linesBefore in
      let dataset = try read(text, path: path, linesBefore: linesBefore)
      summary.include(dataset.matrix)
      for row in 0..<dataset.caseCount { range.include(dataset.targets.base[row]) }
      if text.count == input.count { onlyBatch = dataset }
    }
    report(summary, range)

    let header = BinaryMatrixHeader(
      entryCount: summary.entryCount, rowCount: summary.caseCount,
      columnCount: summary.featureCount)
    let matrixWriter = try BinaryMatrixWriter(matrix, header: header, pool: pool)
    let targetFile = try WholeFile(targets)
    try VectorFile.writeHeader(count: summary.caseCount, to: targetFile)
    try batches.visit { text, linesBefore in
      let dataset = try onlyBatch ?? read(text, path: path, linesBefore: linesBefore)
      try matrixWriter.append(dataset.matrix)
      defer { withExtendedLifetime(dataset) {} }
      let targets = UnsafeBufferPointer(
        rebasing: dataset.targets.elements.prefix(dataset.caseCount))
      try VectorFile.write(targets, to: targetFile)
    }
    try matrixWriter.commit()
    try targetFile.commit()
  }

  private func read(
    _ text: UnsafeBufferPointer<UInt8>, path: String, linesBefore: Int
  ) throws -> Dataset {
    do {
      return try reader.read(text, path: path).dataset
    } catch var error as FormatError {
      error.line? += linesBefore
      throw error
    }
  }
}

/// A text in batches of whole lines.
private struct TextBatches {
  private let text: UnsafeBufferPointer<UInt8>
  private let size: Int

  init(_ text: UnsafeBufferPointer<UInt8>, size: Int) {
    self.text = text
    self.size = size
  }

  /// Calls `body` with every batch and the number of lines before it.
  func visit(_ body: (UnsafeBufferPointer<UInt8>, _ linesBefore: Int) throws -> Void) rethrows {
    guard let base = text.baseAddress else { return }
    var start = 0
    var lineCount = 0
    while start < text.count {
      var end = min(start + size, text.count)
      while end < text.count, text[end - 1] != Ascii.lineFeed { end += 1 }
      try body(UnsafeBufferPointer(rebasing: text[start..<end]), lineCount)
      lineCount += end < text.count ? SeparatorCount(base + start, count: end - start).lineFeeds : 0
      start = end
    }
  }
}

extension DataSummary {
  /// Adds further rows.
  fileprivate mutating func include(_ matrix: SparseMatrix) {
    caseCount += matrix.rowCount
    entryCount += matrix.entryCount
    featureCount = max(featureCount, matrix.columnCount)
  }
}
