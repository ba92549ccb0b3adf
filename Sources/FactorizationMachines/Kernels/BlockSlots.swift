// SPDX-License-Identifier: Apache-2.0

// A conflict-free block has at most one entry in a row. Its slots give that entry by row, or by position
// in a list of rows.

/// The one entry that a row has in a block of features.
struct SlotEntry {
  let id: Int
  let x: Double

  @inline(__always)
  init(_ id: Int, _ x: Double) {
    self.id = id
    self.x = x
  }
}

protocol BlockSlots {
  /// The entry at `index`, or nil where the row has none.
  subscript(index: Int) -> SlotEntry? { get }
}

/// Every row has an entry, and all values are 1; the ids are `stride` numbers apart.
struct UnitSlots: BlockSlots {
  let ids: UnsafePointer<UInt32>
  let stride: Int

  @inline(__always)
  subscript(index: Int) -> SlotEntry? { SlotEntry(Int(ids[index &* stride]), 1) }
}

/// Every row has an entry of one and the same feature.
struct DenseSlots: BlockSlots {
  let id: Int
  let values: UnsafePointer<Float>

  @inline(__always) subscript(index: Int) -> SlotEntry? { SlotEntry(id, Double(values[index])) }
}

/// Rows may have no entry, which is marked by the id `missing`, and values may be other than 1.
struct GeneralSlots: BlockSlots {
  let ids: UnsafePointer<UInt32>
  let values: UnsafePointer<Float>?
  let missing: UInt32

  /// Whether there are rows without an entry.
  let mayMiss: Bool

  @inline(__always) subscript(index: Int) -> SlotEntry? {
    let id = ids[index]
    if id == missing { return nil }
    return SlotEntry(Int(id), values.map { Double($0[index]) } ?? 1)
  }
}

/// The slots of a block in the form that suits it.
enum AnyBlockSlots {
  case unit(UnitSlots)
  case dense(DenseSlots)
  case general(GeneralSlots)
}

/// What a pass over the rows does with the block before: nothing, or bring its update to the rows.
protocol RowUpdate {
  associatedtype Cell
  static var changesCells: Bool { get }
  func apply(_ index: Int, to cell: inout Cell)
}

/// What a pass over the rows does for the block at work: nothing, or add its terms up.
protocol RowSums {
  associatedtype Cell

  /// Adds the terms of the entry at `index` of the slots, in the row whose cell stands at `place`.
  mutating func add(_ index: Int, at place: Int, _ cell: Cell)
  func finish()
}

struct NoUpdate<Cell>: RowUpdate {
  static var changesCells: Bool { false }
  @inline(__always) func apply(_ index: Int, to cell: inout Cell) {}
}

struct NoSums<Cell>: RowSums {
  @inline(__always) func add(_ index: Int, at place: Int, _ cell: Cell) {}
  @inline(__always) func finish() {}
}
