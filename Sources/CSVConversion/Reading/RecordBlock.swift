// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Consecutive whole records of a table in memory, the last one ended by a line feed.
///
/// Behind the bytes there is room for as many again, in which quoted fields are written without their
/// doubled quotes: the copy of a field that begins at byte *i* is at *i* + ``shift``.
final class RecordBlock {
  /// The first byte.
  private(set) var base: UnsafeMutablePointer<UInt8>

  /// The number of bytes that fit.
  private(set) var capacity: Int

  /// The number of bytes.
  var count = 0

  /// The number of the block within its pass, from 0.
  var index = 0

  /// The place of the first byte in the file, when the records follow each other there.
  var fileOffset = 0

  /// The first record's place in the selection, when the records were gathered.
  var firstSelected = 0

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: Self.allocation(capacity))
  }

  deinit {
    base.deallocate()
  }

  /// Where the copies of quoted fields are, relative to the originals.
  var shift: Int { capacity + Self.padding }

  /// Makes room for at least `needed` bytes.
  func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    capacity = max(needed, 2 * capacity)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.allocation(capacity))
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }

  /// Ends the last record with a line feed if it has none.
  func endWithLineFeed() {
    guard count > 0, base[count - 1] != Ascii.lineFeed else { return }
    reserve(count + 1)
    base[count] = Ascii.lineFeed
    count += 1
  }

  /// Eight bytes can be read from any place of the block.
  private static let padding = 64

  private static func allocation(_ capacity: Int) -> Int { 2 * (capacity + padding) }
}
