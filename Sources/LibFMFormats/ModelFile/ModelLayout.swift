// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// The sections of a model file and the shape that follows from them.
struct ModelLayout {
  /// The shape of the machine in the file.
  let shape: FactorizationMachine.Shape

  private let path: String

  /// Finds the sections.
  ///
  /// - Throws: ``FormatError`` when they are not those of a model.
  init(
    _ text: UnsafeBufferPointer<UInt8>, path: String, linesBefore: Int = 0
  ) throws(FormatError) {
    var lines = NumberLines(text, path: path, dropsReturns: true, linesBefore: linesBefore)
    var line = lines.next()
    guard line != nil || linesBefore > 0 else {
      throw FormatError(path: path, found: "the file is empty", expected: "a saved model")
    }
    var usesBias = false
    if lines.isLabel(line, ModelFile.biasLabel) {
      usesBias = true
      guard let value = lines.next(), !lines.isLabel(value) else {
        throw lines.error("the bias is missing", expected: "a number")
      }
      line = lines.next()
    }
    var weightCount: Int?
    if lines.isLabel(line, ModelFile.weightsLabel) {
      var count = 0
      line = lines.next()
      while line != nil, !lines.isLabel(line) {
        count += 1
        line = lines.next()
      }
      weightCount = count
    }
    guard lines.isLabel(line, ModelFile.factorsLabel) else {
      let found = line.map { "found " + QuotedText.quote($0) } ?? "the file ends"
      throw lines.error(
        found, expected: "the line '\(ModelFile.factorsLabel)'",
        advice: "give a model that libFM has saved as text")
    }
    line = lines.next()
    var factorCount = 0
    if let first = line, !first.isEmpty {
      lines.forEachPiece(of: first) { _ in factorCount += 1 }
    }
    var featureCount = 0
    while line != nil {
      featureCount += 1
      line = lines.next()
    }
    if let weightCount, weightCount != featureCount {
      throw lines.error(
        "the model has \(weightCount) linear weights but \(featureCount) lines of factors",
        expected: "a line of each kind for every feature", advice: "is the file cut short?")
    }
    self.path = path
    shape = .init(
      usesBias: usesBias, usesWeights: weightCount != nil, factorCount: factorCount,
      featureCount: featureCount)
  }
}
