// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Binary data sets")
struct BinaryDataReaderTests {
  static let matrix = NaiveMatrix(
    rows: [[.init(1, 1)], [.init(0, 1), .init(1, 1)], []], columnCount: 2)

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(Self.matrix.file, to: "d.x")
    _ = try folder.write(Self.matrix.transposed.file, to: "d.xt")
  }

  private func read(
    _ targets: [Float], _ orientation: MatrixOrientation = .rows,
    options: BinaryDataReader.Options = .init()
  ) throws -> BinaryDataReader.Content {
    let words = [1, 4, UInt32(targets.count)] + targets.map(\.bitPattern)
    _ = try folder.write(words.bytes, to: "d.y")
    return try BinaryDataReader(pool: WorkerPool(workerCount: 1), options: options).read(
      matrix: folder[orientation == .rows ? "d.x" : "d.xt"], targets: folder["d.y"],
      orientation: orientation)
  }

  @Test("have rows, targets and their range", arguments: [.rows, .columns] as [MatrixOrientation])
  func content(orientation: MatrixOrientation) throws {
    let content = try read([2, -1, 0.5], orientation, options: .init(cacheSize: 30))
    #expect(NaiveMatrix(content.dataset.matrix) == Self.matrix)
    #expect(Array(content.dataset.targets.elements) == [2, -1, 0.5])
    #expect(content.dataset.targetRange == TargetRange(lower: -1, upper: 2))
    #expect(content.cacheNumbers.rowCount == (orientation == .rows ? 2 : 1))
  }

  @Test(
    "must have a target for each case", arguments: [.rows, .columns] as [MatrixOrientation])
  func counts(orientation: MatrixOrientation) {
    for targets in [[1, 2], [1, 2, 3, 4]] as [[Float]] {
      let error = #expect(throws: FormatError.self) { try read(targets, orientation) }
      #expect(
        error?.description.contains("expected \(targets.count), the number of targets") == true)
    }
  }

  @Test("are refused without cases, or with a target that is NaN, if so asked")
  func options() throws {
    #expect(throws: FormatError.self) { try read([], options: .init(requiresCases: true)) }
    let error = #expect(throws: FormatError.self) {
      try read([1, .nan, 2], options: .init(rejectsNaNTargets: true))
    }
    #expect(error?.description.contains("byte 16: the target of case 1 is NaN") == true)
    #expect(try read([1, .nan, 2]).dataset.targetRange == TargetRange(lower: 2, upper: 2))
  }
}
