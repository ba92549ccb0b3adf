// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Reads data sets from a binary matrix and a file of targets.
public struct BinaryDataReader: Sendable {
  /// A data set and what libFM prints about its matrix.
  public struct Content: Sendable {
    /// The cases and their targets.
    public var dataset: Dataset

    /// What a cache of the size asked for could hold.
    public var cacheNumbers: CacheNumbers
  }

  /// What is asked of the data beyond their format.
  public struct Options: Sendable, Hashable {
    /// The size of libFM's cache in bytes, 0 for no bound; only ``CacheNumbers`` depend on it.
    public var cacheSize: Int

    /// Whether data without any case are an error.
    public var requiresCases: Bool

    /// Whether a target that is NaN is an error; it belongs to no class.
    public var rejectsNaNTargets: Bool

    /// Joins the options.
    public init(
      cacheSize: Int = 0, requiresCases: Bool = false, rejectsNaNTargets: Bool = false
    ) {
      self.cacheSize = cacheSize
      self.requiresCases = requiresCases
      self.rejectsNaNTargets = rejectsNaNTargets
    }
  }

  private let options: Options
  private let reader: BinaryMatrixReader

  /// Makes a reader that works on all threads of `pool`.
  public init(pool: WorkerPool, options: Options = Options()) {
    self.options = options
    reader = BinaryMatrixReader(pool: pool)
  }

  /// Reads a data set.
  ///
  /// - Parameters:
  ///   - matrix: the matrix file.
  ///   - targets: the vector file of targets, one a case.
  ///   - orientation: whether the rows of the matrix file are the cases or the features.
  /// - Returns: the data set and the cache numbers of its matrix.
  /// - Throws: ``FormatError`` when a file cannot be read, contradicts itself, or does not match the
  ///   other; `OutOfMemoryError`.
  public func read(
    matrix: String, targets: String, orientation: MatrixOrientation
  ) throws -> Content {
    let buffer = try VectorFile.readTargets(targets)
    if options.requiresCases, buffer.count == 0 {
      throw FormatError(path: targets, found: "the file has no targets", expected: "a case or more")
    }
    let range = try range(of: buffer, path: targets)
    let file = try BinaryMatrixFile(path: matrix)
    let rows: SparseMatrix
    switch orientation {
    case .rows:
      guard file.header.rowCount == buffer.count else {
        throw FormatError(
          path: matrix, byte: 16, found: "the header announces \(file.header.rowCount) rows",
          expected: "\(buffer.count), the number of targets in \(targets)",
          advice: "files that belong together are made by convert from one text")
      }
      rows = try reader.readRows(file)
    case .columns:
      rows = try reader.readColumns(file, rowCount: buffer.count)
    }
    return Content(
      dataset: Dataset(matrix: rows, targets: buffer, targetRange: range),
      cacheNumbers: CacheNumbers(cacheSize: options.cacheSize, matrix: file.header))
  }

  private func range(
    of targets: AlignedBuffer<Float>, path: String
  ) throws(FormatError) -> TargetRange {
    var range = TargetRange()
    for (index, target) in targets.elements.enumerated() {
      if options.rejectsNaNTargets, target.isNaN {
        throw FormatError(
          path: path, byte: VectorFile.headerSize + index * 4,
          found: "the target of case \(index) is NaN",
          expected: "a number: NaN belongs to neither class")
      }
      range.include(target)
    }
    return range
  }
}
