// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

@testable import LibFMFormats

private let pool = WorkerPool(workerCount: 1)

/// Reads an input as one piece and as many: all agree on the error, or on the data.
///
/// The lowest bits of the first byte are the options, the rest is the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSparseText(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let options = SparseTextReader.Options(
    isStrict: start[0] & 1 != 0, requiresCases: start[0] & 2 != 0,
    rejectsNaNTargets: start[0] & 4 != 0)
  let text = UnsafeBufferPointer(start: start + 1, count: count - 1)
  let results = [1 << 19, 1, 24].map { pieceSize in
    Result {
      try SparseTextReader(pool: pool, options: options, pieceSize: pieceSize)
        .read(text, path: "text")
    }
  }
  let descriptions = results.map(describe)
  precondition(descriptions.allSatisfy { $0 == descriptions[0] }, "\(descriptions)")
  return 0
}

private func describe(_ result: Result<SparseText, any Error>) -> String {
  do {
    let text = try result.get()
    let rows = text.dataset.matrix
    let cases = (0..<rows.rowCount).map { row in
      "\(text.dataset.targets[row]) \(rows[row].map { "\($0.id):\($0.value)" })"
    }
    return "\(cases) \(text.dataset.targetRange) \(text.largestFeature as Any) \(rows.columnCount)"
  } catch {
    return "\(error)"
  }
}
