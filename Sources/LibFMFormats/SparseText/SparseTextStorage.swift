// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The buffers behind the arrays that a text is read into.
///
/// Memory of large buffers is only used where something is written. Values and offsets are not written
/// as long as they say nothing, and cost nothing then.
struct SparseTextStorage {
  private let targets: AlignedBuffer<Float>
  private let offsets: AlignedBuffer<Int>
  private let ids: AlignedBuffer<UInt32>
  private let values: AlignedBuffer<Float>

  init(rowLimit: Int, entryLimit: Int) throws(OutOfMemoryError) {
    targets = try AlignedBuffer(dataCount: rowLimit)
    offsets = try AlignedBuffer(dataCount: rowLimit + 1)
    ids = try AlignedBuffer(dataCount: entryLimit)
    values = try AlignedBuffer(dataCount: entryLimit)
  }

  /// Where the pieces are read to; valid as long as the storage lives.
  var arrays: SparseTextArrays {
    SparseTextArrays(
      targets: targets.base, offsets: offsets.base, ids: ids.base, values: values.base)
  }

  /// Joins the pieces to one data set.
  func assemble(_ pieces: [SparseTextPiece], pool: WorkerPool) -> SparseText {
    let rowCount = pieces.reduce(0) { $0 + $1.rowCount }
    let entryCount = pieces.reduce(0) { $0 + $1.entryCount }
    let filled = pieces.filter { $0.rowCount > 0 }
    let rowWidth = filled.first?.rowWidth ?? 0
    let hasOffsets = filled.contains { $0.hasOffsets || $0.rowWidth != rowWidth }
    let hasValues = filled.contains(where: \.hasValues)
    pool.forEachRange(of: filled.count) { range in
      for piece in filled[range] {
        if hasValues, !piece.hasValues {
          piece.fillOnes(before: piece.firstEntry + piece.entryCount, in: values.base)
        }
        if hasOffsets, !piece.hasOffsets {
          _ = piece.fillOffsets(before: piece.firstRow + piece.rowCount, in: offsets.base)
        }
      }
    }
    closeGaps(between: filled, hasOffsets: hasOffsets, hasValues: hasValues)
    targets.releaseMemory(after: rowCount)
    ids.releaseMemory(after: entryCount)
    if hasOffsets { offsets.releaseMemory(after: rowCount + 1) }
    if hasValues { values.releaseMemory(after: entryCount) }

    let largest = pieces.lazy.compactMap(\.largestFeature)
      .reduce(nil as SparseText.LargestFeature?) { ($0?.id ?? 0) >= $1.id && $0 != nil ? $0 : $1 }
    let matrix = SparseMatrix(
      rowCount: rowCount, columnCount: largest.map { Int($0.id) + 1 } ?? 0, rowWidth: rowWidth,
      offsets: hasOffsets ? offsets : nil, ids: ids, values: hasValues ? values : nil)
    let range = pieces.reduce(TargetRange()) { $1.targets.joined(to: $0) }
    return SparseText(
      dataset: Dataset(matrix: matrix, targets: targets, targetRange: range),
      largestFeature: largest)
  }

  /// Moves the pieces together where comments and blank lines made the counts too high.
  private func closeGaps(
    between pieces: [SparseTextPiece], hasOffsets: Bool, hasValues: Bool
  ) {
    var row = 0
    var entry = 0
    for piece in pieces {
      if piece.firstRow != row {
        (targets.base + row).update(from: targets.base + piece.firstRow, count: piece.rowCount)
      }
      if piece.firstEntry != entry {
        (ids.base + entry).update(from: ids.base + piece.firstEntry, count: piece.entryCount)
        if hasValues {
          (values.base + entry).update(
            from: values.base + piece.firstEntry, count: piece.entryCount)
        }
      }
      if hasOffsets, piece.firstRow != row || piece.firstEntry != entry {
        let shift = piece.firstEntry - entry
        for index in 1...piece.rowCount {
          offsets.base[row + index] = offsets.base[piece.firstRow + index] - shift
        }
      }
      row += piece.rowCount
      entry += piece.entryCount
    }
  }
}

extension AlignedBuffer {
  /// Gives the memory behind the first `count` elements back to the system, in whole pages.
  fileprivate func releaseMemory(after count: Int) {
    let pageSize = Int(sysconf(CInt(_SC_PAGESIZE)))
    let start = UInt(bitPattern: base + count)
    let end = UInt(bitPattern: base + self.count)
    let firstPage = (start + UInt(pageSize) - 1) & ~UInt(pageSize - 1)
    let behindLastPage = end & ~UInt(pageSize - 1)
    guard firstPage < behindLastPage, let pages = UnsafeMutableRawPointer(bitPattern: firstPage)
    else { return }
    #if canImport(Darwin)
    madvise(pages, Int(behindLastPage - firstPage), MADV_FREE)
    #else
    madvise(pages, Int(behindLastPage - firstPage), MADV_DONTNEED)
    #endif
  }
}
