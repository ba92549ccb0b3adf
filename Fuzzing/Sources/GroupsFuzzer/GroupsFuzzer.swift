// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

@testable import LibFMFormats

/// Reads an input as the groups of as many features as its first byte tells.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGroups(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let text = UnsafeBufferPointer(start: start + 1, count: count - 1)
  let featureCount = Int(start[0] & 15)
  if let groups = try? GroupsReader.read(text, path: "groups", featureCount: featureCount) {
    precondition(groups.memberCounts.reduce(0, +) == featureCount)
  }
  return 0
}
