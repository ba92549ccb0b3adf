// SPDX-License-Identifier: Apache-2.0

/// The two numbers that libFM prints about the part of a binary matrix that its cache can hold.
///
/// They are printed for the sake of programs that read them: data are mapped and used whole, whatever
/// the cache size.
public struct CacheNumbers: Sendable, Hashable {
  /// The number of entries that fit.
  public var entryCount: Int

  /// The number of rows that fit.
  public var rowCount: Int

  /// Works the numbers out as libFM does, in its integer widths.
  ///
  /// - Parameters:
  ///   - cacheSize: the size of the cache in bytes; 0 for no bound, and a negative number counts as
  ///     the unsigned one of the same 64 bits.
  ///   - matrix: the matrix whose rows are cached.
  public init(cacheSize: Int, matrix: BinaryMatrixHeader) {
    let bytes = cacheSize == 0 ? UInt64.max : UInt64(bitPattern: Int64(cacheSize))
    self.init(bytes: bytes, matrix: matrix)
  }

  /// The numbers for the matrix of a relation, for which the size of the cache has 32 bits.
  public static func ofRelation(cacheSize: Int, matrix: BinaryMatrixHeader) -> CacheNumbers {
    CacheNumbers(cacheSize: Int(UInt32(truncatingIfNeeded: cacheSize)), matrix: matrix)
  }

  /// The numbers for a cache of exactly this size in bytes, where 0 holds nothing.
  public init(bytes: UInt64, matrix: BinaryMatrixHeader) {
    guard matrix.rowCount > 0 else {
      (entryCount, rowCount) = (min(matrix.entryCount, Int(bytes / 8)), 0)
      return
    }
    let entriesPerRow = Double(matrix.entryCount) / Double(matrix.rowCount)
    let fittingRows = (Double(bytes) / (8 * entriesPerRow + 4)).rounded(.towardZero)
    let rows = min(UInt64(matrix.rowCount), UInt64(min(fittingRows, Double(UInt32.max))))
    rowCount = Int(rows)
    entryCount = Int(min(UInt64(matrix.entryCount), (bytes &- 4 &* rows) / 8))
  }

  /// The line that libFM prints, without its end.
  public var line: String {
    "num entries in cache=\(entryCount)\tnum rows in cache=\(rowCount)"
  }
}
