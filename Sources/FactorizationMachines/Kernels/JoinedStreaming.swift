// SPDX-License-Identifier: Apache-2.0

// Passes over the cases of ``JoinedCases``: `places` lists those to visit, in the order of the cases, or
// is nil for all.

/// The places that one worker visits.
struct PlaceList {
  let places: UnsafePointer<UInt32>?
  let count: Int

  @inline(__always) subscript(index: Int) -> Int { places.map { Int($0[index]) } ?? index }
}

/// Brings the weights of one relation to the cells and adds up for the rows of the next.
func streamBlockRows(
  _ list: PlaceList, cells: UnsafeMutablePointer<RowCell>, update: BlockRowWeightUpdate,
  target: BlockRowTarget
) {
  if let weights = target.caseWeights {
    let terms = BlockRowWeightTerms(target: target, weights: StoredWeights(weights: weights))
    streamPlaces(list, cells, update, terms)
  } else {
    let terms = BlockRowWeightTerms(target: target, weights: EqualWeights())
    streamPlaces(list, cells, update, terms)
  }
}

/// Brings one factor of one relation to the cells and adds up for the rows of the next.
func streamBlockRows(
  _ list: PlaceList, cells: UnsafeMutablePointer<RowCell>, update: BlockRowFactorUpdate,
  target: BlockRowTarget
) {
  streamFactorPlaces(list, cells, update, target)
}

/// Begins a factor for cases without features of their own, and adds up for the rows of the first
/// relation.
func startBlockRows(
  _ list: PlaceList, cells: UnsafeMutablePointer<RowCell>, last: LastBlockRowUpdate,
  relations: UnsafeBufferPointer<BlockRowSums>, target: BlockRowTarget
) {
  @inline(__always)
  func start<Last: RowUpdate>(_ last: Last) where Last.Cell == RowCell {
    streamFactorPlaces(
      list, cells, JoinedFactorStart(last: last, relations: relations), target)
  }
  switch last {
  case .none: start(NoUpdate<RowCell>())
  case .weights(let update): start(update)
  case .factor(let update): start(update)
  }
}

@inline(__always)
private func streamFactorPlaces<Update: RowUpdate>(
  _ list: PlaceList, _ cells: UnsafeMutablePointer<RowCell>, _ update: Update,
  _ target: BlockRowTarget
) where Update.Cell == RowCell {
  if let weights = target.caseWeights {
    let terms = BlockRowFactorTerms(target: target, weights: StoredWeights(weights: weights))
    streamPlaces(list, cells, update, terms)
  } else {
    let terms = BlockRowFactorTerms(target: target, weights: EqualWeights())
    streamPlaces(list, cells, update, terms)
  }
}

@inline(__always)
private func streamPlaces<Update: RowUpdate, Terms: RowSums>(
  _ list: PlaceList, _ cells: UnsafeMutablePointer<RowCell>, _ update: Update, _ terms: Terms
) where Update.Cell == RowCell, Terms.Cell == RowCell {
  var terms = terms
  for index in 0..<list.count {
    let place = list[index]
    var cell = cells[place]
    update.apply(place, to: &cell)
    terms.add(place, at: place, cell)
    cells[place] = cell
  }
  terms.finish()
}

/// Takes errors over from the cases' own order after the update that waits for them, and adds up for the
/// weights of the first relation.
///
/// `cases` tells the case at each place, nil that they are the same.
func enterWeights(
  _ list: PlaceList, cases: UnsafePointer<UInt32>?, errors: UnsafePointer<Double>, stride: Int,
  update: ErrorUpdate?, table: FactorTable, cells: UnsafeMutablePointer<RowCell>,
  target: BlockRowTarget
) {
  @inline(__always)
  func enter<Update: RowUpdate, Weights: CaseWeights>(
    _ update: Update, _ terms: BlockRowWeightTerms<Weights>
  ) where Update.Cell == Double {
    for index in 0..<list.count {
      let place = list[index]
      let row = cases.map { Int($0[place]) } ?? place
      var error = errors[row &* stride]
      update.apply(row, to: &error)
      let cell = RowCell(error, 0)
      terms.add(place, at: place, cell)
      cells[place] = cell
    }
  }
  @inline(__always)
  func enter<Update: RowUpdate>(_ update: Update) where Update.Cell == Double {
    if let weights = target.caseWeights {
      enter(
        update, BlockRowWeightTerms(target: target, weights: StoredWeights(weights: weights)))
    } else {
      enter(update, BlockRowWeightTerms(target: target, weights: EqualWeights()))
    }
  }
  switch update {
  case nil: enter(NoUpdate<Double>())
  case .shift(let shift): enter(ErrorShift(shift: shift))
  case .weights(.unit(let slots)): enter(WeightUpdate(slots: slots, table: table))
  case .weights(.dense(let slots)): enter(WeightUpdate(slots: slots, table: table))
  case .weights(.general(let slots)): enter(WeightUpdate(slots: slots, table: table))
  }
}

/// Takes errors over from the cases' own order.
func enterErrors(
  _ places: Range<Int>, cases: UnsafePointer<UInt32>?, errors: UnsafePointer<Double>,
  stride: Int, cells: UnsafeMutablePointer<RowCell>
) {
  for place in places {
    let row = cases.map { Int($0[place]) } ?? place
    cells[place] = RowCell(errors[row &* stride], 0)
  }
}

/// As ``enterWeights(_:cases:errors:stride:update:table:cells:target:)`` for one factor, errors and sums.
func enterFactor(
  _ list: PlaceList, cases: UnsafePointer<UInt32>?, from caseCells: UnsafePointer<RowCell>,
  update: PendingFactor?, cells: UnsafeMutablePointer<RowCell>, target: BlockRowTarget
) {
  @inline(__always)
  func enter<Update: RowUpdate, Weights: CaseWeights>(
    _ update: Update, _ terms: BlockRowFactorTerms<Weights>
  ) where Update.Cell == RowCell {
    for index in 0..<list.count {
      let place = list[index]
      let row = cases.map { Int($0[place]) } ?? place
      var cell = caseCells[row]
      update.apply(row, to: &cell)
      terms.add(place, at: place, cell)
      cells[place] = cell
    }
  }
  @inline(__always)
  func enter<Update: RowUpdate>(_ update: Update) where Update.Cell == RowCell {
    if let weights = target.caseWeights {
      enter(
        update, BlockRowFactorTerms(target: target, weights: StoredWeights(weights: weights)))
    } else {
      enter(update, BlockRowFactorTerms(target: target, weights: EqualWeights()))
    }
  }
  guard let update else { return enter(NoUpdate<RowCell>()) }
  switch update.slots {
  case nil: enter(NoUpdate<RowCell>())
  case .unit(let slots): enter(FactorUpdate(slots: slots, table: update.table))
  case .dense(let slots): enter(FactorUpdate(slots: slots, table: update.table))
  case .general(let slots): enter(FactorUpdate(slots: slots, table: update.table))
  }
}

/// Gives errors back to `rows` in the cases' own order and begins a factor: q is the sum over the case's
/// own features and then over the relations.
///
/// `places` tells the place of each case, nil that they are the same.
func leaveToStartFactor(
  _ rows: Range<Int>, of matrix: SparseRows, places: UnsafePointer<UInt32>?,
  cells: UnsafePointer<RowCell>, last: LastBlockRowUpdate, table: FactorTable,
  relations: UnsafeBufferPointer<BlockRowSums>, to caseCells: UnsafeMutablePointer<RowCell>
) {
  let values = AnyValues(values: matrix.values)
  @inline(__always)
  func leave<Last: RowUpdate>(_ last: Last) where Last.Cell == RowCell {
    for row in rows {
      let place = places.map { Int($0[row]) } ?? row
      var cell = cells[place]
      last.apply(place, to: &cell)
      var sum = 0.0
      for entry in matrix.entries(ofRow: row) {
        sum += table[Int(matrix.ids[entry])].x * values[entry]
      }
      for relation in relations { sum += relation[place] }
      caseCells[row] = RowCell(cell.x, sum)
    }
  }
  switch last {
  case .none: leave(NoUpdate<RowCell>())
  case .weights(let update): leave(update)
  case .factor(let update): leave(update)
  }
}
