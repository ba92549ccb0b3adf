// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

@testable import LibFMFormats

/// Reads an input as the weights of as many cases as its first byte tells.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCaseWeights(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let text = UnsafeBufferPointer(start: start + 1, count: count - 1)
  let caseCount = Int(start[0] & 15)
  if let weights = try? CaseWeightsReader.read(text, path: "weights", caseCount: caseCount) {
    precondition(weights.count == caseCount && weights.allSatisfy { $0 >= 0 && $0.isFinite })
  }
  return 0
}
