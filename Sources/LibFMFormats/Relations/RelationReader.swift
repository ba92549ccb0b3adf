// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Reads relations: for a prefix *B* the table `B.xt`, or `B.txt` where there is none, the groups of its
/// features `B.groups` if that exists, and the mappings `B.train` and `B.test`.
public struct RelationReader: Sendable {
  /// A relation and what libFM prints about it.
  public struct Content: Sendable {
    /// The relation.
    public var relation: Relation

    /// What a cache of the size asked for could hold; nil when the table was given as text.
    public var cacheNumbers: CacheNumbers?

    /// The size of the table.
    public var summary: DataSummary
  }

  private let cacheSize: Int
  private let reader: BinaryMatrixReader

  /// Makes a reader that works on all threads of `pool`.
  ///
  /// - Parameters:
  ///   - pool: the workers.
  ///   - cacheSize: the size of libFM's cache in bytes, 0 for no bound; only ``CacheNumbers`` depend on
  ///     it.
  public init(pool: WorkerPool, cacheSize: Int = 0) {
    self.cacheSize = cacheSize
    reader = BinaryMatrixReader(pool: pool)
  }

  /// Reads the files of a relation.
  ///
  /// - Parameters:
  ///   - prefix: what the paths have in common.
  ///   - trainCount: the number of training cases; nil without a training file, and then `B.train` is
  ///     not read.
  ///   - testCount: the number of test cases; nil without a test file, and then `B.test` is not read.
  /// - Returns: the relation and its numbers.
  /// - Throws: ``FormatError`` when a file cannot be read, contradicts itself or does not match the
  ///   others; `OutOfMemoryError`.
  public func read(prefix: String, trainCount: Int?, testCount: Int?) throws -> Content {
    let (matrix, cacheNumbers) = try readTable(prefix: prefix)
    let groupsPath = prefix + ".groups"
    let groups =
      DataFiles.canBeRead(groupsPath)
      ? try GroupsReader.read(path: groupsPath, featureCount: matrix.columnCount)
      : FeatureGroups(singleGroupOf: matrix.columnCount)
    func mapping(_ caseCount: Int?, _ ending: String) throws -> AlignedBuffer<UInt32> {
      guard let caseCount else { return try AlignedBuffer(count: 0) }
      return try RowMappingReader(caseCount: caseCount, rowCount: matrix.rowCount)
        .read(prefix + ending)
    }
    let relation = Relation(
      matrix: matrix, groups: groups, trainMapping: try mapping(trainCount, ".train"),
      testMapping: try mapping(testCount, ".test"))
    return Content(
      relation: relation, cacheNumbers: cacheNumbers, summary: DataSummary(matrix))
  }

  private func readTable(
    prefix: String
  ) throws -> (matrix: SparseMatrix, cacheNumbers: CacheNumbers?) {
    let (binary, text, rows) = (prefix + ".xt", prefix + ".txt", prefix + ".x")
    if DataFiles.canBeRead(binary) {
      let file = try BinaryMatrixFile(path: binary)
      return (
        try reader.readColumns(file), .ofRelation(cacheSize: cacheSize, matrix: file.header)
      )
    }
    if DataFiles.canBeRead(text) { return (try BlockTextReader.read(text), nil) }
    throw FormatError(
      path: binary, found: "cannot be opened",
      expected: "the table of the relation, here or as text in \(text)",
      advice: DataFiles.canBeRead(rows)
        ? "make it from \(rows) with: transpose -ifile \(rows) -ofile \(binary)" : "")
  }
}
