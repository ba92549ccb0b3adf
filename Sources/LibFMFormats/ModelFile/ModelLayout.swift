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
  init(_ text: UnsafeBufferPointer<UInt8>, path: String) throws(FormatError) {
    var lines = NumberLines(text, path: path, dropsReturns: true)
    var line = lines.next()
    guard line != nil else {
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

  /// Checks that the machine has the shape that is wanted.
  ///
  /// - Throws: ``FormatError`` that names all differences.
  func check(against wanted: FactorizationMachine.Shape) throws(FormatError) {
    var differences: [String] = []
    if shape.usesBias != wanted.usesBias {
      differences.append(
        shape.usesBias ? "the model has a bias, none is wanted" : "the model has no bias")
    }
    if shape.usesWeights != wanted.usesWeights {
      differences.append(
        shape.usesWeights
          ? "the model has linear weights, none are wanted" : "the model has no linear weights")
    }
    // Without features there is no line to count factors in.
    if shape.featureCount > 0, shape.factorCount != wanted.factorCount {
      differences.append(
        "the model has \(counted(shape.factorCount, "factor")), wanted are \(wanted.factorCount)")
    }
    if shape.featureCount != wanted.featureCount {
      differences.append(
        "the model has \(counted(shape.featureCount, "feature")), the data have "
          + "\(wanted.featureCount)")
    }
    guard !differences.isEmpty else { return }
    throw FormatError(
      path: path, found: differences.joined(separator: ", "),
      advice: "use the dimensions and the features that the model was trained with")
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)" + (count == 1 ? "" : "s")
  }
}
