// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

/// Passes over the rows by wider vectors against those of the baseline.
@Suite("Passes over the rows for a factor, by wider vectors")
struct WideFactorPassTests {
  private static let rowCount = 75
  private static let featureCount = 9

  /// Blocks that kernels treat differently; some have numbers that are not finite.
  enum Block: CaseIterable {
    case none, unit, dense, complete, missing
  }

  private let ids: AlignedBuffer<UInt32>
  private let incompleteIDs: AlignedBuffer<UInt32>
  private let values: AlignedBuffer<Float>
  private let starts: AlignedBuffer<Double>
  private let table: AlignedBuffer<SIMD2<Double>>
  private let cells: [RowCell]

  init() throws {
    var random = SplitMix64(seed: 5)
    func numbers(_ count: Int) -> [Double] {
      (0..<count).map { _ in Double.random(in: -2...2, using: &random) }
    }
    ids = try AlignedBuffer(
      (0..<Self.rowCount).map { _ in UInt32.random(in: 0..<9, using: &random) })
    incompleteIDs = try AlignedBuffer(
      ids.elements.enumerated().map { $0 % 4 == 1 ? UInt32(Self.featureCount) : $1 })
    values = try AlignedBuffer(numbers(Self.rowCount).map(Float.init))
    starts = try AlignedBuffer(numbers(Self.rowCount))
    table = try AlignedBuffer(
      zip(numbers(Self.featureCount), numbers(Self.featureCount)).map { SIMD2($0, $1) })
    table.base[4] = SIMD2(0, -0.0)
    table.base[5] = SIMD2(.infinity, .nan)
    cells = zip(numbers(Self.rowCount), numbers(Self.rowCount)).map { RowCell($0, $1) }
  }

  private func slots(_ block: Block) -> AnyBlockSlots? {
    switch block {
    case .none: nil
    case .unit: .unit(UnitSlots(ids: ids.base, stride: 1))
    case .dense: .dense(DenseSlots(id: 2, values: values.base))
    case .complete: general(ids, mayMiss: false)
    case .missing: general(incompleteIDs, mayMiss: true)
    }
  }

  private func general(_ ids: AlignedBuffer<UInt32>, mayMiss: Bool) -> AnyBlockSlots {
    .general(
      GeneralSlots(
        ids: ids.base, values: values.base, missing: UInt32(Self.featureCount), mayMiss: mayMiss))
  }

  /// The bits of the cells and the sums after a pass; all NaNs are alike.
  private func outcome(
    _ rows: Range<Int>, _ update: Block, starts hasStarts: Bool, _ terms: Block, width: Int
  ) throws -> [UInt64] {
    let cells = try AlignedBuffer(cells)
    let sums = try AlignedBuffer<SIMD2<Double>>(count: Self.featureCount)
    for feature in 0..<Self.featureCount { sums.base[feature] = SIMD2(Double(feature), 0.1) }
    streamFactor(
      rows, cells: cells.base,
      pending: PendingFactor(
        slots: slots(update), table: table.base, sums: hasStarts ? UnsafePointer(starts.base) : nil),
      terms: slots(terms), caseWeights: nil, table: table.base, to: sums.base, vectorWidth: width)
    return (Array(cells.elements) + Array(sums.elements)).flatMap { [$0.x, $0.y] }
      .map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
  }

  @Test(
    "give the bits of the baseline", arguments: WideVectorTests.widths, Block.allCases)
  func bits(width: Int, update: Block) throws {
    for terms in Block.allCases {
      for hasStarts in [false, true] {
        for rows in [0..<75, 3..<68, 7..<8, 4..<4] {
          let wide = try outcome(rows, update, starts: hasStarts, terms, width: width)
          let narrow = try outcome(rows, update, starts: hasStarts, terms, width: 0)
          #expect(wide == narrow, "\(terms), \(hasStarts), \(rows)")
        }
      }
    }
  }

  @Test("do what the formulas say, row by row", arguments: WideVectorTests.widths + [0])
  func formulas(width: Int) throws {
    var expected = cells
    var sums = (0..<Self.featureCount).map { SIMD2(Double($0), 0.1) }
    for row in 0..<Self.rowCount {
      let (old, change, x) = (table.base[2].x, table.base[2].y, Double(values.base[row]))
      let (error, sum) = (expected[row].x, expected[row].y)
      let changed = error - (x * (sum - (x * old))) * change
      expected[row] = RowCell(changed, starts.base[row])
      let feature = Int(ids.base[row])
      let h = expected[row].y - table.base[feature].x
      sums[feature] += SIMD2(h * changed, h * h)
    }
    let bits = (expected + sums).flatMap { [$0.x, $0.y] }
      .map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
    let actual = try outcome(0..<Self.rowCount, .dense, starts: true, .unit, width: width)
    #expect(actual == bits)
  }
}
