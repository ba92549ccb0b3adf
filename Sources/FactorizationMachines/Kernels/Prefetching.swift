// SPDX-License-Identifier: Apache-2.0

import CPlatform

/// Rows between the one worked on and the one whose parameters are asked for.
let prefetchDistance = 6

/// The same in batches, where no row depends on the one before.
let batchPrefetchDistance = 48

/// Rows between the one worked on and the one whose cell is asked for in passes over all rows.
let cellPrefetchDistance = 128

/// Below this size parameters stay in the second-level cache, and asking for them costs more than it
/// brings.
private let cachedParameterBytes = 1 << 20

func parametersExceedCache(_ matrix: SparseRows, _ parameters: ParameterPointers) -> Bool {
  matrix.columnCount &* (parameters.factorStride &+ 1) &* 8 > cachedParameterBytes
}

@inline(__always)
func prefetchRow(_ row: Int, _ matrix: SparseRows, _ parameters: ParameterPointers) {
  guard row < matrix.rowCount else { return }
  for entry in matrix.start(ofRow: row)..<matrix.start(ofRow: row &+ 1) {
    let id = matrix.ids[entry]
    fm_prefetch(parameters.weights + Int(id))
    let factors = parameters.factors(of: id)
    var line = 0
    while line < parameters.factorStride {
      fm_prefetch(factors + line)
      line &+= 8
    }
  }
}

/// Entries between the one worked on and the one whose gradient is asked for.
let prefetchedEntries = 96

func gradientExceedsCache(_ shape: FactorizationMachine.Shape) -> Bool {
  shape.featureCount &* (shape.factorStride &+ 2) &* 8 > cachedParameterBytes
}

@inline(__always)
func prefetchGradient(ofFeature id: UInt32, _ gradient: GradientPointers, _ factorStride: Int) {
  fm_prefetch(gradient.moments + Int(id) &* gradient.momentStride)
  let sums = gradient.factorSums + Int(id) &* gradient.factorStride
  var line = 0
  while line < factorStride {
    fm_prefetch(sums + line)
    line &+= 8
  }
}
