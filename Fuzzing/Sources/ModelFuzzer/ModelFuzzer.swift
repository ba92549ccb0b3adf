// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

@testable import LibFMFormats

/// Reads an input as a model of any shape, and by position as one of the shape that its first byte
/// tells.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzModel(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let text = UnsafeBufferPointer(start: start + 1, count: count - 1)
  let shape = FactorizationMachine.Shape(
    usesBias: start[0] & 1 != 0, usesWeights: start[0] & 2 != 0,
    factorCount: Int(start[0] >> 2 & 7), featureCount: Int(start[0] >> 5))
  if let machine = try? ModelFile.read(text, path: "model") {
    precondition(
      (try? ModelFile.read(
        text, path: "model", requirements: ModelRequirements(shape: machine.shape))) != nil)
  }
  if let machine = try? ModelFile.read(
    text, path: "model", requirements: ModelRequirements(shape: shape))
  {
    precondition(machine.shape == shape)
  }
  _ = try? ModelFile.readByPosition(text, path: "model", shape: shape)
  return 0
}
