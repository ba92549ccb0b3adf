// SPDX-License-Identifier: Apache-2.0

// What a pass over the cases does for a relation. Every case refers to one row of it, so the rows take the
// part that the features of a conflict-free block have in the main table: sums are added up for each of
// them in the order of the cases, and their changes brought back to the cases. The cell of a case is
// (e, q); indices are those of its place in ``JoinedCases``.

/// Takes what a row gave to the errors before its weights changed away, and adds what it gives now.
struct BlockRowWeightUpdate: RowUpdate {
  static var changesCells: Bool { true }
  let mapping: UnsafePointer<UInt32>
  let changes: UnsafePointer<BlockRowChange>

  @inline(__always)
  func apply(_ index: Int, to cell: inout RowCell) {
    let scores = changes[Int(mapping[index])].scores
    cell.x = (cell.x - scores.x) + scores.y
  }
}

/// As ``BlockRowWeightUpdate`` for one factor, whose interaction with the rest of the case counts too.
struct BlockRowFactorUpdate: RowUpdate {
  static var changesCells: Bool { true }
  let mapping: UnsafePointer<UInt32>
  let changes: UnsafePointer<BlockRowChange>

  @inline(__always)
  func apply(_ index: Int, to cell: inout RowCell) {
    let change = changes[Int(mapping[index])]
    let rest = cell.y - change.sums.x
    let terms = change.scores + (SIMD2(repeating: rest) * change.sums)
    cell = RowCell((cell.x - terms.x) + terms.y, rest + change.sums.y)
  }
}

/// The update that waits when a factor begins.
enum LastBlockRowUpdate {
  case none
  case weights(BlockRowWeightUpdate)
  case factor(BlockRowFactorUpdate)
}

/// Σ v x of the rows of a relation for the factor at work.
struct BlockRowSums {
  let mapping: UnsafePointer<UInt32>
  let sums: UnsafePointer<Double>

  @inline(__always) subscript(index: Int) -> Double { sums[Int(mapping[index])] }
}

/// Begins a factor for cases without features of their own: q is what the relations add, in order.
struct JoinedFactorStart<Last: RowUpdate>: RowUpdate where Last.Cell == RowCell {
  static var changesCells: Bool { true }
  let last: Last
  let relations: UnsafeBufferPointer<BlockRowSums>

  @inline(__always)
  func apply(_ index: Int, to cell: inout RowCell) {
    last.apply(index, to: &cell)
    var sum = 0.0
    for relation in relations { sum += relation[index] }
    cell.y = sum
  }
}

/// Where a pass over the cases adds up for a relation.
struct BlockRowTarget {
  /// The row of each case.
  let mapping: UnsafePointer<UInt32>
  let blockRows: UnsafeMutablePointer<BlockRow>

  /// What each case counts; nil for 1.
  let caseWeights: UnsafePointer<Double>?

  @inline(__always)
  subscript(index: Int) -> UnsafeMutablePointer<BlockRow> { blockRows + Int(mapping[index]) }
}

/// Adds up for the linear weights of a relation.
struct BlockRowWeightTerms<Weights: CaseWeights>: RowSums {
  let target: BlockRowTarget
  let weights: Weights

  @inline(__always)
  func add(_ index: Int, at place: Int, _ cell: RowCell) {
    target[index].pointee.errorSums.x += weights.weighted(cell.x, at: place)
  }

  @inline(__always) func finish() {}
}

/// Adds up for one factor of a relation.
struct BlockRowFactorTerms<Weights: CaseWeights>: RowSums {
  let target: BlockRowTarget
  let weights: Weights

  @inline(__always)
  func add(_ index: Int, at place: Int, _ cell: RowCell) {
    let row = target[index]
    let rest = cell.y - row.pointee.sum
    let powers = SIMD2(1, rest)
    row.pointee.errorSums += weights.weighted(SIMD2(repeating: cell.x) * powers, at: place)
    row.pointee.factorSums += weights.weighted(SIMD2(repeating: rest) * powers, at: place)
  }

  @inline(__always) func finish() {}
}
